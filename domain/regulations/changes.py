"""Who hears that the law, or where a street lies, has changed? Every process: triggers tell it, whoever changed it."""

from sqlalchemy import DDL, event

from domain.columns import Table

CHANNEL = "rules"

TRIGGERS = [
    f"""
CREATE FUNCTION tell_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('{CHANNEL}', '');
    RETURN NULL;
END $$""",
    *(
        f"CREATE TRIGGER tell_rules AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION tell_rules()"
        for table in ("rule", "street_office")
    ),
]

for statement in TRIGGERS:
    event.listen(Table.metadata, "after_create", DDL(statement))  # type: ignore[no-untyped-call]
