"""People are told once of what was done to what concerns them, in their language, and see what became of the mail."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from api.engine.run import Engine
from api.schema import schema
from domain.accounts.erasure import erase_person
from domain.errors import Invalid, NotAllowed, NotFound, NotNow
from domain.hours.commands import adjust_hours, log_hours, propose_adjustment, reject_hours, verify_hours, void_hours
from domain.house import House
from domain.notifications import telling
from domain.notifications.commands import choose_way, mark_read
from domain.notifications.models import Mailed, Message, MessageChoice, Way
from domain.postgres import Lanes
from domain.programmes import commands as programmes
from domain.programmes.models import Signup
from tests.acting import OPERATOR, ask
from tests.conftest import Clock
from tests.mail import SENDER, MailServer
from tests.notifications.inboxes import address, carried, messages, reachable, seated, told
from tests.programmes.neighbourhood import Neighbourhood
from tests.serving import serve

INBOX = "{ messages { totalCount nodes { verb subject { text language } says { text } readAt mailed } } }"


# -- what is told -----------------------------------------------------------------------------------------------------


async def test_who_waited_is_told_of_the_seat_until_when_and_what_to_do_in_their_own_language(
    here: Neighbourhood, mail: MailServer
) -> None:
    """pain 1: nobody is promoted in silence; pain 18: the reader's language, not the sender's."""
    shift, first = await here.shift(), await here.volunteer("First")
    seat = await here.sign_up(first, shift)
    english, chinese = await reachable(here, "Anna"), await reachable(here, "Chen", locale="zh-CN")
    await here.sign_up(english, shift)
    await here.sign_up(chinese, shift)
    await here.do(first, programmes.withdraw, signup_id=seat.id)
    [offer] = await here.all(Signup, "state = 'offered'")
    await here.do(english, programmes.decline_offer, signup_id=offer.id)
    await told(here.house)
    await carried(here.house, mail)
    for somebody, language, subject, then in (
        (english, "en", "A seat is held for you until 2026-06-02 12:00 (Beijing time): Carry meals", "Accept or"),
        (chinese, "zh-Hans", "名额为您保留至北京时间2026-06-02 12:00：Carry meals", "请在此前确认或放弃"),
    ):
        letter = await mail.letter_to(await address(here, somebody))
        assert (letter["Subject"].strip(), letter["Content-Language"]) == (subject, language)
        body = letter.get_content()
        assert then in body
        assert "Canteen" in body
        [message] = await messages(here, somebody)
        assert (message.verb, message.mailed, message.shift_id) == ("offer_seat", Mailed.SENT, shift.id)
    assert await messages(here, first) == []  # who did it themselves knows


async def test_a_shift_called_off_is_told_to_all_who_signed_up_with_the_reason(here: Neighbourhood) -> None:
    shift = await here.shift(capacity=1)
    people = [await here.volunteer(name) for name in ("Seated", "Waiting")]
    for somebody in people:
        await here.sign_up(somebody, shift)
    await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Typhoon.")
    await told(here.house)
    for somebody in people:
        [message] = await messages(here, somebody)
        assert message.says["text"].endswith("理由：Typhoon.")
        assert message.mailed == Mailed.NONE  # their address is not known to be theirs


async def test_who_leads_reminds_all_who_have_a_seat_once_in_twelve_hours(
    here: Neighbourhood, mail: MailServer, clock: Clock
) -> None:
    """pain 28: one act reminds everybody, nobody who only waits, and never so often that it is not read."""
    shift = await here.shift(capacity=2)
    anna, chen, waiting = [await reachable(here, name) for name in ("Anna", "Chen", "Waiting")]
    for somebody in (anna, chen, waiting):
        await here.sign_up(somebody, shift)
    with pytest.raises(NotAllowed):
        await here.do(anna, programmes.remind_shift, shift_id=shift.id)
    await here.do(here.worker, programmes.remind_shift, shift_id=shift.id)
    clock.wait(hours=11, minutes=59)
    with pytest.raises(NotNow) as no:
        await here.do(here.worker, programmes.remind_shift, shift_id=shift.id)
    assert no.value.code == "reminded_already"
    assert no.value.advise("en") == "Remind them from 2026-06-02 00:00 on, Beijing time."
    clock.wait(minutes=1)
    await here.do(here.worker, programmes.remind_shift, shift_id=shift.id)
    await told(here.house)
    clock.wait(hours=8)  # it is midnight
    await carried(here.house, mail)
    assert [len(await messages(here, somebody)) for somebody in (anna, chen, waiting)] == [2, 2, 0]
    letter = await mail.letter_to(await address(here, anna))
    assert letter["Subject"].strip() == "Reminder: Carry meals, 2026-06-04 12:00 (Beijing time)"
    assert "If you cannot come" in letter.get_content()
    clock.now = shift.starts_at
    with pytest.raises(NotNow) as no:
        await here.do(here.worker, programmes.remind_shift, shift_id=shift.id)
    assert no.value.code == "begun"


async def test_a_reminder_that_comes_too_late_is_not_sent_by_mail(here: Neighbourhood, clock: Clock) -> None:
    somebody = await reachable(here)
    shift, _ = await seated(here, somebody)
    await here.do(here.worker, programmes.remind_shift, shift_id=shift.id)
    clock.now = shift.starts_at
    await told(here.house)
    assert [message.mailed for message in await messages(here, somebody)] == [Mailed.NONE]


async def test_what_was_decided_about_hours_is_told_with_both_figures(here: Neighbourhood, clock: Clock) -> None:
    """pain 14: whoever's hours are corrected hears of it, and what they were before."""
    somebody = await here.volunteer()
    shift, seat = await seated(here, somebody)
    clock.now = shift.ends_at
    entry = await here.do(somebody, log_hours, signup_id=seat.id, minutes=110)
    new = await here.do(here.worker, adjust_hours, hour_entry_id=entry.id, minutes=115, reason="Came earlier.")
    await here.do(here.colleague, verify_hours, hour_entry_id=new.id)
    await here.do(here.worker, void_hours, hour_entry_id=new.id, reason="Somebody else's.")
    again = await here.do(somebody, log_hours, signup_id=seat.id, minutes=90)
    await here.do(here.worker, reject_hours, hour_entry_id=again.id, reason="Was not there.")
    await told(here.house)
    assert [message.subject["translations"]["en"]["text"] for message in await messages(here, somebody)] == [
        "Your 110 minutes of service were corrected to 115: Carry meals",
        "115 minutes of service were confirmed: Carry meals",
        "115 minutes of service count no more: Carry meals",
        "90 minutes of service were not confirmed: Carry meals",
    ]


async def test_what_is_proposed_about_hours_is_told_with_both_figures_and_until_when_to_answer(
    here: Neighbourhood, clock: Clock
) -> None:
    """pain 14: nobody has to look for what is asked of them."""
    somebody = await here.volunteer()
    shift, seat = await seated(here, somebody)
    clock.now = shift.ends_at
    entry = await here.do(somebody, log_hours, signup_id=seat.id, minutes=110)
    await here.do(here.worker, propose_adjustment, hour_entry_id=entry.id, minutes=90, reason="Left early.")
    await told(here.house)
    [message] = await messages(here, somebody)
    english = message.subject["translations"]["en"]["text"]
    assert english == "90 minutes of service are proposed instead of 110: Carry meals"
    assert "不视为同意" in message.says["text"]


async def test_who_is_marked_as_absent_is_told_how_to_object(here: Neighbourhood, clock: Clock) -> None:
    somebody = await here.volunteer()
    shift, seat = await seated(here, somebody)
    clock.now = shift.starts_at
    clock.wait(minutes=31)
    await here.do(here.worker, programmes.mark_no_show, signup_id=seat.id)
    await told(here.house)
    [message] = await messages(here, somebody)
    assert "前说明，逾期将予确认" in message.says["text"]


# -- the inbox --------------------------------------------------------------------------------------------------------


async def test_the_inbox_shows_ones_own_messages_newest_first_and_what_is_unread(
    here: Neighbourhood, clock: Clock
) -> None:
    engine = Engine(schema(), here.house)
    somebody, other = await here.volunteer(), await here.volunteer("Other")
    for _ in range(3):
        shift, _seat = await seated(here, somebody)
        await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Rain.")
        await told(here.house)
        clock.wait(minutes=1)
    _, middle, latest = await messages(here, somebody)
    with pytest.raises(NotFound):
        await here.do(other, mark_read, message_id=middle.id)
    read = await here.do(somebody, mark_read, message_id=middle.id, and_earlier=True)
    clock.wait(minutes=1)
    assert (await here.do(somebody, mark_read, message_id=middle.id)).read_at == read.read_at
    found = await ask(engine, somebody, INBOX)
    assert [message["readAt"] is None for message in found["messages"]["nodes"]] == [True, False, False]
    unread = "{ messages(filter: {readAt: {isNull: true}}) { totalCount nodes { id } } }"
    assert (await ask(engine, somebody, unread))["messages"]["totalCount"] == 1
    assert (await here.now(latest)).read_at is None
    assert (await ask(engine, other, INBOX))["messages"] == {"totalCount": 0, "nodes": []}


async def test_a_letter_that_cannot_be_delivered_is_shown_as_failed(
    here: Neighbourhood, mail: MailServer, clock: Clock
) -> None:
    """Never lost: what no mail server took still stands in the inbox, which says so."""

    async def unknown(_: str) -> str:
        return "550 No such user here"

    async def busy(_: str) -> str:
        return "451 Try again later"

    for answer, waits in ((unknown, 0), (busy, 73)):
        mail.says = answer
        somebody = await reachable(here)
        shift, _ = await seated(here, somebody)
        await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Rain.")
        await told(here.house)
        [message] = await messages(here, somebody)
        assert message.mailed == Mailed.WAITING
        await carried(here.house, mail)
        if waits:
            assert (await here.now(message)).mailed == Mailed.WAITING
            clock.wait(hours=waits)
            await carried(here.house, mail)
        assert (await here.now(message)).mailed == Mailed.FAILED


# -- how it is told ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("way", "mailed"), [(Way.NONE, []), (Way.INBOX, [Mailed.NONE]), (Way.EMAIL, [Mailed.WAITING])])
async def test_people_choose_how_they_are_told_of_each_kind_of_thing(
    here: Neighbourhood, clock: Clock, way: Way, mailed: list[Mailed]
) -> None:
    somebody, other = await reachable(here), await reachable(here, "Other")
    for chosen in (Way.EMAIL, Way.INBOX, way):  # the latest counts
        await here.do(somebody, choose_way, person_id=somebody.id, verb="verify_hours", way=chosen)
    await here.do(somebody, choose_way, person_id=somebody.id, verb="offer_seat", way=Way.EMAIL)
    for volunteer in (somebody, other):
        shift, seat = await seated(here, volunteer)
        clock.now = shift.ends_at
        entry = await here.do(volunteer, log_hours, signup_id=seat.id, minutes=60)
        await here.do(here.worker, verify_hours, hour_entry_id=entry.id)
        await told(here.house)
    assert [message.mailed for message in await messages(here, somebody)] == mailed
    assert [message.mailed for message in await messages(here, other)] == [Mailed.WAITING]


async def test_what_safety_or_the_record_demands_is_told_anyhow(here: Neighbourhood) -> None:
    somebody = await reachable(here)
    for verb, way, code in (
        ("cancel_signup", Way.INBOX, "told_anyhow"),
        ("cancel_signup", Way.NONE, "told_anyhow"),
        ("void_hours", Way.NONE, "told_anyhow"),
        ("check_in", Way.NONE, "unknown_verb"),
    ):
        with pytest.raises(Invalid) as no:
            await here.do(somebody, choose_way, person_id=somebody.id, verb=verb, way=way)
        assert no.value.code == code
    assert (
        await here.do(somebody, choose_way, person_id=somebody.id, verb="void_hours", way=Way.INBOX)
    ).way == Way.INBOX
    await here.house.lanes.run("UPDATE message_choice SET verb = 'cancel_signup'")  # chosen before the least was raised
    shift, _ = await seated(here, somebody)
    await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Rain.")
    await told(here.house)
    assert [message.mailed for message in await messages(here, somebody)] == [Mailed.WAITING]


async def test_nobody_chooses_for_somebody_else(here: Neighbourhood) -> None:
    somebody, other = await here.volunteer(), await here.volunteer("Other")
    with pytest.raises(NotFound):
        await here.do(other, choose_way, person_id=somebody.id, verb="offer_seat", way=Way.NONE)
    assert await here.all(MessageChoice) == []


# -- once -------------------------------------------------------------------------------------------------------------


async def test_whoever_dies_while_telling_has_told_nothing_and_the_next_tells_all(
    here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody = await reachable(here)
    for _ in range(2):
        shift, _seat = await seated(here, somebody)
        await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Rain.")
    one, count = telling._tell, 0

    async def dies_at_the_second(*about: Any) -> None:
        nonlocal count
        count += 1
        if count > 1:
            raise ConnectionResetError
        await one(*about)

    monkeypatch.setattr(telling, "_tell", dies_at_the_second)
    with pytest.raises(ConnectionResetError):
        await told(here.house)
    assert await messages(here, somebody) == []
    assert await here.house.lanes.run("SELECT FROM letter") == []
    monkeypatch.setattr(telling, "_tell", one)
    await told(here.house)
    assert len(await messages(here, somebody)) == 2
    assert len(await here.house.lanes.run("SELECT FROM letter")) == 2


async def test_three_who_tell_at_once_tell_each_thing_once(
    here: Neighbourhood, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "BATCH", 3)
    somebody = await here.volunteer()
    for _ in range(6):
        shift, _seat = await seated(here, somebody)
        await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Rain.")
    others = [await House(await Lanes(database, size=3).open(), here.house.clock).open() for _ in range(2)]
    await asyncio.gather(*(told(house) for house in (here.house, *others)))
    for house in others:
        await house.lanes.close()
    await told(here.house)
    assert len(await messages(here, somebody)) == 6


async def test_who_is_erased_while_being_told_leaves_no_message_and_no_letter(here: Neighbourhood) -> None:
    somebody = await reachable(here)
    shift, _ = await seated(here, somebody)
    await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Rain.")
    await told(here.house)
    [late] = [dict(row) for row in await here.house.lanes.run("SELECT * FROM message")]
    [letter] = [dict(row) for row in await here.house.lanes.run("SELECT * FROM letter")]
    await here.do(OPERATOR, erase_person, person_id=somebody.id, reason="By letter.")
    assert await here.house.lanes.run("SELECT FROM message") == []
    for table, row in (("message", late), ("letter", letter)):  # as if written by somebody who had begun before
        places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
        await here.house.lanes.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", list(row.values()))
    await told(here.house)
    assert await here.house.lanes.run("SELECT FROM message") == []
    assert await here.house.lanes.run("SELECT FROM letter") == []


@pytest.mark.slow
async def test_three_workers_and_a_kill_tell_and_write_once(
    here: Neighbourhood, database: str, mail: MailServer, clock: Clock
) -> None:
    clock.now = datetime.now(UTC)  # the servers' own
    people = [await reachable(here, f"P{number}") for number in range(12)]
    shift = await here.shift(capacity=12)
    for somebody in people:
        await here.sign_up(somebody, shift)
    await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Rain.")

    async def letters(number: int) -> set[str]:
        async with asyncio.timeout(120):
            while len(found := {letter["Message-ID"] for letter in mail.received}) < number:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return found

    with serve(database, WORKERS="1", SMTP_URL=mail.url, MAIL_FROM=SENDER) as server:
        await letters(1)
        server.kill()
    await here.house.lanes.run("UPDATE letter SET next_try_at = now() WHERE sent_at IS NULL")
    with serve(database, WORKERS="3", SMTP_URL=mail.url, MAIL_FROM=SENDER):
        assert len(await letters(12)) == 12
    assert len(await here.all(Message)) == 12
    assert len(await here.house.lanes.run("SELECT FROM letter")) == 12
