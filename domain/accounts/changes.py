"""Who hears that somebody's access has changed? Every process: triggers tell it, whoever made the change, and how.

What is told is the id of the person, the application, the token family or the issuer it concerns; nothing for all.
"""

from sqlalchemy import DDL, event

from domain.columns import Table

CHANNEL = "access"

FUNCTION = f"""
CREATE FUNCTION tell_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM pg_notify('{CHANNEL}', '');
    ELSE
        PERFORM pg_notify('{CHANNEL}', to_jsonb(coalesce(NEW, OLD)) ->> TG_ARGV[0]);
    END IF;
    RETURN NULL;
END $$"""

#: What access rests on: the table, what may happen to a row of it, and the column that says whose it is.
TOLD = (
    ("role_grant", "INSERT OR UPDATE OR DELETE", "person_id"),
    ("person", "UPDATE OR DELETE", "id"),
    ("client", "UPDATE OR DELETE", "id"),
    ("token_family", "UPDATE OR DELETE", "id"),
    ("issuer", "UPDATE OR DELETE", "id"),
    ("linked_subject", "UPDATE OR DELETE", "person_id"),
)

TRIGGERS = [
    FUNCTION,
    *(
        f"CREATE TRIGGER tell_access AFTER {events} ON {table} FOR EACH ROW EXECUTE FUNCTION tell_access('{whose}')"
        for table, events, whose in TOLD
    ),
    *(
        f"CREATE TRIGGER tell_access_of_all AFTER TRUNCATE ON {table} EXECUTE FUNCTION tell_access()"
        for table, _, _ in TOLD
    ),
]

for statement in TRIGGERS:
    event.listen(Table.metadata, "after_create", DDL(statement))  # type: ignore[no-untyped-call]
