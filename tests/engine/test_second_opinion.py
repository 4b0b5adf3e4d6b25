"""Our engine and graphql-js answer the same questions alike: data, the places of errors, what is refused at all."""

import json
import subprocess
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import orjson
import pytest
from sqlalchemy import insert

from api.engine.run import Engine
from domain.columns import typed
from domain.house import House
from domain.postgres import Lanes
from domain.work import compiled
from tests.conftest import NOON, copied, ddl
from tests.engine.conftest import catalogue_schema
from tests.engine.library import Toy
from tests.engine.second_opinion import CASES
from tests.engine.second_opinion.setting import VIEWERS, Case, rows, whole
from tests.http.tools import NODE, SCRIPTS

pytestmark = pytest.mark.node

#: Decimals keep their digits as text.
ROWS = "SELECT to_jsonb(t) FROM {} t"
TOMES = "SELECT to_jsonb(t) || jsonb_build_object('rating', rating::text, 'price', price::text) FROM tome t"


@dataclass
class Opinions:
    """Our engine, and what the other said to each case."""

    engine: Engine
    theirs: dict[str, Any]


@pytest.fixture(scope="module")
async def opinions(template: str) -> AsyncIterator[Opinions]:
    lanes = await Lanes(await copied(template, "opinions"), size=2).open()
    for statement in ddl(Toy.metadata):
        await lanes.run(statement)
    for row in rows():
        sql, args = compiled(insert(type(row).__table__))  # type: ignore[attr-defined]
        await lanes.run(sql, args(row.values()))
    tables = {name: [r[0] for r in await lanes.run(ROWS.format(name))] for name in ("patron", "shelf", "visit")}
    tables["tome"] = [r[0] for r in await lanes.run(TOMES)]
    yield Opinions(Engine(catalogue_schema(), await House(lanes, lambda: NOON).open()), asked_of_graphql_js(tables))
    await lanes.close()


def asked_of_graphql_js(tables: dict[str, Any]) -> dict[str, Any]:
    """Its response to each case, from one process."""
    cases = [
        {
            "document": whole(case.document),
            "variables": whole(case.variables),
            "operation": case.operation,
            "viewer": {
                "id": typed("pat", cast(UUID, VIEWERS[case.who].id)),
                "operator": bool(VIEWERS[case.who].roles),
                "language": VIEWERS[case.who].language,
            },
        }
        for case in CASES.values()
    ]
    asked = json.dumps({"sdl": catalogue_schema().print(), "rows": tables, "cases": cases})
    done = subprocess.run([NODE, SCRIPTS / "second_opinion.mjs"], input=asked.encode(), capture_output=True, check=True)
    return dict(zip(CASES, orjson.loads(done.stdout), strict=True))


async def ours(engine: Engine, case: Case) -> Any:
    answer = await engine.execute(whole(case.document), whole(case.variables), case.operation, VIEWERS[case.who])
    return orjson.loads(answer.body)


@pytest.mark.parametrize("name", CASES)
async def test_graphql_js_answers_the_same(opinions: Opinions, name: str) -> None:
    theirs = opinions.theirs[name]
    for _ in ("at the first meeting", "from the caches", "as a text seen before"):
        found = await ours(opinions.engine, CASES[name])
        assert written(found.get("data"), name) == written(theirs.get("data"), name), (found, theirs)
        assert bool(found.get("errors")) == bool(theirs.get("errors"))
        assert not any("id" in e["extensions"] for e in found.get("errors", ())), "a fault is no opinion"
        assert paths(found) >= paths(theirs)
        assert emptied(found) == emptied(theirs)


def written(data: Any, name: str) -> str:
    """As text, so that the order of keys counts; the schema's own lists have none."""
    return json.dumps(_by_name(data) if name.startswith("introspection") else data, ensure_ascii=False)


def _by_name(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _by_name(value) for key, value in data.items()}
    return sorted(map(_by_name, data), key=json.dumps) if isinstance(data, list) else data


def paths(response: Any) -> set[tuple[Any, ...]]:
    """Where errors lie, if there is data for them to lie in."""
    errors = response.get("errors", ()) if response.get("data") else ()
    return {tuple(error["path"]) for error in errors}


def emptied(response: Any) -> set[tuple[Any, ...]]:
    """The places that errors have made null.

    Where null has spread from several errors below, the specification lets an executor stop at the first, as graphql-js
    does, or name them all, as we do.
    """
    return {tuple(_down_to_null(response["data"], path)) for path in paths(response)}


def _down_to_null(data: Any, path: Sequence[str | int]) -> Iterator[str | int]:
    for step in path:
        if data is not None:
            yield step
            data = data[step]
    assert data is None
