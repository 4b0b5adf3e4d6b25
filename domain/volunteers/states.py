"""When may what happen to an identity document, to proof of a competence, an insurance, a note of who was served?"""

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


class CompetenceState(StrEnum):
    """Whether somebody has seen the proof of a competence. 能力状态"""

    CLAIMED = "claimed"
    """It was written down; nobody has seen the proof yet. 待确认"""
    CURRENT = "current"
    """Somebody has seen the proof. 有效"""
    REFUSED = "refused"
    """Somebody has looked, and it proves too little. 未通过"""
    WITHDRAWN = "withdrawn"
    """It was taken back. 已撤回"""
    REVOKED = "revoked"
    """It was found to be wrong, or to hold no longer. 已撤销"""
    EXPIRED = "expired"
    """It held until its last day. 已到期"""


COMPETENCE = Machine(
    "competence",
    CompetenceState.CLAIMED,
    (
        move("confirm_competence", CompetenceState.CLAIMED, CompetenceState.CURRENT),
        move("refuse_competence", CompetenceState.CLAIMED, CompetenceState.REFUSED),
        move("withdraw_competence", {CompetenceState.CLAIMED, CompetenceState.CURRENT}, CompetenceState.WITHDRAWN),
        move("revoke_competence", CompetenceState.CURRENT, CompetenceState.REVOKED),
        move("open_renewal", CompetenceState.CURRENT, CompetenceState.CURRENT),
        move("expire_competence", CompetenceState.CURRENT, CompetenceState.EXPIRED),
    ),
)


class InsuranceState(StrEnum):
    """Whether an insurance covers its days. 保险状态"""

    IN_FORCE = "in_force"
    """It covers the days from its first to its last. 有效"""
    ENDED = "ended"
    """It was given up before its last day. 已终止"""
    EXPIRED = "expired"
    """Its last day is over. 已到期"""


INSURANCE = Machine(
    "insurance",
    InsuranceState.IN_FORCE,
    (
        move("end_insurance", InsuranceState.IN_FORCE, InsuranceState.ENDED),
        move("expire_insurance", InsuranceState.IN_FORCE, InsuranceState.EXPIRED),
    ),
)


class ServedState(StrEnum):
    """Whether it is noted that somebody was served. 服务对象登记状态"""

    NOTED = "noted"
    """It is noted, and counted. 已登记"""
    WITHDRAWN = "withdrawn"
    """It was taken back. 已撤回"""


SERVED = Machine(
    "served resident", ServedState.NOTED, (move("withdraw_served", ServedState.NOTED, ServedState.WITHDRAWN),)
)
