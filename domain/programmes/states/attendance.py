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
    """Did not come, as far as is known now; it can be explained. 暂记缺席"""
    EXCUSED = "excused"
    """Did not come, for a reason that holds. 已请假"""
    NO_SHOW = "no_show"
    """Did not come. 缺席"""
    CORRECTED_PRESENT = "corrected_present"
    """Was there, as was found later. 更正为到场"""
    SERVICE_CANCELLED = "service_cancelled"
    """The shift was called off. 班次取消"""
    VOID = "void"
    """Came without a seat and never showed who they are: it does not count. 已作废"""


HERE = frozenset({AttendanceState.CHECKED_IN, AttendanceState.ON_BREAK})
#: Of whom it is known how long they were there.
MEASURED = frozenset({AttendanceState.CHECKED_OUT, AttendanceState.CORRECTED_PRESENT})
CAME = HERE | MEASURED | {AttendanceState.MISSING_CHECK_OUT}
ABSENT = frozenset({AttendanceState.NO_SHOW_PROVISIONAL, AttendanceState.EXCUSED, AttendanceState.NO_SHOW})
UNSETTLED = HERE | {AttendanceState.EXPECTED, AttendanceState.NO_SHOW_PROVISIONAL}

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
        move("presume_no_show", AttendanceState.EXPECTED, AttendanceState.NO_SHOW_PROVISIONAL),
        move("explain_no_show", AttendanceState.NO_SHOW_PROVISIONAL, AttendanceState.NO_SHOW_PROVISIONAL),
        move("excuse_no_show", {AttendanceState.NO_SHOW_PROVISIONAL, AttendanceState.NO_SHOW}, AttendanceState.EXCUSED),
        move("uphold_no_show", AttendanceState.NO_SHOW_PROVISIONAL, AttendanceState.NO_SHOW),
        move("settle_no_show", AttendanceState.NO_SHOW_PROVISIONAL, AttendanceState.NO_SHOW),
        move(
            "correct_attendance",
            ABSENT | MEASURED | {AttendanceState.MISSING_CHECK_OUT},
            AttendanceState.CORRECTED_PRESENT,
        ),
        *(move("review_walk_in", state, {state, AttendanceState.VOID}) for state in sorted(CAME)),
        move("cancel_attendance", UNSETTLED, AttendanceState.SERVICE_CANCELLED),
    ),
)
