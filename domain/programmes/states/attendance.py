"""When: the life of an attendance."""

from enum import StrEnum

from domain.states import Machine, move


class AttendanceState(StrEnum):
    """Whether somebody came. 出勤状态"""

    EXPECTED = "expected"
    """Not here yet. 待签到"""
    CHECKED_IN = "checked_in"
    """Here. 已签到"""
    ON_BREAK = "on_break"
    """Here, and having a break, which is not counted. 休息中"""
    CHECKED_OUT = "checked_out"
    """Was here and left. 已签退"""
    MISSING_CHECK_OUT = "missing_check_out"
    """Was here, and nobody knows until when: nothing is credited before somebody confirms it. 未签退"""
    NO_SHOW_PROVISIONAL = "no_show_provisional"
    """Did not come, as far as is known now. 暂记缺席"""


HERE = frozenset({AttendanceState.CHECKED_IN, AttendanceState.ON_BREAK})
CAME = HERE | {AttendanceState.CHECKED_OUT, AttendanceState.MISSING_CHECK_OUT}

ATTENDANCE = Machine(
    "attendance",
    AttendanceState.EXPECTED,
    (
        move("check_in", {AttendanceState.EXPECTED, AttendanceState.NO_SHOW_PROVISIONAL}, AttendanceState.CHECKED_IN),
        move("begin_break", AttendanceState.CHECKED_IN, AttendanceState.ON_BREAK),
        move("end_break", AttendanceState.ON_BREAK, AttendanceState.CHECKED_IN),
        move("check_out", HERE, AttendanceState.CHECKED_OUT),
        move("miss_check_out", HERE, AttendanceState.MISSING_CHECK_OUT),
        move("confirm_check_out", HERE | {AttendanceState.MISSING_CHECK_OUT}, AttendanceState.CHECKED_OUT),
        move("propose_times", AttendanceState.MISSING_CHECK_OUT, AttendanceState.MISSING_CHECK_OUT),
        move("propose_times", AttendanceState.CHECKED_OUT, AttendanceState.CHECKED_OUT),
        move("propose_times", AttendanceState.NO_SHOW_PROVISIONAL, AttendanceState.NO_SHOW_PROVISIONAL),
        move("mark_no_show", AttendanceState.EXPECTED, AttendanceState.NO_SHOW_PROVISIONAL),
    ),
)
