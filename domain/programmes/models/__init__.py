"""What: service plans, opportunities, positions, shifts, who has a seat in them or hands it over, and who came."""

from domain.programmes.models.agreements import Agreement
from domain.programmes.models.attendance import (
    SHOWN_ON_THE_SPOT,
    Attendance,
    AttendanceSource,
    Break,
    CheckInCode,
    Excuse,
)
from domain.programmes.models.bookings import Booking
from domain.programmes.models.invitations import Invitation
from domain.programmes.models.offline import Device, Doubt, OfflineEvent, OfflineKind, Verdict
from domain.programmes.models.plans import Opportunity, ServicePlan
from domain.programmes.models.positions import Position
from domain.programmes.models.series import Series
from domain.programmes.models.shifts import RecordState, Shift
from domain.programmes.models.signups import Signup
from domain.programmes.models.swaps import Swap

__all__ = [
    "SHOWN_ON_THE_SPOT",
    "Agreement",
    "Attendance",
    "AttendanceSource",
    "Booking",
    "Break",
    "CheckInCode",
    "Device",
    "Doubt",
    "Excuse",
    "Invitation",
    "OfflineEvent",
    "OfflineKind",
    "Opportunity",
    "Position",
    "RecordState",
    "Series",
    "ServicePlan",
    "Shift",
    "Signup",
    "Swap",
    "Verdict",
]
