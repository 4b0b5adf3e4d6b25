"""When may what happen to a social worker, and to a supervision?"""

from enum import StrEnum

from domain.states import Machine, move


class SocialWorkerState(StrEnum):
    """Whether a social worker's certificate was checked, and whether they still work for the agency. 社会工作者状态"""

    REGISTERED = "registered"
    """The certificate is named and not yet checked. 待核验"""
    QUALIFIED = "qualified"
    """The certificate was seen and is right. 已核验"""
    RELEASED = "released"
    """They work for this agency no longer. 已离任"""


REGISTERED, QUALIFIED, RELEASED = SocialWorkerState

SOCIAL_WORKER = Machine(
    "social worker",
    REGISTERED,
    (
        move("verify_qualification", REGISTERED, QUALIFIED),
        move("release_social_worker", {REGISTERED, QUALIFIED}, RELEASED),
    ),
)


class SupervisionState(StrEnum):
    """Whether a supervision goes on. 督导状态"""

    ASSIGNED = "assigned"
    """It goes on, or will begin. 督导中"""
    ENDED = "ended"
    """It is over. 已结束"""


ASSIGNED, ENDED = SupervisionState

SUPERVISION = Machine(
    "supervision",
    ASSIGNED,
    (
        move("end_supervision", ASSIGNED, ENDED),
        move("expire_supervision", ASSIGNED, ENDED),
    ),
)
