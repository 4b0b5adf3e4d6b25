"""Do: what a social worker does with a service plan."""

from datetime import date
from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.columns import Money, Text
from domain.communities.models import Community
from domain.errors import Invalid, NotNow
from domain.organizations.models import Organization
from domain.programmes.access import RULES
from domain.programmes.carrier import require_active
from domain.programmes.models import Opportunity, ServicePlan
from domain.programmes.states import OpportunityState
from domain.states import is_in
from domain.wording import name as named
from domain.wording import prose
from domain.work import Work
from domain.workers.models import SocialWorker

STILL_PUBLISHED = (
    select(Opportunity)
    .where(col(Opportunity.plan_id) == bindparam("plan"), is_in(Opportunity.state, OpportunityState.PUBLISHED))
    .limit(1)
)


async def plan_service(
    work: Work,
    *,
    community_id: UUID,
    organization_id: UUID,
    social_worker_id: UUID,
    title: Text,
    aims: Annotated[Text, "What shall be different afterwards."],
    measures: Annotated[Text, "By what one will know."],
    since: Annotated[date, "The first day."],
    until: Annotated[date, "The last day."],
    budget: Annotated[Money | None, "What it may cost."] = None,
) -> ServicePlan:
    """Draft what is to be done for a community, carried by an organization. 制定服务方案"""
    community = await work.get(Community, community_id)
    organization = await work.get(Organization, organization_id)
    worker = await work.get(SocialWorker, social_worker_id)
    plan = ServicePlan.new(
        street_id=community.street_id,
        community_id=community.id,
        organization_id=organization.id,
        social_worker_id=worker.id,
        title=named(title, "title"),
        aims=prose(aims, "aims"),
        measures=prose(measures, "measures"),
        budget=budget and budget.amount,
        currency=budget.currency if budget else "CNY",
        since=since,
        until=until,
    )
    work.ask(RULES, "plan_service", plan, worker)
    if until < since:
        raise Invalid(
            "ends_before_it_begins", "The last day comes before the first.", "结束日期早于开始日期。", path="until"
        )
    if budget and budget.amount < 0:
        raise Invalid("negative_budget", "A budget is not below zero.", "预算不能为负数。", path="budget")
    require_active(organization)
    return work.insert(plan)


async def publish_plan(work: Work, *, plan_id: Annotated[UUID, ServicePlan, "The service plan."]) -> ServicePlan:
    """Show the plan to everybody. 发布服务方案"""
    plan = await work.get(ServicePlan, plan_id, lock=True)
    work.ask(RULES, "publish_plan", plan)
    return work.move(plan, "publish_plan")


async def close_plan(work: Work, *, plan_id: Annotated[UUID, ServicePlan, "The service plan."]) -> ServicePlan:
    """Say that the plan has been carried out. 结束服务方案"""
    plan = await work.get(ServicePlan, plan_id, lock=True)
    work.ask(RULES, "close_plan", plan)
    await _require_nothing_published(work, plan)
    return work.move(plan, "close_plan")


async def cancel_plan(
    work: Work,
    *,
    plan_id: Annotated[UUID, ServicePlan, "The service plan."],
    reason: Annotated[str, "Why it is given up."],
) -> ServicePlan:
    """Give the plan up. 取消服务方案"""
    plan = await work.get(ServicePlan, plan_id, lock=True)
    work.ask(RULES, "cancel_plan", plan, reason=reason)
    await _require_nothing_published(work, plan)
    return work.move(plan, "cancel_plan")


async def _require_nothing_published(work: Work, plan: ServicePlan) -> None:
    if await work.first(Opportunity, STILL_PUBLISHED, plan=plan.id):
        raise NotNow(
            "opportunities_published",
            "Some of its opportunities are still published.",
            "该方案仍有已发布的志愿机会。",
            remedy=("Close or cancel its opportunities first.", "请先结束或取消这些志愿机会。"),
        )
