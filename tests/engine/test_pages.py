"""Pages: every row once, in order, from both ends, while rows come and go."""

import base64
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.conftest import START, Library, public
from tests.engine.library import Tome, TomeState

PAGE = """query($first: Int, $after: String, $last: Int, $before: String, $o: [TomeOrder!]) {
    tomes(first: $first, after: $after, last: $last, before: $before, orderBy: $o,
        filter: {author: {contains: "many"}}) {
        edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }"""
SIX = """query($first: Int, $after: String, $last: Int, $before: String) {
    tomes(first: $first, after: $after, last: $last, before: $before) {
        nodes { pages } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


@pytest.fixture
async def six(library: Library) -> Library:
    """Six tomes with the pages 1 to 6, and no others."""
    await library.house.lanes.run("TRUNCATE tome")
    await library.put(*[library.tome(pages=n, minutes=n) for n in range(1, 7)])
    return library


async def page(library: Library, **variables: Any) -> Any:
    found = (await library.data(SIX, **variables))["tomes"]
    info = found["pageInfo"]
    pages = [n["pages"] for n in found["nodes"]]
    return pages, info["hasPreviousPage"], info["hasNextPage"], info["startCursor"], info["endCursor"]


async def test_pages_forward_and_backward(six: Library) -> None:
    pages, before, after, _, end = await page(six, first=2)
    assert (pages, before, after) == ([1, 2], False, True)
    pages, before, after, start, end = await page(six, first=2, after=end)
    assert (pages, before, after) == ([3, 4], True, True)
    assert (await page(six, first=2, after=end))[:3] == ([5, 6], True, False)
    assert (await page(six, last=5, before=start))[:3] == ([1, 2], False, True)
    assert (await page(six, last=1, before=start))[:3] == ([2], True, True)
    assert (await page(six, last=2))[:3] == ([5, 6], True, False)
    assert (await page(six, first=9, before=end))[:3] == ([1, 2, 3], False, True)
    assert (await page(six, last=9, after=start, before=end))[:3] == ([], True, True)
    assert await page(six, first=0) == ([], False, True, None, None)


async def test_each_part_of_the_page_info_can_be_asked_for_alone(six: Library) -> None:
    for size, names in (
        ("first: 2", ("hasPreviousPage", "hasNextPage")),
        ("last: 2", ("hasNextPage", "hasPreviousPage")),
    ):
        for name, expected in zip(names, (False, True), strict=True):
            found = await six.data(f"{{ tomes({size}) {{ pageInfo {{ {name} }} }} }}")
            assert found["tomes"]["pageInfo"] == {name: expected}


@pytest.mark.parametrize("asked", ["edges { __typename }", "nodes { __typename }"])
async def test_what_is_the_same_for_all_rows_stands_beside_whether_there_are_more(six: Library, asked: str) -> None:
    for size, flag in (("first: 2", "hasNextPage"), ("last: 2", "hasPreviousPage")):
        found = (await six.data(f"{{ tomes({size}) {{ {asked} pageInfo {{ {flag} }} }} }}"))["tomes"]
        assert len(found[asked.split(maxsplit=1)[0]]) == 2
        assert found["pageInfo"] == {flag: True}


@pytest.mark.parametrize("size", ["first: 3", "last: 3"])
@pytest.mark.parametrize("cursor", ["startCursor", "endCursor"])
async def test_a_page_is_in_order_whichever_cursor_is_asked_for(six: Library, size: str, cursor: str) -> None:
    found = (await six.data(f"{{ tomes({size}) {{ nodes {{ pages }} pageInfo {{ {cursor} }} }} }}"))["tomes"]
    assert [n["pages"] for n in found["nodes"]] == ([1, 2, 3] if size == "first: 3" else [4, 5, 6])


async def test_the_default_page_has_twenty(six: Library) -> None:
    await six.put(*[six.tome(minutes=n) for n in range(40)])
    assert len((await page(six))[0]) == 20
    assert len((await six.data("{ tomes(first: 100) { nodes { id } } }"))["tomes"]["nodes"]) == 46


async def test_rows_that_come_and_go_move_no_other(six: Library) -> None:
    _, _, _, start, end = await page(six, first=2, after=(await page(six, first=2))[4])
    await six.put(six.tome(pages=0, minutes=0), six.tome(pages=45, minutes=4.5))
    await six.house.lanes.run("DELETE FROM tome WHERE pages IN (3, 4)")
    assert (await page(six, first=2, after=end))[0] == [45, 5]
    assert (await page(six, last=2, before=start))[0] == [1, 2]


async def test_a_nested_list_is_paged_for_each_row_by_itself(six: Library) -> None:
    await six.put(*[six.tome(shelf_id=six.high.id, pages=n, minutes=n) for n in (10, 20, 30)])
    document = """{ shelves(orderBy: [CODE_ASC]) { nodes { tomes(last: 2, orderBy: [PAGES_DESC]) {
        nodes { pages } totalCount pageInfo { hasPreviousPage } } } } }"""
    shelves = (await six.data(document))["shelves"]["nodes"]
    found = [([n["pages"] for n in s["tomes"]["nodes"]], s["tomes"]["totalCount"]) for s in shelves]
    assert found == [([2, 1], 6), ([20, 10], 3)]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "!!!!",
        "é",
        base64.urlsafe_b64encode(b'["00000000",1,2]').decode(),
        base64.urlsafe_b64encode(b'{"a":1}').decode(),
        base64.urlsafe_b64encode(b"[]").decode(),
        "\x00",
    ],
)
async def test_a_cursor_that_is_none_is_refused_by_name(library: Library, cursor: str) -> None:
    error = await library.error(PAGE, after=cursor)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "after" in error["message"]


async def test_a_cursor_of_another_order_or_with_other_values_is_refused(six: Library) -> None:
    cursor = (await page(six, first=1))[4]
    document = "query($c: String) { tomes(before: $c, orderBy: [ADDED_AT_DESC]) { totalCount nodes { id } } }"
    assert "before" in (await six.error(document, c=cursor))["message"]
    mark = orjson.loads(base64.urlsafe_b64decode(cursor + "=="))[0]
    forged_keys: list[list[Any]] = [
        ["x", "y"],
        [None, str(six.ann.id)],
        [1, 2],
        ["2026-01-01T00:00:00", str(six.ann.id)],
        [[], {}],
    ]
    for keys in forged_keys:
        forged = base64.urlsafe_b64encode(orjson.dumps([mark, *keys])).decode()
        assert "after" in (await six.error(SIX, after=forged))["message"]


def _sorted(tomes: list[Tome], order: list[str]) -> list[str]:
    """A plain sort in Python: last keys first; nulls last going up and first going down."""
    terms = [(name.rpartition("_")[0].lower(), name.endswith("DESC")) for name in order] or [("added_at", False)]
    rows = sorted(tomes, key=lambda t: t.id, reverse=terms[0][1])
    for name, descends in reversed(terms):
        rows.sort(key=lambda t: ((v := getattr(t, name)) is None, 0 if v is None else v), reverse=descends)
    return [public(t) for t in rows]


tomes = st.lists(
    st.fixed_dictionaries(
        {
            "minutes": st.integers(0, 3),
            "pages": st.none() | st.integers(0, 2),
            "rating": st.none() | st.sampled_from([Decimal("1.000"), Decimal("1.001")]),
            "state": st.sampled_from([TomeState.LENT, TomeState.OPEN]),
            "author": st.sampled_from(["many", "many a"]),
        }
    ),
    max_size=9,
)
orders = st.lists(
    st.sampled_from([f"{c}_{w}" for c in ("ADDED_AT", "PAGES", "RATING", "STATE", "AUTHOR") for w in ("ASC", "DESC")]),
    max_size=3,
    unique_by=lambda name: name.rpartition("_")[0],
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shelf=tomes, order=orders, size=st.integers(1, 4))
async def test_any_order_walked_from_either_end_is_the_plain_sort(
    library: Library, shelf: list[dict[str, Any]], order: list[str], size: int
) -> None:
    rows = [library.tome(**{**v, "added_at": START + timedelta(minutes=v["minutes"])}) for v in shelf]
    await library.house.lanes.run("TRUNCATE tome")
    await library.put(*rows)
    expected = _sorted(rows, order)
    for count, beyond, cursor, more in (
        ("first", "after", "endCursor", "hasNextPage"),
        ("last", "before", "startCursor", "hasPreviousPage"),
    ):
        seen: list[str] = []
        place, going = None, True
        while going:
            found = (await library.data(PAGE, None, **{count: size, beyond: place, "o": order}))["tomes"]
            ids = [e["node"]["id"] for e in found["edges"]]
            seen = seen + ids if count == "first" else ids + seen
            place, going = found["pageInfo"][cursor], found["pageInfo"][more]
            assert found["totalCount"] == len(rows)
            assert going == (len(seen) < len(rows))
        assert seen == expected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(staying=tomes, leaving=tomes, coming=tomes, order=orders, size=st.integers(1, 3), forward=st.booleans())
async def test_what_stays_is_seen_once_and_in_order_while_others_come_and_go(
    library: Library,
    staying: list[dict[str, Any]],
    leaving: list[dict[str, Any]],
    coming: list[dict[str, Any]],
    order: list[str],
    size: int,
    forward: bool,
) -> None:
    def made(shelf: list[dict[str, Any]]) -> list[Tome]:
        return [library.tome(**{**v, "added_at": START + timedelta(minutes=v["minutes"])}) for v in shelf]

    stay, leave, come = made(staying), made(leaving), made(coming)
    await library.house.lanes.run("TRUNCATE tome")
    await library.put(*stay, *leave)
    count, beyond, cursor, more = (
        ("first", "after", "endCursor", "hasNextPage")
        if forward
        else ("last", "before", "startCursor", "hasPreviousPage")
    )
    seen: list[str] = []
    place, going = None, True
    while going:
        found = (await library.data(PAGE, None, **{count: size, beyond: place, "o": order}))["tomes"]
        ids = [e["node"]["id"] for e in found["edges"]]
        seen = seen + ids if forward else ids + seen
        place, going = found["pageInfo"][cursor], found["pageInfo"][more]
        if leave:
            await library.house.lanes.run("DELETE FROM tome WHERE id = $1", (leave.pop().id,))
        if come:
            await library.put(come.pop())
    assert len(seen) == len(set(seen))
    remained = {public(t) for t in stay}
    assert [id for id in seen if id in remained] == _sorted(stay, order)


async def test_what_is_not_asked_for_is_not_computed(library: Library) -> None:
    def sql(asked: str, arguments: str = "(first: 2)") -> str:
        told = library.engine.explain(f"{{ tomes{arguments} {{ {asked} }} }}", {}, None, library.stranger)
        ((text, _),) = told.statements
        return text

    assert "count(" not in sql("nodes { pages } pageInfo { startCursor }")
    assert "LIMIT 2)" in sql("nodes { pages } pageInfo { hasPreviousPage }")
    assert "LIMIT 3)" in sql("nodes { pages } pageInfo { hasNextPage }")
    assert "LIMIT 3)" in sql("nodes { pages } pageInfo { hasPreviousPage }", "(last: 2)")
    assert "LIMIT" not in sql("totalCount")
    assert "visit" not in sql("nodes { pages }")
    assert sql("edges { cursor } pageInfo { startCursor endCursor }").count("json_build_array") == 1


async def test_lists_below_lists_are_one_statement(library: Library) -> None:
    document = "{ shelves(first: 9) { nodes { tomes { nodes { shelf { tomes(first: 2) { nodes { id } } } } } } } }"
    told = library.engine.explain(document, {}, None, library.stranger)
    assert len(told.statements) == 1
