"""When: the life of a signup."""

from enum import StrEnum

from domain.states import Machine, move


class SignupState(StrEnum):
    """Where a signup stands. 报名状态"""

    WAITLISTED = "waitlisted"
    """In line for a seat. 候补"""
    OFFERED = "offered"
    """A seat is held for a while; accept or decline it. 待确认名额"""
    CONFIRMED = "confirmed"
    """With a seat. 已确认"""
    PENDING_REVIEW = "pending_review"
    """With a seat, which is held for a while: whoever leads the service has yet to decide. 待审核"""
    NEEDS_ACTION = "needs_action"
    """With a seat, which is held for a while: something is missing since. 待补办"""
    WITHDRAWN = "withdrawn"
    """Given back by the volunteer. 已退出"""
    DECLINED = "declined"
    """The offered seat was not wanted. 已放弃"""
    OFFER_EXPIRED = "offer_expired"
    """The offered seat was not taken in time. 名额逾期"""
    LAPSED = "lapsed"
    """What was missing was not mended in time. 逾期未补办"""
    REVIEW_LAPSED = "review_lapsed"
    """Nobody decided about it in time. 逾期未审核"""
    REFUSED = "refused"
    """Whoever leads the service decided against it, for a reason. 未通过审核"""
    HANDED_OVER = "handed_over"
    """Handed over to another volunteer, who wanted it. 已转让"""
    REMOVED = "removed"
    """Taken off the shift by whoever leads it, for a reason. 已移除"""
    CANCELLED_BY_ORG = "cancelled_by_org"
    """The shift was called off. 班次取消"""
    CLOSED = "closed"
    """The shift began before a seat came free. 候补关闭"""


#: Signups that hold a seat, and those that hold a seat or a place in the queue.
SEATED = frozenset({SignupState.OFFERED, SignupState.PENDING_REVIEW, SignupState.CONFIRMED, SignupState.NEEDS_ACTION})
LIVE = SEATED | {SignupState.WAITLISTED}

SIGNUP = Machine(
    "signup",
    SignupState.WAITLISTED,
    (
        move("offer_seat", SignupState.WAITLISTED, SignupState.OFFERED),
        move("accept_offer", SignupState.OFFERED, {SignupState.CONFIRMED, SignupState.PENDING_REVIEW}),
        move("decline_offer", SignupState.OFFERED, SignupState.DECLINED),
        move("expire_offer", SignupState.OFFERED, SignupState.OFFER_EXPIRED),
        move("approve_signup", SignupState.PENDING_REVIEW, SignupState.CONFIRMED),
        move("refuse_signup", SignupState.PENDING_REVIEW, SignupState.REFUSED),
        move("lapse_review", SignupState.PENDING_REVIEW, SignupState.REVIEW_LAPSED),
        move("need_action", SignupState.CONFIRMED, SignupState.NEEDS_ACTION),
        move("clear_action", SignupState.NEEDS_ACTION, SignupState.CONFIRMED),
        move("lapse_signup", SignupState.NEEDS_ACTION, SignupState.LAPSED),
        move("withdraw", LIVE, SignupState.WITHDRAWN),
        move("hand_over", SignupState.CONFIRMED, SignupState.HANDED_OVER),
        move("remove_signup", LIVE, SignupState.REMOVED),
        move("cancel_signup", LIVE, SignupState.CANCELLED_BY_ORG),
        move("close_waitlist", {SignupState.WAITLISTED, SignupState.OFFERED}, SignupState.CLOSED),
    ),
)
