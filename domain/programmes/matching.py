"""Who suits a shift, and which shifts suit a volunteer? A sum whose every term is told; a person decides, not the sum.

Whoever meets everything comes first, by the same reading as signing up does; then whoever has the higher sum. Nothing
about absences is predicted. Only so many are weighed, found by what is known of them: nobody reads a whole city.
"""

from typing import Any

from sqlalchemy import Integer, Select, and_, case, cast, exists, func, literal_column, select, true, union

from domain.access import NOW, Actor
from domain.programmes.access import RULES
from domain.programmes.eligibility import has_served, needs, requirements, serves_elsewhere
from domain.programmes.models import Opportunity, Shift, Signup
from domain.programmes.states import LIVE, OpportunityState, ShiftState
from domain.states import is_in
from domain.volunteers.models import Competence, LanguageLevel, SpokenLanguage, Volunteer
from domain.volunteers.states import CompetenceState
from domain.volunteers.times import points

POOL: Any = literal_column("200")
"""How many volunteers are weighed of those found in one way, and how many shifts."""

LANGUAGE, SKILL, SERVED_HERE, AVAILABLE, LIVES_NEAR, EIGHT_HOURS = 3, 2, 2, 2, 1, -1
"""Points for each needed language that is spoken, for each needed skill, for having come to the organization before,
for having said that they can at that time (as many less for having said only other times), for living in the
community; and for each eight hours of service in that week, so that others have their turn."""
TERMS = ("languages", "skills", "served_here", "available", "lives_near", "this_week")


def candidates(shift: Any, viewer: Actor) -> Select[Any]:
    """Volunteers for a shift, the best first, for whoever leads it; nobody who has signed up for it."""
    volunteer, needed = _table(Volunteer), needs(shift)
    wanted = and_(may_be_asked(volunteer, shift, needed), ~_signed_up(volunteer, shift))
    weighed = _weighed(volunteer, shift, needed, of=volunteer)
    weighed = weighed.where(wanted, RULES.sql(viewer, "see_candidates", shift))
    return _ranked(weighed.correlate(shift))


def may_be_asked(volunteer: Any, shift: Any, needed: Any) -> Any:
    """Whether they are found for the shift, and have not said that they do not want to be asked."""
    return and_(volunteer.c.invitable, volunteer.c.id.in_(_pool(shift, needed)))


def suggestions(volunteer: Any, viewer: Actor) -> Select[Any]:
    """Shifts with free seats for a volunteer, the best first, for themselves and their guardian."""
    shift = _table(Shift)
    weighed = _weighed(volunteer, shift, needs(shift), of=shift).where(
        shift.c.id.in_(_next_shifts()),
        _is_published(shift),
        ~_signed_up(volunteer, shift),
        RULES.sql(viewer, "see_requirements", volunteer),
    )
    return _ranked(weighed.correlate(volunteer))


def _weighed(volunteer: Any, shift: Any, needed: Any, *, of: Any) -> Select[Any]:
    """What is unmet, and each term of the sum, for each volunteer or each shift."""
    elsewhere, asked = serves_elsewhere(volunteer, shift, NOW), requirements(volunteer, shift, NOW).lateral("asked")
    unmet = select(func.count()).select_from(asked).where(~asked.c.met).scalar_subquery()
    terms = {
        "languages": LANGUAGE * _languages(volunteer, needed),
        "skills": SKILL * _skills(volunteer, needed),
        "served_here": case((has_served(volunteer, shift), SERVED_HERE), else_=0),
        "available": points(volunteer, shift, AVAILABLE),
        "lives_near": case((volunteer.c.community_id == shift.c.community_id, LIVES_NEAR), else_=0),
        "this_week": EIGHT_HOURS * cast(func.floor(elsewhere.c.week_minutes / 480), Integer),
    }
    return select(
        volunteer.c.id.label("volunteer_id"),
        shift.c.id.label("shift_id"),
        unmet.label("unmet"),
        *(term.label(name) for name, term in terms.items()),
    ).select_from(of.join(needed, true()).join(elsewhere, true()))


def _ranked(weighed: Select[Any]) -> Select[Any]:
    each = weighed.lateral("weighed")
    score = sum((each.c[term] for term in TERMS[1:]), each.c[TERMS[0]])
    return select(each, score.label("score"), (each.c.unmet == 0).label("eligible")).order_by(
        each.c.unmet, score.desc(), each.c.volunteer_id, each.c.shift_id
    )


def _pool(shift: Any, needed: Any) -> Any:
    """Who lives in the community, who signed up for the like before, and who speaks or can prove what is needed."""
    neighbour, signup, other, spoken = _table(Volunteer), _table(Signup), _table(Shift), _table(SpokenLanguage)
    proof = _table(Competence)
    live_near = (
        select(neighbour.c.id)
        .where(neighbour.c.community_id == shift.c.community_id)
        .order_by(neighbour.c.id.desc())
        .limit(POOL)
    )
    knew = (
        select(signup.c.volunteer_id)
        .where(signup.c.shift_id == other.c.id, other.c.opportunity_id == shift.c.opportunity_id)
        .group_by(signup.c.volunteer_id)
        .order_by(func.max(signup.c.signed_up_at).desc(), signup.c.volunteer_id)
        .limit(POOL)
    )
    speak = (
        select(spoken.c.volunteer_id)
        .where(func.jsonb_exists(needed.c.languages, spoken.c.language))
        .where(~is_in(spoken.c.level, LanguageLevel.NONE))
        .order_by(spoken.c.volunteer_id.desc())
        .limit(POOL)
    )
    able = [
        select(proof.c.volunteer_id)
        .select_from(one.join(proof, what == one.c.code))
        .where(is_in(proof.c.state, CompetenceState.CURRENT))
        .order_by(proof.c.volunteer_id.desc())
        .limit(POOL)
        for what, one in ((proof.c.skill, _each(needed.c.skills)), (proof.c.language, _each(needed.c.languages)))
    ]
    found = [one.correlate(shift, needed).subquery() for one in (live_near, knew, speak, *able)]
    return union(*(select(one) for one in found))


def _next_shifts() -> Select[Any]:
    shift = _table(Shift)
    return (
        select(shift.c.id)
        .where(is_in(shift.c.state, ShiftState.SCHEDULED), shift.c.starts_at > NOW, shift.c.taken < shift.c.capacity)
        .order_by(shift.c.starts_at, shift.c.id)
        .limit(POOL)
    )


def _is_published(shift: Any) -> Any:
    opportunity = _table(Opportunity)
    found = exists().where(opportunity.c.id == shift.c.opportunity_id)
    return found.where(is_in(opportunity.c.state, OpportunityState.PUBLISHED)).correlate(shift)


def _languages(volunteer: Any, needed: Any) -> Any:
    """How many of those that are needed the volunteer speaks."""
    spoken = _table(SpokenLanguage)
    return (
        select(func.count())
        .select_from(spoken)
        .where(spoken.c.volunteer_id == volunteer.c.id, ~is_in(spoken.c.level, LanguageLevel.NONE))
        .where(func.jsonb_exists(needed.c.languages, spoken.c.language))
        .correlate(volunteer, needed)
        .scalar_subquery()
    )


def _skills(volunteer: Any, needed: Any) -> Any:
    """How many of those that are needed the volunteer has."""
    one = _each(needed.c.skills)
    return (
        select(func.count(one.c.code.distinct()))
        .select_from(one)
        .where(func.jsonb_exists(volunteer.c.skills, one.c.code))
        .correlate(volunteer, needed)
        .scalar_subquery()
    )


def _each(codes: Any) -> Any:
    return func.jsonb_array_elements_text(codes).table_valued("code").render_derived(name="one")


def _signed_up(volunteer: Any, shift: Any) -> Any:
    signup = _table(Signup)
    live = is_in(signup.c.state, *LIVE)
    found = exists().where(signup.c.volunteer_id == volunteer.c.id, signup.c.shift_id == shift.c.id, live)
    return found.correlate(volunteer, shift)


def _table(model: Any) -> Any:
    return model.__table__.alias()
