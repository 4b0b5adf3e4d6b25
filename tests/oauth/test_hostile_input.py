"""Whatever is thrown at the endpoints, none answers with a fault of its own."""

import asyncio
import re
from collections.abc import Coroutine
from hashlib import sha256
from typing import Any
from urllib.parse import quote_plus, urlencode

from authlib.oauth2.rfc8628 import DEVICE_CODE_GRANT_TYPE
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api.oauth import store
from api.oauth.asked import FREE, PLAIN
from api.oauth.pages.rights import ERASE
from api.oauth.routes import routes
from tests.oauth.conftest import Door
from tests.oauth.test_tokens import basic

NAMES = [
    *("client_id", "client_secret", "redirect_uri", "response_type", "scope", "state", "nonce", "prompt", "max_age"),
    *("code", "code_challenge", "code_challenge_method", "code_verifier", "grant_type", "refresh_token", "token"),
    *("device_code", "user_code", "resource", "access_token"),
    *("token_type_hint", "id_token_hint", "login_hint", "ui_locales", "next", "post_logout_redirect_uri"),
    *(
        "identifier",
        "password",
        "current_password",
        "credential",
        "passkey",
        "passkey_name",
        "session",
        "name",
        "email",
        "phone",
        "form_token",
        "decision",
        "consent",
        "response_mode",
        "claims",
        'un"known\\é',
    ),
]
LIKELY = [
    *("code", "S256", "none", "login", "openid", "authorization_code", "refresh_token", "client_credentials"),
    *(
        "https://app.example/cb",
        "http://127.0.0.1:80/cb",
        "a" * 43,
        "0",
        "allow",
        "/",
        "x@example.com",
        "+8613800138000",
    ),
]


def everywhere(door: Door) -> list[tuple[str, str]]:
    """Each method and path of the server, so that no new one is forgotten."""
    asked = {
        (method, re.sub(r"{\w+}", "x", route.path))
        for route in routes(door.gate)
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}
    }
    return sorted(asked)


async def fault(door: Door, data: bytes) -> str:
    """What is wrong with the answer to these very bytes: nothing, a fault of ours, its traces, or no answer at all."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(door.url.rpartition(":")[2]))
    writer.write(data)
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    traces = b"Traceback" in answer or b'File "' in answer
    status = int(answer.split(maxsplit=2)[1]) if answer else 0
    return "" if 0 < status < 500 and not traces else answer[:200].decode("latin-1") or "nothing"


def request(method: str, path: str, query: bytes, headers: dict[str, bytes], body: bytes) -> bytes:
    lines = [f"{method} {path}?".encode() + query + b" HTTP/1.1", b"Host: x", b"Connection: close"]
    lines += [name.encode() + b": " + value for name, value in headers.items()]
    lines += [b"Content-Length: " + str(len(body)).encode()]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


TABLE: list[tuple[str, bytes, dict[str, bytes]]] = [
    ("redirect_uri", b'https://app.example/cb"\xc3\xa9', {}),
    ("response_type", b"%C3%A9", {}),
    ("response_type", b"code%22", {}),
    ("grant_type", b"%22%5C", {}),
    ("state", b"%ff%fe", {}),
    ("state", b"\xff\xfe", {}),
    ("nonce", b"%00", {}),
    ("max_age", b"9" * 5000, {}),
    ("max_age", "²".encode(), {}),
    ("redirect_uri", b"http://[", {}),
    ("redirect_uri", b"http://127.0.0.1:x/cb", {}),
    ("post_logout_redirect_uri", b"http://[", {}),
    ("id_token_hint", b"a.b.c", {}),
    ("id_token_hint", b"eyJhbGciOiJub25lIn0.e30.", {}),
    ("token", b"eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6W119.e30.e30", {}),
    ("next", b"http://[", {}),
    ("next", b"/oauth/authorize?redirect_uri=http://[", {}),
    ("next", b"/oauth/authorize?client_id=%00", {}),
    ("login_hint", b"%F0%9F%98%80" * 400, {}),
    ("ui_locales", b"x-%00-" + b"a" * 3000, {}),
    ("identifier", b"%00@%00", {}),
    ("email", b"%00@example.com", {}),
    ("x", b"1", {"Authorization": b"Basic \xff\xfe\x3a"}),
    ("x", b"1", {"Authorization": b"Basic /zo="}),
    ("x", b"1", {"Authorization": b"Basic JWZmOiVmZg=="}),
    ("x", b"1", {"Authorization": b"Bearer \xff"}),
    ("x", b"1", {"Authorization": b"Bearer a.b.c.d"}),
    ("x", b"1", {"Authorization": b"Bearer " + b"." * 6000}),
    ("x", b"1", {"Cookie": b"session=\xff\xfe; visitor=\x80"}),
    ("x", b"1", {"Accept-Language": b"\xff;q=9,zh-;q=x,*;q=0,----"}),
    ("x", b"1", {"Origin": b"\xff"}),
    ("x", b"1", {"Content-Type": b"\xff"}),
    ("x", b"1", {"Content-Type": b"multipart/form-data; boundary=x"}),
]


async def test_hostile_bytes_are_refused_not_stumbled_over(door: Door) -> None:
    form = {"Content-Type": b"application/x-www-form-urlencoded"}
    client = urlencode({"client_id": door.clients["spa"]}).encode()
    faults = []
    for method, path in everywhere(door):
        for name, value, headers in TABLE:
            said = client + b"&" + name.encode() + b"=" + value
            query, body = (said, b"") if method == "GET" else (b"", said)
            if wrong := await fault(door, request(method, path, query, form | headers, body)):
                faults.append((method, path, name, value[:40], wrong))
    assert faults == []


UNKNOWN = [("claims", '{"id_token": {"auth_time": null}}'), ('un"known\\é', "\0'\"é"), ("twice", "é"), ("twice", '"')]


async def test_what_nobody_reads_is_ignored_whatever_it_holds_and_however_often_it_comes(door: Door) -> None:
    """RFC 6749, 3.1 and 3.2: at every endpoint, with a question that is answered without it."""
    kiosk = await door.register("kiosk", grant_types=[DEVICE_CODE_GRANT_TYPE])
    async with door.browser() as browser:
        await door.sign_in(browser)
        tokens = await door.tokens(browser, scope="openid profile offline_access")
        question = {
            "client_id": door.clients["spa"],
            "response_type": "code",
            "redirect_uri": "http://127.0.0.1/cb",
            "scope": "openid",
            "code_challenge": "a" * 43,
            "code_challenge_method": "S256",
        }
        answer = await browser.get("/oauth/authorize", params=[*question.items(), *UNKNOWN])
        assert "code=" in answer.headers["location"], answer.text
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        told = {"token": tokens["refresh_token"]}
        spa = {"client_id": door.clients["spa"]}
        asked: list[tuple[str, dict[str, str], dict[str, str]]] = [
            ("/oauth/token", {"grant_type": "client_credentials"}, basic(door.clients["service"], "service-secret")),
            ("/oauth/introspect", told, basic(door.clients["resource"], "resource-secret")),
            ("/oauth/userinfo", {}, bearer),
            ("/oauth/device_authorization", {"client_id": kiosk, "scope": "openid"}, {}),
            ("/oauth/revoke", {**told, **spa}, {}),
        ]
        for path, form, proof in asked:
            headers = {"Content-Type": "application/x-www-form-urlencoded", **proof}
            content = urlencode([*form.items(), *UNKNOWN])
            answer = await browser.post(path, content=content, headers=headers)
            assert answer.status_code == 200, (path, answer.text)
        hint = {"id_token_hint": tokens["id_token"]}
        assert (await browser.get("/oauth/logout", params=[*hint.items(), *UNKNOWN])).status_code == 303
        assert (await browser.get("/account")).status_code == 303  # and so it was understood


async def test_what_is_read_comes_once_and_is_plain_where_it_need_not_be_free(door: Door) -> None:
    proof = basic(door.clients["service"], "service-secret")
    headers = {"Content-Type": "application/x-www-form-urlencoded", **proof}
    good = {"grant_type": "client_credentials"}
    wrong = [[(name, "x"), (name, "x")] for name in PLAIN | FREE]
    wrong += [[(name, strange)] for name in PLAIN - {"grant_type"} for strange in ("é", 'x"', "x\\", "\0")]
    wrong += [[(name, "\0")] for name in FREE]
    believed = []
    async with door.browser() as browser:
        for said in wrong:
            content = urlencode([*good.items(), *said])
            answer = await browser.post("/oauth/token", content=content, headers=headers)
            if answer.status_code != 400 or answer.json()["error"] != "invalid_request":
                believed.append((said, answer.text))
    assert believed == []


values = st.sampled_from(LIKELY) | st.text(max_size=60) | st.binary(max_size=20).map(lambda b: b.decode("latin-1"))


async def test_random_questions_never_find_a_fault(door: Door) -> None:
    """From somebody who is signed in, by forms of ours: what they hold is all that is strange."""
    loop = asyncio.get_running_loop()
    places = everywhere(door)

    async def begin_session(email: str) -> str:
        """Of this person; of somebody new at the same address where a question before has had them forgotten."""
        begun = door.house.lanes.run, door.people[email], door.house.clock()
        try:
            return await store.begin_session(*begun, amr=["pwd"])
        except store.NobodyThere:
            await door.person("Again", email)
            return await begin_session(email)

    def now(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(30)

    @settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(
        st.sampled_from(places),
        st.dictionaries(st.sampled_from(NAMES), values, max_size=10),
        st.sampled_from(["spa", "web", "service", "own"]),
        st.sampled_from(sorted(door.people)),
    )
    @example(("POST", ERASE), {}, "web", "alice@example.com")
    @example(("POST", ERASE), {}, "web", "alice@example.com")
    def ask(where: tuple[str, str], asked: dict[str, str], client: str, email: str) -> None:
        method, path = where
        session = now(begin_session(email))
        ours = sha256(f"form\nv\n{session}".encode()).hexdigest()
        said = {"client_id": door.clients.get(client, "cli_0"), "form_token": ours, **asked}
        text = "&".join(f"{k}={quote_plus(v, errors='surrogatepass')}" for k, v in said.items()).encode()
        cookies = f"session={session}; visitor=v".encode()
        headers = {"Content-Type": b"application/x-www-form-urlencoded", "Cookie": cookies}
        query, body = (text, b"") if method == "GET" else (b"", text)
        assert now(fault(door, request(method, path, query, headers, body))) == ""

    check: Any = ask
    await asyncio.to_thread(check)
