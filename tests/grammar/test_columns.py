"""An id tells its type, its moment and its street."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.columns import new_id, street_number, typed, untyped

streets = st.integers(min_value=0, max_value=2**18 - 1)


@given(streets)
def test_an_id_alone_tells_its_street(street: int) -> None:
    id = new_id(street)
    assert street_number(id) == street
    assert (id.version, id.variant) == (7, "specified in RFC 4122")


@given(st.lists(streets, min_size=2, max_size=50))
def test_ids_are_ordered_by_time_to_the_millisecond_and_never_repeat(numbers: list[int]) -> None:
    ids = [new_id(number) for number in numbers]
    assert len(set(ids)) == len(ids)
    assert [id.int >> 80 for id in ids] == sorted(id.int >> 80 for id in ids)


@given(st.uuids(), st.sampled_from(["shf", "vol"]))
def test_an_id_reads_back_only_as_its_own_type(id: UUID, prefix: str) -> None:
    assert untyped(prefix, typed(prefix, id)) == id
    assert untyped("com", typed(prefix, id)) is None


@given(st.text())
def test_no_text_breaks_the_reading_of_an_id(text: str) -> None:
    assert untyped("shf", text) is None or text.startswith("shf_")
