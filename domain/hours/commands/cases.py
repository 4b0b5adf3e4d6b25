"""Do: saying that hours are wrong, answering what is proposed, and deciding, once or once more, who is right."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.calendar import working_days_after
from domain.columns import Row, end_of
from domain.errors import Invalid, NotNow
from domain.hours.access import RULES
from domain.hours.commands.deciding import decided, entry_of, in_its_place, replaced, voided
from domain.hours.models import HourCase, HourEntry, Instance
from domain.hours.states import STANDING, UNDECIDED, CaseState, HourState
from domain.rules import grounds
from domain.states import is_in
from domain.volunteers.models import Volunteer
from domain.wording import reasoned
from domain.work import Work

LAST_CASE = (
    select(HourCase)
    .where(col(HourCase.signup_id) == bindparam("signup"), ~is_in(HourCase.state, *UNDECIDED))
    .order_by(col(HourCase.opened_at).desc(), col(HourCase.id).desc())
    .limit(1)
)


async def propose_adjustment(
    work: Work,
    *,
    hour_entry_id: UUID,
    minutes: Annotated[int, "Whole minutes that should stand; 0 if none."],
    reason: Annotated[str, "Why, for the volunteer."],
) -> HourCase:
    """Propose fewer minutes to the volunteer. Silence is no consent: it goes to review. 拟更正服务时长"""
    entry, volunteer, related = await entry_of(work, hour_entry_id)
    days = int(work.rule("adjustment_answer", at=entry).value)
    answer_due = end_of(working_days_after(work.today, days).day)
    case = _case(work, entry, minutes, reason, answer_due=answer_due, state=CaseState.PROPOSED)
    work.ask(RULES, "propose_adjustment", case, volunteer, entry, *related, reason=reason)
    if entry.state not in STANDING or not 0 <= minutes < entry.minutes:
        raise Invalid(
            "not_fewer",
            "Fewer minutes than those that stand are proposed; more are an adjustment.",
            "仅可就现有时长提出减少；增加时长请直接更正。",
            path="minutes",
        )
    _notice_waits_for(work, entry, answer_due)
    return work.insert(case)


async def accept_adjustment(work: Work, *, hour_case_id: UUID) -> HourCase:
    """Agree to the minutes that are proposed. 同意拟更正时长"""
    case, volunteer, entry, _ = await _case_of(work, hour_case_id)
    work.ask(RULES, "accept_adjustment", case, volunteer)
    work.move(case, "accept_adjustment", **decided(work))
    await _put_right(work, entry, case.minutes, case.says)
    return case


async def contest_adjustment(
    work: Work, *, hour_case_id: UUID, reason: Annotated[str, "Why the hours are right."]
) -> HourCase:
    """Disagree with what is proposed: somebody who had no part in it decides. 不同意拟更正时长"""
    case, volunteer, *_ = await _case_of(work, hour_case_id)
    work.ask(RULES, "contest_adjustment", case, volunteer, reason=reasoned(reason))
    return work.move(case, "contest_adjustment", due_on=_due_on(work, case))


async def escalate_adjustment(work: Work, *, hour_case_id: UUID) -> HourCase:
    """Nobody answered: that is no consent, and somebody else decides. By the clock. 逾期未回应转审核"""
    case, volunteer, *_ = await _case_of(work, hour_case_id)
    work.ask(RULES, "escalate_adjustment", case, volunteer)
    return work.move(case, "escalate_adjustment", due_on=_due_on(work, case))


async def open_hour_case(
    work: Work,
    *,
    hour_entry_id: UUID,
    minutes: Annotated[int, "What the minutes should be."],
    reason: Annotated[str, "Why."],
) -> HourCase:
    """Say that one's hours are wrong; what was decided once is decided once more, by the street. 提出时长异议"""
    entry, volunteer, _ = await entry_of(work, hour_entry_id)
    first = await work.first(HourCase, LAST_CASE, signup=entry.signup_id)
    case = _case(work, entry, minutes, reason)
    work.ask(RULES, "open_hour_case", case, volunteer, entry, reason=reason)
    _require_window(work, entry, first)
    if minutes <= 0:
        raise Invalid("no_minutes", "Give at least one minute.", "时长至少为 1 分钟。", path="minutes")
    if first:
        work.change(case, instance=Instance.SECOND, first_id=first.id)
    work.change(case, due_on=_due_on(work, case))
    _notice_waits_for(work, entry, end_of(_due_on(work, case)))
    return work.insert(case)


async def uphold_hours(
    work: Work, *, hour_case_id: UUID, reason: Annotated[str, "Why the hours stay as they are."]
) -> HourCase:
    """Decide that the hours stay as they are. 维持原时长"""
    case, volunteer, entry, others = await _case_of(work, hour_case_id)
    work.ask(RULES, "uphold_hours", case, volunteer, entry, *others, reason=reason)
    return work.move(case, "uphold_hours", **decided(work), reason=reasoned(reason))


async def correct_hours(
    work: Work,
    *,
    hour_case_id: UUID,
    minutes: Annotated[int, "Whole minutes actually given; 0 if none."],
    reason: Annotated[str, "Why."],
) -> HourCase:
    """Decide that the hours were wrong: a new entry says so, and somebody else verifies it. 更正时长"""
    case, volunteer, entry, others = await _case_of(work, hour_case_id)
    work.ask(RULES, "correct_hours", case, volunteer, entry, *others, reason=reason)
    work.move(case, "correct_hours", **decided(work), reason=reasoned(reason))
    await _put_right(work, entry, minutes, reason)
    return case


async def miss_case(work: Work, *, hour_case_id: UUID) -> HourCase:
    """The last day to decide it is over; it still has to be decided. By the clock. 审核逾期"""
    case = await work.get(HourCase, hour_case_id, lock=True)
    work.ask(RULES, "miss_case", case)
    return work.move(case, "miss_case")


def _case(work: Work, entry: HourEntry, minutes: int, says: str, **more: Any) -> HourCase:
    """A case of the first instance, open unless more is said."""
    return HourCase.new(
        street_id=entry.street_id,
        community_id=entry.community_id,
        organization_id=entry.organization_id,
        volunteer_id=entry.volunteer_id,
        signup_id=entry.signup_id,
        hour_entry_id=entry.id,
        minutes=minutes,
        says=reasoned(says),
        instance=Instance.FIRST,
        opened_at=work.now,
        opened_by_id=work.actor.id,
        **more,
    )


async def _case_of(work: Work, hour_case_id: UUID) -> tuple[HourCase, Volunteer, HourEntry, list[Row]]:
    """The case, whose hours it is about, the entry, and what else says who may decide it."""
    case = await work.get(HourCase, hour_case_id, lock=True)
    entry, volunteer, related = await entry_of(work, case.hour_entry_id)
    first = [await work.get(HourCase, case.first_id)] if case.first_id else []
    return case, volunteer, entry, [*first, *related]


async def _put_right(work: Work, entry: HourEntry, minutes: int, reason: str) -> None:
    """A new entry with the right minutes, or none if there are none; one that stands no more stays as it is."""
    if minutes == 0:
        work.follow("void_hours", entry, reason=reason)
        await voided(work, entry, reason)
    elif entry.state in STANDING:
        work.follow("adjust_hours", entry, reason=reason)
        await replaced(work, entry, minutes, reason)
    else:
        await in_its_place(work, entry, minutes, reason, own=False)


def _due_on(work: Work, case: HourCase) -> date:
    return working_days_after(work.today, int(work.rule("correction_due", at=case).value)).day


def _notice_waits_for(work: Work, entry: HourEntry, until: datetime) -> None:
    """What is in dispute does not become final meanwhile."""
    if entry.state == HourState.VERIFIED and entry.notice_until:
        work.change(entry, notice_until=max(entry.notice_until, until))


def _require_window(work: Work, entry: HourEntry, first: HourCase | None) -> None:
    window = work.rule("dispute_window", at=entry)
    if entry.state == HourState.SUPERSEDED:
        raise NotNow(
            "superseded",
            "Another entry took the place of this one.",
            "该记录已被更正。",
            remedy=("Dispute the entry that took its place.", "请对更正后的记录提出异议。"),
        )
    if first and first.first_id:
        raise NotNow(
            "decided_twice",
            "These hours were decided twice: that is the end of it here.",
            "该时长已经两级审核，平台内不再受理。",
            remedy=("Turn to the civil affairs department.", "可向民政部门投诉、举报。"),
        )
    known_since = max(at for at in (entry.logged_at, entry.decided_at, first and first.decided_at) if at)
    if work.now > known_since + timedelta(days=int(window.value)):
        raise NotNow(
            "too_late",
            f"Hours are disputed within {window.value} days.",
            f"须自得知之日起 {window.value} 日内提出异议。",
            grounds=grounds(window, work.actor.language),
        )
