"""When: the life of a shift."""

from enum import StrEnum

from domain.states import Machine, move


class ShiftState(StrEnum):
    """Where a shift stands. 班次状态"""

    SCHEDULED = "scheduled"
    """It lies ahead and takes signups. 待开始"""
    RUNNING = "running"
    """It is taking place. 进行中"""
    ENDED = "ended"
    """It is over. 已结束"""
    CANCELLED = "cancelled"
    """It was called off. 已取消"""


SHIFT = Machine(
    "shift",
    ShiftState.SCHEDULED,
    (
        move("reschedule_shift", ShiftState.SCHEDULED, ShiftState.SCHEDULED),
        move("remind_ahead", ShiftState.SCHEDULED, ShiftState.SCHEDULED),
        move("start_shift", ShiftState.SCHEDULED, ShiftState.RUNNING),
        move("end_shift", ShiftState.RUNNING, ShiftState.ENDED),
        move("call_roll", ShiftState.ENDED, ShiftState.ENDED),
        move("review_record", ShiftState.ENDED, ShiftState.ENDED),
        move("recount_record_due", ShiftState.ENDED, ShiftState.ENDED),
        move("cancel_shift", {ShiftState.SCHEDULED, ShiftState.RUNNING}, ShiftState.CANCELLED),
    ),
)
