"""Do: everything people and the clock do in the ledger of service time."""

from domain.hours.commands.audits import announce_audit, draw_audit
from domain.hours.commands.cases import (
    accept_adjustment,
    contest_adjustment,
    correct_hours,
    escalate_adjustment,
    miss_case,
    open_hour_case,
    propose_adjustment,
    uphold_hours,
)
from domain.hours.commands.entries import (
    adjust_hours,
    clear_suspicion,
    log_hours,
    reject_hours,
    resubmit_hours,
    return_hours,
    suspect_hours,
    void_hours,
)
from domain.hours.commands.kinships import declare_kinship, end_kinship
from domain.hours.commands.verifying import finalize_hours, verify_hours
from domain.hours.commands.whole_shifts import log_shift_hours, verify_shift_hours

__all__ = [
    "accept_adjustment",
    "adjust_hours",
    "announce_audit",
    "clear_suspicion",
    "contest_adjustment",
    "correct_hours",
    "declare_kinship",
    "draw_audit",
    "end_kinship",
    "escalate_adjustment",
    "finalize_hours",
    "log_hours",
    "log_shift_hours",
    "miss_case",
    "open_hour_case",
    "propose_adjustment",
    "reject_hours",
    "resubmit_hours",
    "return_hours",
    "suspect_hours",
    "uphold_hours",
    "verify_hours",
    "verify_shift_hours",
    "void_hours",
]
