"""When: the life of an entry in the ledger."""

from enum import StrEnum

from domain.states import Machine, move


class HourState(StrEnum):
    """Where an entry stands. 服务时长状态"""

    LOGGED = "logged"
    """Written down, not yet confirmed. 已登记"""
    PENDING_SECOND = "pending_second"
    """Confirmed once; somebody of another organization confirms it too. 待第二人核实"""
    VERIFIED = "verified"
    """Confirmed by somebody else: it counts, and is in public notice. 已核实（公示中）"""
    FINAL = "final"
    """It counts, and its public notice is over. 已确定"""
    REJECTED = "rejected"
    """Refused; another may be logged. 已驳回"""
    SUPERSEDED = "superseded"
    """Another entry took its place. 已被更正"""
    VOIDED = "voided"
    """It should never have been; it counts no more. 已作废"""


#: Entries that wait to be decided, those that count, and both: all that stand for the service done, one at most for
#: each signup.
PENDING = frozenset({HourState.LOGGED, HourState.PENDING_SECOND})
COUNTED = frozenset({HourState.VERIFIED, HourState.FINAL})
STANDING = PENDING | COUNTED

HOURS = Machine(
    "hour entry",
    HourState.LOGGED,
    (
        move("verify_hours", PENDING, {HourState.PENDING_SECOND, HourState.VERIFIED}),
        move("finalize_hours", HourState.VERIFIED, HourState.FINAL),
        move("reject_hours", PENDING, HourState.REJECTED),
        move("adjust_hours", STANDING, HourState.SUPERSEDED),
        move("void_hours", STANDING, HourState.VOIDED),
    ),
)
