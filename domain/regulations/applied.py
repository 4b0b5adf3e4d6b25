"""By which rules was something decided? By those, in those versions, that the deeds about it remember."""

from typing import Any

from sqlalchemy import Integer, Select, Text, cast, func, select

from domain.access import Actor
from domain.history import Deed
from domain.regulations.access import RULES
from domain.regulations.models import Rule


def rules_applied(thing: Any, viewer: Actor) -> Select[Any]:
    """Each rule that was looked at when something was done with the thing, in the order of the deeds, then by name."""
    rule, deed = Rule.__table__.alias(), Deed.__table__.alias()  # type: ignore[attr-defined]
    cited = func.jsonb_each_text(deed.c.rules).table_valued("key", "value", name="cited")
    citation = rule.c.name.concat("@").concat(rule.c.jurisdiction).concat("/").concat(cast(rule.c.since, Text))
    return (
        select(rule.c.id.label("rule_id"), deed.c.verb.label("verb"), deed.c.at.label("at"))
        .select_from(deed)
        .join(cited, deed.c.rules.is_not(None))
        .join(rule, (cited.c.key == citation) & (cast(cited.c.value, Integer) == rule.c.version))
        .where(deed.c.subject_id == thing.c.id, RULES.sql(viewer, "see_rule", rule))
        .order_by(deed.c.id, rule.c.name, rule.c.id)
    )
