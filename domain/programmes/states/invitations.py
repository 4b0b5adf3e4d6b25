"""When: the life of an invitation."""

from enum import StrEnum

from domain.states import Machine, move


class InvitationState(StrEnum):
    """What came of an invitation. 邀请状态"""

    OPEN = "open"
    """Not answered yet; no seat is held for it. 待答复"""
    ACCEPTED = "accepted"
    """Whoever was invited signed up by it. 已接受"""
    DECLINED = "declined"
    """Whoever was invited does not want to. 已谢绝"""
    WITHDRAWN = "withdrawn"
    """Taken back, or the shift was moved or called off. 已撤回"""
    EXPIRED = "expired"
    """Nobody answered in time. 逾期未答复"""


INVITATION = Machine(
    "invitation",
    InvitationState.OPEN,
    (
        move("accept_invitation", InvitationState.OPEN, InvitationState.ACCEPTED),
        move("decline_invitation", InvitationState.OPEN, InvitationState.DECLINED),
        move("withdraw_invitation", InvitationState.OPEN, InvitationState.WITHDRAWN),
        move("expire_invitation", InvitationState.OPEN, InvitationState.EXPIRED),
    ),
)
