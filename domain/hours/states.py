"""When: the life of an entry in the ledger."""

from enum import StrEnum

from domain.states import Machine, move


class HourState(StrEnum):
    """Where an entry stands. 服务时长状态"""

    LOGGED = "logged"
    """Written down, not yet confirmed. 已登记"""
    VERIFIED = "verified"
    """Confirmed by somebody else: it counts. 已核实"""
    REJECTED = "rejected"
    """Refused; another may be logged. 已驳回"""
    SUPERSEDED = "superseded"
    """Another entry took its place. 已被更正"""
    VOIDED = "voided"
    """It should never have been; it counts no more. 已作废"""


#: Entries that stand for the service done; there is one at most for each signup.
STANDING = frozenset({HourState.LOGGED, HourState.VERIFIED})

HOURS = Machine(
    "hour entry",
    HourState.LOGGED,
    (
        move("verify_hours", HourState.LOGGED, HourState.VERIFIED),
        move("reject_hours", HourState.LOGGED, HourState.REJECTED),
        move("adjust_hours", STANDING, HourState.SUPERSEDED),
        move("void_hours", STANDING, HourState.VOIDED),
    ),
)
