"""How does what the ledger adds up to stay right? Triggers add and take away in the transaction that changes an entry.

Whoever changes it, and how: so no command can forget it, and no report can differ from the ledger. A community's month
is spread over slots, one for each connection as far as they reach, because two that change one row wait for each other.
"""

from sqlalchemy import DDL, event

from domain.columns import Table
from domain.hours.models import SLOTS
from domain.hours.states import COUNTED, STANDING
from domain.states import written

#: What happens to entries; what a trigger then knows of them; and what of that is to be added to the sums.
HAPPENS = (
    ("insert", "NEW TABLE AS after", "SELECT 1 AS sign, * FROM after"),
    (
        "update",
        "OLD TABLE AS before NEW TABLE AS after",
        "SELECT -1 AS sign, * FROM before UNION ALL SELECT 1, * FROM after",
    ),
    ("delete", "OLD TABLE AS before", "SELECT -1 AS sign, * FROM before"),
)

FUNCTION = f"""
CREATE FUNCTION sum_hours_on_{{happened}}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO hour_sum AS so_far (community_id, street_id, month, slot, minutes, pending_minutes, entries)
    SELECT * FROM (
        SELECT community_id, street_id, date_trunc('month', served_on)::date AS month, pg_backend_pid() % {SLOTS},
               coalesce(sum(sign * minutes) FILTER (WHERE state IN {written(COUNTED)}), 0) AS minutes,
               coalesce(sum(sign * minutes) FILTER (WHERE state NOT IN {written(COUNTED)}), 0) AS pending_minutes,
               sum(sign) AS entries
        FROM ({{entries}}) AS entry WHERE state IN {written(STANDING)} GROUP BY community_id, street_id, month
    ) AS added
    WHERE minutes <> 0 OR pending_minutes <> 0 OR entries <> 0 ORDER BY community_id, street_id, month
    ON CONFLICT (community_id, street_id, month, slot) DO UPDATE SET
        minutes = so_far.minutes + excluded.minutes,
        pending_minutes = so_far.pending_minutes + excluded.pending_minutes,
        entries = so_far.entries + excluded.entries;
    RETURN NULL;
END $$"""  # noqa: S608 our own words
TRIGGER = """
CREATE TRIGGER sum_hours_on_{happened} AFTER {happened} ON hour_entry REFERENCING {known}
FOR EACH STATEMENT EXECUTE FUNCTION sum_hours_on_{happened}()"""

TRIGGERS = [
    statement.format(happened=happened, known=known, entries=entries)
    for happened, known, entries in HAPPENS
    for statement in (FUNCTION, TRIGGER)
]

for statement in TRIGGERS:
    event.listen(Table.metadata, "after_create", DDL(statement.replace("%", "%%")))  # type: ignore[no-untyped-call]
