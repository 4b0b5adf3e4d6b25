"""Do: what whoever leads a service does with an opportunity's positions."""

from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlmodel import col

from domain.accounts.addresses import language
from domain.columns import ABSENT, Given, Text
from domain.errors import NotNow
from domain.programmes.access import RULES
from domain.programmes.commands.information import ahead, recheck
from domain.programmes.models import Opportunity, Position, Series, Shift
from domain.programmes.states import OpportunityState, SeriesState, ShiftState
from domain.states import is_in
from domain.volunteers.skills import skill_codes
from domain.wording import name as named
from domain.wording import prose
from domain.work import Work

positions, shifts = Position.__table__, Shift.__table__  # type: ignore[attr-defined]

#: What the position will need.
NEEDED = ("skills", "languages")
NEEDS: Any = select(
    bindparam("id", type_=Uuid()).label("id"),
    *(bindparam(name, type_=positions.c[name].type).label(name) for name in NEEDED),
).subquery("needs")
OF_A_POSITION = ahead(shifts.c.position_id, positions=NEEDS)

STILL_AHEAD = (
    select(Shift)
    .where(
        col(Shift.position_id) == bindparam("position"),
        is_in(Shift.state, ShiftState.SCHEDULED, ShiftState.RUNNING),
    )
    .limit(1)
)
STILL_OPENING = (
    select(Series)
    .where(col(Series.position_id) == bindparam("position"), is_in(Series.state, SeriesState.ACTIVE))
    .limit(1)
)


async def add_position(
    work: Work,
    *,
    opportunity_id: UUID,
    title: Annotated[Text, "What whoever serves in it is called there, such as driver or interpreter."],
    tasks: Annotated[Text, "What volunteers do in it."],
    place: Annotated[Text | None, "Where, if it is not where the opportunity takes place."] = None,
    skills: Annotated[list[str] | None, "Skills that it needs besides, as codes such as first_aid."] = None,
    languages: Annotated[list[str] | None, "Languages that it needs besides (BCP 47)."] = None,
) -> Position:
    """Say that somebody is wanted for one of several things that are done there. 增设岗位"""
    opportunity = await work.get(Opportunity, opportunity_id, lock=True)
    position = Position.new(
        street_id=opportunity.street_id,
        community_id=opportunity.community_id,
        organization_id=opportunity.organization_id,
        opportunity_id=opportunity.id,
        title=named(title, "title"),
        tasks=prose(tasks, "tasks"),
        place=named(place, "place") if place else None,
        skills=skill_codes(skills or []),
        languages=_languages(languages or []),
    )
    work.ask(RULES, "add_position", position, opportunity)
    if opportunity.state not in {OpportunityState.DRAFT, OpportunityState.PUBLISHED}:
        raise NotNow("opportunity_over", "This opportunity is over.", "该志愿机会已结束或取消。", path="opportunityId")
    return work.insert(position)


async def change_position(
    work: Work,
    *,
    position_id: UUID,
    title: Given[Text] = ABSENT,
    tasks: Annotated[Given[Text], "What volunteers do in it."] = ABSENT,
    place: Annotated[Given[Text | None], "Where, if it is not where the opportunity takes place."] = ABSENT,
    skills: Annotated[Given[list[str]], "All skills that it needs besides, as codes such as first_aid."] = ABSENT,
    languages: Annotated[Given[list[str]], "All languages that it needs besides (BCP 47)."] = ABSENT,
    reason: Annotated[str | None, "Why, for those who signed up."] = None,
) -> Position:
    """Change what is given; those who signed up for it are told, and asked what it needs anew. 修改岗位"""
    position = await work.get(Position, position_id, lock=True)
    opportunity = await work.get(Opportunity, position.opportunity_id)
    work.ask(RULES, "change_position", position, opportunity, reason=reason)
    work.move(position, "change_position", to=position.state, changed_at=work.now)
    if title is not ABSENT:
        work.change(position, title=named(title, "title"))
    if tasks is not ABSENT:
        work.change(position, tasks=prose(tasks, "tasks"))
    if place is not ABSENT:
        work.change(position, place=named(place, "place") if place else None)
    needed = _needs(position)
    if skills is not ABSENT:
        work.change(position, skills=skill_codes(skills))
    if languages is not ABSENT:
        work.change(position, languages=_languages(languages))
    if _needs(position) != needed:
        await recheck(work, OF_A_POSITION, position.id, **_needs(position))
    return position


async def retire_position(work: Work, *, position_id: UUID) -> Position:
    """Open no more shifts for it, once none is ahead. 停用岗位"""
    found = await work.get(Position, position_id)
    opportunity = await work.get(Opportunity, found.opportunity_id, lock=True)  # no shift is opened meanwhile
    position = await work.get(Position, position_id, lock=True)
    work.ask(RULES, "retire_position", position, opportunity)
    work.move(position, "retire_position")
    if await work.first(Shift, STILL_AHEAD, position=position.id) or await work.first(
        Series, STILL_OPENING, position=position.id
    ):
        raise NotNow(
            "shifts_ahead",
            "Some of its shifts are not over, or a series still opens some.",
            "仍有尚未结束的班次，或仍有系列班次会继续开放。",
            remedy=("Wait until they have ended, or cancel them first.", "请等待其结束，或先取消。"),
        )
    return position


def _needs(position: Position) -> dict[str, Any]:
    return {name: getattr(position, name) for name in NEEDED}


def _languages(tags: list[str]) -> list[str]:
    return sorted({language(tag, "languages") for tag in tags})
