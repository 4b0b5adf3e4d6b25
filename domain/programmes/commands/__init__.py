"""Do: everything people and the clock do in programmes, by noun."""

from domain.programmes.commands.absences import (
    call_roll,
    correct_attendance,
    excuse_no_show,
    explain_no_show,
    mark_no_show,
    settle_no_show,
    uphold_no_show,
)
from domain.programmes.commands.agreements import end_agreement, expire_agreement, offer_agreement, sign_agreement
from domain.programmes.commands.attendance import check_in, check_in_at_kiosk, review_walk_in, show_check_in_code
from domain.programmes.commands.deciding import approve_signup, lapse_review, refuse_signup, remove_signup
from domain.programmes.commands.following import change_series
from domain.programmes.commands.groups import book_group, cancel_booking, join_group, release_seats
from domain.programmes.commands.information import change_opportunity
from domain.programmes.commands.invitations import (
    accept_invitation,
    decline_invitation,
    expire_invitation,
    invite_volunteer,
    withdraw_invitation,
)
from domain.programmes.commands.leaving import (
    begin_break,
    check_out,
    confirm_check_out,
    end_break,
    miss_check_out,
    propose_times,
)
from domain.programmes.commands.needs import clear_action, lapse_signup
from domain.programmes.commands.offline import register_device, replay_event, revoke_device
from domain.programmes.commands.on_the_spot import admit_walk_in, check_in_many
from domain.programmes.commands.opportunities import (
    cancel_opportunity,
    close_opportunity,
    create_opportunity,
    publish_opportunity,
)
from domain.programmes.commands.plans import cancel_plan, close_plan, plan_service, publish_plan
from domain.programmes.commands.positions import add_position, change_position, retire_position
from domain.programmes.commands.records import recount_record_due, review_record
from domain.programmes.commands.rescheduling import reschedule_shift
from domain.programmes.commands.series import end_series, extend_series, open_series
from domain.programmes.commands.shifts import (
    cancel_shift,
    change_capacity,
    end_shift,
    open_shift,
    remind_ahead,
    remind_shift,
    start_shift,
)
from domain.programmes.commands.signups import accept_offer, decline_offer, expire_offer, sign_up, withdraw
from domain.programmes.commands.swaps import accept_swap, cancel_swap, decline_swap, expire_swap, propose_swap
from domain.programmes.commands.waves import open_in_waves, open_series_in_waves

__all__ = [
    "accept_invitation",
    "accept_offer",
    "accept_swap",
    "add_position",
    "admit_walk_in",
    "approve_signup",
    "begin_break",
    "book_group",
    "call_roll",
    "cancel_booking",
    "cancel_opportunity",
    "cancel_plan",
    "cancel_shift",
    "cancel_swap",
    "change_capacity",
    "change_opportunity",
    "change_position",
    "change_series",
    "check_in",
    "check_in_at_kiosk",
    "check_in_many",
    "check_out",
    "clear_action",
    "close_opportunity",
    "close_plan",
    "confirm_check_out",
    "correct_attendance",
    "create_opportunity",
    "decline_invitation",
    "decline_offer",
    "decline_swap",
    "end_agreement",
    "end_break",
    "end_series",
    "end_shift",
    "excuse_no_show",
    "expire_agreement",
    "expire_invitation",
    "expire_offer",
    "expire_swap",
    "explain_no_show",
    "extend_series",
    "invite_volunteer",
    "join_group",
    "lapse_review",
    "lapse_signup",
    "mark_no_show",
    "miss_check_out",
    "offer_agreement",
    "open_in_waves",
    "open_series",
    "open_series_in_waves",
    "open_shift",
    "plan_service",
    "propose_swap",
    "propose_times",
    "publish_opportunity",
    "publish_plan",
    "recount_record_due",
    "refuse_signup",
    "register_device",
    "release_seats",
    "remind_ahead",
    "remind_shift",
    "remove_signup",
    "replay_event",
    "reschedule_shift",
    "retire_position",
    "review_record",
    "review_walk_in",
    "revoke_device",
    "settle_no_show",
    "show_check_in_code",
    "sign_agreement",
    "sign_up",
    "start_shift",
    "uphold_no_show",
    "withdraw",
    "withdraw_invitation",
]
