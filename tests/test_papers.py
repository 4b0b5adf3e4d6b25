"""What is printed from the code says what the code says: each room's README, and the role matrix."""

import pytest

from api.roles import PAPER, print_roles
from domain.papers import print_room, readme, rooms


@pytest.mark.parametrize("room", rooms())
def test_a_rooms_readme_is_fresh(room: str) -> None:
    assert readme(room).exists(), f"Run `python -m domain.papers {room}`."
    assert readme(room).read_text(encoding="utf-8") == print_room(room), f"Run `python -m domain.papers {room}`."


def test_the_role_matrix_is_fresh() -> None:
    assert PAPER.read_text(encoding="utf-8") == print_roles(), "Run `make papers`."
