"""What the viewer may not see is nowhere; what the token lacks is named."""

from dataclasses import replace

import pytest

from domain.access import Actor
from tests.engine.conftest import Library, public

READ = frozenset({"library:read"})


async def test_a_hidden_row_is_hidden_wherever_one_looks(library: Library) -> None:
    id = public(library.lost)
    document = f"""{{ tome(id: "{id}") {{ id }} node(id: "{id}") {{ id }} nodes(ids: ["{id}"]) {{ id }}
        tomes {{ totalCount nodes {{ id }} }} few: tomes(filter: {{id: {{eq: "{id}"}}}}) {{ totalCount nodes {{ id }} }}
        shelf(code: "A1") {{ tomes {{ totalCount nodes {{ id }} }} }} visitTotals {{ minutes }} }}"""
    seen = [{"id": public(library.odyssey)}, {"id": public(library.iliad)}]
    assert await library.data(document) == {
        "tome": None,
        "node": None,
        "nodes": [None],
        "tomes": {"totalCount": 2, "nodes": seen},
        "few": {"totalCount": 0, "nodes": []},
        "shelf": {"tomes": {"totalCount": 1, "nodes": seen[:1]}},
        "visitTotals": [{"minutes": 55}, {"minutes": 7}],
    }
    own = await library.data(document, library.patron)
    assert own["tome"] == own["node"] == own["nodes"][0] == {"id": id}
    assert own["tomes"]["totalCount"] == 3
    assert own["few"] == {"totalCount": 1, "nodes": [{"id": id}]}


async def test_a_filter_on_what_is_hidden_finds_nothing(library: Library) -> None:
    document = '{ tomes(filter: {donor: {name: {eq: "Ann"}}}) { totalCount } }'
    assert await library.data(document) == {"tomes": {"totalCount": 0}}
    assert await library.data(document, library.librarian) == {"tomes": {"totalCount": 1}}
    through = "{ shelves(filter: {tomes: {state: {eq: GONE}}}) { totalCount } }"
    assert await library.data(through) == {"shelves": {"totalCount": 0}}
    assert await library.data(through, library.patron) == {"shelves": {"totalCount": 1}}


async def test_a_guarded_field_is_null_without_a_word(library: Library) -> None:
    document = "{ tomes(first: 1) { nodes { remark secret } } }"
    assert await library.data(document) == {"tomes": {"nodes": [{"remark": None, "secret": None}]}}
    told = await library.data(document, library.librarian)
    assert told == {"tomes": {"nodes": [{"remark": "stained", "secret": "stained"}]}}
    phones = "{ tomes { nodes { donor { name phone } } } }"
    assert (await library.data(phones, library.patron))["tomes"]["nodes"][0]["donor"]["phone"] == "111"
    assert (await library.data(phones, library.librarian))["tomes"]["nodes"][0]["donor"] == {
        "name": "Ann",
        "phone": None,
    }


async def test_a_missing_scope_is_named_at_each_exact_path(library: Library) -> None:
    narrow = replace(library.librarian, scopes=READ)
    response = await library.asked("{ tomes { nodes { author remark donor { name } } } me { name } }", narrow)
    assert response["data"] == {
        "tomes": {
            "nodes": [
                {"author": "Homer", "remark": None, "donor": None},
                {"author": "Homer", "remark": None, "donor": None},
            ]
        },
        "me": None,
    }
    found = {tuple(e["path"]): e["extensions"] for e in response["errors"]}
    notes = {"code": "MISSING_SCOPE", "requires": ["library.notes:read"]}
    patrons = {"code": "MISSING_SCOPE", "requires": ["patrons:read"]}
    assert found == {
        ("tomes", "nodes", 0, "remark"): notes,
        ("tomes", "nodes", 1, "remark"): notes,
        ("tomes", "nodes", 0, "donor"): patrons,
        ("me",): patrons,
    }
    assert "library.notes:read" in response["errors"][0]["message"]


async def test_a_list_without_its_scope_is_null_and_an_error(library: Library) -> None:
    nobody = Actor(scopes=frozenset())
    response = await library.asked("{ tomes { nodes { id } } visitTotals { minutes } __typename }", nobody)
    assert response["data"] == {"tomes": None, "visitTotals": None, "__typename": "Query"}
    assert [e["path"] for e in response["errors"]] == [["tomes"], ["visitTotals"]]
    filtered = '{ tomes(filter: {donor: {name: {eq: "Ann"}}}) { totalCount } }'
    error = await library.error(filtered, replace(library.librarian, scopes=READ))
    assert error["extensions"]["requires"] == ["patrons:read"]
    error = await library.error(filtered, nobody)
    assert error["extensions"]["requires"] == ["library:read"], "what is asked for, before what it is looked for by"


@pytest.mark.parametrize(
    "asked", ["__typename", "pageInfo { __typename }", "pageInfo { hasPreviousPage }", "totalCount"]
)
async def test_a_missing_scope_is_told_whatever_is_asked_of_a_list(library: Library, asked: str) -> None:
    response = await library.asked(f"{{ tomes {{ {asked} }} }}", Actor(scopes=frozenset()))
    assert response["data"] == {"tomes": None}
    assert response["errors"][0]["extensions"] == {"code": "MISSING_SCOPE", "requires": ["library:read"]}


async def test_moves_are_state_and_rule_and_scope(library: Library) -> None:
    document = "{ tomes { nodes { viewerCan } } }"

    async def moves(actor: Actor) -> list[list[str]]:
        return [n["viewerCan"] for n in (await library.data(document, actor))["tomes"]["nodes"]]

    assert await moves(library.librarian) == [["lend_tome", "lose_tome"]] * 2
    assert await moves(library.stranger) == [[], []]
    assert await moves(replace(library.librarian, scopes=READ)) == [[], []]
    donor = replace(library.librarian, id=library.ann.id)
    assert await moves(donor) == [["lend_tome"], ["lend_tome", "lose_tome"], []]


async def test_plans_are_not_shared_across_roles_but_across_people(library: Library) -> None:
    document = "{ tomes { nodes { remark } totalCount } }"
    await library.data(document, library.librarian)
    assert (await library.data(document))["tomes"]["nodes"][0]["remark"] is None
    plans = len(library.engine.planner.plans)
    assert (await library.data(document, Actor(id=library.bob.id, language="fr")))["tomes"]["totalCount"] == 2
    assert (await library.data(document, library.patron))["tomes"]["totalCount"] == 3
    assert len(library.engine.planner.plans) == plans
    anonymous = Actor()
    assert (await library.data(document, anonymous))["tomes"]["totalCount"] == 2
