"""What could not be delivered is shown, listed and counted, and is sent again at a click: it is never lost."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from api.app import create_app
from api.engine.run import Engine
from api.letters.post import Post
from api.oauth.store import sweep
from api.schema import schema
from api.settings import Settings
from domain.access import Actor
from domain.accounts.erasure import erase_person
from domain.columns import typed
from domain.errors import NotAllowed, NotFound, NotNow
from domain.letters import Channel, Kind, letter
from domain.notifications.commands import choose_way, send_again
from domain.notifications.gathering import gather
from domain.notifications.models import Mailed, UndeliveredLetter, Way
from domain.programmes import commands as programmes
from tests.acting import OPERATOR, ask
from tests.conftest import Clock
from tests.mail import SENDER, MailServer
from tests.notifications.inboxes import address, carried, hours_verified, messages, reachable, seated, told
from tests.programmes.neighbourhood import Neighbourhood

CODE: dict[str, Any] = {"code": "048213", "minutes": 10}
LIST = "{ undeliveredLetters { nodes { id person { id } letterKind provider trouble tries failedAt sentAgainAt } } }"


async def unknown(recipient: str) -> str:
    return f"550 5.1.1 <{recipient}> No such user here"


async def busy(_: str) -> str:
    return "451 Try again later"


async def missed(here: Neighbourhood, mail: MailServer) -> tuple[Actor, UndeliveredLetter]:
    """Somebody whose mail server knows nobody of that name, and the letter that told them of a shift called off."""
    somebody = await reachable(here)
    shift, _ = await seated(here, somebody)
    await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Rain.")
    await told(here.house)
    mail.says = unknown
    await carried(here.house, mail)
    mail.says = mail.accept
    [listed] = await here.all(UndeliveredLetter, "person_id = $1", somebody.id)
    return somebody, listed


# -- shown, listed, counted -------------------------------------------------------------------------------------------


async def test_it_is_listed_for_its_person_and_for_operators_without_the_address_and_for_nobody_else(
    here: Neighbourhood, mail: MailServer
) -> None:
    engine = Engine(schema(), here.house)
    somebody, listed = await missed(here, mail)
    for reader in (somebody, OPERATOR):
        [node] = (await ask(engine, reader, LIST))["undeliveredLetters"]["nodes"]
        assert node["id"] == typed("und", listed.id)
        assert (node["letterKind"], node["tries"], node["sentAgainAt"]) == ("notice", 1, None)
        assert node["provider"] == (await address(here, somebody)).partition("@")[2]
        assert node["trouble"] == "550 5.1.1 <…> No such user here"
    for reader in (here.worker, here.stranger):
        assert (await ask(engine, reader, LIST))["undeliveredLetters"]["nodes"] == []
    [message] = await messages(here, somebody)
    assert message.mailed == Mailed.FAILED


async def test_a_server_that_refuses_for_a_while_loses_nothing_and_nothing_is_listed(
    here: Neighbourhood, mail: MailServer, clock: Clock
) -> None:
    somebody = await reachable(here)
    shift, _ = await seated(here, somebody)
    await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Rain.")
    await told(here.house)
    mail.says = busy
    for _ in range(20):
        await carried(here.house, mail)
        clock.wait(hours=1)
    mail.says = mail.accept
    await carried(here.house, mail)
    assert "Called off" in (await mail.letter_to(await address(here, somebody)))["Subject"]
    assert await here.all(UndeliveredLetter) == []
    assert [message.mailed for message in await messages(here, somebody)] == [Mailed.SENT]


async def test_a_server_that_refuses_for_ever_gets_a_letter_listed_once_its_time_is_over(
    here: Neighbourhood, mail: MailServer, clock: Clock
) -> None:
    """Codes too, though nobody has an account yet to whom it could be shown."""
    mail.says = busy
    await here.house.lanes.run(*letter(Kind.SIGN_UP_CODE, Channel.EMAIL, "new@example.com", "en", clock.now, **CODE))
    await here.house.lanes.run(*letter(Kind.RESET_CODE, Channel.SMS, "+8613800138000", "en", clock.now, **CODE))
    for _ in range(73):
        await carried(here.house, mail)
        clock.wait(hours=1)
    await carried(here.house, mail)
    code, short = sorted(await here.all(UndeliveredLetter), key=lambda found: found.channel)
    assert (code.person_id, code.letter_kind, code.provider, code.trouble) == (
        None,
        "sign_up_code",
        "example.com",
        "451 Try again later",
    )
    assert code.tries > 70
    assert (short.provider, short.trouble, short.tries) == (None, None, 0)  # nobody carried it
    for forgotten in (code, short):
        with pytest.raises(NotNow) as no:
            await here.do(OPERATOR, send_again, undelivered_letter_id=forgotten.id)
        assert no.value.code == "words_forgotten"


async def test_what_waits_for_somebody_is_counted_by_kind(here: Neighbourhood, mail: MailServer) -> None:
    async def counted() -> float:
        app = create_app(Settings(log_format="json"), here.house)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as client:
            read = (await client.get("/metrics")).text
        return next(
            sample.value
            for family in text_string_to_metric_families(read)
            for sample in family.samples
            if sample.name == "sanshe_undelivered_letters" and sample.labels["kind"] == "notice"
        )

    assert await counted() == 0
    _, listed = await missed(here, mail)
    assert await counted() == 1
    await here.do(OPERATOR, send_again, undelivered_letter_id=listed.id)
    assert await counted() == 0


# -- sent again -------------------------------------------------------------------------------------------------------


async def test_an_operator_sends_it_again_to_where_the_person_is_reached_now_and_once(
    here: Neighbourhood, mail: MailServer
) -> None:
    somebody, listed = await missed(here, mail)
    with pytest.raises(NotAllowed):
        await here.do(somebody, send_again, undelivered_letter_id=listed.id)
    with pytest.raises(NotFound):
        await here.do(here.stranger, send_again, undelivered_letter_id=listed.id)
    await here.house.lanes.run("UPDATE person SET email_verified_at = NULL WHERE id = $1", (somebody.id,))
    with pytest.raises(NotNow) as no:
        await here.do(OPERATOR, send_again, undelivered_letter_id=listed.id)
    assert no.value.code == "no_address"
    new = "UPDATE person SET email = 'new@example.com', email_verified_at = registered_at WHERE id = $1"
    await here.house.lanes.run(new, (somebody.id,))
    done = await asyncio.gather(
        *(here.do(OPERATOR, send_again, undelivered_letter_id=listed.id) for _ in range(4)), return_exceptions=True
    )
    assert [one.code for one in done if isinstance(one, NotNow)] == ["sent_again_already"] * 3
    assert [message.mailed for message in await messages(here, somebody)] == [Mailed.WAITING]
    await carried(here.house, mail)
    again = await mail.letter_to("new@example.com")
    assert again["Subject"].strip() == "Called off: Carry meals, 2026-06-04 12:00 (Beijing time)"
    assert "Rain." in again.get_content()
    assert mail.received == []
    assert [message.mailed for message in await messages(here, somebody)] == [Mailed.SENT]
    [deed] = await here.house.lanes.run("SELECT noun, subject_id FROM deed WHERE verb = 'send_again'")
    assert tuple(deed) == ("undelivered_letter", listed.id)


async def test_what_fails_again_is_listed_again(here: Neighbourhood, mail: MailServer) -> None:
    somebody, first = await missed(here, mail)
    await here.do(OPERATOR, send_again, undelivered_letter_id=first.id)
    mail.says = unknown
    await carried(here.house, mail)
    listed = await here.all(UndeliveredLetter, "sent_again_at IS NULL")
    assert [found.person_id for found in listed] == [somebody.id]
    assert listed[0].id != first.id
    assert [message.mailed for message in await messages(here, somebody)] == [Mailed.FAILED]


async def test_the_mornings_letter_is_sent_again_whole(here: Neighbourhood, mail: MailServer, clock: Clock) -> None:
    somebody = await reachable(here)
    await here.do(somebody, choose_way, person_id=somebody.id, verb="verify_hours", way=Way.DAILY)
    for _ in range(2):
        await hours_verified(here, clock, somebody)
    await told(here.house)
    clock.wait(hours=24)
    await gather(here.house)
    mail.says = unknown
    await carried(here.house, mail)
    mail.says = mail.accept
    [listed] = await here.all(UndeliveredLetter)
    await here.do(OPERATOR, send_again, undelivered_letter_id=listed.id)
    await carried(here.house, mail)
    again = await mail.letter_to(await address(here, somebody))
    assert again["Subject"].strip() == "Your notifications: 2"
    assert {message.mailed for message in await messages(here, somebody)} == {Mailed.SENT}


# -- killed, raced, erased --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("says", [unknown, busy])
async def test_who_dies_before_any_statement_of_carrying_leaves_the_letter_shown_listed_or_still_to_be_tried(
    here: Neighbourhood, mail: MailServer, clock: Clock, says: Callable[[str], Awaitable[str]]
) -> None:
    """After every kill the letter either waits or is listed, and message and list say the same."""
    somebody = await reachable(here)
    shift, _ = await seated(here, somebody)
    await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Rain.")
    await told(here.house)
    mail.says = says
    [message] = await messages(here, somebody)
    for dies_at in range(40):
        post = Post(here.house, Settings(smtp_url=SecretStr(mail.url), mail_from=SENDER), Channel.EMAIL)
        post.run = dying(post.run, dies_at % 4)
        with suppress(asyncio.CancelledError):
            await post.carry()
        clock.wait(hours=2)
        waits = await here.house.lanes.run("SELECT FROM letter WHERE next_try_at IS NOT NULL")
        listed = await here.all(UndeliveredLetter)
        [message] = await messages(here, somebody)
        assert (len(waits), len(listed)) in {(1, 0), (0, 1)}, dies_at
        assert message.mailed == (Mailed.FAILED if listed else Mailed.WAITING)
    assert message.mailed == Mailed.FAILED


def dying(run: Any, at: int) -> Any:
    """Whoever runs statements so dies before that one."""
    count = iter(range(100))

    async def up_to(sql: str, args: Any = ()) -> Any:
        if next(count) == at:
            raise asyncio.CancelledError
        return await run(sql, args)

    return up_to


async def test_a_letter_that_a_slow_server_took_after_all_is_listed_no_longer(
    here: Neighbourhood, mail: MailServer, clock: Clock
) -> None:
    somebody = await reachable(here)
    shift, _ = await seated(here, somebody)
    await here.do(here.worker, programmes.cancel_shift, shift_id=shift.id, reason="Rain.")
    await told(here.house)
    mail.answers.clear()
    async with asyncio.TaskGroup() as both:
        both.create_task(carried(here.house, mail))
        async with asyncio.timeout(15):
            while not mail.received:  # noqa: ASYNC110 it arrives in its own time
                await asyncio.sleep(0.01)
        clock.wait(hours=73)
        await carried(here.house, mail)  # another process, which finds that its time is over
        assert len(await here.all(UndeliveredLetter)) == 1
        mail.answers.set()
    assert await here.all(UndeliveredLetter) == []
    assert [message.mailed for message in await messages(here, somebody)] == [Mailed.SENT]


async def test_who_is_erased_leaves_none_and_after_ninety_days_nobody_does(
    here: Neighbourhood, mail: MailServer, clock: Clock
) -> None:
    somebody, _ = await missed(here, mail)
    other, _ = await missed(here, mail)
    await here.do(OPERATOR, erase_person, person_id=somebody.id, reason="By letter.")
    assert [found.person_id for found in await here.all(UndeliveredLetter)] == [other.id]
    for days, left in ((91, 1), (1, 0)):
        clock.wait(days=days, seconds=-1)
        await sweep(here.house.lanes.run, clock.now)
        assert len(await here.all(UndeliveredLetter)) == left
