"""Who has to verify an entry: how far away, and does it take two?

By all that the volunteer gave on the same day, as it stands when somebody asks; and two people of different
organizations for what is entered by hand beyond an organization's quota.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlmodel import col

from domain.errors import NotAllowed
from domain.hours.access import decides, verifies_the_day
from domain.hours.models import BY_HAND, HourEntry, Kinship, Tier
from domain.hours.states import PENDING, STANDING
from domain.regulations.models import Rule
from domain.rules import grounds
from domain.states import is_in
from domain.volunteers.models import Volunteer
from domain.work import Work

QUOTA_OF = timedelta(days=30)

THAT_DAY = select(HourEntry).where(
    col(HourEntry.volunteer_id) == bindparam("volunteer"),
    col(HourEntry.served_on) == bindparam("day"),
    is_in(HourEntry.state, *STANDING),
)
BY_HAND_SO_FAR: Select[Any] = select(func.coalesce(func.sum(HourEntry.minutes), 0).label("minutes")).where(
    col(HourEntry.organization_id) == bindparam("organization"),
    col(HourEntry.logged_at) > bindparam("since"),
    col(HourEntry.logged_at) <= bindparam("until"),
    is_in(HourEntry.state, *STANDING),
    is_in(HourEntry.source, *BY_HAND),
)


async def same_day(work: Work, entry: HourEntry) -> list[HourEntry]:
    """What else stands of the volunteer's that day."""
    day = await work.all(HourEntry, THAT_DAY, volunteer=entry.volunteer_id, day=entry.served_on)
    return [other for other in day if other.id not in {entry.id, entry.supersedes_id}]


def set_tiers(work: Work, entry: HourEntry, others: list[HourEntry]) -> Rule:
    """The tier of the whole day, for the entry and for what else waits; gives the rule that was passed, or not."""
    total = entry.minutes + sum(other.minutes for other in others)
    at_once, by_parent = work.rule("day_at_once", at=entry), work.rule("day_by_parent", at=entry)
    tier, rule = Tier.ORGANIZATION, at_once
    if total > at_once.value:
        tier = Tier.COMMUNITY
    if total > by_parent.value:
        tier, rule = Tier.STREET, by_parent
    for one in (entry, *others):
        if one.state in PENDING and one.tier != tier:
            work.change(one, tier=tier)
    return rule


def require_tier(work: Work, entry: HourEntry, volunteer: Volunteer, related: list[Kinship], rule: Rule) -> None:
    """Tells whoever could verify it on a shorter day who can on this one."""
    if decides.test(work.actor, entry, volunteer, *related) and not verifies_the_day.test(work.actor, entry):
        raise NotAllowed(
            "day_too_long",
            f"The volunteer gave more than {rule.value} minutes that day.",
            f"该志愿者当日时长累计超过 {rule.value} 分钟。",
            grounds=grounds(rule, work.actor.language),
            remedy=REMEDY[entry.tier],
        )


async def is_beyond_quota(work: Work, entry: HourEntry) -> bool:
    """Whether it was entered by hand after the organization's quota of such minutes was used up."""
    if entry.source not in BY_HAND:
        return False
    found = await work.values(
        BY_HAND_SO_FAR,
        organization=entry.organization_id,
        since=entry.logged_at - QUOTA_OF,
        until=entry.logged_at,
    )
    return bool(found["minutes"] > work.rule("manual_quota", at=entry).value)


REMEDY = {
    Tier.COMMUNITY: ("Ask an officer of the community or of the street office.", "请由社区或街道办事处工作人员核实。"),
    Tier.STREET: ("Ask an officer of the street office.", "请由街道办事处工作人员核实。"),
}
