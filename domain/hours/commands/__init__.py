"""Do: everything people and the clock do in the ledger of service time."""

from domain.hours.commands.entries import adjust_hours, log_hours, reject_hours, void_hours
from domain.hours.commands.verifying import finalize_hours, verify_hours

__all__ = [
    "adjust_hours",
    "finalize_hours",
    "log_hours",
    "reject_hours",
    "verify_hours",
    "void_hours",
]
