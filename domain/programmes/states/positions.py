"""When: the life of a position."""

from enum import StrEnum

from domain.states import Machine, move


class PositionState(StrEnum):
    """Whether somebody is still wanted for it. 岗位状态"""

    WANTED = "wanted"
    """Shifts can be opened for it. 招募中"""
    RETIRED = "retired"
    """No more shifts are opened for it. 已停用"""


POSITION = Machine(
    "position",
    PositionState.WANTED,
    (
        move("change_position", PositionState.WANTED, PositionState.WANTED),
        move("retire_position", PositionState.WANTED, PositionState.RETIRED),
    ),
)
