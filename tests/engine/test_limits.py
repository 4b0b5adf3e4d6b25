"""Documents that are too much are refused at once, with both numbers."""

from time import process_time

import pytest
from graphql import get_introspection_query

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
    library.engine.plans.size = library.engine.reader.texts.size = 5
    for i in range(12):
        await library.data(f"query q{i} {{ tomes {{ totalCount }} }}")
        await library.data(f"query q{i} {{ tomes {{ totalCount }} }}")
    assert len(library.engine.plans) == len(library.engine.reader.texts) == 5
    plans = library.engine.metrics["plans"]
    assert (plans["hits"], plans["misses"], plans["evictions"]) == (12, 12, 7)
    assert plans["compile_seconds"] > 0


async def test_a_plan_of_two_thousand_fields_compiles(library: Library) -> None:
    names = "id pages rating rare printed author addedAt state tags viewerCan __typename "
    body = names + " ".join(f"shelf {{ tomes {{ nodes {{ {names} }} }} }}" for _ in range(60))
    found = await library.data("{ tomes { nodes { " + body + " } } }")
    assert len(found["tomes"]["nodes"]) == 2
