"""Each room's README says what its code says."""

import pytest

from domain.papers import print_room, readme, rooms


@pytest.mark.parametrize("room", rooms())
def test_a_rooms_readme_is_fresh(room: str) -> None:
    assert readme(room).exists(), f"Run `python -m domain.papers {room}`."
    assert readme(room).read_text(encoding="utf-8") == print_room(room), f"Run `python -m domain.papers {room}`."
