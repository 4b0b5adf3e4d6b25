"""Do: everything people and the clock do in programmes, by noun."""

from domain.programmes.commands.attendance import check_in, check_out, mark_no_show, show_check_in_code
from domain.programmes.commands.opportunities import (
    cancel_opportunity,
    close_opportunity,
    create_opportunity,
    publish_opportunity,
)
from domain.programmes.commands.plans import cancel_plan, close_plan, plan_service, publish_plan
from domain.programmes.commands.shifts import (
    cancel_shift,
    change_capacity,
    end_shift,
    open_shift,
    remind_shift,
    start_shift,
)
from domain.programmes.commands.signups import accept_offer, decline_offer, expire_offer, sign_up, withdraw

__all__ = [
    "accept_offer",
    "cancel_opportunity",
    "cancel_plan",
    "cancel_shift",
    "change_capacity",
    "check_in",
    "check_out",
    "close_opportunity",
    "close_plan",
    "create_opportunity",
    "decline_offer",
    "end_shift",
    "expire_offer",
    "mark_no_show",
    "open_shift",
    "plan_service",
    "publish_opportunity",
    "publish_plan",
    "remind_shift",
    "show_check_in_code",
    "sign_up",
    "start_shift",
    "withdraw",
]
