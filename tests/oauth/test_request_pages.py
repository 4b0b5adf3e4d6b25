"""People ask on a page of their own what they cannot do by themselves, and read there how it was answered."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.access import Actor
from domain.accounts import rights
from domain.volunteers.commands import register_volunteer
from tests.oauth.conftest import Door, form_token

REQUESTS, WITHDRAW = "/account/data/requests", "/account/data/requests/withdraw"


async def serves(door: Door) -> Actor:
    alice = Actor(door.people["alice@example.com"])
    await door.house.do(alice, register_volunteer, legal_name="Alice Li", birth_date=date(1990, 2, 28))
    return alice


async def kept(door: Door) -> list[Any]:
    return await door.house.lanes.run("SELECT * FROM rights_request ORDER BY id")


async def answer(door: Door, id: UUID, verb: str, text: str) -> None:
    operator = Actor(door.people["bob@example.com"], {"operator": frozenset()})
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("check_identity", {"reason": "Came with an identity card."}),
        ("take_up_rights_request", {}),
        (verb, {"answer": {"language": "zh-Hans", "text": text}}),
    )
    for step, input in steps:
        await door.house.do(operator, getattr(rights, step), rights_request_id=id, **input)


async def test_a_correction_is_asked_for_and_the_answer_read(door: Door) -> None:
    await serves(door)
    async with door.browser() as browser:
        await door.sign_in(browser)
        asked = {
            "asks_for": "correction",
            "says": "证件上是李爱丽。\n<b>",
            "legal_name": "李爱丽",
            "birth_date": "1991-03-01",
        }
        sent = await door.send(browser, REQUESTS, **asked)
        assert (sent.status_code, sent.headers["location"]) == (303, REQUESTS)
        (request,) = await kept(door)
        page = (await browser.get(REQUESTS, headers={"Accept-Language": "en"})).text
        assert "&lt;b&gt;" in page
        assert "李爱丽 · 1991-03-01" in page
        assert "15 working days" in page
        assert "191号" in page
        await answer(door, request["id"], "fulfil_rights_request", "已按身份证更正。")
        page = (await browser.get(REQUESTS, headers={"Accept-Language": "en"})).text
        assert '<p class="said answer" lang="zh-Hans">已按身份证更正。</p>' in page
        assert "<button aria-label" not in page
    (volunteer,) = await door.house.lanes.run("SELECT legal_name, birth_date FROM volunteer")
    assert tuple(volunteer) == ("李爱丽", date(1991, 3, 1))
    kinds = [letter["kind"] for letter in await door.letters("alice@example.com")]
    assert kinds == ["rights_request_answered", "rights_request_received"]


@pytest.mark.parametrize(("language", "article"), [("en", "article 50"), ("zh-CN", "第五十条")])
async def test_a_refusal_names_its_reasons_and_the_court(door: Door, language: str, article: str) -> None:
    async with door.browser() as browser:
        browser.headers["accept-language"] = language
        await door.sign_in(browser)
        await door.send(browser, REQUESTS, asks_for="restriction", says="Do not count my hours.")
        (request,) = await kept(door)
        await answer(door, request["id"], "refuse_rights_request", "The law wants them counted.")
        page = (await browser.get(REQUESTS)).text
    assert "The law wants them counted." in page
    assert article in page


async def test_what_was_asked_can_be_taken_back_by_oneself_alone(door: Door) -> None:
    async with door.browser() as alice, door.browser() as bob:
        await door.sign_in(alice)
        await door.sign_in(bob, "bob@example.com")
        await door.send(alice, REQUESTS, asks_for="access", says="What do you know?")
        (request,) = await kept(door)
        for id in (str(request["id"]), "nonsense"):
            token = form_token((await bob.get(REQUESTS)).text)
            assert (await bob.post(WITHDRAW, data={"form_token": token, "request": id})).status_code == 422
        assert "What do you know?" not in (await bob.get(REQUESTS)).text
        token = form_token((await alice.get(REQUESTS)).text)
        done = await alice.post(WITHDRAW, data={"form_token": token, "request": str(request["id"])})
        assert (done.status_code, done.headers["location"]) == (303, REQUESTS)
        again = await alice.post(WITHDRAW, data={"form_token": token, "request": str(request["id"])})
        assert again.status_code == 422
    assert [request["state"] for request in await kept(door)] == ["withdrawn"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"asks_for": ""}, "asks_for"),
        ({"asks_for": "everything"}, "asks_for"),
        ({"says": " "}, "says"),
        ({"says": "\u202e"}, "says"),
        ({"birth_date": "1991-02-30"}, "birth_date"),
        ({"birth_date": "１９９１年"}, "birth_date"),
        ({"legal_name": "x" * 101}, "legal_name"),
        ({"asks_for": "other", "legal_name": "Li"}, "asks_for"),
    ],
)
async def test_what_was_mistyped_is_shown_at_its_field_and_nothing_is_lost(
    door: Door, wrong: dict[str, str], field: str
) -> None:
    await serves(door)
    typed = {"asks_for": "correction", "says": "As the card says.", **wrong}
    async with door.browser() as browser:
        await door.sign_in(browser)
        answer = await door.send(browser, REQUESTS, **typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-problem"' in answer.text
    assert typed["says"] in answer.text
    assert not await kept(door)


@pytest.mark.parametrize("path", [REQUESTS, WITHDRAW])
async def test_only_who_is_signed_in_asks_and_by_our_own_form(door: Door, path: str) -> None:
    async with door.browser() as browser:
        assert "/login" in (await browser.post(path, data={})).headers["location"]
        await door.sign_in(browser)
        asked = {"form_token": "0" * 64, "asks_for": "other", "says": "x"}
        assert (await browser.post(path, data=asked)).status_code == 403
    assert not await kept(door)
