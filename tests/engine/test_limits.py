"""Documents that are too much are refused at once, with both numbers."""

from time import process_time

import pytest
from graphql import get_introspection_query

from api.engine.plan import DOCUMENTS
from tests.engine.conftest import Library


def chain(n: int) -> str:
    """Fragments that double with each step."""
    parts = [f"fragment f{i} on Shelf {{ ...f{i + 1} ...f{i + 1} }}" for i in range(n)]
    return '{ shelf(code: "A1") { ...f0 } }' + " ".join([*parts, f"fragment f{n} on Shelf {{ code }}"])


DEEP = '{ shelf(code: "A1") ' + "{ tomes { nodes { shelf " * 7 + "{ id }" + "} } }" * 7 + " }"


@pytest.mark.parametrize(
    ("document", "what"),
    [
        (DEEP, "depth"),
        (chain(20), "fields"),
        ("{" + " ".join(f"a{i}: __typename" for i in range(31)) + "}", "aliases"),
        ("{" + " __typename" * 1600 + "}", "tokens"),
        ("{" * 700 + "}" * 700, ""),
        ("{ tomes(filter: " + "[" * 700 + "]" * 700 + ") { totalCount } }", ""),
    ],
)
async def test_too_much_is_refused_in_linear_time(library: Library, document: str, what: str) -> None:
    begun = process_time()
    error = await library.error(document)
    assert process_time() - begun < 1
    assert what in error["message"]
    if what:
        assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"
        assert error["extensions"]["measured"] >= error["extensions"]["limit"]


async def test_the_standard_introspection_query_is_answered(library: Library) -> None:
    found = await library.data(get_introspection_query(descriptions=True, directive_is_repeatable=True))
    assert "Tome" in {t["name"] for t in found["__schema"]["types"]}


async def test_caches_are_bounded_and_counted(library: Library) -> None:
    library.engine.planner.plans.size = 10_000
    library.engine.planner.reader.texts.size = 150
    for i in range(12):
        await library.data(f"query q{i} {{ tomes {{ totalCount }} }}")
        await library.data(f"query q{i} {{ tomes {{ totalCount }} }}")
    plans, texts = (library.engine.metrics[name] for name in ("plans", "texts"))
    assert (plans["hits"], plans["misses"], texts["hits"], texts["misses"]) == (12, 12, 12, 12)
    for counted, most in ((plans, 10_000), (texts, 150)):
        assert 0 < counted["characters"] <= most
        assert counted["entries"] + counted["evictions"] == 12
    assert plans["compile_seconds"] > 0


async def test_texts_that_differ_in_a_literal_push_out_one_another_and_no_other_document(library: Library) -> None:
    await library.data("{ shelves { totalCount } }")
    texts = [f'{{ shelf(code: "{n:010000}") {{ id }} }}' for n in range(30)]
    for text in [*texts, texts[-1], texts[-1]]:
        assert await library.data(text) == {"shelf": None}
    reader = library.engine.planner.reader
    assert 0 < reader.literal.weight <= DOCUMENTS < sum(map(len, texts))
    assert reader.literal.counters.hits == 2
    assert [(len(c), c.counters.evictions) for c in (reader.texts, reader.documents)] == [(1, 0), (1, 0)]


async def test_a_document_that_is_asked_again_and_again_outlives_those_asked_once(library: Library) -> None:
    often = "{ tomes { totalCount } }"
    library.engine.planner.reader.texts.size = 150
    for n in range(12):
        await library.data(often)
        await library.data(f"query q{n} {{ tomes {{ totalCount }} }}")
    assert library.engine.metrics["texts"]["misses"] == 13


async def test_a_document_too_long_to_be_kept_is_answered_all_the_same(library: Library) -> None:
    document = "{ tomes { totalCount } }" + "#" * 300_000
    for _ in range(2):
        assert await library.data(document) == {"tomes": {"totalCount": 2}}
    assert len(library.engine.planner.reader.texts) == 0


async def test_what_was_refused_is_refused_again_without_being_read(library: Library) -> None:
    first = await library.asked("{ nothing }")
    assert await library.asked("{ nothing }") == first
    assert library.engine.planner.reader.refusals.counters.hits == 1


async def test_a_plan_of_two_thousand_fields_compiles(library: Library) -> None:
    names = "id pages rating rare printed author addedAt state tags viewerCan __typename "
    body = names + " ".join(f"shelf {{ tomes {{ nodes {{ {names} }} }} }}" for _ in range(60))
    found = await library.data("{ tomes { nodes { " + body + " } } }")
    assert len(found["tomes"]["nodes"]) == 2
