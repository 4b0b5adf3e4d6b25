"""When may what happen to an identity document that a volunteer has shown?"""

from enum import StrEnum

from domain.states import Machine, move


class IdentityState(StrEnum):
    """Whether somebody has seen an identity document. 身份证件状态"""

    CLAIMED = "claimed"
    """Its number was typed; nobody has seen it yet. 待核验"""
    VERIFIED = "verified"
    """Somebody has seen it, and typed the same number. 已核验"""
    REFUSED = "refused"
    """Somebody has looked, and it was not right. 未通过"""
    WITHDRAWN = "withdrawn"
    """It was taken back. 已撤回"""
    EXPIRED = "expired"
    """It was right until its last day. 已过期"""


CLAIMED, VERIFIED, REFUSED, WITHDRAWN, EXPIRED = IdentityState

IDENTITY = Machine(
    "identity document",
    CLAIMED,
    (
        move("verify_identity", CLAIMED, VERIFIED),
        move("refuse_identity", CLAIMED, REFUSED),
        move("withdraw_identity", {CLAIMED, VERIFIED}, WITHDRAWN),
        move("expire_identity", VERIFIED, EXPIRED),
    ),
)
