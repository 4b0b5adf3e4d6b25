"""How are plans, opportunities, shifts, signups and attendance shown, and to whom?"""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from api.engine.declare import (
    Connection,
    Node,
    by_id,
    changes,
    column,
    every,
    expression,
    filters,
    graph,
    many,
    money,
    moves,
    one,
    orders,
    related,
    rows,
)
from domain.access import Actor
from domain.columns import Money, Text
from domain.hours.models import HourEntry as HourEntryRow
from domain.programmes import models, states
from domain.programmes.access import RULES
from domain.programmes.explained import shift_requirements, unmet_of_match
from domain.programmes.geofence import Geofence
from domain.programmes.matching import candidates
from domain.programmes.requirements import REQUIREMENTS, RequirementCode
from domain.regulations.applied import rules_applied
from domain.states import is_in
from domain.volunteers.models import Volunteer as VolunteerRow

if TYPE_CHECKING:
    from api.communities.types import Community
    from api.hours.types import HourEntry
    from api.organizations.types import Organization
    from api.regulations.types import Rule, RuleApplied
    from api.training.types import Training
    from api.volunteers.types import Volunteer
    from api.workers.types import SocialWorker

ServicePlanOrder = orders(models.ServicePlan, "-since")
ServicePlanFilter = filters(
    models.ServicePlan, "state", "community_id", "organization_id", "social_worker_id", "since", "until"
)
OpportunityOrder = orders(models.Opportunity, "-id")
OpportunityFilter = filters(models.Opportunity, "state", "community_id", "organization_id", "plan_id")
AgreementOrder = orders(models.Agreement, "-signed_at")
PositionOrder = orders(models.Position, "id")
PositionFilter = filters(models.Position, "state")
ShiftOrder = orders(models.Shift, "starts_at", "record_due")
ShiftFilter = filters(
    models.Shift,
    "state",
    "starts_at",
    "record_due",
    "record_state",
    "street_id",
    "community_id",
    "organization_id",
    "opportunity_id",
    "position_id",
    "series_id",
    opportunity=related(models.Shift.opportunity_id, "OpportunityFilter"),
)
SignupOrder = orders(models.Signup, "signed_up_at")
AttendanceOrder = orders(models.Attendance, "-id")
AttendanceFilter = filters(
    models.Attendance,
    "state",
    "source",
    "geofence",
    "walk_in",
    signup=related(models.Attendance.signup_id, "SignupFilter"),
)
DeviceOrder = orders(models.Device, "-registered_at")
OfflineEventOrder = orders(models.OfflineEvent, "-received_at")
OfflineEventFilter = filters(
    models.OfflineEvent,
    "verdict",
    "doubt",
    "device_id",
    signup=related(models.OfflineEvent.signup_id, "SignupFilter"),
)
BreakOrder = orders(models.Break, "began_at")
BookingOrder = orders(models.Booking, "-booked_at")
BookingFilter = filters(models.Booking, "state", "shift_id")
SwapOrder = orders(models.Swap, "-proposed_at")
SwapFilter = filters(models.Swap, "state", "shift_id")
InvitationOrder = orders(models.Invitation, "-invited_at")
InvitationFilter = filters(models.Invitation, "state", "shift_id", "volunteer_id")
SignupFilter = filters(
    models.Signup, "shift_id", "state", "late", "volunteer_id", shift=related(models.Signup.shift_id, "ShiftFilter")
)


@graph(models.ServicePlan, see=(RULES, "see_service_plan"))
class ServicePlan(Node):
    """What a social worker means to do for a community, with aims and measures. 服务方案"""

    title: Text
    """What it is called."""
    aims: Text
    measures: Text
    budget: Money | None = money(models.ServicePlan.budget, models.ServicePlan.currency)
    since: date
    until: date
    state: states.PlanState
    """Where it stands."""
    community: "Community | None" = one(models.ServicePlan.community_id)
    organization: "Organization | None" = one(models.ServicePlan.organization_id)
    social_worker: "SocialWorker | None" = one(models.ServicePlan.social_worker_id)
    opportunities: "Connection[Opportunity]" = many(
        models.Opportunity.plan_id, order=OpportunityOrder, filter=OpportunityFilter
    )
    """Its ways to help."""
    viewer_can: list[str] = moves(states.PLAN, RULES)
    """What you can do about it now."""


@graph(models.Agreement, see=(RULES, "see_agreement"))
class Agreement(Node):
    """What was offered for an opportunity and signed by a volunteer (志愿服务条例第十四条). 书面协议"""

    opportunity: "Opportunity | None" = one(models.Agreement.opportunity_id)
    organization: "Organization | None" = one(models.Agreement.organization_id)
    volunteer: "Volunteer | None" = one(models.Agreement.volunteer_id)
    wording: str
    language: str
    since: date
    until: date
    signed_at: datetime
    reason: str | None
    state: states.AgreementState
    viewer_can: list[str] = moves(states.AGREEMENT, RULES)
    """What you can do about it now."""


@graph(models.Opportunity, see=(RULES, "see_opportunity"))
class Opportunity(Node):
    """A way to help, with true information and risks (志愿服务条例第十二条). 志愿机会"""

    title: Text
    """What it is called."""
    tasks: Text
    risks: Text
    dangerous: bool
    term_months: int | None
    full_time: bool
    large_event: bool
    out_of_city: bool
    agreement: Text | None
    agreements: "Connection[Agreement]" = many(models.Agreement.opportunity_id, order=AgreementOrder)
    """The agreements that were signed, the newest first."""
    place: Text
    latitude: Decimal | None
    longitude: Decimal | None
    radius: int | None
    skills: list[str]
    languages: list[str]
    reviews_signups: bool
    changed_at: datetime | None
    state: states.OpportunityState
    """Where it stands."""
    plan: "ServicePlan | None" = one(models.Opportunity.plan_id)
    positions: "Connection[Position]" = many(models.Position.opportunity_id, order=PositionOrder, filter=PositionFilter)
    """What is done there by some and not by all."""
    shifts: "Connection[Shift]" = many(models.Shift.opportunity_id, order=ShiftOrder, filter=ShiftFilter)
    """When one can help."""
    series: "Connection[Series]" = many(models.Series.opportunity_id)
    """What of it recurs."""
    viewer_can: list[str] = moves(states.OPPORTUNITY, RULES)
    """What you can do about it now."""


@graph(models.Position, see=(RULES, "see_position"))
class Position(Node):
    """One of several things that are done at an opportunity, with what it needs beyond what all need. 岗位"""

    title: Text
    """What whoever serves in it is called there."""
    tasks: Text
    place: Text | None
    skills: list[str]
    languages: list[str]
    changed_at: datetime | None
    state: states.PositionState
    """Whether somebody is still wanted for it."""
    opportunity: "Opportunity | None" = one(models.Position.opportunity_id)
    shifts: "Connection[Shift]" = many(models.Shift.position_id, order=ShiftOrder, filter=ShiftFilter)
    """When one can serve in it."""
    viewer_can: list[str] = moves(states.POSITION, RULES)
    """What you can do about it now."""


@graph(models.Series, see=(RULES, "see_series"))
class Series(Node):
    """Shifts of one kind that follow a rule. 系列班次"""

    rrule: str
    starts_at: datetime
    """When its first shift begins."""
    ends_at: datetime
    """When its first shift ends."""
    capacity: int
    skips_holidays: bool
    opens_ahead: int
    everyone_after: int | None
    neighbours_after: int | None
    regulars_after: int | None
    newcomers_after: int | None
    until: date
    opened_until: date
    state: states.SeriesState
    """Where it stands."""
    opportunity: "Opportunity | None" = one(models.Series.opportunity_id)
    position: "Position | None" = one(models.Series.position_id)
    """What its shifts are for; null if all do the same."""
    shifts: "Connection[Shift]" = many(models.Shift.series_id, order=ShiftOrder, filter=ShiftFilter)
    """Those that have been opened."""
    viewer_can: list[str] = moves(states.SERIES, RULES)
    """What you can do about it now."""


@graph(see=(RULES, "see_shift"))
class ShiftRequirement:
    """What a volunteer has to meet for a shift, asked as signing up asks it, for the shift's place and day. 报名条件"""

    code: RequirementCode
    """Which one; signing up refuses with this code, in lower case."""
    met: bool
    """Whether the volunteer meets it now."""
    says: Text
    """What is said to whoever does not."""
    remedy: Text | None
    """What can be done about it; null, if nothing can for this shift."""
    deadline: datetime | None
    """Until when that can be done; null, if nothing can."""
    rule: "Rule | None" = one("rule_id")
    """The rule that it goes by, with its number and its source."""
    missing: list[str] | None
    """Which skills, or languages, nobody has confirmed for that day; null if it is about none, or met."""
    training: "Training | None" = one("training_id")
    """The next training in one of these skills that is over before the shift, if there is one."""


@graph(see=(RULES, "see_shift"))
class Match:
    """A volunteer and a shift, and how well they suit each other: a sum whose every term is told. 匹配

    Whoever meets everything comes first, then the higher sum. It decides nothing: people ask, sign up or leave it.
    """

    volunteer: "Volunteer | None" = one("volunteer_id")
    """Who could serve."""
    shift: "Shift | None" = one("shift_id")
    """Where."""
    score: int
    """The sum of the five terms."""
    languages: int
    """Three points for each needed language that the volunteer speaks."""
    skills: int
    """Two for each needed skill."""
    served_here: int
    """Two for whoever has come to a shift of the organization before."""
    available: int
    """2 where the shift lies within the times that they said they can; -2 where it lies in none of them."""
    lives_near: int
    """One for whoever lives in the community, or mostly serves there."""
    this_week: int
    """One less for each eight hours of service in that week, so that others have their turn."""
    eligible: bool
    """Whether the volunteer meets all that signing up asks, on the shift's day."""
    unmet: "list[ShiftRequirement]" = rows(unmet_of_match, adds_up=False, most=len(REQUIREMENTS))
    """What they do not meet, with rule, remedy and deadline."""


def seats_left(shift: Any, _: Actor) -> Any:
    return shift.c.capacity - shift.c.taken


@graph(models.Shift, see=(RULES, "see_shift"))
class Shift(Node):
    """One stretch of service, with seats. 班次"""

    starts_at: datetime
    """When it begins."""
    ends_at: datetime
    """When it ends."""
    capacity: int
    taken: int
    seats_left: int = expression(seats_left)
    """Seats that are free."""
    reviewed: bool
    everyone_from: datetime | None
    neighbours_from: datetime | None
    regulars_from: datetime | None
    newcomers_from: datetime | None
    record_due: date
    record_due_provisional: bool
    record_state: models.RecordState
    record_review_at: datetime | None
    moved_at: datetime | None
    reminded_at: datetime | None
    remind_at: datetime | None
    roll_called_at: datetime | None
    state: states.ShiftState
    """Where it stands."""
    opportunity: "Opportunity | None" = one(models.Shift.opportunity_id)
    position: "Position | None" = one(models.Shift.position_id)
    """What it is for; null if all do the same."""
    series: "Series | None" = one(models.Shift.series_id)
    """What it recurs in, if it does."""
    occurrence: date | None
    requirements: "list[ShiftRequirement]" = rows(shift_requirements, most=len(REQUIREMENTS))
    """What you have to meet for it, or whom you are the guardian of; of others nothing is told."""
    candidates: "list[Match]" = rows(candidates)
    """Who could be asked, the best first, for whoever leads it: who lives near, came before or speaks the language."""
    signups: "Connection[Signup]" = many(models.Signup.shift_id, order=SignupOrder, filter=SignupFilter)
    """Who signed up, as far as you may see."""
    invitations: "Connection[Invitation]" = many(
        models.Invitation.shift_id, order=InvitationOrder, filter=InvitationFilter
    )
    """Who was invited, as far as you may see, the last first."""
    viewer_can: list[str] = moves(states.SHIFT, RULES)
    """What you can do about it now."""


def waiting_ahead(signup: Any, _: Actor) -> Any:
    """How many are before it in line; null for whoever does not wait."""
    other = models.Signup.__table__.alias()  # type: ignore[attr-defined]
    ahead = (
        select(func.count())
        .select_from(other)
        .where(
            other.c.shift_id == signup.c.shift_id,
            is_in(other.c.state, states.SignupState.WAITLISTED),
            other.c.place < signup.c.place,
        )
        .scalar_subquery()
    )
    return case((is_in(signup.c.state, states.SignupState.WAITLISTED), ahead))


@graph(models.Signup, see=(RULES, "see_signup"))
class Signup(Node):
    """A volunteer's seat in a shift, or place on its waitlist. 报名"""

    signed_up_at: datetime
    """When it was made."""
    place: int | None
    waiting_ahead: int | None = expression(waiting_ahead)
    """How many are before you in line; null for whoever does not wait."""
    offer_expires_at: datetime | None
    held_until: datetime | None
    late: bool
    state: states.SignupState
    """Where it stands."""
    shift: "Shift | None" = one(models.Signup.shift_id)
    volunteer: "Volunteer | None" = one(models.Signup.volunteer_id)
    attendance: "Connection[Attendance]" = many(models.Attendance.signup_id)
    """Whether the volunteer came: one at most."""
    hours: "Connection[HourEntry]" = many(HourEntryRow.signup_id)
    """The time given, with what was corrected."""
    rules_applied: "list[RuleApplied]" = rows(rules_applied, adds_up=False)
    """By which rules the seat was given, offered or given up."""
    viewer_can: list[str] = moves(states.SIGNUP, RULES)
    """What you can do about it now."""


def members(booking: Any, _: Actor) -> Any:
    """By the names that others see, in the order in which they joined: the group's contact knows who comes."""
    signup, volunteer = models.Signup.__table__.alias(), VolunteerRow.__table__.alias()  # type: ignore[attr-defined]
    found = select(volunteer.c.display_name).where(
        signup.c.booking_id == booking.c.id,
        is_in(signup.c.state, *states.SEATED),
        volunteer.c.id == signup.c.volunteer_id,
    )
    return func.array(found.order_by(signup.c.id).scalar_subquery())


@graph(models.Booking, see=(RULES, "see_booking"))
class Booking(Node):
    """Seats that a group holds until its members take them by name, or the time for that is over. 团体预留"""

    name: str
    seats: int
    named: int
    members: list[str] = expression(members)
    """Who has taken a seat by name, by the names others see."""
    join_code: str | None = column(guard=(RULES, "see_join_code"))
    booked_at: datetime
    """When the seats were booked."""
    names_due_at: datetime
    state: states.BookingState
    """Whether seats without names are still held."""
    shift: "Shift | None" = one(models.Booking.shift_id)
    viewer_can: list[str] = moves(states.BOOKING, RULES)
    """What you can do about it now."""


def giver_name(swap: Any, _: Actor) -> Any:
    """Whoever may see the offer knows both by the names that others see."""
    return _name_of(swap.c.giver_id)


def taker_name(swap: Any, _: Actor) -> Any:
    """The same of the other."""
    return _name_of(swap.c.taker_id)


def _name_of(volunteer_id: Any) -> Any:
    volunteer = VolunteerRow.__table__.alias()  # type: ignore[attr-defined]
    return select(volunteer.c.display_name).where(volunteer.c.id == volunteer_id).scalar_subquery()


@graph(models.Swap, see=(RULES, "see_swap"))
class Swap(Node):
    """A volunteer's seat, offered to a named one who stands in, or gives a seat of their own for it. 换班"""

    proposed_at: datetime
    """When it was offered."""
    expires_at: datetime
    answered_at: datetime | None
    giver_name: str = expression(giver_name)
    """Whose seat it is, by the name others see."""
    taker_name: str = expression(taker_name)
    """To whom it is offered, by the name others see."""
    state: states.SwapState
    """Whether the seat has changed hands."""
    shift: "Shift | None" = one(models.Swap.shift_id)
    return_shift: "Shift | None" = one(models.Swap.return_shift_id)
    viewer_can: list[str] = moves(states.SWAP, RULES)
    """What you can do about it now."""


def invited_name(invitation: Any, _: Actor) -> Any:
    """The same of whoever is invited."""
    return _name_of(invitation.c.volunteer_id)


@graph(models.Invitation, see=(RULES, "see_invitation"))
class Invitation(Node):
    """A volunteer is asked to serve in a shift. It holds no seat: whoever accepts signs up. 邀请"""

    invited_at: datetime
    """When they were asked."""
    expires_at: datetime
    answered_at: datetime | None
    volunteer_name: str = expression(invited_name)
    """Who is invited, by the name others see."""
    state: states.InvitationState
    """What came of it."""
    shift: "Shift | None" = one(models.Invitation.shift_id)
    volunteer: "Volunteer | None" = one(models.Invitation.volunteer_id)
    viewer_can: list[str] = moves(states.INVITATION, RULES)
    """What you can do about it now."""


@graph(models.Attendance, see=(RULES, "see_attendance"))
class Attendance(Node):
    """That somebody came, and how it is known. 出勤"""

    checked_in_at: datetime | None
    """When the volunteer came."""
    checked_out_at: datetime | None
    """When the volunteer left."""
    source: models.AttendanceSource | None
    distance: int | None
    geofence: Geofence
    walk_in: bool
    identity_by: datetime | None
    check_out_by: datetime | None
    minutes: int | None
    proposed_in_at: datetime | None
    proposed_out_at: datetime | None
    objection_until: datetime | None
    excuse: models.Excuse | None
    excuse_says: str | None
    decided_at: datetime | None
    reason: str | None
    state: states.AttendanceState
    """Where it stands."""
    signup: "Signup | None" = one(models.Attendance.signup_id)
    breaks: "Connection[Break]" = many(models.Break.attendance_id, order=BreakOrder)
    """What was not counted."""
    viewer_can: list[str] = moves(states.ATTENDANCE, RULES)
    """What you can do about it now."""


@graph(models.Break, see=(RULES, "see_break"))
class Break(Node):
    """Time within an attendance that is not counted as service. 休息"""

    began_at: datetime
    """When it began."""
    ended_at: datetime | None
    """When the volunteer went on, or left."""


@graph(models.Device, see=(RULES, "see_device"))
class Device(Node):
    """A telephone or tablet that checks people in without a network, and signs what it notes. 离线签到设备"""

    name: str
    registered_at: datetime
    """When it was registered."""
    state: states.DeviceState
    """Whether what it signs is believed."""
    viewer_can: list[str] = moves(states.DEVICE, RULES)
    """What you can do about it now."""


@graph(models.OfflineEvent, see=(RULES, "see_offline_event"))
class OfflineEvent(Node):
    """What a device noted and signed without a network, as it arrived. 离线签到记录"""

    seq: int
    noted: models.OfflineKind
    claimed_at: datetime
    received_at: datetime
    skew: int
    event: str
    verdict: models.Verdict
    doubt: models.Doubt | None
    device: "Device | None" = one(models.OfflineEvent.device_id)
    signup: "Signup | None" = one(models.OfflineEvent.signup_id)


@graph(models.CheckInCode, see=(RULES, "see_check_in_code"))
class CheckInCode(Node):
    """Six digits and a QR code that whoever runs the service shows on the spot; new ones every few minutes. 签到码"""

    code: str
    valid_until: datetime
    qr: str | None
    qr_every: int
    shift: "Shift | None" = one(models.CheckInCode.shift_id)


class Query:
    service_plan: "ServicePlan | None" = by_id(models.ServicePlan)
    """A service plan by id."""
    service_plans: "Connection[ServicePlan]" = every(
        models.ServicePlan, order=ServicePlanOrder, filter=ServicePlanFilter
    )
    """Service plans."""
    opportunity: "Opportunity | None" = by_id(models.Opportunity)
    """An opportunity by id."""
    opportunities: "Connection[Opportunity]" = every(
        models.Opportunity, order=OpportunityOrder, filter=OpportunityFilter
    )
    """Ways to help."""
    position: "Position | None" = by_id(models.Position)
    """A position by id."""
    series: "Series | None" = by_id(models.Series)
    """A series of shifts by id."""
    shift: "Shift | None" = by_id(models.Shift)
    """A shift by id."""
    shifts: "Connection[Shift]" = every(models.Shift, order=ShiftOrder, filter=ShiftFilter)
    """Shifts, the next first."""
    signup: "Signup | None" = by_id(models.Signup)
    """A signup by id."""
    booking: "Booking | None" = by_id(models.Booking)
    """A group's seats by id."""
    bookings: "Connection[Booking]" = every(models.Booking, order=BookingOrder, filter=BookingFilter)
    """Seats that you hold for groups, or that groups hold where you run the service, the last first."""
    swap: "Swap | None" = by_id(models.Swap)
    """A seat that is offered to somebody, by id."""
    swaps: "Connection[Swap]" = every(models.Swap, order=SwapOrder, filter=SwapFilter)
    """Seats that were offered by you or to you, or where you run the service, the last first."""
    invitation: "Invitation | None" = by_id(models.Invitation)
    """An invitation by id."""
    invitations: "Connection[Invitation]" = every(models.Invitation, order=InvitationOrder, filter=InvitationFilter)
    """Invitations to you, or to services that you lead, the last first."""
    devices: "Connection[Device]" = every(models.Device, order=DeviceOrder)
    """Your devices, the last first."""
    offline_events: "Connection[OfflineEvent]" = every(
        models.OfflineEvent, order=OfflineEventOrder, filter=OfflineEventFilter
    )
    """What devices noted without a network, as far as you may see, the last first."""
    attendances: "Connection[Attendance]" = every(models.Attendance, order=AttendanceOrder, filter=AttendanceFilter)
    """Who came and who did not, as far as you may see, the last first."""


class Subscription:
    signup_changed: "Signup" = changes(models.Signup, of=[models.Signup.shift_id])
    """A signup as it is after something happened to it."""
