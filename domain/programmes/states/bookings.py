"""When: the life of a group's seats."""

from enum import StrEnum

from domain.states import Machine, move


class BookingState(StrEnum):
    """Whether a group still holds seats without names. 团体预留状态"""

    HELD = "held"
    """Its members take the seats by name. 名单待补齐"""
    SETTLED = "settled"
    """The time for names is over; what had none was released. 名单已截止"""
    CANCELLED = "cancelled"
    """Given up before that; whoever is named keeps their seat. 已取消"""
    CLOSED = "closed"
    """The shift was called off, or began. 已关闭"""


BOOKING = Machine(
    "booking",
    BookingState.HELD,
    (
        move("release_seats", BookingState.HELD, BookingState.SETTLED),
        move("cancel_booking", BookingState.HELD, BookingState.CANCELLED),
        move("close_booking", BookingState.HELD, BookingState.CLOSED),
    ),
)
