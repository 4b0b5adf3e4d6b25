"""Who is asking, and what is our name, when a proxy or somebody who plays one says so in headers."""

import re

import httpx2
import pytest

from domain.access import Actor
from domain.accounts.commands import register_person
from domain.accounts.passwords import hashed
from domain.house import House
from domain.postgres import Lanes
from tests.serving import serve

PASSWORD = "芝麻开门 sesame 1"
FORGED = {
    "Host": "evil.example",
    "Forwarded": "for=203.0.113.66;host=evil.example;proto=https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "444",
    "X-Forwarded-Prefix": "/evil",
}


@pytest.mark.parametrize(
    ("trusted", "told", "address"),
    [
        ("", "203.0.113.9", "127.0.0.1"),
        ("10.0.0.0/8", "203.0.113.9, 10.0.0.7", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.66, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1, 10.0.0.0/8", "198.51.100.66, 2001:db8::9, 10.0.0.7", "2001:db8::9"),
    ],
    ids=["nobody is trusted", "others are trusted", "the nearest word counts", "through two proxies"],
)
async def test_only_a_trusted_proxy_is_believed_about_a_visitor_and_nobody_about_us(
    database: str, trusted: str, told: str, address: str
) -> None:
    lanes = await Lanes(database).open()
    house = await House(lanes).open()
    await house.do(Actor(), register_person, name="Alice", email="alice@example.com", password=await hashed(PASSWORD))
    with serve(database, TRUSTED_PROXIES=trusted) as server:
        async with httpx2.AsyncClient(base_url=server.url, headers={**FORGED, "X-Forwarded-For": told}) as browser:
            said = await browser.get("/.well-known/openid-configuration")
            page = await browser.get("/login")
            token = re.search(r'name="form_token" value="([0-9a-f]{64})"', page.text)
            assert token
            form = {"identifier": "alice@example.com", "password": PASSWORD, "form_token": token[1]}
            welcome = await browser.post("/login", data=form)
    assert said.json()["issuer"] == server.url
    assert "evil" not in said.text + page.text + str(said.headers) + str(page.headers)
    assert welcome.headers["location"] == "/account"
    assert [row["address"] for row in await lanes.run("SELECT address FROM login_session")] == [address]
    await lanes.close()
