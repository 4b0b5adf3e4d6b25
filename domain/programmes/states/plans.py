"""When: the lives of plans and opportunities."""

from enum import StrEnum

from domain.states import Machine, move


class PlanState(StrEnum):
    """Where a service plan stands. 服务方案状态"""

    DRAFT = "draft"
    """Being written; only those who run it see it. 草稿"""
    PUBLISHED = "published"
    """Shown to everybody. 已发布"""
    CLOSED = "closed"
    """Carried out. 已结束"""
    CANCELLED = "cancelled"
    """Given up. 已取消"""


class OpportunityState(StrEnum):
    """Where an opportunity stands. 志愿机会状态"""

    DRAFT = "draft"
    """Being written; only those who run it see it. 草稿"""
    PUBLISHED = "published"
    """Shown to everybody; shifts can be opened. 已发布"""
    CLOSED = "closed"
    """Nothing more to do. 已结束"""
    CANCELLED = "cancelled"
    """Given up. 已取消"""


PLAN = Machine(
    "service plan",
    PlanState.DRAFT,
    (
        move("publish_plan", PlanState.DRAFT, PlanState.PUBLISHED),
        move("close_plan", PlanState.PUBLISHED, PlanState.CLOSED),
        move("cancel_plan", {PlanState.DRAFT, PlanState.PUBLISHED}, PlanState.CANCELLED),
    ),
)

OPPORTUNITY = Machine(
    "opportunity",
    OpportunityState.DRAFT,
    (
        move("publish_opportunity", OpportunityState.DRAFT, OpportunityState.PUBLISHED),
        move("change_opportunity", OpportunityState.DRAFT, OpportunityState.DRAFT),
        move("change_opportunity", OpportunityState.PUBLISHED, OpportunityState.PUBLISHED),
        move("close_opportunity", OpportunityState.PUBLISHED, OpportunityState.CLOSED),
        move("cancel_opportunity", {OpportunityState.DRAFT, OpportunityState.PUBLISHED}, OpportunityState.CANCELLED),
    ),
)
