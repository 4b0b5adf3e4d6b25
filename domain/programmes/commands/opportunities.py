"""Do: what whoever leads a service does with its opportunities."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.accounts.addresses import language
from domain.columns import Text
from domain.errors import Invalid, NotNow
from domain.programmes.access import RULES
from domain.programmes.geofence import surroundings
from domain.programmes.models import Opportunity, Series, ServicePlan, Shift
from domain.programmes.states import PlanState, SeriesState, ShiftState
from domain.states import is_in
from domain.volunteers.skills import skill_codes
from domain.wording import name as named
from domain.wording import prose
from domain.work import Work

MOST_MONTHS = 120
STILL_AHEAD = (
    select(Shift)
    .where(
        col(Shift.opportunity_id) == bindparam("opportunity"),
        is_in(Shift.state, ShiftState.SCHEDULED, ShiftState.RUNNING),
    )
    .limit(1)
)
STILL_OPENING = (
    select(Series)
    .where(col(Series.opportunity_id) == bindparam("opportunity"), is_in(Series.state, SeriesState.ACTIVE))
    .limit(1)
)


async def create_opportunity(
    work: Work,
    *,
    plan_id: Annotated[UUID, ServicePlan, "The service plan it belongs to."],
    title: Text,
    tasks: Annotated[Text, "What volunteers do."],
    risks: Annotated[Text, "What may happen to them: law asks for it (志愿服务条例第十二条)."],
    place: Annotated[Text, "Where it takes place."],
    dangerous: Annotated[bool, "Whether volunteers may be hurt, and are insured before."] = False,
    term_months: Annotated[int | None, "For how many months whoever serves commits themselves."] = None,
    full_time: Annotated[bool, "Whether they serve all day, five days a week, during that time."] = False,
    large_event: Annotated[bool, "Whether it is service at a large event."] = False,
    out_of_city: Annotated[bool, "Whether it takes place outside the city."] = False,
    skills: Annotated[list[str] | None, "Skills that are needed, as codes such as first_aid."] = None,
    languages: Annotated[list[str] | None, "Languages that are needed (BCP 47)."] = None,
    reviews_signups: Annotated[bool, "Whether whoever leads it decides on each signup."] = False,
    latitude: Annotated[Decimal | None, "Of the place, in degrees north (WGS 84)."] = None,
    longitude: Annotated[Decimal | None, "Of the place, in degrees east (WGS 84)."] = None,
    radius: Annotated[int | None, "Within how many metres of that point somebody is on the spot."] = None,
) -> Opportunity:
    """Draft a way to help. 创建志愿机会"""
    plan = await work.get(ServicePlan, plan_id)
    opportunity = Opportunity.new(
        street_id=plan.street_id,
        community_id=plan.community_id,
        organization_id=plan.organization_id,
        plan_id=plan.id,
        title=named(title, "title"),
        tasks=prose(tasks, "tasks"),
        risks=prose(risks, "risks"),
        dangerous=dangerous,
        reviews_signups=reviews_signups,
        term_months=term_months,
        full_time=full_time,
        large_event=large_event,
        out_of_city=out_of_city,
        place=named(place, "place"),
        skills=skill_codes(skills or []),
        languages=sorted({language(tag, "languages") for tag in languages or []}),
        **surroundings(latitude, longitude, radius),
    )
    work.ask(RULES, "create_opportunity", opportunity)
    if term_months is not None and not 1 <= term_months <= MOST_MONTHS:
        raise Invalid(
            "wrong_term",
            f"A term is of 1 to {MOST_MONTHS} months.",
            f"服务期限须为1至{MOST_MONTHS}个月。",
            path="termMonths",
        )
    if plan.state not in {PlanState.DRAFT, PlanState.PUBLISHED}:
        raise NotNow("plan_over", "This service plan is over.", "该服务方案已结束或取消。", path="planId")
    return work.insert(opportunity)


async def publish_opportunity(work: Work, *, opportunity_id: UUID) -> Opportunity:
    """Show the opportunity to everybody. 发布志愿机会"""
    found = await work.get(Opportunity, opportunity_id)
    plan = await work.get(ServicePlan, found.plan_id, lock=True)
    opportunity = await work.get(Opportunity, opportunity_id, lock=True)
    work.ask(RULES, "publish_opportunity", opportunity)
    if plan.state != PlanState.PUBLISHED:
        raise NotNow(
            "plan_not_published",
            "Its service plan is not published.",
            "所属服务方案尚未发布。",
            remedy=("Publish the service plan first.", "请先发布服务方案。"),
        )
    return work.move(opportunity, "publish_opportunity")


async def close_opportunity(work: Work, *, opportunity_id: UUID) -> Opportunity:
    """Say that there is nothing more to do. 结束志愿机会"""
    opportunity = await work.get(Opportunity, opportunity_id, lock=True)
    work.ask(RULES, "close_opportunity", opportunity)
    await _require_nothing_ahead(work, opportunity)
    return work.move(opportunity, "close_opportunity")


async def cancel_opportunity(
    work: Work, *, opportunity_id: UUID, reason: Annotated[str, "Why it is given up."]
) -> Opportunity:
    """Give the opportunity up. 取消志愿机会"""
    opportunity = await work.get(Opportunity, opportunity_id, lock=True)
    work.ask(RULES, "cancel_opportunity", opportunity, reason=reason)
    await _require_nothing_ahead(work, opportunity)
    return work.move(opportunity, "cancel_opportunity")


async def _require_nothing_ahead(work: Work, opportunity: Opportunity) -> None:
    """So a scheduled shift always has a published opportunity, and nobody who signs up needs to ask."""
    if await work.first(Shift, STILL_AHEAD, opportunity=opportunity.id):
        raise NotNow(
            "shifts_ahead",
            "Some of its shifts are not over.",
            "仍有尚未结束的班次。",
            remedy=("Wait until they have ended, or cancel them.", "请等待班次结束，或先取消这些班次。"),
        )
    if await work.first(Series, STILL_OPENING, opportunity=opportunity.id):
        raise NotNow(
            "series_opens",
            "A series of it still opens shifts.",
            "仍有系列班次会继续开放。",
            remedy=("End the series first.", "请先终止该系列班次。"),
        )
