"""Do: what the clock does about a shift that is over, until it is recorded or the law's days for that have passed."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.calendar import working_days_after, working_days_before
from domain.columns import day_of, end_of
from domain.hours.models import HourEntry
from domain.programmes.access import RULES
from domain.programmes.models import RecordState, Shift, Signup
from domain.programmes.records import is_recorded
from domain.work import Work

A_DAY = timedelta(days=1)
"""How long nobody is reminded of what has just turned out to be missing."""

OF_SEAT = select(HourEntry).where(col(HourEntry.signup_id) == bindparam("signup")).limit(1)


async def review_record(work: Work, *, shift_id: UUID) -> Shift:
    """Whoever leads it is reminded of what is not recorded; later the street is told too. By the clock. 检查记录期限"""
    shift = await work.get(Shift, shift_id, lock=True)
    work.rule("record_due", at=shift, on=day_of(shift.ends_at))
    work.ask(RULES, "review_record", shift)
    work.move(shift, "review_record")
    if await is_recorded(work, shift):
        verb, state = "complete_record", RecordState.RECORDED
    elif shift.record_state == RecordState.DUE:
        verb, state = "remind_record", RecordState.REMINDED
    else:
        verb, state = "miss_record", RecordState.OVERDUE
    work.follow(verb, shift)
    once_more = end_of(shift.record_due) if state == RecordState.REMINDED else None
    return work.change(shift, record_state=state, record_review_at=once_more)


async def recount_record_due(work: Work, *, shift_id: UUID) -> Shift:
    """The year's holidays are announced: a day that could still move is counted for good. By the clock. 重计记录期限"""
    shift = await work.get(Shift, shift_id, lock=True)
    work.ask(RULES, "recount_record_due", shift)
    told = shift.record_due
    count_record_due(work, work.move(shift, "recount_record_due"))
    due = max(told, shift.record_due)  # nobody has less time than they were told
    work.change(shift, record_due=due, record_due_provisional=False, record_recount_at=None)
    if shift.record_state == RecordState.DUE:
        return work.change(shift, record_review_at=_reminder(work, shift))
    return work.change(shift, record_review_at=shift.record_review_at and end_of(due))


async def reopen_record(work: Work, shift: Shift, signup: Signup) -> None:
    """What follows when it turns out that somebody served of whom nothing is recorded: it is asked for again."""
    if shift.record_state == RecordState.RECORDED and not await work.first(HourEntry, OF_SEAT, signup=signup.id):
        shift = await work.get(Shift, shift.id, lock=True)
        work.follow("reopen_record", shift)
        again = max(_reminder(work, shift), work.now + A_DAY)
        work.change(shift, record_state=RecordState.DUE, record_review_at=again)


def count_record_due(work: Work, shift: Shift) -> Shift:
    """The last day to record it, by the law of the place and day where it ends (志愿服务记录与证明出具办法第十一条)."""
    ends_on = day_of(shift.ends_at)
    due = working_days_after(ends_on, int(work.rule("record_due", at=shift, on=ends_on).value))
    return work.change(shift, record_due=due.day, record_due_provisional=due.provisional)


def ask_for_record(work: Work, shift: Shift) -> Shift:
    """Now that it is over, the clock looks whether it is recorded, and counts again what could still move."""
    new_year = end_of(date(shift.record_due.year - 1, 12, 31)) if shift.record_due_provisional else None
    return work.change(shift, record_review_at=_reminder(work, shift), record_recount_at=new_year)


def _reminder(work: Work, shift: Shift) -> datetime:
    """When the first of the last working days begins that are left by then."""
    ahead = int(work.rule("record_reminder", at=shift).value)
    return end_of(working_days_before(shift.record_due, ahead) - timedelta(days=1))
