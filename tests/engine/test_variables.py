"""Variables and literals of every kind mean what the specification says, and share plans."""

from typing import Any

import pytest
from graphql import parse
from graphql.execution.values import get_variable_values

from api.engine.coerce import Bad, coercer
from api.engine.run import Engine
from api.schema import schema
from tests.engine.conftest import Library, catalogue_schema, public

FILTERED = """query($f: TomeFilter, $s: TomeState, $p: [Int!], $n: Int) { tomes(filter: $f, first: $n) { nodes { id } }
    more: tomes(filter: {state: {eq: $s}, pages: {in: $p}}) { totalCount } }"""


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({}, 2),
        (None, 2),
        ({"state": None}, 2),
        ({"state": {"eq": "OPEN"}}, 2),
        ({"state": {"eq": None}}, 2),
        ({"state": {"in": ["LENT", "GONE"]}}, 0),
        ({"state": {"in": []}}, 0),
        ({"rare": {"eq": True}}, 1),
        ({"pages": {"eq": 500}}, 1),
        ({"pages": {"in": [1, 500]}}, 1),
        ({"pages": {"in": 500}}, 1),
        ({"pages": {"isNull": True}}, 1),
        ({"pages": {"isNull": False}}, 1),
        ({"pages": {"gte": 500, "lt": 501}}, 1),
        ({"pages": {"gt": 500}}, 0),
        ({"pages": {"gt": 500, "lt": 1000}}, 0),
        ({"rating": {"gte": "4.125", "lte": "4.125"}}, 1),
        ({"printed": {"eq": "1900-02-03"}}, 1),
        ({"addedAt": {"gt": "2026-01-01T04:00:00Z"}}, 1),
        ({"addedAt": {"lte": "2026-01-01T12:00:00+08:00"}}, 1),
        ({"author": {"contains": "OME"}}, 2),
        ({"author": {"contains": "%"}}, 0),
        ({"author": {"in": ["Homer", "x"]}}, 2),
        ({"title": {"contains": "奥德"}}, 1),
        ({"title": {"contains": "odyss"}}, 1),
        ({"shelf": {"code": {"eq": "B2"}}}, 1),
        ({"shelf": {"tomes": {"rare": {"eq": True}}}}, 1),
    ],
)
async def test_filters(library: Library, given: Any, count: int) -> None:
    document = "query($f: TomeFilter) { tomes(filter: $f) { totalCount nodes { id } } }"
    found = (await library.data(document, f=given))["tomes"]
    assert (found["totalCount"], len(found["nodes"])) == (count, count)


async def test_ids_of_another_type_match_nothing(library: Library) -> None:
    document = "query($f: TomeFilter) { tomes(filter: $f) { totalCount } }"
    right, wrong = public(library.low), public(library.low).replace("slf", "tom")
    assert (await library.data(document, f={"shelfId": {"eq": right}}))["tomes"]["totalCount"] == 1
    assert (await library.data(document, f={"shelfId": {"eq": wrong}}))["tomes"]["totalCount"] == 0
    assert (await library.data(document, f={"shelfId": {"in": [right, wrong]}}))["tomes"]["totalCount"] == 1


async def test_a_text_that_is_no_id_matches_nothing(library: Library) -> None:
    document = """query($one: ID!, $many: [ID!]!) { tome(id: $one) { id } nodes(ids: $many) { id }
        tomes(filter: {shelfId: {in: $many}}) { totalCount } visitTotals(tomeIds: $many) { minutes } }"""
    for nothing in ("", "_", "tom_", "tom_x"):
        nowhere = await library.data(document, one=nothing, many=[nothing])
        assert nowhere == {"tome": None, "nodes": [None], "tomes": {"totalCount": 0}, "visitTotals": []}


@pytest.mark.parametrize("link", ["agencyId", "streetId", "personId"])
def test_a_filter_on_a_link_takes_ids_of_what_it_leads_to_alone(library: Library, link: str) -> None:
    engine = Engine(schema(), library.house)
    document = f'{{ socialWorkers(filter: {{{link}: {{eq: "shf_{"0" * 32}"}}}}) {{ totalCount }} }}'
    ((_, arguments),) = engine.explain(document, {}, None, library.librarian).statements
    assert arguments == [None]


async def test_defaults_nulls_and_nested_variables(library: Library) -> None:
    document = """query($n: Int = 1, $s: TomeState = OPEN, $c: String, $o: [TomeOrder!] = [ADDED_AT_DESC]) {
        tomes(first: $n, orderBy: $o, filter: {state: {in: [$s]}, author: {contains: $c}}) { nodes { id } } }"""

    async def ids(**given: Any) -> list[str]:
        return [n["id"] for n in (await library.data(document, library.patron, **given))["tomes"]["nodes"]]

    odyssey, iliad, lost = (public(t) for t in (library.odyssey, library.iliad, library.lost))
    assert await ids() == [iliad]
    assert await ids(n=None) == [iliad, odyssey]
    assert await ids(n=5, s="GONE") == [lost]
    assert await ids(n=5, c="nobody") == []
    assert await ids(n=5, c=None, o="ADDED_AT_ASC") == [odyssey, iliad]
    assert await ids(n=5, o=["RARE_DESC"][:0]) == [odyssey, iliad]


@pytest.mark.parametrize(
    ("variables", "names"),
    [
        ({"f": {"pages": {"eq": "x"}}}, "$f"),
        ({"f": {"pages": {"eq": 2**31}}}, "$f"),
        ({"f": {"nothing": 1}}, "$f"),
        ({"f": {"addedAt": {"gt": "yesterday"}}}, "DateTime"),
        ({"f": {"rating": {"gt": "1e9"}}}, "Decimal"),
        ({"f": {"printed": {"gt": "2026-02-30"}}}, "Date"),
        ({"s": "SHUT"}, "$s"),
        ({"p": [1, None]}, "$p"),
        ({"n": 1.5}, "$n"),
        ({"n": True}, "$n"),
        ({"n": 101}, "first"),
        ({"n": -1}, "first"),
        ({"f": {"author": {"eq": "a\x00b"}}}, "NUL"),
    ],
)
async def test_wrong_values_are_refused_by_name(library: Library, variables: dict[str, Any], names: str) -> None:
    answer = await library.engine.execute(FILTERED, variables, None, library.stranger)
    assert not answer.executed
    error = await library.error(FILTERED, **variables)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert names in error["message"]


async def test_first_and_last_exclude_each_other(library: Library) -> None:
    assert "first, last" in (await library.error("{ tomes(first: 1, last: 1) { totalCount } }"))["message"]


VALUES: list[Any] = [
    None, 0, 1, -1, 2**31, 1.0, 1.5, True, "", "x", "OPEN", "open", [], ["x"], [1], [None], [[1]], {}, {"eq": 1},
    {"eq": "OPEN"}, {"in": ["OPEN", None]}, {"in": "OPEN"}, {"nothing": 1}, {"state": {"eq": "OPEN"}}, {"pages": 1},
]  # fmt: skip


@pytest.mark.parametrize(
    "kind", ["Int", "String", "Boolean", "ID", "TomeState", "TomeStateFilter", "TomeFilter", "AddTomeInput"]
)
def test_our_coercion_agrees_with_graphql_core(kind: str) -> None:
    type_: Any = catalogue_schema().graphql.get_type(kind)
    read = coercer(type_)
    for value in VALUES:
        document: Any = parse(f"query($x: {kind}) {{ a }}")
        found = get_variable_values(
            catalogue_schema().graphql, document.definitions[0].variable_definitions, {"x": value}
        )
        errors = found if isinstance(found, list) else []
        if value is None:
            continue
        try:
            read(value)
            accepted = True
        except Bad:
            accepted = False
        assert accepted == (not errors), (kind, value, errors)


# -- literals ----------------------------------------------------------------------------------------------------------


async def test_documents_that_differ_in_literals_share_a_plan(library: Library) -> None:
    for author in ("Homer", "x", 'quo\\"te', "\\u4e66", "back\\\\slash", "'; DROP TABLE tome; --", "$1", "%s"):
        document = (
            f'{{ tomes(filter: {{author: {{eq: "{author}"}}, pages: {{gte: {len(author)}}}}}) {{ totalCount }} }}'
        )
        assert (await library.data(document))["tomes"]["totalCount"] == (author == "Homer")
    assert len(library.engine.planner.plans) == 1
    assert len(library.engine.planner.reader.documents) == 1


async def test_strings_are_read_as_the_language_says(library: Library) -> None:
    await library.put(library.tome(author='a"b\\c\n\u4e66', minutes=9), library.tome(author="one\n  two", minutes=9))
    escaped = r'{ tomes(filter: {author: {eq: "a\"b\\c\n\u4e66"}}) { totalCount } }'
    block = '{ tomes(filter: {author: {eq: """\n    one\n      two\n  """}}) { totalCount } }'
    for document in (escaped, block):
        assert await library.data(document) == {"tomes": {"totalCount": 1}}


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("{ tomes(first: 5) { totalCount } }", "{ tomes(first: 05) { totalCount } }"),
        ("{ tomes(first: 5) { totalCount } }", "{ tomes(first: 5a) { totalCount } }"),
        ("{ tomes(first: 5) { totalCount } }", "{ tomes(first: 99999999999) { totalCount } }"),
        ('{ shelf(code: "a") { code } }', '{ shelf(code: "\\q") { code } }'),
        (
            '{ tomes(filter: {printed: {eq: "2026-01-01"}}) { totalCount } }',
            '{ tomes(filter: {printed: {eq: "x"}}) { totalCount } }',
        ),
        (
            '{ a: shelf(code: "a") { code } a: shelf(code: "a") { id } }',
            '{ a: shelf(code: "a") { code } a: shelf(code: "b") { id } }',
        ),
        ('{ shelf(code: "a") { code } }', "{ shelf(code: 5) { code } }"),
    ],
)  # fmt: skip
async def test_a_bad_literal_is_refused_also_when_its_form_is_known(library: Library, good: str, bad: str) -> None:
    await library.data(good)
    answer = await library.engine.execute(bad, {}, None, library.stranger)
    assert not answer.executed
    assert (await library.error(bad))["extensions"]["code"] in {"SYNTAX", "INVALID_DOCUMENT", "BAD_USER_INPUT"}


async def test_pinned_literals_keep_their_value(library: Library) -> None:
    for n, expected in ((1, 1), (2, 2), (0, 0)):
        found = await library.data(f"query($n: Int = {n}) {{ tomes(first: $n) {{ nodes {{ id }} }} }}")
        assert len(found["tomes"]["nodes"]) == expected
        found = await library.data(f"{{ tomes(first: {n}) {{ nodes {{ id }} }} }}")
        assert len(found["tomes"]["nodes"]) == expected


INJECTION = "'); DROP TABLE tome; --\\ $1 :x %(y)s \" }"


@pytest.mark.parametrize(
    "document",
    [
        "query($x: String!) { shelf(code: $x) { code } }",
        "query($x: String!) { tomes(filter: {author: {eq: $x}}) { totalCount } }",
        "query($x: String!) { tomes(filter: {author: {contains: $x}}) { totalCount } }",
        "query($x: String!) { tomes(filter: {author: {in: [$x]}}) { totalCount } }",
        "query($x: ID!) { tome(id: $x) { id } }",
        "query($x: ID!) { node(id: $x) { id } }",
        "query($x: ID!) { nodes(ids: [$x]) { id } }",
        "query($x: String!) { tomes { nodes { title(language: $x) { text } } } }",
    ],
)
async def test_no_value_becomes_sql(library: Library, document: str) -> None:
    await library.data(document, x=INJECTION)
    for sql, _ in library.engine.explain(document, {"x": INJECTION}, None, library.stranger).statements:
        assert "DROP" not in sql
    assert (await library.data("{ tomes { totalCount } }"))["tomes"]["totalCount"] == 2


async def test_several_operations_in_a_document(library: Library) -> None:
    document = (
        '{ shelf(code: "A1") { code } }'.replace("{ shelf", "query A { shelf", 1) + " query B { tomes { totalCount } }"
    )
    one = await library.engine.execute(document, {}, "B", library.stranger)
    assert one.body.startswith(b'{"data":{"tomes":{"totalCount":2}},"extensions":')
    for name in (None, "C"):
        answer = await library.engine.execute(document, {}, name, library.stranger)
        assert not answer.executed
