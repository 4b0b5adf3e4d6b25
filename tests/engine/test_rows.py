"""Lists that are no connections: as many rows as asked for, in one order, and never more than a page may have."""

from typing import Any

import pytest

from tests.engine.conftest import Library, catalogue_schema, said
from tests.engine.library import Shelf, Visit
from tests.engine.test_cost import cost

TOTALS = "query($n: Int) { visitTotals(first: $n) { minutes shelf { code } } }"
TIED = 102


@pytest.fixture
async def tied(library: Library) -> Library:
    """So many shelves, at all of which people looked equally long."""
    await library.house.lanes.run("TRUNCATE tome, visit")
    for number in range(TIED):
        shelf = Shelf.new(name=said("One of many"), code=f"T{number}")
        tome = library.tome(shelf_id=shelf.id)
        await library.put(shelf, tome, Visit.new(tome_id=tome.id, minutes=3))
    return library


async def codes(library: Library, **variables: Any) -> list[str]:
    return [total["shelf"]["code"] for total in (await library.data(TOTALS, **variables))["visitTotals"]]


async def test_a_list_has_as_many_rows_as_are_asked_for_always_the_same_first_ones(tied: Library) -> None:
    most = await codes(tied, n=100)
    assert len(set(most)) == 100
    for number in (0, 1, 2, 20, 99):
        assert await codes(tied, n=number) == most[:number]
    assert await codes(tied) == await codes(tied, n=None) == most
    assert (await tied.data("{ visitTotals(first: 2) { minutes } }"))["visitTotals"] == [{"minutes": 3}] * 2
    assert (await tied.data("{ visitTotals(first: 2) { __typename } }"))["visitTotals"] == [
        {"__typename": "VisitTotal"}
    ] * 2
    assert await tied.data("{ few: visitTotals(first: 1) { minutes } none: visitTotals(first: 0) { minutes } }") == {
        "few": [{"minutes": 3}],
        "none": [],
    }


async def test_a_list_has_all_its_rows_where_they_are_fewer_or_just_as_many(library: Library) -> None:
    for number in (2, 3, 100):
        assert await codes(library, n=number) == ["A1", "B2"]


@pytest.mark.parametrize("number", [-1, 101, 2**31 - 1])
async def test_nobody_gets_more_rows_than_a_page_has(library: Library, number: int) -> None:
    whole = {"message": f"first: between 0 and 100, not {number}.", "extensions": {"code": "BAD_USER_INPUT"}}
    for document in (TOTALS, f"{{ visitTotals(first: {number}) {{ minutes }} }}"):
        response = await library.asked(document, n=number)
        assert response == {"errors": [whole]}
    page = await library.asked(f"{{ tomes(first: {number}) {{ totalCount }} }}")
    assert page == {"errors": [whole]}


async def test_what_one_may_not_see_takes_no_place_in_a_list(library: Library) -> None:
    first = "{ visitTotals(first: 1) { minutes } }"
    assert (await library.data(first))["visitTotals"] == [{"minutes": 55}]
    assert (await library.data(first, library.patron))["visitTotals"] == [{"minutes": 1055}]


async def test_a_list_costs_as_many_rows_as_are_asked_for(library: Library) -> None:
    assert await cost(library, TOTALS) == await cost(library, TOTALS, n=None) == 1000 + 100 * 2
    for number in (0, 1, 7, 100):
        assert await cost(library, TOTALS, n=number) == 1000 + number * 2
        assert await cost(library, f"{{ visitTotals(first: {number}) {{ minutes }} }}") == 1000 + number


async def test_how_many_rows_are_asked_for_is_part_of_the_plan(library: Library) -> None:
    assert await codes(library, n=1) == ["A1"]
    before = library.engine.planner.plans.counters.misses
    assert await codes(library, n=1) == ["A1"]
    assert library.engine.planner.plans.counters.misses == before
    assert await codes(library, n=2) == ["A1", "B2"]
    assert library.engine.planner.plans.counters.misses == before + 1


def test_the_schema_tells_how_long_such_a_list_is() -> None:
    said_of_it = catalogue_schema().print().partition("  visitTotals(")[2].partition("\n  ): ")
    assert '"""The first so many. At most 100; 100 if nothing is said."""\n    first: Int' in said_of_it[0]
    listed = '@listSize(assumedSize: 100, requireOneSlicingArgument: false, slicingArguments: ["first"])'
    assert listed in said_of_it[2].partition("\n")[0]
