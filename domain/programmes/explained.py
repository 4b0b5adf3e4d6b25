"""How is it shown what stands between a volunteer and a shift? The same reading as signing up does, with its texts."""

import json
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Integer, Select, String, column, select, true, values
from sqlalchemy.dialects.postgresql import JSONB

from domain.access import NOW, Actor
from domain.programmes.access import RULES
from domain.programmes.eligibility import requirements
from domain.programmes.requirements import REQUIREMENTS, Both
from domain.volunteers.access import the_volunteer
from domain.volunteers.models import Volunteer


def shift_requirements(
    shift: Any,
    viewer: Actor,
    *,
    volunteer_id: Annotated[UUID | None, Volunteer, "For whom; left out, you yourself."] = None,
) -> Select[Any]:
    """One row for each requirement, in the order in which they are told; none about whom the viewer may not ask."""
    volunteer: Any = Volunteer.__table__.alias()  # type: ignore[attr-defined]
    whose = the_volunteer.sql(viewer, volunteer) if volunteer_id is None else volunteer.c.id == volunteer_id
    found, told = requirements(volunteer, shift, NOW).lateral("found"), _told()
    return (
        select(told.c.code, found.c.met, told.c.says, told.c.remedy, found.c.rule_id)
        .select_from(volunteer.join(found, true()).join(told, told.c.code == found.c.code))
        .where(whose, RULES.sql(viewer, "see_requirements", volunteer))
        .order_by(told.c.no)
    )


def _told() -> Any:
    """What each requirement says, and what can be done about it, in both languages."""
    rows = [
        (no, code.value, _both(told.says), _both(told.remedy)) for no, (code, told) in enumerate(REQUIREMENTS.items())
    ]
    columns = column("no", Integer), column("code", String), column("says", String), column("remedy", String)
    table = values(*columns, name="written", literal_binds=True).data(rows)
    return select(
        table.c.no, table.c.code, table.c.says.cast(JSONB).label("says"), table.c.remedy.cast(JSONB).label("remedy")
    ).subquery("told")


def _both(said: Both | None) -> str | None:
    if said is None:
        return None
    return json.dumps(
        {"language": "en", "text": said.en, "translations": {"zh-Hans": {"text": said.zh, "status": "checked"}}},
        ensure_ascii=False,
    )
