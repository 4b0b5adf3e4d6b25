"""Who has to verify an entry: how far away, and does it take two?

By all that the volunteer gave on the same day, as it stands when somebody asks; and two people of different
organizations for what is entered by hand beyond an organization's quota.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, bindparam, func, select
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
    col(HourEntry.volunteer_id) == any_(bindparam("volunteers", type_=ARRAY(Uuid()))),
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


Days = dict[UUID, list[HourEntry]]
"""What stands of each volunteer's on a day."""


async def days(work: Work, volunteer_ids: Iterable[UUID], day: date) -> Days:
    found: Days = {id: [] for id in volunteer_ids}
    for entry in await work.all(HourEntry, THAT_DAY, volunteers=list(found), day=day):
        found[entry.volunteer_id].append(entry)
    return found


def others(days: Days, entry: HourEntry) -> list[HourEntry]:
    """What else stands of the volunteer's that day."""
    return [other for other in days[entry.volunteer_id] if other.id not in {entry.id, entry.supersedes_id}]


def set_tiers(work: Work, entry: HourEntry, others: Sequence[HourEntry]) -> Rule:
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


async def beyond_quota(work: Work, entries: Iterable[HourEntry]) -> set[UUID]:
    """Those entered by hand after the organization's quota of such minutes was used up."""
    moments: defaultdict[tuple[UUID, datetime], list[HourEntry]] = defaultdict(list)
    for entry in entries:
        if entry.source in BY_HAND:
            moments[entry.organization_id, entry.logged_at].append(entry)
    beyond: set[UUID] = set()
    for (organization_id, at), written in moments.items():
        so_far = {"organization": organization_id, "since": at - QUOTA_OF, "until": at}
        found = await work.values(BY_HAND_SO_FAR, **so_far)
        if found["minutes"] > work.rule("manual_quota", at=written[0]).value:
            beyond |= {entry.id for entry in written}
    return beyond


REMEDY = {
    Tier.COMMUNITY: ("Ask an officer of the community or of the street office.", "请由社区或街道办事处工作人员核实。"),
    Tier.STREET: ("Ask an officer of the street office.", "请由街道办事处工作人员核实。"),
}
