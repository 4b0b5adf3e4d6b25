"""How is it shown what stands between a volunteer and a shift? The same reading as signing up does, with its texts."""

import json
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Integer, Select, String, and_, case, column, literal_column, not_, select, true, values
from sqlalchemy.dialects.postgresql import JSONB

from domain.access import NOW, Actor
from domain.programmes.access import RULES
from domain.programmes.eligibility import lacking, requirements
from domain.programmes.models import Shift
from domain.programmes.requirements import REQUIREMENTS, Both, RequirementCode
from domain.training.nearest import nearest_training
from domain.volunteers.access import the_volunteer
from domain.volunteers.models import Volunteer

Code = RequirementCode


def shift_requirements(
    shift: Any,
    viewer: Actor,
    *,
    volunteer_id: Annotated[UUID | None, Volunteer, "For whom; left out, you yourself."] = None,
) -> Select[Any]:
    """One row for each requirement, in the order in which they are told; none about whom the viewer may not ask."""
    volunteer: Any = Volunteer.__table__.alias()  # type: ignore[attr-defined]
    whose = the_volunteer.sql(viewer, volunteer) if volunteer_id is None else volunteer.c.id == volunteer_id
    return _explained(volunteer, shift).where(whose, RULES.sql(viewer, "see_requirements", volunteer))


def unmet_of_match(match: Any, viewer: Actor) -> Select[Any]:
    """What stands between the two of a match, which only whoever may ask about it was shown."""
    volunteer: Any = Volunteer.__table__.alias()  # type: ignore[attr-defined]
    shift: Any = Shift.__table__.alias()  # type: ignore[attr-defined]
    both = and_(volunteer.c.id == match.c.volunteer_id, shift.c.id == match.c.shift_id)
    return _explained(volunteer, shift, beside=shift).where(both, literal_column("NOT found.met"))


def _explained(volunteer: Any, shift: Any, beside: Any = None) -> Select[Any]:
    """Every requirement with its texts, and until when something can be done about it."""
    found, told = requirements(volunteer, shift, NOW).lateral("found"), _told()
    unmet = case((not_(found.c.met), told.c.code))
    lacks = {
        Code.SKILL_MISSING: lacking("skill", volunteer, shift),
        Code.LANGUAGE_MISSING: lacking("language", volunteer, shift),
    }
    next_one = (
        nearest_training(lacks[Code.SKILL_MISSING], NOW, shift.c.starts_at).correlate(volunteer, shift).subquery()
    )
    learnt = select(next_one.c.id).correlate(volunteer, shift).scalar_subquery()
    people = volunteer if beside is None else volunteer.join(beside, true())
    return (
        select(
            told.c.code,
            found.c.met,
            told.c.says,
            told.c.remedy,
            case((told.c.remedy.is_not(None), shift.c.starts_at)).label("deadline"),
            found.c.rule_id,
            case({_word(code): missing for code, missing in lacks.items()}, value=unmet).label("missing"),
            case((unmet == _word(Code.SKILL_MISSING), learnt)).label("training_id"),
        )
        .select_from(people.join(found, true()).join(told, told.c.code == found.c.code))
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


def _word(code: RequirementCode) -> Any:
    return literal_column(f"'{code.value}'", String)
