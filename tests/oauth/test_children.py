"""Who is under 14 has an account by a guardian's consent alone (PIPL 31), and no longer than the guardian wants."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from api.oauth import store
from domain.access import Actor
from domain.accounts import proofs
from domain.accounts.commands import register_person
from domain.accounts.erasure import erase_person
from domain.columns import comes_of, day_of
from domain.errors import Refusal
from tests.oauth.conftest import PASSWORD, Door, form_token, until
from tests.oauth.test_factors import Clock
from tests.oauth.test_sign_up import code_of, people

CHILD, SISTER, GUARDIAN = "xiaoming@example.com", "xiaohong@example.com", "mama@example.com"
CODES, CARE = "/register/child/code", "/guardian/accounts"


def ten(door: Door) -> date:
    """A day on which somebody of ten years was born."""
    return day_of(door.house.clock()) - timedelta(days=10 * 366)


async def ask(door: Door, browser: Any, child: str = CHILD, guardian: str = GUARDIAN, **other: str) -> Any:
    return await door.send(browser, "/register/child", identifier=child, guardian=guardian, **other)


async def answer(door: Door, browser: Any, child: str = CHILD, guardian: str = GUARDIAN, **other: str) -> Any:
    """Type both codes, and what else there is to say."""
    form = {
        "code": await code_of(door, child),
        "guardian_code": await code_of(door, guardian),
        "name": f"小明 {child}",
        "password": PASSWORD,
        "birth_date": str(ten(door)),
    }
    return await door.send(browser, CODES, **{**form, **other})


async def grows_up(door: Door, browser: Any, child: str = CHILD) -> Any:
    """Has an account, with the guardian's consent."""
    await ask(door, browser, child)
    done = await answer(door, browser, child)
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    (person,) = await door.house.lanes.run("SELECT id FROM person WHERE email = $1", (child,))
    return person["id"]


async def comes_back(door: Door, guardian: Any, address: str = GUARDIAN) -> Any:
    """The guardian looks at the accounts in their care."""
    await door.send(guardian, "/guardian", identifier=address)
    shown = await door.send(guardian, "/guardian/code", code=await code_of(door, address))
    assert (shown.status_code, shown.headers["location"]) == (303, CARE)
    return await guardian.get(CARE)


async def withdraws(guardian: Any, page: Any, account: Any) -> Any:
    return await guardian.post(CARE, data={"account": str(account), "form_token": form_token(page.text)})


async def refused(door: Door, browser: Any, field: str, **other: str) -> None:
    before = await people(door)
    no = await answer(door, browser, **other)
    assert (no.status_code, f'id="{field}-problem"' in no.text) == (422, True)
    assert await people(door) == before


# -- signing up -------------------------------------------------------------------------------------------------------


async def test_whoever_is_old_enough_says_so_by_the_button_and_the_deed_tells_by_which_law(door: Door) -> None:
    async with door.browser() as browser:
        page = await browser.get("/register", params={"ui_locales": "en"})
        assert "I am 14 or older" in page.text
        assert 'href="/register/child' in page.text
        await door.send(browser, "/register", identifier=CHILD)
        form = {"code": await code_of(door, CHILD), "name": "X", "password": PASSWORD}
        assert (await door.send(browser, "/register/code", **form)).status_code == 303
    (deed,) = await door.house.lanes.run("SELECT rules, reason FROM deed ORDER BY id DESC LIMIT 1")
    assert (deed["rules"], deed["reason"]) == ({"own_consent_age@CN/2021-11-01": 1}, None)
    assert not await door.house.lanes.run("SELECT FROM guarded_account")


async def test_a_child_signs_up_with_a_guardian_who_reads_in_their_own_language_what_they_consent_to(
    door: Door,
) -> None:
    async with door.browser() as browser:
        sent = await ask(door, browser, guardian_language="en")
        assert (sent.status_code, sent.headers["location"]) == (303, CODES)
        (letter,) = await door.letters(GUARDIAN)
        assert (letter["kind"], letter["language"], letter["says"]["child"]) == ("guardian_code", "en", CHILD)
        page = await browser.get(CODES)
        assert CHILD in page.text
        assert GUARDIAN in page.text
        assert not await door.house.lanes.run("SELECT FROM person WHERE email = $1", (CHILD,))
        done = await answer(door, browser)
        assert (done.status_code, done.headers["location"]) == (303, "/account")
        assert (await browser.get("/account")).status_code == 200
    (kept,) = await door.house.lanes.run("SELECT * FROM guarded_account")
    assert (kept["address"], kept["expires_at"]) == (GUARDIAN, comes_of(ten(door), 14))
    (deed,) = await door.house.lanes.run("SELECT rules, reason FROM deed ORDER BY id DESC LIMIT 1")
    assert deed["rules"] == {"own_consent_age@CN/2021-11-01": 1}
    assert deed["reason"] == "A guardian consented (PIPL 31)."


async def test_a_guardian_with_an_account_is_written_to_in_its_language(door: Door) -> None:
    await door.house.lanes.run("UPDATE person SET locale = 'en' WHERE email = 'bob@example.com'")
    async with door.browser() as browser:
        await ask(door, browser, guardian="BOB@example.com", guardian_language="zh-Hans")
    (letter,) = await door.letters("bob@example.com")
    assert letter["language"] == "en"


async def test_a_guardian_who_says_nothing_leaves_nothing_behind(door: Door) -> None:
    clock, before = Clock(door.house), await people(door)
    async with door.browser() as browser:
        await ask(door, browser)
        await refused(door, browser, "guardian_code", guardian_code="")
        clock.ahead += proofs.LASTS
        assert (await browser.get(CODES)).headers["location"] == "/register/child"
        late = await browser.post(CODES, data={"code": await code_of(door, CHILD)})
        assert late.headers["location"] == "/register/child"
    await store.sweep(door.house.lanes.run, clock() + timedelta(days=11))
    assert await people(door) == before
    for table in ("address_proof", "guarded_account", "letter", "under_way"):
        rows = await door.house.lanes.run(f"SELECT t::text AS said FROM {table} t")
        assert not [row for row in rows if "xiaoming" in row["said"] or "mama" in row["said"]]


async def test_the_guardians_code_is_not_guessed(door: Door) -> None:
    async with door.browser() as browser:
        await ask(door, browser)
        right = await code_of(door, GUARDIAN)
        for n in range(proofs.TRIES):
            await door.house.lanes.run("UPDATE address_proof SET tries = 0 WHERE purpose = 'child'")
            await refused(door, browser, "guardian_code", guardian_code=str(n) * 6 if str(n) * 6 != right else "123456")
        await door.house.lanes.run("UPDATE address_proof SET tries = 0 WHERE purpose = 'child'")
        await refused(door, browser, "guardian_code", guardian_code=right)


async def test_the_childs_own_code_is_no_consent_and_the_guardians_opens_no_other_browser(door: Door) -> None:
    async with door.browser() as browser, door.browser() as elsewhere:
        await ask(door, browser)
        own, guardians = await code_of(door, CHILD), await code_of(door, GUARDIAN)
        if own != guardians:
            await refused(door, browser, "guardian_code", guardian_code=own)
        await ask(door, elsewhere, SISTER, "papa@example.com")
        if guardians != await code_of(door, "papa@example.com"):
            theirs = {"child": SISTER, "guardian": "papa@example.com"}
            await refused(door, elsewhere, "guardian_code", **theirs, guardian_code=guardians)
        assert (await browser.get("/register/code")).headers["location"] == "/register", "where no guardian is asked"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("guardian", {"guardian": ""}),
        ("guardian", {"guardian": "mama"}),
        ("guardian", {"guardian": "\u202e@example.com"}),
        ("guardian", {"guardian": "x" * 250 + "@example.com"}),
        ("guardian", {"guardian": CHILD.upper()}),
        ("identifier", {"child": "13"}),
    ],
)
async def test_wrong_addresses_are_told_at_their_field_and_nobody_is_written_to(
    door: Door, field: str, typed: dict[str, str]
) -> None:
    async with door.browser() as browser:
        no = await ask(door, browser, **typed)
    assert (no.status_code, f'id="{field}-problem"' in no.text) == (422, True)
    assert not await door.house.lanes.run("SELECT FROM letter")


async def test_a_birth_date_is_one_of_somebody_who_is_there_and_under_14(door: Door) -> None:
    today = day_of(door.house.clock())
    for wrong in ("", "2015-02-30", "yesterday", "0000-00-00", str(today + timedelta(days=1)), "1990-02-28"):
        async with door.browser() as browser:
            await door.house.lanes.run("DELETE FROM failed_tries")
            await ask(door, browser)
            await refused(door, browser, "birth_date", birth_date=wrong)


async def test_who_turns_14_today_needs_no_guardian_and_who_does_tomorrow_needs_one(door: Door) -> None:
    clock = Clock(door.house)
    born = date(2013, 2, 28)
    clock.ahead = comes_of(born, 14) - door.house.clock() - timedelta(minutes=2)
    async with door.browser() as browser:
        await ask(door, browser)
        assert (await answer(door, browser, birth_date=str(born))).status_code == 303
        await ask(door, browser, SISTER)
        clock.ahead += timedelta(minutes=3)
        await refused(door, browser, "birth_date", child=SISTER, birth_date=str(born))


async def test_a_child_is_nobodys_guardian(door: Door) -> None:
    async with door.browser() as browser, door.browser() as friend:
        await grows_up(door, browser)
        await door.house.lanes.run("DELETE FROM letter")
        await ask(door, friend, SISTER, CHILD)
        await refused(door, friend, "guardian_code", child=SISTER, guardian=CHILD)


async def test_codes_of_one_consent_open_one_account_however_often_they_are_sent(door: Door) -> None:
    async with door.browser() as browser:
        await ask(door, browser)
        tries = await asyncio.gather(*(answer(door, browser) for _ in range(4)))
    assert min(done.status_code for done in tries) == 303
    assert len(await door.house.lanes.run("SELECT FROM guarded_account")) == 1
    assert len(await door.house.lanes.run("SELECT FROM person WHERE email = $1", (CHILD,))) == 1


async def test_a_proof_for_one_thing_is_none_for_the_other(door: Door) -> None:
    """Whoever forges the calls of the pages finds the same in the house."""
    async with door.browser() as browser:
        await ask(door, browser)
        found = await door.house.lanes.run("SELECT id, purpose FROM address_proof")
        proof = {row["purpose"]: row["id"] for row in found}
    born = ten(door)
    for wrong in (
        {"proof": proof["child"]},
        {"proof": proof["guardian"]},
        {"proof": proof["child"], "guardian": (proof["child"], born)},
        {"proof": proof["guardian"], "guardian": (proof["guardian"], born)},
    ):
        with pytest.raises(Refusal):
            await door.house.do(Actor(), register_person, name="X", email=CHILD, **wrong)
    assert not await door.house.lanes.run("SELECT FROM person WHERE email = $1", (CHILD,))


# -- taking it back ---------------------------------------------------------------------------------------------------


async def test_a_guardian_takes_the_consent_back_and_the_account_is_erased_at_once(door: Door) -> None:
    async with door.browser() as browser, door.browser() as guardian:
        child = await grows_up(door, browser)
        token = (await door.tokens(browser))["access_token"]
        assert (await door.graphql(browser, token)).status_code == 200
        page = await comes_back(door, guardian)
        assert f"小明 {CHILD}" in page.text
        done = await withdraws(guardian, page, child)
        assert (done.status_code, done.headers["location"]) == (303, CARE)

        async def is_shut() -> bool:
            return bool((await door.graphql(browser, token)).status_code == 401)

        await until(is_shut)
        assert (await browser.get("/account")).status_code == 303
        assert (await door.sign_in(browser, CHILD)).status_code == 401
        assert f"小明 {CHILD}" not in (await guardian.get(CARE)).text
    (person,) = await door.house.lanes.run("SELECT state, email FROM person WHERE id = $1", (child,))
    assert (person["state"], person["email"]) == ("erased", None)
    assert not await door.house.lanes.run("SELECT FROM guarded_account")
    (deed,) = await door.house.lanes.run("SELECT verb, actor_id FROM deed ORDER BY id DESC LIMIT 1")
    assert (deed["verb"], deed["actor_id"]) == ("withdraw_account_consent", None)


async def test_each_child_of_a_guardian_has_a_consent_of_its_own(door: Door) -> None:
    async with door.browser() as brother, door.browser() as sister, door.browser() as guardian:
        first, second = await grows_up(door, brother), await grows_up(door, sister, SISTER)
        page = await comes_back(door, guardian)
        assert CHILD in page.text
        assert SISTER in page.text
        assert (await withdraws(guardian, page, first)).status_code == 303
        left = await guardian.get(CARE)
        assert CHILD not in left.text
        assert SISTER in left.text
        assert (await brother.get("/account")).status_code == 303
        assert (await sister.get("/account")).status_code == 200
        assert (await withdraws(guardian, left, first)).status_code == 409
        assert (await withdraws(guardian, left, second)).status_code == 303


async def test_nobody_but_the_guardian_takes_it_back(door: Door) -> None:
    async with door.browser() as browser, door.browser() as stranger:
        child = await grows_up(door, browser)
        assert (await stranger.get(CARE)).headers["location"] == "/guardian"
        assert (await stranger.post(CARE, data={"account": str(child)})).headers["location"] == "/guardian"
        page = await comes_back(door, stranger, "papa@example.com")
        assert CHILD not in page.text
        alice = door.people["alice@example.com"]
        token = form_token((await stranger.get("/guardian")).text)
        for account in (child, alice, "", "x", "'; --"):
            no = await stranger.post(CARE, data={"account": str(account), "form_token": token})
            assert (account, no.status_code) == (account, 409)
        forged = await stranger.post(CARE, data={"account": str(child), "form_token": "0" * 64})
        assert forged.status_code == 403
        assert (await browser.get("/account")).status_code == 200


async def test_a_guardian_has_ten_minutes_and_a_code_of_five_tries(door: Door) -> None:
    clock = Clock(door.house)
    async with door.browser() as browser, door.browser() as guardian:
        child = await grows_up(door, browser)
        await door.send(guardian, "/guardian", identifier=GUARDIAN)
        right = await code_of(door, GUARDIAN)
        for _ in range(proofs.TRIES):
            wrong = "000000" if right != "000000" else "111111"
            assert (await door.send(guardian, "/guardian/code", code=wrong)).status_code == 422
        assert (await door.send(guardian, "/guardian/code", code=right)).status_code == 422
        page = await comes_back(door, guardian)
        clock.ahead += timedelta(minutes=11)
        assert (await withdraws(guardian, page, child)).headers["location"] == "/guardian"
    assert await door.house.lanes.run("SELECT FROM guarded_account")


async def test_from_14_on_the_account_is_its_owners_alone_and_the_guardian_is_forgotten(door: Door) -> None:
    clock = Clock(door.house)
    async with door.browser() as browser, door.browser() as guardian:
        child = await grows_up(door, browser)
        (kept,) = await door.house.lanes.run("SELECT expires_at FROM guarded_account")
        clock.ahead = kept["expires_at"] - door.house.clock() + timedelta(minutes=1)
        page = await comes_back(door, guardian)
        assert CHILD not in page.text
        token = form_token((await guardian.get("/guardian")).text)
        assert (await guardian.post(CARE, data={"account": str(child), "form_token": token})).status_code == 409
    await store.sweep(door.house.lanes.run, clock() + store.KEPT_AFTERWARDS)
    assert not await door.house.lanes.run("SELECT FROM guarded_account")
    (person,) = await door.house.lanes.run("SELECT state FROM person WHERE id = $1", (child,))
    assert person["state"] == "active"


async def test_a_child_who_is_erased_takes_the_guardians_address_along(door: Door) -> None:
    async with door.browser() as browser:
        child = await grows_up(door, browser)
    await door.house.do(Actor(child), erase_person, person_id=child)
    assert not await door.house.lanes.run("SELECT FROM guarded_account")


async def test_a_consent_taken_back_twice_at_once_is_taken_back_once(door: Door) -> None:
    async with door.browser() as browser, door.browser() as guardian:
        child = await grows_up(door, browser)
        page = await comes_back(door, guardian)
        done = await asyncio.gather(*(withdraws(guardian, page, child) for _ in range(3)))
    assert sorted(answer.status_code for answer in done) == [303, 409, 409]
    verb = "SELECT FROM deed WHERE verb = 'withdraw_account_consent'"
    assert len(await door.house.lanes.run(verb)) == 1
