"""When: the lives of plans, opportunities, shifts, signups and attendance."""

from domain.programmes.states.attendance import ATTENDANCE, CAME, AttendanceState
from domain.programmes.states.plans import OPPORTUNITY, PLAN, OpportunityState, PlanState
from domain.programmes.states.shifts import SHIFT, ShiftState
from domain.programmes.states.signups import LIVE, SEATED, SIGNUP, SignupState

__all__ = [
    "ATTENDANCE",
    "CAME",
    "LIVE",
    "OPPORTUNITY",
    "PLAN",
    "SEATED",
    "SHIFT",
    "SIGNUP",
    "AttendanceState",
    "OpportunityState",
    "PlanState",
    "ShiftState",
    "SignupState",
]
