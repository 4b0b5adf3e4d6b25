"""Rules name their place, and every change of them, or of where a street lies, is told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "c1d7e94b3a58"
down_revision: str | None = "c5d92e7f3a18"

#: The places of the rules that were shipped before: nobody else could write one.
NAMES = """
UPDATE rule SET jurisdiction_name = jsonb_build_object('language', 'zh-Hans', 'text', zh,
    'translations', jsonb_build_object('en', jsonb_build_object('text', en, 'status', 'checked')))
FROM (VALUES
    ('CN', '中国', 'China'), ('CN-BJ', '北京市', 'Beijing'), ('CN-SH', '上海市', 'Shanghai'),
    ('CN-CQ', '重庆市', 'Chongqing'), ('CN-ZJ', '浙江省', 'Zhejiang'), ('CN-ZJ-330200', '宁波市', 'Ningbo'),
    ('CN-SD', '山东省', 'Shandong')) AS known (code, zh, en)
WHERE jurisdiction = code"""


def upgrade() -> None:
    op.add_column("rule", sa.Column("jurisdiction_name", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.execute(NAMES)
    op.alter_column("rule", "jurisdiction_name", nullable=False)
    op.execute("""
CREATE FUNCTION tell_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('rules', '');
    RETURN NULL;
END $$""")
    for table in ("rule", "street_office"):
        op.execute(
            f"CREATE TRIGGER tell_rules AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION tell_rules()"
        )
