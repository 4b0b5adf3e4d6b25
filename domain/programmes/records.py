"""Is the service of a shift recorded: does each seat have an entry in the ledger, or is it known why there is none?"""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, all_, bindparam, exists, func, select
from sqlmodel import col

from domain.hours.models import HourEntry
from domain.programmes.models import Attendance, RecordState, Shift, Signup
from domain.programmes.states import ABSENT, AttendanceState, SignupState
from domain.states import is_in
from domain.work import Work

NOT_SERVED = ABSENT | {AttendanceState.SERVICE_CANCELLED, AttendanceState.VOID}
ASKED_FOR = frozenset({RecordState.REMINDED, RecordState.OVERDUE})

its_attendance = col(Attendance.signup_id) == col(Signup.id)
UNRECORDED: Select[Any] = (
    select(func.count().label("seats"))
    .select_from(Signup)
    .where(
        col(Signup.shift_id) == bindparam("shift"),
        is_in(Signup.state, SignupState.CONFIRMED),
        col(Signup.id) != all_(bindparam("settled", type_=ARRAY(Uuid()))),
        ~exists().where(its_attendance, is_in(Attendance.state, *NOT_SERVED)),
        ~exists().where(col(HourEntry.signup_id) == col(Signup.id)),
    )
)


async def is_recorded(work: Work, shift: Shift, *settled: UUID) -> bool:
    """Whatever became of the entries; seats that are settled by what is just being done are named."""
    found = await work.values(UNRECORDED, shift=shift.id, settled=list(settled))
    return not found["seats"]


async def complete_record(work: Work, shift: Shift, *settled: UUID) -> None:
    """Once the clock has asked for the record, what was missing last completes it, also when it is late.

    Two who settle the last two seats at once both hold the shift, so one of them sees that nothing is left.
    """
    if shift.record_state in ASKED_FOR or (shift.record_review_at and shift.record_review_at <= work.now):
        shift = await work.get(Shift, shift.id, lock=True)
        if shift.record_state in ASKED_FOR and await is_recorded(work, shift, *settled):
            work.follow("complete_record", work.change(shift, record_state=RecordState.RECORDED, record_review_at=None))
