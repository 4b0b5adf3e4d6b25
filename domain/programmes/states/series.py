"""When: the life of a series of shifts."""

from enum import StrEnum

from domain.states import Machine, move


class SeriesState(StrEnum):
    """Where a series of shifts stands. 系列班次状态"""

    ACTIVE = "active"
    """Its shifts open by themselves, so many days ahead. 进行中"""
    ENDED = "ended"
    """Nothing further takes place. 已终止"""


SERIES = Machine(
    "series",
    SeriesState.ACTIVE,
    (
        move("extend_series", SeriesState.ACTIVE, {SeriesState.ACTIVE, SeriesState.ENDED}),
        move("change_series", SeriesState.ACTIVE, {SeriesState.ACTIVE, SeriesState.ENDED}),
        move("open_series_in_waves", SeriesState.ACTIVE, SeriesState.ACTIVE),
        move("end_series", SeriesState.ACTIVE, SeriesState.ENDED),
    ),
)
