"""When: the life of an attendance."""

from enum import StrEnum

from domain.states import Machine, move


class AttendanceState(StrEnum):
    """Whether somebody came. 出勤状态"""

    EXPECTED = "expected"
    """Not here yet. 待签到"""
    CHECKED_IN = "checked_in"
    """Here. 已签到"""
    CHECKED_OUT = "checked_out"
    """Was here and left. 已签退"""
    NO_SHOW_PROVISIONAL = "no_show_provisional"
    """Did not come, as far as is known now. 暂记缺席"""


ATTENDANCE = Machine(
    "attendance",
    AttendanceState.EXPECTED,
    (
        move("check_in", {AttendanceState.EXPECTED, AttendanceState.NO_SHOW_PROVISIONAL}, AttendanceState.CHECKED_IN),
        move("check_out", AttendanceState.CHECKED_IN, AttendanceState.CHECKED_OUT),
        move("mark_no_show", AttendanceState.EXPECTED, AttendanceState.NO_SHOW_PROVISIONAL),
    ),
)
