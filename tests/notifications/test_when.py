"""Letters come by day, once a day if wished, ahead of what they remind of, and not at all once they were stopped."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from urllib.parse import urlsplit

import httpx2
import pytest

from api.app import create_app
from api.settings import Settings
from domain.access import Actor
from domain.clock import Alarm
from domain.columns import SHANGHAI, new_id
from domain.house import House
from domain.notifications.commands import choose_way
from domain.notifications.gathering import gather
from domain.notifications.models import Mailed, MessageChoice, Way
from domain.notifications.quiet import morning
from domain.postgres import Lanes
from domain.programmes import commands as programmes
from domain.regulations.models import Rule
from domain.rules import Book
from tests.conftest import Clock
from tests.mail import MailServer
from tests.notifications.inboxes import address, carried, hours_verified, messages, reachable, seated, told
from tests.programmes.neighbourhood import Neighbourhood

# -- at night ---------------------------------------------------------------------------------------------------------


async def test_what_can_wait_is_in_the_inbox_at_night_and_in_the_mail_in_the_morning(
    here: Neighbourhood, mail: MailServer, clock: Clock
) -> None:
    somebody = await reachable(here)
    await hours_verified(here, clock, somebody)
    clock.wait(hours=9)  # 23:00 in China
    await told(here.house)
    assert [message.mailed for message in await messages(here, somebody)] == [Mailed.WAITING]
    for wait, letters in (({}, 0), ({"hours": 8, "minutes": 59}, 0), ({"minutes": 1}, 1)):
        clock.wait(**wait)
        await carried(here.house, mail)
        assert len(mail.received) == letters, wait


async def test_a_shift_called_off_and_a_seat_on_offer_are_told_at_night(
    here: Neighbourhood, mail: MailServer, clock: Clock
) -> None:
    shift = await here.shift(capacity=1)
    first, second = await reachable(here, "First"), await reachable(here, "Second")
    seat = await here.sign_up(first, shift)
    await here.sign_up(second, shift)
    clock.wait(hours=11)  # 23:00 in China
    await here.do(first, programmes.withdraw, signup_id=seat.id)
    await told(here.house)
    await carried(here.house, mail)
    assert "held for you" in (await mail.letter_to(await address(here, second)))["Subject"]
    await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Typhoon.")
    await told(here.house)
    await carried(here.house, mail)
    assert "Called off" in (await mail.letter_to(await address(here, second)))["Subject"]


async def test_what_would_be_of_no_use_in_the_morning_is_written_at_night(
    here: Neighbourhood, mail: MailServer, clock: Clock
) -> None:
    somebody, shift = await reachable(here), await here.shift(ahead=19)  # 7:00 in China
    await here.sign_up(somebody, shift)
    clock.wait(hours=11)
    await here.do(here.worker, programmes.remind_shift, shift_id=shift.id)
    await told(here.house)
    await carried(here.house, mail)
    assert len(mail.received) == 1


def quiet(begin: int, end: int) -> Book:
    about = {"jurisdiction": "CN", "jurisdiction_name": {}, "since": date(2026, 1, 1), "unit": "hour"}
    about |= {"says": {}, "source": "", "verified": True}
    hours = {"quiet_from": begin, "quiet_until": end}
    return Book([Rule.new(name=name, value=Decimal(hour), **about) for name, hour in hours.items()])


@pytest.mark.parametrize(
    ("begin", "end", "at", "until"),
    [
        (22, 8, "21:59", None),
        (22, 8, "22:00", "02 08:00"),
        (22, 8, "00:00", "01 08:00"),
        (22, 8, "07:59", "01 08:00"),
        (22, 8, "08:00", None),
        (12, 14, "11:59", None),
        (12, 14, "12:00", "01 14:00"),
        (12, 14, "14:00", None),
        (8, 8, "08:00", None),
        (8, 8, "23:00", None),
    ],
)
def test_quiet_hours_end_once_by_the_clock_of_china(begin: int, end: int, at: str, until: str | None) -> None:
    now = datetime.combine(date(2026, 6, 1), time.fromisoformat(at), SHANGHAI).astimezone(UTC)
    found = morning(quiet(begin, end), new_id(), now)
    assert (found and f"{found:%d %H:%M}") == until


# -- ahead of it ------------------------------------------------------------------------------------------------------


async def test_who_has_a_seat_is_reminded_a_day_ahead_by_the_clock_once(here: Neighbourhood, clock: Clock) -> None:
    shift = await here.shift(capacity=1)
    seated_, waiting = await here.volunteer("Seated"), await here.volunteer("Waiting")
    await here.sign_up(seated_, shift)
    await here.sign_up(waiting, shift)
    alarm = Alarm(here.house)
    for wait, reminded in (({"hours": 47, "minutes": 59}, 0), ({"minutes": 1}, 1), ({"hours": 23}, 1)):
        clock.wait(**wait)
        await alarm.ring()
        await told(here.house)
        assert [len(await messages(here, who)) for who in (seated_, waiting)] == [reminded, 0], wait
    [message] = await messages(here, seated_)
    assert message.subject["text"] == "班次提醒：Carry meals，北京时间2026-06-04 12:00"


async def test_who_signs_up_for_tomorrow_is_not_reminded_of_it_nor_who_was_reminded_just_before(
    here: Neighbourhood, clock: Clock
) -> None:
    soon, later = await here.shift(ahead=23), await here.shift(ahead=72)
    somebody = await here.volunteer()
    for shift in (soon, later):
        await here.sign_up(somebody, shift)
    clock.wait(hours=40)  # eight hours before the clock would
    await here.do(here.worker, programmes.remind_shift, shift_id=later.id)
    clock.wait(hours=12)
    await Alarm(here.house).ring()
    await told(here.house)
    assert [message.verb for message in await messages(here, somebody)] == ["remind_shift"]


# -- once a day -------------------------------------------------------------------------------------------------------


async def test_who_wishes_so_gets_one_letter_in_the_morning_of_all_that_came_since_the_last(
    here: Neighbourhood, mail: MailServer, clock: Clock
) -> None:
    somebody = await reachable(here)
    await here.do(somebody, choose_way, person_id=somebody.id, verb="verify_hours", way=Way.DAILY)
    for _ in range(2):
        await hours_verified(here, clock, somebody)
    await told(here.house)
    assert await gather(here.house) == 0  # it is not the morning yet
    assert {message.mailed for message in await messages(here, somebody)} == {Mailed.GATHERED}
    clock.wait(hours=18)  # 8:00 in China
    await hours_verified(here, clock, somebody)
    await told(here.house)
    assert await gather(here.house) == 2
    assert await gather(here.house) == 0
    await carried(here.house, mail)
    letter = await mail.letter_to(await address(here, somebody))
    assert letter["Subject"].strip() == "Your notifications: 2"
    assert letter.get_content().count("- 60 minutes of service were confirmed: Carry meals") == 2
    told_of = [message.mailed for message in await messages(here, somebody)]
    assert told_of == [Mailed.SENT, Mailed.SENT, Mailed.GATHERED]


async def test_the_mornings_letter_is_written_once_by_three_processes_and_to_nobody_without_an_address(
    here: Neighbourhood, database: str, clock: Clock
) -> None:
    reached, lost = await reachable(here, "Reached"), await reachable(here, "Lost")
    for somebody in (reached, lost):
        await here.do(somebody, choose_way, person_id=somebody.id, verb="verify_hours", way=Way.DAILY)
        await hours_verified(here, clock, somebody)
    await told(here.house)
    await here.house.lanes.run("UPDATE person SET email_verified_at = NULL WHERE id = $1", (lost.id,))
    clock.wait(hours=24)
    others = [await House(await Lanes(database, size=3).open(), here.house.clock).open() for _ in range(2)]
    gathered = await asyncio.gather(*(gather(house) for house in (here.house, *others)))
    for house in others:
        await house.lanes.close()
    assert sum(gathered) == 2
    assert len(await here.house.lanes.run("SELECT FROM letter")) == 1
    assert [m.mailed for who in (reached, lost) for m in await messages(here, who)] == [Mailed.WAITING, Mailed.NONE]


# -- no longer --------------------------------------------------------------------------------------------------------


@pytest.fixture
async def browser(here: Neighbourhood) -> AsyncIterator[httpx2.AsyncClient]:
    """A mail program, which knows no cookies and has not signed in."""
    app = create_app(Settings(issuer="https://sanshe.example", log_format="json"), here.house)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="https://sanshe.example") as client:
        yield client


async def stopped(here: Neighbourhood, somebody: Actor) -> list[tuple[str, Way]]:
    found = await here.all(MessageChoice, "person_id = $1", somebody.id)
    return [(choice.verb, choice.way) for choice in found]


async def test_one_click_in_a_mail_program_stops_letters_of_the_kind_and_nothing_else(
    here: Neighbourhood, mail: MailServer, clock: Clock, browser: httpx2.AsyncClient
) -> None:
    """RFC 8058: by POST alone, as whatever scans mail opens every link in it."""
    somebody = await reachable(here)
    await hours_verified(here, clock, somebody)
    await told(here.house)
    await carried(here.house, mail)
    letter = await mail.letter_to(await address(here, somebody))
    link = letter["List-Unsubscribe"].strip("<>")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in letter.get_content()
    path = urlsplit(link).path
    asked = await browser.get(path, headers={"Accept-Language": "en"})
    assert (asked.status_code, "Send no more of these" in asked.text) == (200, True)
    assert await stopped(here, somebody) == []
    for _ in range(2):
        done = await browser.post(path, data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
    assert await stopped(here, somebody) == [("verify_hours", Way.INBOX)]
    await hours_verified(here, clock, somebody)
    await told(here.house)
    assert [message.mailed for message in await messages(here, somebody)] == [Mailed.SENT, Mailed.NONE]


async def test_a_link_that_we_did_not_make_stops_nothing(
    here: Neighbourhood, mail: MailServer, clock: Clock, browser: httpx2.AsyncClient
) -> None:
    somebody = await reachable(here)
    await hours_verified(here, clock, somebody)
    await told(here.house)
    await carried(here.house, mail)
    link = (await mail.letter_to(await address(here, somebody)))["List-Unsubscribe"].strip("<>")
    *_, letter, proof, _stop = urlsplit(link).path.split("/")
    for path in (f"/letters/{new_id()}/{proof}/stop", f"/letters/{letter}/x/stop", f"/letters/{letter}/%C3%BC/stop"):
        assert (await browser.post(path)).status_code == 404, path
    assert await stopped(here, somebody) == []


async def test_what_safety_demands_cannot_be_stopped(here: Neighbourhood, mail: MailServer, clock: Clock) -> None:
    somebody = await reachable(here)
    shift, _ = await seated(here, somebody)
    await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Rain.")
    await told(here.house)
    await carried(here.house, mail)
    letter = await mail.letter_to(await address(here, somebody))
    assert letter["List-Unsubscribe"] is None
