"""Who may do what with programmes: read this table aloud to the social workers."""

from enum import StrEnum
from typing import Any

from domain.access import Rules, Who, anyone, before, is_actor, nobody, role, role_at, since, state_in, via
from domain.accounts.access import signed_in
from domain.columns import Row
from domain.programmes.leading import leads, runs, works_at
from domain.programmes.models import (
    Agreement,
    Attendance,
    Booking,
    Break,
    CheckInCode,
    Device,
    Invitation,
    OfflineEvent,
    Opportunity,
    Position,
    Series,
    ServicePlan,
    Shift,
    Signup,
    Swap,
)
from domain.programmes.states import OpportunityState, PlanState, ShiftState
from domain.volunteers.access import oneself_or_guardian, the_volunteer
from domain.volunteers.models import Volunteer
from domain.workers.models import SocialWorker

whose_plan_it_is = via(ServicePlan.social_worker_id, SocialWorker, is_actor(SocialWorker.person_id)).called(
    "the one whose plan it is", "方案负责人本人"
)
who_signed_up = via(Signup.volunteer_id, Volunteer, the_volunteer).called("the volunteer", "志愿者本人")
for_whom_it_is = via(Signup.volunteer_id, Volunteer, oneself_or_guardian).called(
    "the volunteer or their guardian", "志愿者本人或其监护人"
)
decides_on_it = (leads(Signup) & ~who_signed_up).called(
    "whoever leads the service, if they did not sign up themselves", "服务负责人（本人报名的除外）"
)
for_whom_it_holds = via(Agreement.volunteer_id, Volunteer, oneself_or_guardian).called(
    "the volunteer or their guardian", "志愿者本人或其监护人"
)
its_street = role_at("street officer", Signup.street_id)
it_follows = nobody.called("nobody: it follows from another act", "无人（由其他操作引起）")


def the_clock(moment: Any, en: str, zh: str) -> Who:
    return (role("clock") & since(moment)).called(f"the clock, {en}", f"时钟（{zh}）")


def once_published(state: Any, draft: StrEnum) -> Who:
    return state_in(state, *(one for one in type(draft) if one is not draft)).called(
        "anyone, once it is published", "发布后任何人"
    )


def by_way_of(link: Any, parent: type[Row], rule: Who) -> Who:
    """The rule of what a row belongs to, under the same name."""
    return via(link, parent, rule).called(*rule.says)


see_opportunity = once_published(Opportunity.state, OpportunityState.DRAFT) | runs(Opportunity)
see_signup = for_whom_it_is | runs(Signup) | its_street
of_its_signup = by_way_of(Attendance.signup_id, Signup, who_signed_up | runs(Signup))
for_whom_it_was = by_way_of(Attendance.signup_id, Signup, for_whom_it_is)
#: Nobody confirms their own times, and an application on its own behalf confirms nobody's.
runs_it = (
    signed_in & via(Attendance.signup_id, Signup, runs(Signup)) & ~via(Attendance.signup_id, Signup, who_signed_up)
).called("whoever runs the service, if they did not serve themselves", "服务执行人员（本人参加服务的除外）")
whose_device_it_is = is_actor(Device.person_id).called("the one whose device it is", "设备所有人本人")
of_its_shift = by_way_of(CheckInCode.shift_id, Shift, runs(Shift))

by_the_giver = via(Swap.giver_id, Volunteer, the_volunteer).called("whoever offers the seat", "提出换班的志愿者本人")
by_the_taker = via(Swap.taker_id, Volunteer, the_volunteer).called(
    "whom the seat is offered to", "受邀换班的志愿者本人"
)
for_the_giver = via(Swap.giver_id, Volunteer, oneself_or_guardian).called(
    "whoever offers the seat or their guardian", "提出换班的志愿者本人或其监护人"
)
for_the_taker = via(Swap.taker_id, Volunteer, oneself_or_guardian).called(
    "whom the seat is offered to or their guardian", "受邀换班的志愿者本人或其监护人"
)

by_the_invited = via(Invitation.volunteer_id, Volunteer, the_volunteer).called("whoever is invited", "受邀志愿者本人")
for_the_invited = via(Invitation.volunteer_id, Volunteer, oneself_or_guardian).called(
    "whoever is invited or their guardian", "受邀志愿者本人或其监护人"
)

by_the_contact = via(Booking.contact_id, Volunteer, the_volunteer).called("the group's contact", "团体联系人")

takes_signups = state_in(Shift.state, ShiftState.SCHEDULED) & before(Shift.starts_at)
its_shift_takes_signups = via(Signup.shift_id, Shift, takes_signups)
offer_stands = before(Signup.offer_expires_at)
seat_is_held = before(Signup.held_until)
swap_stands = before(Swap.expires_at)
invitation_stands = before(Invitation.expires_at)
names_are_open = before(Booking.names_due_at)

RULES = Rules(
    "programmes",
    scopes={"check_in_at_kiosk": "programmes.kiosk:write"},
    times={
        "withdraw": its_shift_takes_signups,
        "remove_signup": its_shift_takes_signups,
        "accept_offer": its_shift_takes_signups & offer_stands,
        "clear_action": its_shift_takes_signups & seat_is_held,
        "accept_swap": swap_stands,
        "accept_invitation": invitation_stands & via(Invitation.shift_id, Shift, takes_signups),
        "begin_break": before(Attendance.check_out_by),
        "end_break": before(Attendance.check_out_by),
        "check_out": before(Attendance.check_out_by),
        "explain_no_show": before(Attendance.objection_until),
    },
    plan_service=works_at(ServicePlan) & whose_plan_it_is,
    publish_plan=leads(ServicePlan),
    close_plan=leads(ServicePlan),
    cancel_plan=leads(ServicePlan),
    create_opportunity=leads(Opportunity),
    publish_opportunity=leads(Opportunity),
    change_opportunity=leads(Opportunity),
    close_opportunity=leads(Opportunity),
    cancel_opportunity=leads(Opportunity),
    add_position=leads(Position),
    change_position=leads(Position),
    retire_position=leads(Position),
    offer_agreement=leads(Opportunity),
    sign_agreement=for_whom_it_holds,
    end_agreement=for_whom_it_holds | leads(Agreement),
    expire_agreement=role("clock"),
    open_series=leads(Series),
    extend_series=the_clock(Series.next_due, "when the next shift shall open", "下一班次应开放时"),
    change_series=leads(Series),
    end_series=leads(Series),
    open_shift=leads(Shift),
    change_capacity=leads(Shift),
    reschedule_shift=leads(Shift),
    open_in_waves=leads(Shift),
    open_series_in_waves=leads(Series),
    remind_shift=leads(Shift),
    cancel_shift=leads(Shift),
    remind_ahead=the_clock(Shift.remind_at, "some time before the shift begins", "班次开始前一段时间"),
    start_shift=the_clock(Shift.starts_at, "when the shift begins", "班次开始时"),
    end_shift=the_clock(Shift.ends_at, "when the shift ends", "班次结束时"),
    call_roll=the_clock(Shift.ends_at, "when the shift has ended", "班次结束后"),
    review_record=the_clock(
        Shift.record_review_at, "some days before the record is due, and after", "记录期限临近及届满时"
    ),
    recount_record_due=the_clock(Shift.record_recount_at, "when the year's holidays are known", "当年节假日公布后"),
    remind_record=it_follows,
    miss_record=it_follows,
    complete_record=it_follows,
    reopen_record=it_follows,
    sign_up=who_signed_up,
    withdraw=for_whom_it_is,
    accept_offer=who_signed_up,
    decline_offer=for_whom_it_is,
    expire_offer=the_clock(Signup.offer_expires_at, "when the offer expires", "名额保留期满时"),
    offer_seat=it_follows,
    need_action=it_follows,
    await_review=it_follows,
    clear_action=for_whom_it_is,
    lapse_signup=the_clock(Signup.held_until, "when what was missing was not mended in time", "逾期未补办时"),
    hand_over=it_follows,
    remove_signup=leads(Signup),
    approve_signup=decides_on_it,
    refuse_signup=decides_on_it,
    lapse_review=the_clock(Signup.held_until, "when nobody decided in time", "逾期未审核时"),
    propose_swap=by_the_giver,
    accept_swap=by_the_taker,
    decline_swap=for_the_taker,
    cancel_swap=for_the_giver,
    expire_swap=the_clock(Swap.expires_at, "when nobody has answered in time", "逾期未答复时"),
    invite_volunteer=leads(Invitation),
    accept_invitation=by_the_invited,
    decline_invitation=for_the_invited,
    withdraw_invitation=leads(Invitation),
    expire_invitation=the_clock(Invitation.expires_at, "when nobody has answered in time", "逾期未答复时"),
    book_group=by_the_contact,
    join_group=who_signed_up,
    cancel_booking=by_the_contact | leads(Booking),
    release_seats=the_clock(Booking.names_due_at, "when the names are due", "名单截止时"),
    close_booking=it_follows,
    cancel_signup=it_follows,
    close_waitlist=it_follows,
    show_check_in_code=of_its_shift,
    check_in=of_its_signup,
    miss_check_in_code=of_its_signup,
    check_in_many=signed_in & runs(Shift),
    check_in_at_kiosk=signed_in & runs(Shift),
    admit_walk_in=signed_in & runs(Shift),
    review_walk_in=the_clock(Attendance.identity_by, "when it had to be known who it was", "身份核验期满时"),
    begin_break=of_its_signup,
    end_break=of_its_signup,
    check_out=of_its_signup,
    miss_check_out=the_clock(Attendance.check_out_by, "when nobody has checked out in time", "逾期未签退时"),
    propose_times=for_whom_it_was,
    confirm_check_out=runs_it,
    register_device=whose_device_it_is,
    revoke_device=whose_device_it_is,
    replay_event=by_way_of(OfflineEvent.device_id, Device, whose_device_it_is),
    mark_no_show=by_way_of(Attendance.signup_id, Signup, runs(Signup)),
    presume_no_show=it_follows,
    explain_no_show=for_whom_it_was,
    excuse_no_show=runs_it,
    uphold_no_show=runs_it,
    settle_no_show=the_clock(Attendance.objection_until, "when nobody has explained it in time", "逾期未说明时"),
    correct_attendance=runs_it,
    cancel_attendance=it_follows,
    see_service_plan=once_published(ServicePlan.state, PlanState.DRAFT) | runs(ServicePlan),
    see_opportunity=see_opportunity,
    see_position=by_way_of(Position.opportunity_id, Opportunity, see_opportunity),
    see_agreement=for_whom_it_holds | leads(Agreement) | role_at("street officer", Agreement.street_id),
    see_series=anyone,
    see_shift=anyone,
    see_roster=runs(Shift),
    see_requirements=oneself_or_guardian,
    see_candidates=leads(Shift),
    see_signup=see_signup,
    see_swap=for_the_giver | for_the_taker | runs(Swap),
    see_invitation=for_the_invited | leads(Invitation),
    see_booking=by_the_contact | runs(Booking),
    see_join_code=by_the_contact,
    see_attendance=by_way_of(Attendance.signup_id, Signup, see_signup),
    see_break=by_way_of(Break.attendance_id, Attendance, by_way_of(Attendance.signup_id, Signup, see_signup)),
    see_check_in_code=of_its_shift,
    see_device=whose_device_it_is,
    see_offline_event=by_way_of(OfflineEvent.signup_id, Signup, see_signup)
    | by_way_of(OfflineEvent.device_id, Device, whose_device_it_is),
)
