"""When: the life of a seat's offer from one volunteer to another."""

from enum import StrEnum

from domain.states import Machine, move


class SwapState(StrEnum):
    """Whether a seat has changed hands. 换班状态"""

    PROPOSED = "proposed"
    """The other one has not answered yet; the seat is still the giver's. 待对方同意"""
    ACCEPTED = "accepted"
    """Both wanted it: the seat has changed hands. 已换班"""
    DECLINED = "declined"
    """The other one did not want it. 对方未同意"""
    CANCELLED = "cancelled"
    """Taken back before it was answered. 已撤回"""
    EXPIRED = "expired"
    """Nobody answered in time. 逾期未答复"""


SWAP = Machine(
    "swap",
    SwapState.PROPOSED,
    (
        move("accept_swap", SwapState.PROPOSED, SwapState.ACCEPTED),
        move("decline_swap", SwapState.PROPOSED, SwapState.DECLINED),
        move("cancel_swap", SwapState.PROPOSED, SwapState.CANCELLED),
        move("expire_swap", SwapState.PROPOSED, SwapState.EXPIRED),
    ),
)
