"""When: the life of an entry in the ledger."""

from enum import StrEnum

from domain.states import Machine, move


class HourState(StrEnum):
    """Where an entry stands. 服务时长状态"""

    LOGGED = "logged"
    VERIFIED = "verified"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    VOIDED = "voided"


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
