"""Who asks how, and what status they get: GraphQL over HTTP as a table."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from api.http.doorway import Doorway
from tests.http.conftest import Place
from tests.http.tools import SCRIPTS, SIGNUP_CHANGED, node

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
HELLO = {"query": "{ __typename }"}


async def ask(client: httpx2.AsyncClient, body: Any = HELLO, **headers: str) -> httpx2.Response:
    return await client.post("/graphql", json=body, headers=headers)


def code(response: httpx2.Response) -> str:
    (error,) = response.json()["errors"]
    assert error["message"]
    assert any("一" <= letter <= "鿿" for letter in error["extensions"]["zh"]), "every problem is said in Chinese too"
    return str(error["extensions"]["code"])


@pytest.mark.node
async def test_all_audits_of_graphql_over_http_pass(place: Place) -> None:
    token = (await place.bearer())["Authorization"].split()[1]
    found = json.loads(await node(SCRIPTS / "audit.mjs", f"{place.server.url}/graphql", token))
    assert len(found) == 61
    assert [audit for audit in found if audit["status"] != "ok"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer x.y.z"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer \u00e9"},
        {"Cookie": "session=anything"},
    ],
)
@pytest.mark.parametrize("query", ["{ __typename }", "{ __schema { types { name } } }", "mutation { __typename }", "{"])
async def test_without_a_good_token_nothing_is_answered(
    client: httpx2.AsyncClient, headers: dict[str, str], query: str
) -> None:
    told = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    response = await client.post("/graphql", json={"query": query}, headers=told)
    assert response.status_code == 401
    challenge = response.headers["www-authenticate"]
    assert challenge.startswith("Bearer resource_metadata=")
    assert code(response) == "UNAUTHORIZED"
    metadata = await client.get(challenge.split('"')[1])
    assert metadata.json()["resource"] == f"{str(client.base_url).rstrip('/')}/graphql"


async def test_a_token_in_the_address_is_not_looked_at(place: Place, client: httpx2.AsyncClient) -> None:
    token = (await place.bearer())["Authorization"].split()[1]
    response = await client.get("/graphql", params={"query": "{ __typename }", "access_token": token})
    assert response.status_code == 401


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "TRACE"])
async def test_other_methods_are_refused(known: httpx2.AsyncClient, method: str) -> None:
    response = await known.request(method, "/graphql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"


async def test_queries_may_be_sent_by_get(known: httpx2.AsyncClient) -> None:
    asked = {
        "query": "query A($name: String!) { __type(name: $name) { name } } query B { __typename }",
        "operationName": "A",
        "variables": '{"name": "Query"}',
    }
    response = await known.get("/graphql", params=asked)
    assert response.json()["data"] == {"__type": {"name": "Query"}}


@pytest.mark.parametrize("document", ["mutation { __typename }", "query A { __typename } mutation B { __typename }"])
async def test_mutations_are_never_sent_by_get(known: httpx2.AsyncClient, document: str) -> None:
    response = await known.get("/graphql", params={"query": document, "operationName": "B" if "B" in document else ""})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b'{"query": "\xff"}', "JSON"),
        (b"[" * 5000, "JSON"),
        (b'"x"', "object"),
        (b"5", "object"),
        (b"null", "object"),
        (b"[]", "Batches"),
        (b'[{"query": "{ __typename }"}]', "Batches"),
        (b"{}", "`query`"),
        (b'{"query": null}', "`query`"),
        (b'{"query": 7}', "`query`"),
        (b'{"query": ["{ __typename }"]}', "`query`"),
        (b'{"query": "{ __typename }", "operationName": 7}', "`operationName`"),
        (b'{"query": "{ __typename }", "operationName": {}}', "`operationName`"),
        (b'{"query": "{ __typename }", "variables": []}', "`variables`"),
        (b'{"query": "{ __typename }", "variables": "{}"}', "`variables`"),
        (b'{"query": "{ __typename }", "extensions": 7}', "`extensions`"),
    ],
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_body_of_another_shape_is_refused_by_name(
    known: httpx2.AsyncClient, body: bytes, part: str, accept: str
) -> None:
    response = await known.post("/graphql", content=body, headers={"Content-Type": JSON, "Accept": accept})
    assert response.status_code == 400
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert code(response) == "BAD_REQUEST"
    assert part in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=%7B__typename%7D&query=%7B__typename%7D",
        "query=%7B__typename%7D&variables=%5B%5D",
        "query=%7B__typename%7D&variables=%7B",
        "query=%7B__typename%7D&extensions=7",
        "query=%ff%fe",
        "&".join(f"a{n}=1" for n in range(50)),
    ],
)
async def test_a_query_string_of_another_shape_is_refused(known: httpx2.AsyncClient, query_string: str) -> None:
    response = await known.get(f"/graphql?{query_string}")
    assert response.status_code == 400
    assert code(response) == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("headers", "remedy"),
    [
        ({"Content-Type": "text/plain"}, ("accept", JSON)),
        ({"Content-Type": "application/graphql"}, ("accept", JSON)),
        ({"Content-Type": "application/x-www-form-urlencoded"}, ("accept", JSON)),
        ({"Content-Type": "multipart/form-data; boundary=x"}, ("accept", JSON)),
        ({"Content-Type": "application/jsonp"}, ("accept", JSON)),
        ({"Content-Type": f"{JSON}; charset=utf-16"}, ("accept", JSON)),
        ({"Content-Type": f"{JSON}; charset=gb18030"}, ("accept", JSON)),
        ({"Content-Type": JSON, "Content-Encoding": "gzip"}, ("accept-encoding", "identity")),
    ],
)
async def test_another_media_type_is_refused_with_the_one_to_use(
    known: httpx2.AsyncClient, headers: dict[str, str], remedy: tuple[str, str]
) -> None:
    response = await known.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert response.status_code == 415
    assert response.headers[remedy[0]] == remedy[1]


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON}", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", JSON),
        (f"{JSON};q=0.5, {GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL};q=0.1, {JSON};q=0.2, text/html", JSON),
        ("APPLICATION/GraphQL-Response+JSON; charset=utf-8", GRAPHQL),
    ],
)
async def test_the_answer_comes_in_the_media_type_that_is_wanted_most(
    known: httpx2.AsyncClient, accept: str, answered: str
) -> None:
    response = await ask(known, Accept=accept)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{answered}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/html", "image/png, text/*", f"{JSON};q=0", f"{JSON};q=much"])
async def test_a_media_type_that_is_not_offered_is_not_acceptable(known: httpx2.AsyncClient, accept: str) -> None:
    response = await ask(known, Accept=accept)
    assert response.status_code == 406
    assert code(response) == "NOT_ACCEPTABLE"


@pytest.mark.parametrize("document", ["{", "{ noSuchField }", "query ($a: Int!) { __typename }"])
async def test_what_was_not_executed_is_an_error_of_http_only_for_the_new_media_type(
    known: httpx2.AsyncClient, document: str
) -> None:
    for accept, status in ((JSON, 200), (GRAPHQL, 400)):
        response = await ask(known, {"query": document}, Accept=accept)
        assert response.status_code == status
        assert set(response.json()) == {"errors"}


async def test_a_body_over_the_limit_is_refused(known: httpx2.AsyncClient) -> None:
    response = await ask(known, {"query": "{ __typename } #" + "x" * 1_000_000})
    assert response.status_code == 413
    assert code(response) == "TOO_LONG"
    assert (await ask(known, {"query": "{ __typename } #" + "x" * 999_900})).status_code != 413


async def test_a_body_of_unknown_length_is_refused_once_it_is_too_long(known: httpx2.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b'{"query": "{ __typename } #'
        for _ in range(20):
            yield b"x" * 100_000
        yield b'"}'

    response = await known.post("/graphql", content=chunks(), headers={"Content-Type": JSON})
    assert response.status_code == 413


async def test_a_subscription_is_not_answered_like_a_query(known: httpx2.AsyncClient) -> None:
    response = await ask(known, {"query": SIGNUP_CHANGED, "variables": {"shift": f"shf_{'0' * 32}"}})
    assert response.status_code == 406
    assert code(response) == "SUBSCRIBE_OTHERWISE"


# -- headers ----------------------------------------------------------------------------------------------------------


async def test_answers_are_not_kept_nor_guessed_at(known: httpx2.AsyncClient) -> None:
    headers = (await ask(known)).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert {"Accept", "Authorization", "Accept-Language"} <= set(headers["vary"].split(", "))
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/graphiql", "/login", "/static/graphiql/graphiql.js"])
async def test_every_page_carries_the_headers_of_a_careful_house(client: httpx2.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert len(headers["x-request-id"]) == 32


async def test_any_origin_may_ask_with_a_token_but_never_with_cookies(client: httpx2.AsyncClient) -> None:
    asking = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    allowed = await client.options("/graphql", headers=asking)
    assert allowed.status_code == 204
    assert allowed.headers["access-control-allow-origin"] == "*"
    assert "Authorization" in allowed.headers["access-control-allow-headers"].split(", ")
    assert "access-control-allow-credentials" not in allowed.headers
    refused = await ask(client, Origin="https://app.example")
    assert refused.headers["access-control-allow-origin"] == "*"
    assert "WWW-Authenticate" in refused.headers["access-control-expose-headers"]


@pytest.mark.parametrize("path", ["/oauth/authorize", "/login"])
async def test_pages_where_people_sign_in_are_open_to_no_other_origin(client: httpx2.AsyncClient, path: str) -> None:
    for response in (
        await client.get(path, headers={"Origin": "https://app.example"}),
        await client.options(path, headers={"Origin": "https://app.example", "Access-Control-Request-Method": "GET"}),
    ):
        assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize(
    ("told", "kept"),
    [("trace-0123456789abcdef", True), ("short", False), ("x" * 65, False), ("a b c d e f g h", False), ("", False)],
)
async def test_a_sane_request_id_is_taken_over(known: httpx2.AsyncClient, place: Place, told: str, kept: bool) -> None:
    response = await ask(known, **{"X-Request-Id": told})
    given = response.headers["x-request-id"]
    assert (given == told) is kept
    await place.server.says(f'"request_id":"{given}"')


async def test_hsts_is_sent_where_the_issuer_is_https() -> None:
    async def inside(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    transport = httpx2.ASGITransport(app=Doorway(inside, {}, https=True, tell=lambda _: None))
    async with httpx2.AsyncClient(transport=transport, base_url="https://sanshe.example") as client:
        assert "max-age=31536000" in (await client.get("/")).headers["strict-transport-security"]


@pytest.mark.parametrize("path", ["/nowhere", "/graphql/", "/static/%2e%2e/app.py", "/static/graphiql/"])
async def test_what_is_not_there_is_not_found(known: httpx2.AsyncClient, path: str) -> None:
    assert (await known.get(path)).status_code == 404


async def test_the_front_door_leads_to_the_page_for_trying(client: httpx2.AsyncClient) -> None:
    response = await client.get("/")
    assert response.status_code == 303
    assert response.headers["location"] == "/graphiql"


async def test_the_house_says_that_it_lives_and_is_ready(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"alive": True}
    assert (await client.get("/readyz")).json() == {"ready": True}
