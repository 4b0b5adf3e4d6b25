"""A person's shifts in their calendar: at the right hour, once each, and by their own link alone."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import icalendar
import pytest

from api.app import create_app
from api.settings import Settings
from domain.access import Actor
from domain.accounts.calendar_feeds import close_calendar_feed, new_secret, open_calendar_feed
from domain.accounts.commands import change_password, suspend_person
from domain.accounts.credentials import fingerprint
from domain.accounts.erasure import erase_person
from domain.clock import Alarm
from domain.errors import NotAllowed, NotNow
from domain.programmes import commands
from tests.conftest import Clock
from tests.http.tools import SCRIPTS, node
from tests.programmes.neighbourhood import Neighbourhood

OPERATOR = Actor(roles={"operator": frozenset()})


@pytest.fixture
async def browser(here: Neighbourhood) -> AsyncIterator[httpx2.AsyncClient]:
    """Reads what calendars read, past no door but the whole application's."""
    app = create_app(Settings(issuer="https://sanshe.example", log_format="json"), here.house)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="https://sanshe.example") as client:
        yield client


async def subscribe(here: Neighbourhood, who: Actor) -> str:
    """The path of a new link of theirs."""
    secret = new_secret()
    await here.do(who, open_calendar_feed, person_id=who.id, digest=fingerprint(secret))
    return f"/calendars/{secret}.ics"


async def events(browser: httpx2.AsyncClient, path: str) -> list[Any]:
    answer = await browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


async def test_pain_19_a_shift_is_at_its_hour_and_there_once_whatever_becomes_of_it(
    here: Neighbourhood, browser: httpx2.AsyncClient, clock: Clock
) -> None:
    """pain 19: the calendar is off by an hour, and holds the same shift several times."""
    volunteer, shift = await here.volunteer(), await here.shift(capacity=1)
    path, told = await subscribe(here, volunteer), []
    for _ in range(2):
        signup = await here.sign_up(volunteer, shift)
        told += await events(browser, path)
        clock.wait(minutes=1)
        await here.do(volunteer, commands.withdraw, signup_id=signup.id)
        told += await events(browser, path)
        clock.wait(minutes=1)
    assert [e["status"] for e in told] == ["CONFIRMED", "CANCELLED", "CONFIRMED", "CANCELLED"], "one each time"
    assert len({e["uid"] for e in told}) == 1
    assert (sequence := [e["sequence"] for e in told]) == sorted(set(sequence))
    assert (changes := [e["last-modified"].dt for e in told]) == sorted(set(changes))
    text = (await browser.get(path)).text
    assert "DTSTART;TZID=Asia/Shanghai:20260604T120000" in text
    assert "DTEND;TZID=Asia/Shanghai:20260604T140000" in text
    assert "TZOFFSETTO:+0800" in text
    assert told[0]["dtstart"].dt == shift.starts_at == datetime(2026, 6, 4, 4, tzinfo=UTC)


@pytest.mark.node
async def test_others_programs_read_the_same_moments(
    here: Neighbourhood, browser: httpx2.AsyncClient, tmp_path: Path
) -> None:
    volunteer = await here.volunteer()
    shifts = [await here.shift(ahead=ahead) for ahead in (60, 84)]
    for shift in shifts:
        await here.sign_up(volunteer, shift)
    answer = await browser.get(await subscribe(here, volunteer))
    file = tmp_path / "shifts.ics"
    file.write_bytes(answer.content)
    read = json.loads(await node(SCRIPTS / "calendar.mjs", str(file)))
    assert read["name"] == "志愿服务"
    assert [(e["zone"], e["summary"], e["location"]) for e in read["events"]] == [
        ("Asia/Shanghai", "Carry meals", "Canteen")
    ] * 2
    moments = [(datetime.fromisoformat(e["starts"]), datetime.fromisoformat(e["ends"])) for e in read["events"]]
    assert moments == [(shift.starts_at, shift.ends_at) for shift in shifts]


#: A moment before and one after the clocks change there; each shift lasts over it.
NIGHTS = {
    "Europe/Berlin": [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2027, 3, 28, 0, 30, tzinfo=UTC)],
    "America/New_York": [datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2027, 3, 14, 6, 30, tzinfo=UTC)],
    "Australia/Lord_Howe": [datetime(2026, 10, 3, 15, 15, tzinfo=UTC), datetime(2027, 4, 3, 14, 45, tzinfo=UTC)],
}


@pytest.mark.node
@pytest.mark.parametrize("zone", NIGHTS)
async def test_on_a_device_abroad_it_is_the_same_moment_in_the_nights_when_its_clocks_change(
    here: Neighbourhood,
    browser: httpx2.AsyncClient,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    zone: str,
) -> None:
    """pain 19: a calendar program in Europe is not an hour off, whichever of its clocks it goes by."""
    volunteer, there = await here.volunteer(), ZoneInfo(zone)
    shifts = [await here.shift(ahead=(night - clock.now) / timedelta(hours=1)) for night in NIGHTS[zone]]
    for shift in shifts:
        await here.sign_up(volunteer, shift)
        offsets = {moment.astimezone(there).utcoffset() for moment in (shift.starts_at, shift.ends_at)}
        assert len(offsets) == 2, "its clocks change meanwhile"
    path = await subscribe(here, volunteer)
    times = [(shift.starts_at, shift.ends_at) for shift in shifts]
    read = [(e["dtstart"].dt.astimezone(there), e["dtend"].dt.astimezone(there)) for e in await events(browser, path)]
    assert [(starts.astimezone(UTC), ends.astimezone(UTC)) for starts, ends in read] == times
    file = tmp_path / "shifts.ics"
    file.write_bytes((await browser.get(path)).content)
    monkeypatch.setenv("TZ", zone)  # of the program that reads
    found = json.loads(await node(SCRIPTS / "calendar.mjs", str(file)))["events"]
    assert [(datetime.fromisoformat(e["starts"]), datetime.fromisoformat(e["ends"])) for e in found] == times


@pytest.mark.node
async def test_a_program_that_holds_the_event_takes_it_out_when_the_shift_is_called_off(
    here: Neighbourhood, browser: httpx2.AsyncClient, clock: Clock, tmp_path: Path
) -> None:
    """RFC 5546: of the same UID the higher SEQUENCE counts, and what is CANCELLED is held no longer."""
    volunteer, shift, file = await here.volunteer(), await here.shift(), tmp_path / "shifts.ics"
    await here.sign_up(volunteer, shift)
    path, held = await subscribe(here, volunteer), dict[str, Any]()
    for happens in (None, commands.cancel_shift):
        if happens:
            clock.wait(minutes=1)
            await here.do(here.worker, happens, shift_id=shift.id, reason="Typhoon.")
        file.write_bytes((await browser.get(path)).content)
        for event in json.loads(await node(SCRIPTS / "calendar.mjs", str(file)))["events"]:
            if event["sequence"] > held.get(event["uid"], {"sequence": -1})["sequence"]:
                held[event["uid"]] = event
    [left] = held.values()
    assert (left["status"], left["summary"]) == ("CANCELLED", "已取消：Carry meals")
    assert datetime.fromisoformat(left["starts"]) == shift.starts_at


async def test_a_calendar_tells_who_waits_until_when_a_seat_is_held_and_what_was_called_off(
    here: Neighbourhood, browser: httpx2.AsyncClient
) -> None:
    shift = await here.shift(capacity=1)
    first, second = await here.volunteer(), await here.volunteer()
    seat, place = await here.sign_up(first, shift), await here.sign_up(second, shift)
    path = await subscribe(here, second)
    (waiting,) = await events(browser, path)
    assert (waiting["status"], waiting["transp"]) == ("TENTATIVE", "TRANSPARENT")
    await here.do(first, commands.withdraw, signup_id=seat.id)
    (offered,) = await events(browser, path)
    assert offered["status"] == "TENTATIVE"
    assert "2026-06-02 12:00" in offered["description"]
    await here.do(second, commands.accept_offer, signup_id=place.id)
    (confirmed,) = await events(browser, path)
    assert (confirmed["status"], confirmed["summary"], confirmed["location"]) == ("CONFIRMED", "Carry meals", "Canteen")
    assert "Stairs." in confirmed["description"], "risks are told before somebody comes"
    await here.do(here.worker, commands.cancel_shift, shift_id=shift.id, reason="Rain.")
    (cancelled,) = await events(browser, path)
    assert (cancelled["status"], cancelled["uid"]) == ("CANCELLED", waiting["uid"])
    assert [e["sequence"] for e in (waiting, offered, confirmed, cancelled)] == sorted(
        {e["sequence"] for e in (waiting, offered, confirmed, cancelled)}
    )


async def test_whoever_holds_the_calendar_of_now_is_told_so_and_what_others_do_changes_nothing(
    here: Neighbourhood, browser: httpx2.AsyncClient, clock: Clock
) -> None:
    shift = await here.shift(capacity=5)
    volunteer = await here.volunteer()
    signup = await here.sign_up(volunteer, shift)
    path = await subscribe(here, volunteer)
    etag = (await browser.get(path)).headers["etag"]
    await here.sign_up(await here.volunteer(), shift)
    clock.wait(hours=2)
    for asked in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = await browser.get(path, headers={"If-None-Match": asked})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag), asked
        assert answer.headers["cache-control"] == "private, no-cache"
    await here.do(volunteer, commands.withdraw, signup_id=signup.id)
    answer = await browser.get(path, headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert answer.headers["etag"] != etag


async def test_nobody_else_s_shifts_are_there_and_old_ones_leave(
    here: Neighbourhood, browser: httpx2.AsyncClient, clock: Clock
) -> None:
    volunteer, other = await here.volunteer("Li"), await here.volunteer("He")
    path, bare = await subscribe(here, volunteer), await subscribe(here, here.stranger)
    shift = await here.shift(capacity=2)
    await here.sign_up(volunteer, shift)
    await here.sign_up(other, await here.shift(capacity=2, ahead=80))
    assert len(await events(browser, path)) == 1
    assert await events(browser, bare) == [], "whoever is no volunteer has an empty calendar"
    clock.now = shift.ends_at + timedelta(days=90, seconds=-1)
    assert len(await events(browser, path)) == 1
    clock.wait(seconds=1)
    assert await events(browser, path) == []


async def test_a_link_leads_nowhere_once_its_owner_takes_another_or_ends_it(
    here: Neighbourhood, browser: httpx2.AsyncClient
) -> None:
    volunteer = await here.volunteer()
    first = await subscribe(here, volunteer)
    second = await subscribe(here, volunteer)
    assert [(await browser.get(path)).status_code for path in (first, second)] == [404, 200]
    await here.do(volunteer, close_calendar_feed, person_id=volunteer.id)
    assert (await browser.get(second)).status_code == 404
    with pytest.raises(NotNow, match="no link"):
        await here.do(volunteer, close_calendar_feed, person_id=volunteer.id)
    verbs = await here.house.lanes.run("SELECT verb FROM deed WHERE verb LIKE '%calendar_feed' ORDER BY id")
    assert [deed["verb"] for deed in verbs] == ["open_calendar_feed", "open_calendar_feed", "close_calendar_feed"]


@pytest.mark.parametrize("end", ["password", "suspension", "erasure"])
async def test_a_link_ends_with_the_rest_of_the_person_s_access(
    here: Neighbourhood, browser: httpx2.AsyncClient, end: str
) -> None:
    volunteer = await here.volunteer()
    path = await subscribe(here, volunteer)
    assert (await browser.get(path)).status_code == 200
    if end == "password":
        await here.do(volunteer, change_password, person_id=volunteer.id, password="a hash")
    elif end == "suspension":
        await here.do(OPERATOR, suspend_person, person_id=volunteer.id, reason="Asked for by the police.")
    else:
        await here.do(volunteer, erase_person, person_id=volunteer.id)
    assert (await browser.get(path)).status_code == 404


async def test_nothing_tells_a_link_that_ended_from_one_that_never_was(
    here: Neighbourhood, browser: httpx2.AsyncClient
) -> None:
    volunteer = await here.volunteer()
    ended = await subscribe(here, volunteer)
    await here.do(volunteer, close_calendar_feed, person_id=volunteer.id)
    told = set()
    for secret in (
        ended.split("/")[2].removesuffix(".ics"),
        new_secret(),
        "x",
        "%00",
        "ü",
        "a" * 3000,
        "0" * 43,
    ):
        answer = await browser.get(f"/calendars/{secret}.ics")
        shown = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
        told.add((answer.status_code, answer.content, tuple(sorted(shown.items()))))
    assert len(told) == 1
    assert told.pop()[0] == 404


async def test_no_application_and_nobody_else_makes_or_ends_a_link(here: Neighbourhood) -> None:
    volunteer = await here.volunteer()
    application = Actor(volunteer.id, scopes=frozenset({"accounts:write", "programmes:write"}))
    for somebody in (application, here.stranger, OPERATOR):
        with pytest.raises(NotAllowed):
            await here.do(somebody, open_calendar_feed, person_id=volunteer.id, digest=b"d")
        with pytest.raises(NotAllowed):
            await here.do(somebody, close_calendar_feed, person_id=volunteer.id)


async def test_of_many_links_made_at_once_one_is_left(here: Neighbourhood, browser: httpx2.AsyncClient) -> None:
    volunteer = await here.volunteer()
    paths = await asyncio.gather(*(subscribe(here, volunteer) for _ in range(8)))
    answers = [(await browser.get(path)).status_code for path in paths]
    assert sorted(answers) == [200, *[404] * 7]


async def test_what_people_write_stays_text_and_is_told_in_the_reader_s_language(
    here: Neighbourhood, browser: httpx2.AsyncClient
) -> None:
    volunteer = await here.volunteer()
    await here.sign_up(volunteer, await here.shift())
    written = {
        "language": "en",
        "text": "Meals; on, foot\r\nEND:VEVENT\r\nBEGIN:VEVENT\\n",
        "translations": {"zh-Hans": {"text": "送餐上楼，" + "慢慢走" * 40, "status": "checked"}},
    }
    await here.house.lanes.run("UPDATE opportunity SET title = $1", (written,))
    path = await subscribe(here, volunteer)
    (chinese,) = await events(browser, path)
    assert chinese["summary"] == written["translations"]["zh-Hans"]["text"]  # type: ignore[index]
    assert "风险提示：Stairs." in chinese["description"]
    assert max(map(len, (await browser.get(path)).content.split(b"\r\n"))) <= 75, "lines are folded (RFC 5545, 3.1)"
    await here.house.lanes.run("UPDATE person SET locale = 'en-GB'")
    (english,) = await events(browser, path)
    assert str(english["summary"]).splitlines() == ["Meals; on, foot", "END:VEVENT", "BEGIN:VEVENT\\n"]
    assert "Risks: Stairs." in english["description"]


async def test_the_secret_is_kept_nowhere_but_with_its_owner(
    here: Neighbourhood, browser: httpx2.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    path = await subscribe(here, await here.volunteer())
    assert (await browser.get(path)).status_code == 200
    logged = ""
    async with asyncio.timeout(10):
        while "calendars" not in logged:
            await asyncio.sleep(0.01)
            logged += capfd.readouterr().err
    secret = path.split("/")[2].removesuffix(".ics")
    assert secret not in logged
    (row,) = await here.house.lanes.run("SELECT to_jsonb(f) || to_jsonb(d) AS all FROM calendar_feed f, deed d LIMIT 1")
    assert secret not in str(row["all"])


async def test_the_owner_is_told_when_the_calendar_was_last_read_to_the_hour(
    here: Neighbourhood, browser: httpx2.AsyncClient, clock: Clock
) -> None:
    path = await subscribe(here, await here.volunteer())
    noon = clock.now
    for minutes, noted in ((0, 0), (59, 0), (1, 60), (30, 60)):
        clock.wait(minutes=minutes)
        await browser.get(path)
        (feed,) = await here.house.lanes.run("SELECT read_at FROM calendar_feed")
        assert feed["read_at"] == noon + timedelta(minutes=noted)


async def test_what_the_clock_does_to_a_signup_is_in_the_calendar(
    here: Neighbourhood, browser: httpx2.AsyncClient, clock: Clock
) -> None:
    shift = await here.shift(capacity=1)
    first, second = await here.volunteer(), await here.volunteer()
    seat, _ = await here.sign_up(first, shift), await here.sign_up(second, shift)
    path = await subscribe(here, second)
    await here.do(first, commands.withdraw, signup_id=seat.id)
    (offered,) = await events(browser, path)
    clock.wait(hours=25)
    await Alarm(here.house).ring()
    (expired,) = await events(browser, path)
    assert (offered["status"], expired["status"]) == ("TENTATIVE", "CANCELLED")
    assert expired["sequence"] > offered["sequence"]
