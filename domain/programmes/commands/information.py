"""Do: changing what volunteers are told of an opportunity, and what it needs of them, while some have seats in it.

Information stays true (志愿服务条例第十二条): whoever has a seat is told, and is not late in giving it back.
"""

from decimal import Decimal
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, exists, select
from sqlmodel import col

from domain.access import NOW
from domain.accounts.addresses import language
from domain.columns import ABSENT, Given, Text
from domain.programmes.access import RULES
from domain.programmes.commands.needs import settle_seat
from domain.programmes.eligibility import as_one, requirements
from domain.programmes.geofence import surroundings
from domain.programmes.models import Attendance, Opportunity, Shift, Signup
from domain.programmes.states import CAME, OpportunityState, ShiftState, SignupState
from domain.states import is_in
from domain.volunteers.models import Volunteer
from domain.volunteers.skills import skill_codes
from domain.wording import name as named
from domain.wording import prose
from domain.work import Work

signups, shifts, volunteers = Signup.__table__, Shift.__table__, Volunteer.__table__  # type: ignore[attr-defined]
opportunities = Opportunity.__table__  # type: ignore[attr-defined]

#: What the opportunity will need.
NEEDED = ("skills", "languages", "dangerous", "term_months", "full_time", "large_event", "out_of_city")
NEEDS: Any = select(
    bindparam("id", type_=Uuid()).label("id"),
    *(bindparam(name, type_=opportunities.c[name].type).label(name) for name in NEEDED),
).subquery("needs")


class Ahead(NamedTuple):
    """What is asked anew when what its shifts need has changed."""

    shifts: Any
    """Its shifts ahead."""
    seats: Any
    """Whoever has a seat in one of them and has not come yet, and what of the shift they will meet."""


def ahead(of: Any, **will_be: Any) -> Ahead:
    """`of`: the column of shifts that names what changes, by the parameter `id`; `will_be`: what it needs then."""
    theirs = of == bindparam("id")
    seats = (
        select(signups, shifts, as_one(requirements(volunteers, shifts, NOW, **will_be)))
        .join_from(signups, shifts, shifts.c.id == signups.c.shift_id)
        .join(volunteers, volunteers.c.id == signups.c.volunteer_id)
        .where(theirs, is_in(shifts.c.state, ShiftState.SCHEDULED), shifts.c.starts_at > NOW)
        .where(is_in(signups.c.state, SignupState.CONFIRMED, SignupState.NEEDS_ACTION))
        .where(~exists().where(col(Attendance.signup_id) == signups.c.id, is_in(Attendance.state, *CAME)))
        .order_by(signups.c.id)
    )
    scheduled = select(Shift).where(theirs, is_in(Shift.state, ShiftState.SCHEDULED), col(Shift.starts_at) > NOW)
    return Ahead(scheduled.order_by(col(Shift.id)), seats)


OF_AN_OPPORTUNITY = ahead(shifts.c.opportunity_id, opportunities=NEEDS)


async def change_opportunity(
    work: Work,
    *,
    opportunity_id: UUID,
    title: Given[Text] = ABSENT,
    tasks: Annotated[Given[Text], "What volunteers do."] = ABSENT,
    risks: Annotated[Given[Text], "What may happen to them: law asks for it (志愿服务条例第十二条)."] = ABSENT,
    place: Annotated[Given[Text], "Where it takes place."] = ABSENT,
    dangerous: Annotated[Given[bool], "Whether volunteers may be hurt, and are insured before."] = ABSENT,
    skills: Annotated[Given[list[str]], "All skills that are needed, as codes such as first_aid."] = ABSENT,
    languages: Annotated[Given[list[str]], "All languages that are needed (BCP 47)."] = ABSENT,
    reviews_signups: Annotated[Given[bool], "Whether whoever leads it decides on each signup, from now on."] = ABSENT,
    latitude: Annotated[Given[Decimal | None], "Of the place, in degrees north (WGS 84)."] = ABSENT,
    longitude: Annotated[Given[Decimal | None], "Of the place, in degrees east (WGS 84)."] = ABSENT,
    radius: Annotated[Given[int | None], "Within how many metres of that point somebody is on the spot."] = ABSENT,
    reason: Annotated[str | None, "Why, for those who signed up."] = None,
) -> Opportunity:
    """Change what is given; those who signed up are told, and asked what it needs anew. 修改志愿机会"""
    opportunity = await work.get(Opportunity, opportunity_id, lock=True)
    work.ask(RULES, "change_opportunity", opportunity, reason=reason)
    work.move(opportunity, "change_opportunity", to=opportunity.state)
    if title is not ABSENT:
        work.change(opportunity, title=named(title, "title"))
    if tasks is not ABSENT:
        work.change(opportunity, tasks=prose(tasks, "tasks"))
    if risks is not ABSENT:
        work.change(opportunity, risks=prose(risks, "risks"))
    if place is not ABSENT:
        work.change(opportunity, place=named(place, "place"))
    point = {"latitude": latitude, "longitude": longitude, "radius": radius}
    around: dict[str, Any] = {
        name: getattr(opportunity, name) if given is ABSENT else given for name, given in point.items()
    }
    work.change(opportunity, **(surroundings(**around) or around))
    if opportunity.state == OpportunityState.PUBLISHED:
        work.change(opportunity, changed_at=work.now)
    if reviews_signups is not ABSENT:
        work.change(opportunity, reviews_signups=reviews_signups)
    needed = _needs(opportunity)
    if dangerous is not ABSENT:
        work.change(opportunity, dangerous=dangerous)
    if skills is not ABSENT:
        work.change(opportunity, skills=skill_codes(skills))
    if languages is not ABSENT:
        work.change(opportunity, languages=sorted({language(tag, "languages") for tag in languages}))
    if _needs(opportunity) != needed:
        await recheck(work, OF_AN_OPPORTUNITY, opportunity.id, **_needs(opportunity))
    return opportunity


def _needs(opportunity: Opportunity) -> dict[str, Any]:
    return {name: getattr(opportunity, name) for name in NEEDED}


async def recheck(work: Work, ahead: Ahead, id: UUID, **needs: Any) -> None:
    """Of every seat ahead. All shifts hold still meanwhile, so that nobody takes a seat by what was needed before."""
    about = {"id": id, "now": work.now}
    await work.all(Shift, ahead.shifts, lock=True, **about)
    for signup, shift, asked in await work.joined((Signup, Shift), ahead.seats, only=Shift, **about, **needs):
        settle_seat(work, signup, shift, asked)
