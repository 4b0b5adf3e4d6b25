"""frontend-contract/roles.md is true: each mutation and field, for everybody, with every scope, through the door."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

import pytest

from api.oauth.scopes import ROOMS as SCOPES
from api.schema import ROOMS
from tests.roles.conftest import Served
from tests.roles.matrix import Act, acts, things
from tests.roles.town import Viewer

ALIASES = 30
NO = {"NOT_ALLOWED", "NOT_FOUND"}
GIVES_ROLES = "accounts:write"
"""What a mutation needs besides that gives a role along with what it does."""
Give = Callable[[Viewer, Iterable[str]], Awaitable[str]]


@pytest.fixture(params=["ours", "theirs"])
def give(request: pytest.FixtureRequest, served: Served) -> Give:
    """Who gives the tokens: this server, or an issuer elsewhere that it trusts."""
    given: Give = getattr(served, request.param)
    return given


async def ask(served: Served, token: str, document: str) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    answer = await served.browser.post("/graphql", json={"query": document}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def parts(whole: list[Any]) -> Iterator[list[Any]]:
    for n in range(0, len(whole), ALIASES):
        yield whole[n : n + ALIASES]


@pytest.mark.parametrize("room", ROOMS)
async def test_each_mutation_is_for_whom_and_for_which_scope_the_matrix_says(
    served: Served, give: Give, room: str
) -> None:
    everything, needed = acts(served.town, room), f"{room}:write"
    allowed: set[str] = set()
    for viewer in served.town.viewers:
        for scopes in ([needed, f"{room}:read", GIVES_ROLES], [s for s in SCOPES if s != needed], ["openid"]):
            token = await give(viewer, scopes)
            for some in parts(everything):
                document = " ".join(f"a{n}: {act.document}" for n, act in enumerate(some))
                said = await ask(served, token, f"mutation {{ {document} }}")
                assert "errors" not in said, (viewer, document, said["errors"])
                for n, act in enumerate(some):
                    check(served, said["data"][f"a{n}"], act, viewer, needed in scopes)
                    if said["data"][f"a{n}"].get("kind") not in NO:
                        allowed.add(act.line.title)
    assert allowed == {act.line.title for act in everything}


def check(served: Served, said: Any, act: Act, viewer: Viewer, has_scope: bool) -> None:
    may, about = act.allowed(served.town, viewer), f"{viewer}: {act.document} → {said}"
    assert (said.get("kind") in NO) is not (has_scope and may), about
    if may and not has_scope:
        assert said["code"] == "missing_scope", about


@pytest.mark.parametrize("room", ROOMS)
async def test_each_field_is_for_whom_and_for_which_scope_the_matrix_says(
    served: Served, give: Give, room: str
) -> None:
    everything = things(served.town, room)
    for viewer in served.town.viewers:
        for scopes in tokens(room):
            token = await give(viewer, scopes)
            for some in parts(everything):
                document = " ".join(f"a{n}: {thing.document}" for n, thing in enumerate(some))
                said = await ask(served, token, f"query {{ {document} }}")
                missing = {tuple(e["path"]): e["extensions"] for e in said.get("errors", ())}
                for n, thing in enumerate(some):
                    expected = thing.expected(served.town, viewer, frozenset(scopes))
                    compare(said["data"][f"a{n}"], (f"a{n}",), expected, missing, f"{viewer}, {scopes}, {thing}")
                assert not missing, (viewer, scopes, missing)


def tokens(room: str) -> Iterator[list[str]]:
    """All scopes, all but one that the room's fields need, only that to read the room, none of them."""
    yield list(SCOPES)
    for without in (f"{room}:read", f"{room}.private:read"):
        if without in SCOPES:
            yield [scope for scope in SCOPES if scope != without]
    yield [f"{room}:read"]
    yield ["openid"]


def compare(value: Any, path: tuple[str, ...], expected: Any, missing: dict[Any, Any], about: str) -> None:
    """What is told as missing is taken from `missing`."""
    error = missing.pop(path, None)
    if isinstance(expected, str):
        assert value is None, (path, about)
        assert error == {"code": "MISSING_SCOPE", "requires": [expected]}, (path, about)
        return
    assert error is None, (path, error, about)
    if expected is False:
        assert value is None, (path, about)
    elif isinstance(expected, dict):
        assert value is not None, (path, about)
        for name, each in expected.items():
            compare(value[name], (*path, name), each, missing, about)
    elif isinstance(expected, list):
        assert value == expected, (path, about)
