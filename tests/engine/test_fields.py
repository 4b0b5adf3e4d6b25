"""Every kind of field prints what the row holds."""

from tests.engine.conftest import Library, public


async def test_a_row_prints_all_its_kinds_of_columns(library: Library) -> None:
    tome = await library.data(
        """query($id: ID!) { tome(id: $id) {
            id state pages rating rare printed addedAt tags author price { amount currency __typename }
            title { language text status translations { language text status } } subtitle { text } __typename } }""",
        id=public(library.odyssey),
    )
    assert tome["tome"] == {
        "id": public(library.odyssey),
        "state": "OPEN",
        "pages": 500,
        "rating": "4.125",
        "rare": False,
        "printed": "1900-02-03",
        "addedAt": "2026-01-01T04:00:00Z",
        "tags": ["sea", 'war "\\\n'],
        "author": "Homer",
        "price": {"amount": "12.50", "currency": "CNY", "__typename": "Money"},
        "title": {
            "language": "en",
            "text": "Odyssey",
            "status": "SOURCE",
            "translations": [{"language": "zh", "text": "奥德赛", "status": "MACHINE"}],
        },
        "subtitle": None,
        "__typename": "Tome",
    }


async def test_a_text_comes_in_the_language_asked_for(library: Library) -> None:
    document = "query($l: String) { shelves(orderBy: [CODE_ASC]) { nodes { name(language: $l) { text language } } } }"

    async def names(language: str | None) -> list[tuple[str, str]]:
        found = await library.data(document, l=language)
        return [(n["name"]["text"], n["name"]["language"]) for n in found["shelves"]["nodes"]]

    assert await names("zh") == [("低", "zh"), ("高", "zh-Hans")]
    assert await names("zh-Hant") == [("低", "zh"), ("高", "zh-Hans")]
    assert await names("en-GB") == [("Low", "en"), ("High", "en")]
    assert await names("fr") == [("Low", "en"), ("高", "zh-Hans")]
    assert await names(None) == [("Low", "en"), ("High", "en")]


async def test_links_unions_and_missing_ends(library: Library) -> None:
    found = await library.data(
        """{ tomes { nodes { author shelf { code } donor { name } origin { __typename ... on Shelf { code }
            ... on Patron { n: name } } } } }""",
        library.librarian,
    )
    assert found["tomes"]["nodes"] == [
        {
            "author": "Homer",
            "shelf": {"code": "A1"},
            "donor": {"name": "Ann"},
            "origin": {"__typename": "Patron", "n": "Ann"},
        },
        {"author": "Homer", "shelf": {"code": "B2"}, "donor": None, "origin": None},
    ]


async def test_nested_lists_fragments_aliases_and_merged_fields(library: Library) -> None:
    found = await library.data(
        """query { shelves(orderBy: [CODE_ASC]) { nodes { ...a code tomes(first: 5) { nodes { __typename } } } } }
        fragment a on Shelf { label: code tomes(first: 5) { ...p nodes { author ... on Node { id } } } }
        fragment p on TomeConnection { totalCount }"""
    )
    (low, high) = found["shelves"]["nodes"]
    odyssey = {"author": "Homer", "id": public(library.odyssey), "__typename": "Tome"}
    assert low == {"label": "A1", "tomes": {"totalCount": 1, "nodes": [odyssey]}, "code": "A1"}
    assert high["tomes"]["totalCount"] == 1


async def test_expressions_take_arguments(library: Library) -> None:
    document = "query($n: Int) { tome(id: $id) { all: minutesLooked long: minutesLooked(atLeast: $n) } }"
    document = document.replace("($n: Int)", "($n: Int, $id: ID!)")
    id = public(library.odyssey)
    assert await library.data(document, id=id, n=10) == {"tome": {"all": 55, "long": 50}}
    assert await library.data(document, id=id) == {"tome": {"all": 55, "long": 55}}


async def test_selectables_print_their_columns_and_links(library: Library) -> None:
    both = "{ visitTotals { minutes shelf { code } } longest { minutes } }"
    assert await library.data(both) == {
        "visitTotals": [{"minutes": 55, "shelf": {"code": "A1"}}, {"minutes": 7, "shelf": {"code": "B2"}}],
        "longest": {"minutes": 55},
    }
    narrowed = "query($s: DateTime, $t: [ID!]) { visitTotals(since: $s, tomeIds: $t, state: OPEN) { minutes } }"
    assert await library.data(narrowed, s="2026-01-01T12:00:30+08:00") == {"visitTotals": [{"minutes": 7}]}
    assert await library.data(narrowed, t=[public(library.iliad), "tom_x", public(library.low)]) == {
        "visitTotals": [{"minutes": 7}]
    }
    assert await library.data(narrowed, t=[]) == {"visitTotals": []}
    assert await library.data("{ longest(state: GONE) { minutes } }") == {"longest": None}


async def test_lookups_by_other_columns_and_by_the_viewer(library: Library) -> None:
    document = '{ shelf(code: "B2") { code } none: shelf(code: "zz") { code } me { name phone } }'
    assert await library.data(document, library.patron) == {
        "shelf": {"code": "B2"},
        "none": None,
        "me": {"name": "Ann", "phone": "111"},
    }
    assert (await library.data(document))["me"] is None


async def test_node_and_nodes_know_every_type(library: Library) -> None:
    ids = [public(library.high), "nonsense", public(library.odyssey), "slf_" + "0" * 32, public(library.high), "xyz_1"]
    document = """query($ids: [ID!]!, $id: ID!) {
        nodes(ids: $ids) { __typename id ... on Shelf { code } ... on Tome { author } }
        node(id: $id) { id __typename } }"""
    shelf = {"__typename": "Shelf", "id": public(library.high), "code": "B2"}
    tome = {"__typename": "Tome", "id": public(library.odyssey), "author": "Homer"}
    found = await library.data(document, ids=ids, id=public(library.odyssey))
    assert found == {
        "nodes": [shelf, None, tome, None, shelf, None],
        "node": {"id": public(library.odyssey), "__typename": "Tome"},
    }
    assert (await library.data(document, ids=[], id="pat_1"))["node"] is None
    assert "100" in (await library.error(document, ids=ids * 20, id="x"))["message"]
    literal = (
        f'{{ nodes(ids: ["{public(library.high)}", "{public(library.odyssey)}"]) {{ id }} node(id: "x") {{ id }} }}'
    )
    assert await library.data(literal) == {
        "nodes": [{"id": public(library.high)}, {"id": public(library.odyssey)}],
        "node": None,
    }


async def test_skip_and_include(library: Library) -> None:
    document = """query($no: Boolean!, $yes: Boolean = true) {
        a: shelf(code: "A1") @skip(if: $no) { code }
        ... @include(if: $yes) { b: shelf(code: "A1") { code name @skip(if: true) { text } } }
        ...f @include(if: false) } fragment f on Query { c: shelf(code: "A1") { code } }"""
    assert list(await library.data(document, no=False)) == ["a", "b"]
    assert list(await library.data(document, no=True)) == ["b"]
    assert list(await library.data(document, no=True, yes=False)) == []


async def test_introspection_stands_beside_data(library: Library) -> None:
    document = """query($n: String!) { __typename t: __type(name: $n) { name kind }
        shelf(code: "A1") { code } __schema { queryType { name } } u: __type(name: "Patron") { name } }"""
    assert await library.data(document, n="Shelf") == {
        "__typename": "Query",
        "t": {"name": "Shelf", "kind": "OBJECT"},
        "shelf": {"code": "A1"},
        "__schema": {"queryType": {"name": "Query"}},
        "u": {"name": "Patron"},
    }
    assert (await library.data(document, n="Tome"))["t"]["name"] == "Tome"
    assert await library.data('{ __type(name: "Shelf") { name } }') == {"__type": {"name": "Shelf"}}
    assert await library.data('{ __type(name: "Tome") { name } }') == {"__type": {"name": "Tome"}}


async def test_a_null_where_none_may_be_is_an_error_with_its_path(library: Library) -> None:
    await library.put(library.tome(author="NULL", minutes=3))
    response = await library.asked('{ shelf(code: "A1") { code tomes { edges { node { author brittle } } } } }')
    error = {"message": "Cannot return null for non-nullable field Tome.brittle.", "extensions": {"code": "INTERNAL"}}
    path = ["shelf", "tomes", "edges", 1, "node", "brittle"]
    assert response["errors"] == [{**error, "path": path}]
    assert response["data"] == {"shelf": None}


async def test_several_roots_are_one_statement(library: Library) -> None:
    told = library.engine.explain("{ tomes { totalCount } shelves { totalCount } }", {}, None, library.stranger)
    assert len(told.statements) == 1
