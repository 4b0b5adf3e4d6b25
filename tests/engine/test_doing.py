"""Mutations carry out commands and print what came of them; subscriptions tell those who may know."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import orjson
import pytest

from domain.errors import TooSlow
from tests.engine.conftest import Library, public

ADD = """mutation($input: AddTomeInput!) { addTome(input: $input) { __typename
    ... on Tome { author title { text } shelf { code } state price { amount currency } tags addedAt remark }
    ... on Refusal { kind code message path remedy rule { says source version __typename } } } }"""


def new(library: Library, **more: Any) -> dict[str, Any]:
    return {"shelfId": public(library.low), "title": {"text": "Aeneid", "language": "en"}, **more}


async def test_a_mutation_prints_the_row_it_made(library: Library) -> None:
    given = new(
        library, author="Virgil", state="LENT", price={"amount": "3.5"}, tags=["a"], addedAt="2026-02-01T00:00:00.5Z"
    )
    found = await library.data(ADD, library.librarian, input=given)
    assert found["addTome"] == {
        "__typename": "Tome",
        "author": "Virgil",
        "title": {"text": "Aeneid"},
        "shelf": {"code": "A1"},
        "state": "LENT",
        "price": {"amount": "3.50", "currency": "CNY"},
        "tags": ["a"],
        "addedAt": "2026-02-01T00:00:00.5Z",
        "remark": None,
    }
    assert (await library.data("{ tomes { totalCount } }"))["tomes"]["totalCount"] == 3


async def test_variables_within_an_input_arrive_as_they_are_and_what_is_left_out_takes_its_default(
    library: Library,
) -> None:
    document = """mutation($shelf: ID!, $state: TomeState, $author: String, $tags: [String!]) { addTome(input: {
        shelfId: $shelf, state: $state, author: $author, tags: $tags, title: {text: "x"}, price: {amount: "1"}}) {
        ... on Tome { state author tags title { language } price { currency } } } }"""

    async def added(**given: Any) -> tuple[Any, ...]:
        variables = {"shelf": public(library.low), **given}
        tome = (await library.data(document, library.librarian, **variables))["addTome"]
        assert (tome["title"], tome["price"]) == ({"language": "zh-Hans"}, {"currency": "CNY"})
        return tome["state"], tome["author"], tome["tags"]

    assert await added(state="LENT", author="Ovid", tags=["a"]) == ("LENT", "Ovid", ["a"])
    assert await added(state="OPEN", author="Livy", tags=[]) == ("OPEN", "Livy", [])
    assert await added() == await added(state=None, author=None, tags=None) == ("OPEN", "", None)


async def test_a_repetition_answers_what_is_asked_this_time(library: Library) -> None:
    document = """mutation($shelf: ID!, $l: String!) { addTome(input: {shelfId: $shelf, idempotencyKey: "once", title: {
        text: "Aeneid", language: "en", translations: [{language: "zh", text: "埃涅阿斯纪"}]}}) {
        ... on Tome { title(language: $l) { text } } } }"""

    async def told(language: str) -> Any:
        variables = {"shelf": public(library.low), "l": language}
        return (await library.data(document, library.librarian, **variables))["addTome"]["title"]["text"]

    assert [await told(language) for language in ("en", "zh", "en")] == ["Aeneid", "埃涅阿斯纪", "Aeneid"]
    assert (await library.data("{ tomes { totalCount } }"))["tomes"]["totalCount"] == 3


async def test_null_in_place_of_a_whole_input_is_refused(library: Library) -> None:
    document = """mutation($input: AddTomeInput = {shelfId: "x", title: {text: "x"}}) {
        addTome(input: $input) { __typename } }"""
    assert await library.data(document, library.librarian) == {"addTome": {"__typename": "Refusal"}}
    error = await library.error(document, library.librarian, input=None)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "$input" in error["message"]


async def test_a_refusal_is_an_answer_in_the_readers_language(library: Library) -> None:
    zh = replace(library.librarian, language="zh-Hans")
    assert (await library.data(ADD, zh, input=new(library, author="nobody")))["addTome"] == {
        "__typename": "Refusal",
        "kind": "INVALID",
        "code": "no_author",
        "message": "书须有作者。",
        "path": "author",
        "remedy": "请填写作者。",
        "rule": {"says": "Say who wrote it.", "source": "House rules, 1", "version": 2, "__typename": "Grounds"},
    }
    no = (await library.data(ADD, library.stranger, input=new(library)))["addTome"]
    assert (no["kind"], no["rule"]) == ("NOT_ALLOWED", None)
    for wrong in ("nonsense", public(library.ann), "slf_" + "G" * 32):
        no = (await library.data(ADD, library.librarian, input=new(library) | {"shelfId": wrong}))["addTome"]
        assert (no["kind"], no["code"], no["path"]) == ("INVALID", "wrong_id", "shelfId")
    for amount in ("0.001", "9" * 13):
        response = await library.asked(ADD, library.librarian, input=new(library, price={"amount": amount}))
        assert "errors" in response or response["data"]["addTome"]["path"] == "price.amount"
    assert (await library.data("{ tomes { totalCount } }"))["tomes"]["totalCount"] == 2


async def test_null_and_absent_are_two_things(library: Library) -> None:
    document = """mutation($i: ChangeTomeInput!) { changeTome(input: $i) {
        ... on Tome { remark author } ... on Refusal { path code } } }"""
    id = public(library.odyssey)

    async def change(**given: Any) -> Any:
        return (await library.data(document, library.librarian, i={"tomeId": id, **given}))["changeTome"]

    assert await change(author="H.") == {"remark": "stained", "author": "H."}
    assert await change(note=None) == {"remark": None, "author": "H."}
    assert await change(author=None) == {"path": "author", "code": "null"}
    inline = f'mutation {{ changeTome(input: {{tomeId: "{id}", note: "new"}}) {{ ... on Tome {{ remark author }} }} }}'
    assert (await library.data(inline, library.librarian))["changeTome"] == {"remark": "new", "author": "H."}


async def test_mutations_run_one_after_the_other(library: Library) -> None:
    id = public(library.iliad)
    document = f"""mutation {{
        a: loseTome(input: {{tomeId: "{id}"}}) {{ __typename ... on Tome {{ state }} }} __typename
        b: loseTome(input: {{tomeId: "{id}"}}) {{ __typename ... on Refusal {{ kind }} }} }}"""
    found = await library.data(document, replace(library.librarian, id=library.ann.id))
    assert found["a"] is None  # done, and gone from sight
    assert found["b"] == {"__typename": "Refusal", "kind": "NOT_FOUND"} or found["b"]["kind"] == "NOT_NOW"
    assert list(found) == ["a", "__typename", "b"]


async def test_a_repeated_key_gives_the_first_answer(library: Library) -> None:
    given = new(library, author="Virgil", idempotencyKey="k1")
    first = await library.data(ADD, library.librarian, input=given)
    assert await library.data(ADD, library.librarian, input=given) == first
    assert (await library.data("{ tomes { totalCount } }"))["tomes"]["totalCount"] == 3
    shorter = "mutation($input: AddTomeInput!) { addTome(input: $input) { ... on Tome { author } } }"
    assert (await library.data(shorter, library.librarian, input=given))["addTome"] == {"author": "Virgil"}
    other = (await library.data(ADD, library.librarian, input=given | {"author": "Ovid"}))["addTome"]
    assert (other["kind"], other["path"]) == ("CONFLICT", "idempotencyKey")


async def test_a_bug_is_masked_and_undone_and_the_rest_stands(library: Library) -> None:
    document = """mutation($bug: AddTomeInput!, $good: AddTomeInput!) {
        bad: addTome(input: $bug) { __typename } good: addTome(input: $good) { __typename } }"""
    response = await library.asked(
        document, library.librarian, bug=new(library, author="bug"), good=new(library, author="Ovid")
    )
    assert response["data"] == {"bad": None, "good": {"__typename": "Tome"}}
    (error,) = response["errors"]
    assert error["path"] == ["bad"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "secret" not in str(response)
    assert (await library.data("{ tomes { totalCount } }"))["tomes"]["totalCount"] == 3


async def test_what_was_done_before_the_database_stopped_answering_is_told(library: Library) -> None:
    lanes, lose = library.house.lanes, f'loseTome(input: {{tomeId: "{public(library.iliad)}"}}) {{ __typename }}'
    async with lanes.hold() as somebody:
        await somebody.run("SELECT FROM tome WHERE id = $1 FOR UPDATE", (library.iliad.id,))
        await lanes.run("SET lock_timeout = '50ms'")
        document = f"mutation($good: AddTomeInput!) {{ good: addTome(input: $good) {{ __typename }} slow: {lose} }}"
        response = await library.asked(document, library.librarian, good=new(library, author="Ovid"))
        assert response["data"] == {"good": {"__typename": "Tome"}, "slow": None}
        assert [(e["path"], e["extensions"]["code"]) for e in response["errors"]] == [(["slow"], "UNAVAILABLE")]
        with pytest.raises(TooSlow):
            await library.asked(f"mutation {{ {lose} }}", library.librarian)
        await lanes.run("RESET lock_timeout")


async def test_writing_without_reading_says_which_scope_is_missing(library: Library) -> None:
    writer = replace(library.librarian, scopes=frozenset({"library:write"}))
    response = await library.asked(ADD, writer, input=new(library, author="Virgil"))
    assert response["data"] == {"addTome": None}
    assert response["errors"][0]["path"] == ["addTome"]
    assert response["errors"][0]["extensions"] == {"code": "MISSING_SCOPE", "requires": ["library:read"]}
    half = replace(library.librarian, scopes=frozenset({"library:write", "library:read"}))
    response = await library.asked(ADD, half, input=new(library, author="Virgil"))
    assert response["data"]["addTome"]["author"] == "Virgil"
    assert response["errors"][0]["path"] == ["addTome", "remark"]


# -- subscriptions -----------------------------------------------------------------------------------------------------

WATCH = "subscription($s: ID) { tomeChanged(shelfId: $s) { title { text } donor { name } } }"


async def deeds(*rows: Any) -> AsyncIterator[dict[str, Any]]:
    for row in rows:
        yield {"noun": type(row).__tablename__, "subject_id": row.id}


async def heard(library: Library, actor: Any, document: str = WATCH, **variables: Any) -> list[Any]:
    seen = deeds(library.ann, library.odyssey, library.iliad, library.lost)
    bodies = [orjson.loads(b) async for b in library.engine.subscribe(document, variables, None, actor, seen)]
    return [{k: v for k, v in body.items() if k != "extensions"} for body in bodies]


async def test_news_reach_those_who_may_see_the_thing(library: Library) -> None:
    odyssey = {"data": {"tomeChanged": {"title": {"text": "Odyssey"}, "donor": None}}}
    iliad = {"data": {"tomeChanged": {"title": {"text": "Iliad"}, "donor": None}}}
    assert await heard(library, library.stranger) == [odyssey, iliad]
    assert len(await heard(library, library.patron)) == 3
    assert await heard(library, library.stranger, s=public(library.high)) == [iliad]
    assert await heard(library, library.stranger, s="nonsense") == []


async def test_a_subscription_that_cannot_be_is_refused_once(library: Library) -> None:
    (body,) = await heard(library, replace(library.stranger, scopes=frozenset()))
    assert body["errors"][0]["extensions"] == {"code": "MISSING_SCOPE", "requires": ["library:read"]}
    (body,) = await heard(library, library.stranger, "subscription { nothing }")
    assert body["errors"]
    (body,) = await heard(library, library.stranger, "{ tomes { totalCount } }")
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    answer = await library.engine.execute(WATCH, {}, None, library.stranger)
    assert (answer.executed, answer.kind) == (False, "subscription")
