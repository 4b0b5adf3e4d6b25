"""When may what happen to a social worker's qualification, and to a supervision?"""

from enum import StrEnum

from domain.states import Machine, move


class SocialWorkerState(StrEnum):
    """Whether a social worker's certificate was checked."""

    REGISTERED = "registered"
    """The certificate is named and not yet checked. 待核验"""
    QUALIFIED = "qualified"
    """The certificate was seen and is right. 已核验"""


SOCIAL_WORKER = Machine(
    "social worker",
    SocialWorkerState.REGISTERED,
    (
        move("verify_qualification", SocialWorkerState.REGISTERED, SocialWorkerState.QUALIFIED),
        move("present_qualification", tuple(SocialWorkerState), SocialWorkerState.REGISTERED),
    ),
)


class SupervisionState(StrEnum):
    """Whether a supervision goes on."""

    ASSIGNED = "assigned"
    """It goes on. 督导中"""
    ENDED = "ended"
    """It is over. 已结束"""


SUPERVISION = Machine(
    "supervision",
    SupervisionState.ASSIGNED,
    (move("end_supervision", SupervisionState.ASSIGNED, SupervisionState.ENDED),),
)
