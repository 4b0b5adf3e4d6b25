"""What is read and noted when an entry is written, verified, decided about or put in another's place?"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlmodel import col

from domain.calendar import working_days_after
from domain.columns import day_of, end_of
from domain.hours.access import RULES, SPEAKS_FOR
from domain.hours.cascade import fall_with
from domain.hours.evidence import ATTENDANCE_OF, check_minutes, evidence, require_service
from domain.hours.models import HourEntry, Kinship, Tier
from domain.hours.states import HourState, KinshipState
from domain.hours.tiers import Days, beyond_quota, days, others, require_tier, set_tiers
from domain.programmes.models import Attendance, Shift, Signup
from domain.programmes.walk_ins import require_identified
from domain.states import is_in
from domain.volunteers.models import Volunteer
from domain.wording import reasoned
from domain.work import Work

KIN = select(Kinship).where(
    or_(col(Kinship.person_id) == bindparam("actor"), col(Kinship.relative_id) == bindparam("actor")),
    is_in(Kinship.state, KinshipState.DECLARED),
)


async def entry_of(work: Work, hour_entry_id: UUID) -> tuple[HourEntry, Volunteer, list[Kinship]]:
    """The entry, whose it is, and whose relative whoever acts is."""
    entry = await work.get(HourEntry, hour_entry_id, lock=True)
    return entry, await work.get(Volunteer, entry.volunteer_id), await kin(work)


async def kin(work: Work) -> list[Kinship]:
    """Whose relative whoever acts is: they decide nothing about those hours."""
    return await work.all(Kinship, KIN, actor=work.actor.id)


def decided(work: Work) -> dict[str, Any]:
    return {"decided_at": work.now, "decided_by_id": work.actor.id}


async def logged(
    work: Work,
    signup: Signup,
    volunteer: Volunteer,
    shift: Shift,
    attendance: Attendance | None,
    minutes: int,
    that_day: Days,
    reason: str | None = None,
) -> HourEntry:
    """A new entry, as whoever acts may write it."""
    entry = HourEntry.new(
        street_id=signup.street_id,
        community_id=signup.community_id,
        organization_id=signup.organization_id,
        volunteer_id=volunteer.id,
        shift_id=shift.id,
        signup_id=signup.id,
        attendance_id=attendance and attendance.id,
        served_on=day_of(shift.starts_at),
        minutes=minutes,
        **evidence(attendance, minutes, own=volunteer.person_id == work.actor.id),
        tier=Tier.ORGANIZATION,  # until the day is added up below
        logged_at=work.now,
        logged_by_id=work.actor.id,
        reason=reason,
    )
    besides = others(that_day, entry)
    work.ask(RULES, "log_hours", entry, volunteer, signup, *besides)
    require_service(work, signup, shift, attendance)
    if attendance and attendance.identity_by:
        await require_identified(work, volunteer, shift)
    check_minutes(work, minutes, shift, attendance, reason)
    set_tiers(work, work.insert(entry), besides)
    return entry


async def verified(work: Work, about: Sequence[tuple[HourEntry, Volunteer]], related: list[Kinship]) -> None:
    """Entries of one shift, verified or half verified by whoever acts, if they may."""
    that_day = await days(work, [volunteer.id for _, volunteer in about], about[0][0].served_on)
    beyond = await beyond_quota(work, [entry for entry, _ in about if entry.state == HourState.LOGGED])
    for entry, volunteer in about:
        _verified(work, entry, volunteer, related, others(that_day, entry), entry.id in beyond)


def _verified(
    work: Work,
    entry: HourEntry,
    volunteer: Volunteer,
    related: list[Kinship],
    besides: list[HourEntry],
    takes_two: bool,
) -> HourEntry:
    rule = set_tiers(work, entry, besides)
    if entry.state == HourState.LOGGED:
        require_tier(work, entry, volunteer, related, rule)
    work.ask(RULES, "verify_hours", entry, volunteer, *related, *besides)
    if takes_two:
        spoke_for = next(tier for tier, who in SPEAKS_FOR.items() if who.test(work.actor, entry))
        first = {"first_verified_at": work.now, "first_verified_by_id": work.actor.id, "first_verified_for": spoke_for}
        return work.move(entry, "verify_hours", to=HourState.PENDING_SECOND, **first)
    notice = working_days_after(work.today, int(work.rule("public_notice", at=entry).value))
    return work.move(entry, "verify_hours", to=HourState.VERIFIED, notice_until=end_of(notice.day), **decided(work))


async def voided(work: Work, entry: HourEntry, reason: str) -> HourEntry:
    """The entry counts no more, and with it falls what was granted for it."""
    work.move(entry, "void_hours", **decided(work), reason=reasoned(reason))
    await fall_with(work, entry)
    return entry


async def replaced(work: Work, old: HourEntry, minutes: int, reason: str) -> HourEntry:
    """A new entry in the place of the old one, by the word of whoever acts; somebody else verifies it."""
    work.move(old, "adjust_hours", **decided(work))
    return await in_its_place(work, old, minutes, reason, own=False)


async def in_its_place(work: Work, old: HourEntry, minutes: int, reason: str, *, own: bool) -> HourEntry:
    shift = await work.get(Shift, old.shift_id)
    attendance = await work.first(Attendance, ATTENDANCE_OF, signup=old.signup_id)
    check_minutes(work, minutes, shift, attendance, reasoned(reason))
    new = HourEntry.new(
        street_id=old.street_id,
        community_id=old.community_id,
        organization_id=old.organization_id,
        volunteer_id=old.volunteer_id,
        shift_id=old.shift_id,
        signup_id=old.signup_id,
        attendance_id=attendance and attendance.id,
        served_on=old.served_on,
        minutes=minutes,
        **evidence(attendance, minutes, own=own),
        tier=old.tier,
        logged_at=work.now,
        logged_by_id=work.actor.id,
        supersedes_id=old.id,
        reason=reason,
    )
    besides = others(await days(work, [new.volunteer_id], new.served_on), new)
    work.follow("log_hours", new, *besides, reason=reason)
    set_tiers(work, work.insert(new), besides)
    return new
