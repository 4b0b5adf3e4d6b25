"""When: the lives of an entry in the ledger, of a case about it, of a kinship that is declared, and of a spot check."""

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
    RETURNED = "returned"
    """Sent back to whoever logged it: something is missing. 已退回补充"""
    SUSPECT = "suspect"
    """Something speaks against it; it does not count while that is looked into. 存疑"""
    REJECTED = "rejected"
    """Refused; another may be logged. 已驳回"""
    SUPERSEDED = "superseded"
    """Another entry took its place. 已被更正"""
    VOIDED = "voided"
    """It should never have been; it counts no more. 已作废"""


#: Entries that wait to be verified, those that count, and all that stand for the service done, one at most for each
#: signup.
PENDING = frozenset({HourState.LOGGED, HourState.PENDING_SECOND})
COUNTED = frozenset({HourState.VERIFIED, HourState.FINAL})
STANDING = PENDING | COUNTED | {HourState.RETURNED, HourState.SUSPECT}

HOURS = Machine(
    "hour entry",
    HourState.LOGGED,
    (
        move("verify_hours", PENDING, {HourState.PENDING_SECOND, HourState.VERIFIED}),
        move("finalize_hours", HourState.VERIFIED, HourState.FINAL),
        move("return_hours", PENDING, HourState.RETURNED),
        move("resubmit_hours", HourState.RETURNED, {HourState.LOGGED, HourState.SUPERSEDED}),
        move("reject_hours", PENDING | {HourState.RETURNED}, HourState.REJECTED),
        move("adjust_hours", STANDING - {HourState.SUSPECT}, HourState.SUPERSEDED),
        move("suspect_hours", COUNTED, HourState.SUSPECT),
        move("clear_suspicion", HourState.SUSPECT, COUNTED),
        move("void_hours", STANDING, HourState.VOIDED),
    ),
)


class CaseState(StrEnum):
    """Where a case about service time stands. 时长异议状态"""

    PROPOSED = "proposed"
    """Fewer minutes are proposed, and the volunteer has not answered yet. 拟更正，待志愿者回应"""
    ACCEPTED = "accepted"
    """The volunteer agrees: a new entry says so. 志愿者已同意"""
    OPEN = "open"
    """Somebody who had no part in it decides. 待审核"""
    OVERDUE = "overdue"
    """It should have been decided by now. 逾期未审核"""
    UPHELD = "upheld"
    """The hours stay as they were. 维持原时长"""
    CORRECTED = "corrected"
    """A new entry took their place. 已更正"""


#: Cases that are not over; there is one at most for each signup.
UNDECIDED = frozenset({CaseState.PROPOSED, CaseState.OPEN, CaseState.OVERDUE})
BEFORE_A_JUDGE = UNDECIDED - {CaseState.PROPOSED}

CASE = Machine(
    "hour case",
    CaseState.OPEN,
    (
        move("accept_adjustment", CaseState.PROPOSED, CaseState.ACCEPTED),
        move("contest_adjustment", CaseState.PROPOSED, CaseState.OPEN),
        move("escalate_adjustment", CaseState.PROPOSED, CaseState.OPEN),
        move("miss_case", CaseState.OPEN, CaseState.OVERDUE),
        move("uphold_hours", BEFORE_A_JUDGE, CaseState.UPHELD),
        move("correct_hours", BEFORE_A_JUDGE, CaseState.CORRECTED),
    ),
)


class KinshipState(StrEnum):
    """Whether a kinship stands. 亲属关系申报状态"""

    DECLARED = "declared"
    """It stands. 已申报"""
    ENDED = "ended"
    """It stands no more, or never was. 已终止"""


KINSHIP = Machine(
    "kinship",
    KinshipState.DECLARED,
    (move("end_kinship", KinshipState.DECLARED, KinshipState.ENDED),),
)


class AuditState(StrEnum):
    """Where a spot check stands. 抽查状态"""

    ANNOUNCED = "announced"
    """Its seed is committed, and nobody knows it. 已公告"""
    DRAWN = "drawn"
    """The lots are drawn, and the seed is published. 已抽取"""


AUDIT = Machine(
    "audit draw",
    AuditState.ANNOUNCED,
    (move("draw_audit", AuditState.ANNOUNCED, AuditState.DRAWN),),
)
