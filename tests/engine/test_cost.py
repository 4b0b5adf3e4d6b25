"""What an operation costs is known before, from schema and document, and is never less than what comes back."""

from collections.abc import AsyncIterator
from itertools import count
from time import process_time
from typing import Any

import orjson
import pytest
from graphql import GraphQLObjectType, GraphQLUnionType, get_named_type, is_leaf_type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.engine.limits import COST
from tests.engine.conftest import Library, public
from tests.engine.reckoning import Reckoning, published
from tests.engine.test_limits import chain

Draw = st.DrawFn
SIZES = ("", "first: 0", "first: 3", "last: 7", "first: $n", "last: $n", "first: null")
FILTERS = (
    "filter: {pages: {gte: 1}}",
    'filter: {author: {contains: "o"}}',
    'filter: {author: {contains: null}, shelf: {code: {in: ["A1", "B2"]}}}',
    'filter: {shelf: {tomes: {title: {contains: "i"}}}}',
)
ROOTS = {"shelf": 'code: "A1"', "nodes": "ids: $ids", "node": "id: $id", "tome": "id: $id"}


async def cost(library: Library, document: str, **variables: Any) -> int:
    """As a dry run tells it."""
    answer = await library.engine.dry_run(document, variables, None, library.stranger)
    told = orjson.loads(answer.body)
    assert told["data"] is None
    assert told["extensions"]["cost"]["limit"] == COST
    return int(told["extensions"]["cost"]["requested"])


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ __typename }", 0),
        ('{ shelf(code: "A1") { id code name { text translations { text } } } }', 1),
        ('{ shelf(code: "A1") { tomes { __typename } } }', 2),
        ('{ shelf(code: "A1") { tomes { nodes { id } } } }', 22),
        ('{ shelf(code: "A1") { tomes(last: 3) { edges { cursor node { id } } pageInfo { endCursor } } } }', 5),
        ('{ shelf(code: "A1") { tomes { totalCount } } }', 22),
        ("{ tomes(first: 5) { nodes { id } } }", 20 + 1 + 5),
        ("{ tomes(first: 5) { nodes { shelf { code } donor { name } } } }", 20 + 1 + 5 * 3),
        ("{ tomes(first: 5) { nodes { viewerCan minutesLooked } } }", 20 + 1 + 5 * (1 + 2 + 2)),
        (
            "{ tomes(first: 5) { nodes { origin { ... on Shelf { id } ... on Patron { tomes { nodes { id } } } } } } }",
            136,
        ),
        ('{ tomes(first: 5, filter: {author: {contains: "x"}}) { nodes { id } } }', 20 + 20 + 1 + 5),
        ("{ tomes(first: 5, filter: {shelf: {code: {eq: null}}}) { nodes { id } } }", 20 + 20 + 1 + 5),
        ("{ tomes(first: 5, filter: {shelf: null}) { nodes { id } } }", 20 + 1 + 5),
        ("{ visitTotals { minutes shelf { code } } }", 1000 + 100 * 2),
        ('{ nodes(ids: ["tom_1", "tom_2", "slf_1"]) { id ... on Tome { shelf { id } } } }', 3 * 2),
        ("{ tomes(first: 5) { nodes { id } } tomes(first: 5) { nodes { shelf { id } } } }", 20 + 1 + 5 * 2),
        ('{ shelf(code: "A1") @skip(if: true) { id } me @include(if: true) { id } }', 1),
        ("{ __schema { types { fields { type { name } } } } }", 4),
        ('mutation { loseTome(input: {tomeId: "tom_1"}) { ... on Tome { shelf { id } } } }', 100 + 2),
        ("subscription { tomeChanged { shelf { id } } }", 2),
    ],
)
async def test_a_field_costs_what_it_weighs_for_each_object_it_stands_on(
    library: Library, document: str, expected: int
) -> None:
    assert await cost(library, document) == expected


async def test_ids_that_come_as_a_variable_are_counted(library: Library) -> None:
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Tome { shelf { id } } } tomes { totalCount } }"
    for many in (0, 1, 7, 100, 2):
        ids = [f"tom_{i}" for i in range(many)]
        assert await cost(library, document, ids=ids) == 2 * many + 41
        answer = await library.asked(document, ids=ids)
        assert answer["extensions"] == {"cost": {"requested": 2 * many + 41, "limit": COST}}


# -- against the printed schema, and against what comes back -----------------------------------------------------------


@st.composite
def operations(draw: Draw) -> str:
    """A query over the library: pages, filters, fragments, links, unions, counts, fields asked for twice."""
    number = count()

    def arguments(name: str, field: Any, on: Any) -> str:
        given = [ROOTS.get(name, "")] if on.name == "Query" else []
        if name == "visitTotals":
            given.append(draw(st.sampled_from(("", "first: 0", "first: 3", "first: $n", "first: null"))))
        elif "first" in field.args:
            given.append(draw(st.sampled_from(SIZES)))
        if "filter" in field.args and "shelf" in get_named_type(field.args["filter"].type).fields:
            given.append(draw(st.sampled_from(("", "", *FILTERS))))
        return ", ".join(filter(None, given))

    def field(on: Any, name: str, depth: int) -> str:
        kind, given = get_named_type(on.fields[name].type), arguments(name, on.fields[name], on)
        inner = "" if is_leaf_type(kind) else f"{{ {selection(kind, depth - 1)} }}"
        asked = f"a{next(number)}: {name}({given}) {inner}" if given else f"{name} {inner}"
        return draw(st.sampled_from((asked, asked, f"... {{ {asked} }}", f"... on {on.name} {{ {asked} }} {asked}")))

    def selection(on: Any, depth: int) -> str:
        if isinstance(on, GraphQLUnionType):
            return " ".join(f"... on {t.name} {{ {selection(t, depth)} }}" for t in on.types)
        if not isinstance(on, GraphQLObjectType):
            return f"id ... on Tome {{ {selection(published().type_map['Tome'], depth)} }} ... on Shelf {{ code }}"
        leaves = {n for n, f in on.fields.items() if is_leaf_type(get_named_type(f.type))}
        offered = sorted((set(on.fields) if depth else leaves) - {"name"})  # of several types, which would not merge
        asked = draw(st.lists(st.sampled_from(offered), min_size=1, max_size=3, unique=True)) if offered else []
        always = "id" if "id" in on.fields else "__typename"
        return " ".join([always, *(field(on, name, depth) for name in asked)])

    asked = selection(published().query_type, draw(st.integers(2, 6)))
    used = "n: node(id: $id) { id } o: nodes(ids: $ids) { id } p: tomes(first: $n) { totalCount }"
    return f"query ($n: Int, $id: ID!, $ids: [ID!]!) {{ {asked} {used} }}"


def rows(answer: Any) -> int:
    """How many things are in it: whatever has an id."""
    if isinstance(answer, list):
        return sum(map(rows, answer))
    return ("id" in answer) + sum(map(rows, answer.values())) if isinstance(answer, dict) else 0


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=operations(), n=st.none() | st.integers(0, 100), many=st.integers(0, 9))
async def test_the_cost_is_as_the_schema_says_and_no_answer_has_more_rows(
    library: Library, document: str, n: int | None, many: int
) -> None:
    if await library.house.lanes.run("SELECT FROM tome HAVING count(*) < 10"):
        await library.put(*(library.tome(minutes=m, pages=m, donor_id=library.ann.id) for m in range(30)))
    tome = public(library.odyssey)
    variables: dict[str, Any] = {"n": n, "id": tome, "ids": [tome] * many}
    expected = Reckoning(document, variables).cost()
    answer = await library.asked(document, **variables)
    if "data" in answer:
        assert answer["extensions"]["cost"] == {"requested": expected, "limit": COST}
        assert rows(answer["data"]) <= expected
    else:
        (refused,) = answer["errors"]
        assert refused["extensions"]["code"] == "QUERY_TOO_COMPLEX"
        assert "cost" not in refused["message"] or refused["extensions"]["measured"] == expected > COST


async def test_a_larger_page_never_costs_less(library: Library) -> None:
    for document in (
        "query ($n: Int) { tomes(first: $n) { nodes { shelf { tomes(first: 2) { nodes { id } } } } } }",
        "query ($n: Int) { tomes(first: 3) { edges { node { shelf { tomes(last: $n) { nodes { id } } } } } } }",
    ):
        costs = [await cost(library, document, n=n) for n in range(101)]
        assert costs == sorted(set(costs))
        assert await cost(library, document) == await cost(library, document, n=None) == costs[20]


# -- over the limit ----------------------------------------------------------------------------------------------------

TOO_MUCH = "{ tomes(first: 100) { nodes { shelf { tomes(first: 100) { nodes { id } } } } } }"


async def test_what_costs_too_much_is_refused_with_both_numbers_and_neither_compiled_nor_run(library: Library) -> None:
    asked = list[Any]()
    library.house.lanes.run, run = asked.append, library.house.lanes.run  # type: ignore[assignment, method-assign]
    try:
        error = await library.error(TOO_MUCH)
    finally:
        library.house.lanes.run = run  # type: ignore[method-assign]
    assert asked == []
    assert library.engine.metrics["plans"]["characters"] == 1000, "a plan without SQL"
    assert error["message"] == "This operation has cost 10321; the limit is 10000."
    assert error["extensions"] == {
        "code": "QUERY_TOO_COMPLEX",
        "measured": 20 + 1 + 100 * (1 + 1 + 1 + 100),
        "limit": COST,
        "zh": "此操作的成本 10321，上限为 10000。",
    }


@pytest.mark.parametrize(
    ("document", "exactly"),
    [("{ tomes(first: 5) { nodes { id } } }", 26), ("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", 3)],
)
async def test_what_costs_exactly_the_limit_is_answered_and_what_costs_one_more_is_refused(
    library: Library, monkeypatch: pytest.MonkeyPatch, document: str, exactly: int
) -> None:
    ids = [public(tome) for tome in (library.odyssey, library.iliad, library.odyssey)]
    monkeypatch.setattr("api.engine.cost.COST", exactly)
    assert await library.data(document, ids=ids)
    library.engine.planner.plans.size = 0  # a plan knows whether it costs too much
    await library.data("{ __typename }")
    monkeypatch.setattr("api.engine.cost.COST", exactly - 1)
    assert (await library.error(document, ids=ids))["extensions"]["measured"] == exactly


async def test_a_dry_run_refuses_what_would_be_refused(library: Library) -> None:
    for document in (TOO_MUCH, "{ nothing }", "{", "{ tomes(first: 101) { totalCount } }", "{ tome(id: $id) { id } }"):
        answer = await library.engine.dry_run(document, {}, None, library.stranger)
        assert not answer.executed
        assert orjson.loads(answer.body) == await library.asked(document)


async def test_a_dry_run_of_a_mutation_does_nothing(library: Library) -> None:
    document = "mutation ($id: ID!) { loseTome(input: {tomeId: $id}) { __typename } }"
    assert await cost(library, document, id=public(library.odyssey)) == 101
    assert (await library.data("query ($id: ID!) { tome(id: $id) { state } }", id=public(library.odyssey))) == {
        "tome": {"state": "OPEN"}
    }
    assert not await library.house.lanes.run("SELECT FROM deed")


async def test_whoever_keeps_account_hears_the_cost_of_whatever_is_carried_out(library: Library) -> None:
    engine, heard = library.engine, list[int]()
    id = public(library.odyssey)
    for document in (
        "{ tomes { totalCount } }",
        f'mutation {{ loseTome(input: {{tomeId: "{id}"}}) {{ __typename }} }}',
    ):
        await engine.execute(document, None, None, library.stranger, heard.append)

    async def none_yet() -> AsyncIterator[Any]:
        return
        yield

    watched = engine.subscribe(
        "subscription { tomeChanged { id } }", {}, None, library.stranger, none_yet(), heard.append
    )
    assert [body async for body in watched] == []
    assert heard == [41, 101, 1]


async def test_costs_that_explode_are_told_in_no_time(library: Library) -> None:
    deep = "{ shelf { tomes(first: 100) { nodes " * 5 + "{ id }" + "} } }" * 5
    begun = process_time()
    error = await library.error("{ tomes(first: 100) { nodes " + deep + " } }")
    assert error["extensions"]["measured"] == 10**9
    assert "fields" in (await library.error(chain(20)))["message"]
    assert process_time() - begun < 0.5
