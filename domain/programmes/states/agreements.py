"""When: the life of a written agreement."""

from enum import StrEnum

from domain.states import Machine, move


class AgreementState(StrEnum):
    """Whether a written agreement holds. 书面协议状态"""

    IN_FORCE = "in_force"
    """It holds on its days. 有效"""
    ENDED = "ended"
    """One of the two has ended it before its last day. 已解除"""
    EXPIRED = "expired"
    """Its last day is over. 已期满"""


AGREEMENT = Machine(
    "agreement",
    AgreementState.IN_FORCE,
    (
        move("end_agreement", AgreementState.IN_FORCE, AgreementState.ENDED),
        move("expire_agreement", AgreementState.IN_FORCE, AgreementState.EXPIRED),
    ),
)
