"""Every change of somebody's access is told."""

from alembic import op

revision: str = "5b0c1f6a92d4"
down_revision: str | None = "1705d746a72e"


def upgrade() -> None:
    op.execute("""
CREATE FUNCTION tell_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM pg_notify('access', '');
    ELSE
        PERFORM pg_notify('access', to_jsonb(coalesce(NEW, OLD)) ->> TG_ARGV[0]);
    END IF;
    RETURN NULL;
END $$""")
    for table, events, whose in (
        ("role_grant", "INSERT OR UPDATE OR DELETE", "person_id"),
        ("person", "UPDATE OR DELETE", "id"),
        ("client", "UPDATE OR DELETE", "id"),
        ("token_family", "UPDATE OR DELETE", "id"),
    ):
        op.execute(
            f"CREATE TRIGGER tell_access AFTER {events} ON {table} FOR EACH ROW EXECUTE FUNCTION tell_access('{whose}')"
        )
        op.execute(f"CREATE TRIGGER tell_access_of_all AFTER TRUNCATE ON {table} EXECUTE FUNCTION tell_access()")
