"""When: the lives of plans, opportunities, positions, shifts and their series, agreements, signups and attendance."""

from domain.programmes.states.agreements import AGREEMENT, AgreementState
from domain.programmes.states.attendance import ABSENT, ATTENDANCE, CAME, HERE, MEASURED, UNSETTLED, AttendanceState
from domain.programmes.states.bookings import BOOKING, BookingState
from domain.programmes.states.devices import DEVICE, DeviceState
from domain.programmes.states.invitations import INVITATION, InvitationState
from domain.programmes.states.plans import OPPORTUNITY, PLAN, OpportunityState, PlanState
from domain.programmes.states.positions import POSITION, PositionState
from domain.programmes.states.series import SERIES, SeriesState
from domain.programmes.states.shifts import SHIFT, ShiftState
from domain.programmes.states.signups import LIVE, SEATED, SIGNUP, SignupState
from domain.programmes.states.swaps import SWAP, SwapState

__all__ = [
    "ABSENT",
    "AGREEMENT",
    "ATTENDANCE",
    "BOOKING",
    "CAME",
    "DEVICE",
    "HERE",
    "INVITATION",
    "LIVE",
    "MEASURED",
    "OPPORTUNITY",
    "PLAN",
    "POSITION",
    "SEATED",
    "SERIES",
    "SHIFT",
    "SIGNUP",
    "SWAP",
    "UNSETTLED",
    "AgreementState",
    "AttendanceState",
    "BookingState",
    "DeviceState",
    "InvitationState",
    "OpportunityState",
    "PlanState",
    "PositionState",
    "SeriesState",
    "ShiftState",
    "SignupState",
    "SwapState",
]
