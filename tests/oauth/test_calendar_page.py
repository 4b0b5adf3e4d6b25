"""People make the link for their calendar on a page, see it once, and end it."""

import re
from datetime import timedelta

import httpx2

from tests.oauth.conftest import Door
from tests.oauth.test_factors import Clock, post

PAGE, END = "/account/calendar", "/account/calendar/end"


async def new_link(browser: httpx2.AsyncClient) -> str:
    answer = await post(browser, PAGE, PAGE)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = re.search(r'role="status" translate="no">(\S+?)</p>', answer.text)
    assert found
    return found[1]


async def test_a_link_is_shown_once_works_without_a_session_and_ends(door: Door) -> None:
    async with door.browser() as browser, door.browser() as calendar:
        await door.sign_in(browser)
        address = await new_link(browser)
        assert address.startswith(f"{door.url}/calendars/")
        assert (await calendar.get(address)).text.startswith("BEGIN:VCALENDAR")
        page = (await browser.get(PAGE, params={"ui_locales": "en"})).text
        assert address.rpartition("/")[2] not in page, "it is shown once"
        assert "It was last read on" in page
        another = await new_link(browser)
        assert [(await calendar.get(a)).status_code for a in (address, another)] == [404, 200]
        for _ in range(2):
            shown = await post(browser, PAGE, END)
            assert shown.headers["location"] == PAGE, "ending it twice is no fault"
        assert (await calendar.get(another)).status_code == 404


async def test_neither_another_s_form_nor_a_browser_left_alone_makes_a_link(door: Door) -> None:
    clock = Clock(door.house)
    async with door.browser() as browser, door.browser() as stranger:
        assert (await stranger.get(PAGE)).headers["location"] == "/login?next=%2Faccount%2Fcalendar"
        await door.sign_in(browser)
        assert (await browser.post(PAGE, data={"form_token": "0" * 64})).status_code == 403
        kept = await new_link(browser)
        assert (await browser.post(END, data={"form_token": "0" * 64})).status_code == 303
        assert (await stranger.get(kept)).status_code == 200
        clock.ahead = timedelta(minutes=11)
        answer = await post(browser, PAGE, PAGE)
        assert answer.headers["location"] == "/login?next=%2Faccount%2Fcalendar", "it would outlive the session"
        assert (await stranger.get(kept)).status_code == 200
        await post(browser, PAGE, END)
        assert (await stranger.get(kept)).status_code == 404, "to end it needs no more than the session"
