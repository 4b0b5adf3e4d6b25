"""What the ledger adds up to is kept beside it."""

import sqlalchemy as sa
from alembic import op

revision: str = "3f7c0d9a51be"
down_revision: str | None = "2b94c6e0d7a5"

TRIGGERS = (
    """
CREATE FUNCTION sum_hours_on_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO hour_sum AS so_far (community_id, street_id, month, slot, minutes, pending_minutes, entries)
    SELECT * FROM (
        SELECT community_id, street_id, date_trunc('month', served_on)::date AS month, pg_backend_pid() % 8,
               coalesce(sum(sign * minutes) FILTER (WHERE state IN ('final', 'verified')), 0) AS minutes,
               coalesce(sum(sign * minutes) FILTER (WHERE state NOT IN ('final', 'verified')), 0) AS pending_minutes,
               sum(sign) AS entries
        FROM (SELECT 1 AS sign, * FROM after) AS entry WHERE state IN ('final', 'logged', 'pending_second', 'returned', 'suspect', 'verified') GROUP BY community_id, street_id, month
    ) AS added
    WHERE minutes <> 0 OR pending_minutes <> 0 OR entries <> 0 ORDER BY community_id, street_id, month
    ON CONFLICT (community_id, street_id, month, slot) DO UPDATE SET
        minutes = so_far.minutes + excluded.minutes,
        pending_minutes = so_far.pending_minutes + excluded.pending_minutes,
        entries = so_far.entries + excluded.entries;
    RETURN NULL;
END $$""",
    """
CREATE TRIGGER sum_hours_on_insert AFTER insert ON hour_entry REFERENCING NEW TABLE AS after
FOR EACH STATEMENT EXECUTE FUNCTION sum_hours_on_insert()""",
    """
CREATE FUNCTION sum_hours_on_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO hour_sum AS so_far (community_id, street_id, month, slot, minutes, pending_minutes, entries)
    SELECT * FROM (
        SELECT community_id, street_id, date_trunc('month', served_on)::date AS month, pg_backend_pid() % 8,
               coalesce(sum(sign * minutes) FILTER (WHERE state IN ('final', 'verified')), 0) AS minutes,
               coalesce(sum(sign * minutes) FILTER (WHERE state NOT IN ('final', 'verified')), 0) AS pending_minutes,
               sum(sign) AS entries
        FROM (SELECT -1 AS sign, * FROM before UNION ALL SELECT 1, * FROM after) AS entry WHERE state IN ('final', 'logged', 'pending_second', 'returned', 'suspect', 'verified') GROUP BY community_id, street_id, month
    ) AS added
    WHERE minutes <> 0 OR pending_minutes <> 0 OR entries <> 0 ORDER BY community_id, street_id, month
    ON CONFLICT (community_id, street_id, month, slot) DO UPDATE SET
        minutes = so_far.minutes + excluded.minutes,
        pending_minutes = so_far.pending_minutes + excluded.pending_minutes,
        entries = so_far.entries + excluded.entries;
    RETURN NULL;
END $$""",
    """
CREATE TRIGGER sum_hours_on_update AFTER update ON hour_entry REFERENCING OLD TABLE AS before NEW TABLE AS after
FOR EACH STATEMENT EXECUTE FUNCTION sum_hours_on_update()""",
    """
CREATE FUNCTION sum_hours_on_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO hour_sum AS so_far (community_id, street_id, month, slot, minutes, pending_minutes, entries)
    SELECT * FROM (
        SELECT community_id, street_id, date_trunc('month', served_on)::date AS month, pg_backend_pid() % 8,
               coalesce(sum(sign * minutes) FILTER (WHERE state IN ('final', 'verified')), 0) AS minutes,
               coalesce(sum(sign * minutes) FILTER (WHERE state NOT IN ('final', 'verified')), 0) AS pending_minutes,
               sum(sign) AS entries
        FROM (SELECT -1 AS sign, * FROM before) AS entry WHERE state IN ('final', 'logged', 'pending_second', 'returned', 'suspect', 'verified') GROUP BY community_id, street_id, month
    ) AS added
    WHERE minutes <> 0 OR pending_minutes <> 0 OR entries <> 0 ORDER BY community_id, street_id, month
    ON CONFLICT (community_id, street_id, month, slot) DO UPDATE SET
        minutes = so_far.minutes + excluded.minutes,
        pending_minutes = so_far.pending_minutes + excluded.pending_minutes,
        entries = so_far.entries + excluded.entries;
    RETURN NULL;
END $$""",
    """
CREATE TRIGGER sum_hours_on_delete AFTER delete ON hour_entry REFERENCING OLD TABLE AS before
FOR EACH STATEMENT EXECUTE FUNCTION sum_hours_on_delete()""",
)
SO_FAR = """INSERT INTO hour_sum (community_id, street_id, month, slot, minutes, pending_minutes, entries)
        SELECT community_id, street_id, date_trunc('month', served_on)::date AS month, 0,
               coalesce(sum(sign * minutes) FILTER (WHERE state IN ('final', 'verified')), 0) AS minutes,
               coalesce(sum(sign * minutes) FILTER (WHERE state NOT IN ('final', 'verified')), 0) AS pending_minutes,
               sum(sign) AS entries
        FROM (SELECT 1 AS sign, * FROM hour_entry) AS entry WHERE state IN ('final', 'logged', 'pending_second', 'returned', 'suspect', 'verified') GROUP BY community_id, street_id, month"""


def upgrade() -> None:
    op.create_table(
        "hour_sum",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("pending_minutes", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "street_id", "month", "slot"),
    )
    op.create_index("hours_of_a_street", "hour_sum", ["street_id", "month"])
    for statement in TRIGGERS:
        op.execute(statement)
    op.execute(SO_FAR)
