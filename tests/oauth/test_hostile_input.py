"""Whatever is thrown at the endpoints, none answers with a fault of its own."""

import asyncio
from typing import Any
from urllib.parse import quote_plus, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oauth.conftest import Door

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
POSTS = [
    *("/oauth/token", "/oauth/device_authorization", "/oauth/revoke", "/oauth/introspect", "/oauth/userinfo"),
    *("/oauth/authorize", "/oauth/consent"),
]
PAGES = [
    "/login",
    "/login/passkey",
    "/login/passkey/options",
    "/login/second",
    "/register",
    "/register/code",
    "/reset",
    "/reset/code",
    "/account",
    "/account/address",
    "/account/address/code",
    "/account/codes",
    "/account/factors",
    "/account/introduction",
    "/account/passkeys",
    "/account/passkeys/options",
    "/account/passkeys/remove",
    "/account/password",
    "/account/sessions",
    "/account/totp",
    "/account/totp/begin",
    "/account/totp/disable",
    "/account/withdraw",
    "/logout",
    "/oauth/logout",
    "/device",
    "/device/decide",
]
GETS = ["/oauth/authorize", "/oauth/userinfo", "/oauth/logout", "/login", "/register", "/account", "/logout", "/device"]


async def raw(door: Door, data: bytes) -> int:
    """The status of the answer to these very bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(door.url.rpartition(":")[2]))
    writer.write(data)
    await writer.drain()
    line = await asyncio.wait_for(reader.readline(), 20)
    writer.close()
    return int(line.split()[1]) if line else 0


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
    for name, value, headers in TABLE:
        said = client + b"&" + name.encode() + b"=" + value
        asked: list[tuple[str, str, bytes, bytes]] = [("GET", path, said, b"") for path in GETS]
        asked += [("POST", path, b"", said) for path in POSTS + PAGES]
        for method, path, query, body in asked:
            status = await raw(door, request(method, path, query, form | headers, body))
            if status >= 500 or not status:
                faults.append((method, path, name, value[:40], status))
    assert faults == []


values = st.sampled_from(LIKELY) | st.text(max_size=60) | st.binary(max_size=20).map(lambda b: b.decode("latin-1"))


async def test_random_questions_never_find_a_fault(door: Door) -> None:
    loop = asyncio.get_running_loop()
    async with door.browser() as browser:
        await door.sign_in(browser)
        cookie = browser.cookies["session"].encode()

    @settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(
        st.sampled_from([*(("GET", path) for path in GETS), *(("POST", path) for path in POSTS + PAGES)]),
        st.dictionaries(st.sampled_from(NAMES), values, max_size=10),
        st.sampled_from(["spa", "web", "service", "own"]),
    )
    def ask(where: tuple[str, str], asked: dict[str, str], client: str) -> None:
        method, path = where
        said = {"client_id": door.clients.get(client, "cli_0"), **asked}
        text = "&".join(f"{k}={quote_plus(v, errors='surrogatepass')}" for k, v in said.items()).encode()
        headers = {"Content-Type": b"application/x-www-form-urlencoded", "Cookie": b"session=" + cookie}
        query, body = (text, b"") if method == "GET" else (b"", text)
        data = request(method, path, query, headers, body)
        assert 0 < asyncio.run_coroutine_threadsafe(raw(door, data), loop).result(30) < 500

    check: Any = ask
    await asyncio.to_thread(check)
