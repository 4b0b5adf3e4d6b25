"""Letters leave the house once, whatever mail servers do: slow, refusing, dying ones, and a house that dies itself."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from structlog.testing import capture_logs

from api.letters import post
from api.letters.carriers import offered
from api.letters.post import Post
from api.letters.words import TEMPLATES, words
from api.settings import Settings
from domain.house import House
from domain.letters import FIRST_PAUSE, LONGEST_PAUSE, SENT, STANDING, TAKE, Channel, Kind, letter
from domain.postgres import Lanes
from tests.conftest import Clock
from tests.mail import SENDER, MailServer, listening
from tests.serving import serve

TEN_MINUTES = timedelta(minutes=10)
SAYS = {
    "code": "048213",
    "minutes": 10,
    "new": "l…@example.com",
    "at": "2026-06-01 12:00",
    "due": "2026-06-23",
    "outcome": "refused",
    "child": "child@example.com",
    "about": "A seat",
    "text": "A seat is held for you.",
    "stop": "https://sanshe.example/letters/1/2/stop",
}


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with listening() as server:
        yield server


def settings(**about: Any) -> Settings:
    return Settings(**about)


def by_mail(house: House, mail: MailServer) -> Post:
    return Post(house, settings(smtp_url=mail.url, mail_from=SENDER), Channel.EMAIL)


async def write(house: House, address: str = "li@example.com", **changes: Any) -> None:
    about: dict[str, Any] = {"kind": Kind.SIGN_UP_CODE, "channel": Channel.EMAIL, "language": "zh-Hans", **SAYS}
    about |= {"lasts": TEN_MINUTES, **changes}
    await house.lanes.run(*letter(address=address, now=house.clock(), **about))


async def rows(house: House) -> list[Any]:
    return await house.lanes.run("SELECT * FROM letter ORDER BY written_at, id")


# -- what arrives -----------------------------------------------------------------------------------------------------


async def test_a_letter_arrives_in_the_readers_language_and_its_code_is_forgotten(
    house: House, mail: MailServer
) -> None:
    await write(house, "Li.Min@example.com")
    await write(house, "li@例子.example", language="en-GB")
    assert await by_mail(house, mail).carry() == 2
    chinese, english = sorted(mail.received, key=lambda message: message["Content-Language"], reverse=True)
    assert (chinese["To"], chinese["Subject"], chinese["From"]) == ("Li.Min@example.com", "三社验证码", SENDER)
    assert "048213" in chinese.get_content()
    assert "【" not in english.get_content()
    assert english["To"] == "li@xn--fsqu00a.example"
    assert english["Subject"] == "Your code for Sanshe"
    assert english["Auto-Submitted"] == "auto-generated"
    for row in await rows(house):
        assert row["sent_at"] == house.clock()
        assert "048213" not in str(dict(row))
    assert await by_mail(house, mail).carry() == 0


async def test_an_address_in_chinese_letters_is_written_to(house: House, mail: MailServer) -> None:
    await write(house, "李敏@例子.中国")
    await by_mail(house, mail).carry()
    assert mail.received[0]["To"] == "李敏@例子.中国"


async def test_what_falls_back_is_never_sent(house: House, mail: MailServer) -> None:
    async def fall_back() -> None:
        async with house.lanes.hold() as lane:
            await lane.run(*letter(Kind.HAS_ACCOUNT, Channel.EMAIL, "li@example.com", "en", house.clock()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fall_back()
    assert await by_mail(house, mail).carry() == 0
    assert mail.received == []


@pytest.mark.parametrize(
    "address", ["li@example.com\r\nBcc: all@example.com", "li@example.com\nX: y", "a b@example.com"]
)
async def test_an_address_writes_no_header_of_its_own(house: House, mail: MailServer, address: str) -> None:
    await write(house, address)
    await by_mail(house, mail).carry()
    assert mail.received == []
    assert [(row["trouble"], row["tries"]) for row in await rows(house)] == [("EmailSyntaxError", 1)]


async def test_what_a_letter_tells_writes_no_header_either(house: House, mail: MailServer) -> None:
    hostile = "x\r\nBcc: all@example.com\r\n\r\n.\r\nMAIL FROM:<a@b>"
    for kind in Kind:
        await write(house, kind=kind, **dict.fromkeys(SAYS, hostile))
    while await by_mail(house, mail).carry():
        pass
    assert len(mail.received) == len(Kind)
    assert {message["Bcc"] for message in mail.received} == {None}
    assert {message["To"] for message in mail.received} == {"li@example.com"}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_letter_has_its_words_in_both_languages(kind: Kind) -> None:
    english, chinese = (words(kind, language, SAYS, "https://sanshe.example") for language in ("en", "zh-CN"))
    assert english.text.isascii() is False  # the house signs in both
    assert "验证码" not in english.text
    for said in (english, chinese):
        assert said.subject
        assert "\n" not in said.subject + said.short
        assert said.text.rstrip().endswith("https://sanshe.example")
        assert "{" not in said.subject + said.text + said.short


def test_no_words_are_there_for_letters_that_nobody_writes() -> None:
    said = {path.name.split(".")[0] for path in TEMPLATES.iterdir()}
    assert said == {kind.value for kind in Kind} | {"signature"}


# -- servers that say no, or nothing ----------------------------------------------------------------------------------


async def test_a_letter_is_tried_again_ever_later_and_given_up_when_its_time_is_over(
    house: House, clock: Clock, mail: MailServer
) -> None:
    async def busy(_: str) -> str:
        return "451 Try again later"

    mail.says = busy
    await write(house)
    begun, tried = clock.now, []
    while (await house.lanes.run(STANDING))[0]["waiting"]:
        if await by_mail(house, mail).carry():
            tried.append((clock.now - begun).total_seconds())
        clock.wait(seconds=5)
    assert tried == [0, 30, 90, 210, 450]
    [standing] = await house.lanes.run(STANDING)
    assert dict(standing) == {"waiting": 0, "given_up": 1, "trouble": "451 Try again later"}
    assert "048213" not in str(await rows(house))
    mail.says = mail.accept
    clock.wait(hours=1)
    assert await by_mail(house, mail).carry() == 0
    assert mail.received == []


async def test_an_address_that_does_not_exist_is_not_tried_again(house: House, clock: Clock, mail: MailServer) -> None:
    async def unknown(_: str) -> str:
        return "550 No such user here"

    mail.says = unknown
    await write(house)
    with capture_logs() as said:
        await by_mail(house, mail).carry()
    assert [(line["event"], line["trouble"]) for line in said] == [("letter given up", "550")]
    assert dict((await house.lanes.run(STANDING))[0]) == {
        "waiting": 0,
        "given_up": 1,
        "trouble": "550 No such user here",
    }
    assert "048213" not in str(await rows(house))
    clock.wait(minutes=5)
    assert await by_mail(house, mail).carry() == 0


async def test_a_server_that_never_answers_costs_its_letter_a_try_and_no_other(
    house: House, clock: Clock, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "LONGEST", 0.5)

    async def slow_for_one(recipient: str) -> str:
        if recipient == "slow@example.com":
            await asyncio.sleep(5)
        return "250 OK"

    mail.says = slow_for_one
    await write(house, "slow@example.com")
    await write(house)
    assert await by_mail(house, mail).carry() == 2
    assert [message["To"] for message in mail.received] == ["li@example.com"]
    assert [row["trouble"] for row in await rows(house)] == ["TimeoutError", None]
    mail.says = mail.accept
    clock.wait(seconds=30)
    await by_mail(house, mail).carry()
    assert [message["To"] for message in mail.received] == ["li@example.com", "slow@example.com"]


async def test_a_server_that_hangs_up_in_the_middle_is_asked_again(house: House, clock: Clock) -> None:
    heard = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            heard.append(line)
            if line.startswith(b"DATA"):
                break
            writer.write(b"250 OK\r\n")
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    dying = MailServer()
    dying.url = f"smtp://127.0.0.1:{port}"
    await write(house)
    await by_mail(house, dying).carry()
    server.close()
    await server.wait_closed()
    assert b"DATA\r\n" in heard
    assert [row["trouble"] for row in await rows(house)] == ["SMTPServerDisconnected"]
    clock.wait(seconds=30)
    await by_mail(house, dying).carry()  # nobody listens there any longer
    assert [(row["trouble"], row["tries"]) for row in await rows(house)] == [("SMTPConnectError", 2)]


async def test_a_server_that_cannot_prove_its_name_is_told_nothing(house: House, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "mail.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, plain) + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    async with listening(context) as mail:
        await write(house)
        await by_mail(house, mail).carry()
    assert mail.received == []
    assert [row["trouble"] for row in await rows(house)] == ["SMTPConnectError"]


async def test_a_server_elsewhere_that_offers_no_tls_is_told_nothing(
    house: House, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.letters.carriers.is_loopback", lambda _: False)
    await write(house)
    await by_mail(house, mail).carry()
    assert mail.received == []
    assert [(row["sent_at"], row["trouble"]) for row in await rows(house)] == [(None, "SMTPException")]


# -- once -------------------------------------------------------------------------------------------------------------


async def test_two_who_carry_never_carry_the_same_letter(house: House, database: str, mail: MailServer) -> None:
    other = await House(await Lanes(database, size=4).open(), house.clock).open()
    for number in range(40):
        await write(house, f"p{number}@example.com")

    async def all_there_is(at: House) -> None:
        while await by_mail(at, mail).carry():
            pass

    await asyncio.gather(all_there_is(house), all_there_is(other))
    await other.lanes.close()
    assert sorted(message["To"] for message in mail.received) == sorted(f"p{n}@example.com" for n in range(40))


async def test_who_takes_letters_while_others_are_being_taken_gets_others_and_does_not_wait(house: House) -> None:
    for number in range(10):
        await write(house, f"p{number}@example.com")
    half = (Channel.EMAIL, house.clock(), 5, FIRST_PAUSE, LONGEST_PAUSE)
    async with house.lanes.hold() as one, house.lanes.hold() as two, asyncio.timeout(5):
        taken = [letter["address"] for lane in (one, two) for letter in await lane.run(TAKE, half)]
    assert sorted(taken) == sorted(f"p{n}@example.com" for n in range(10))


async def test_whoever_dies_before_noting_it_leaves_a_letter_that_is_sent_once_more_under_the_same_id(
    house: House, clock: Clock, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(house)
    dying, run = by_mail(house, mail), house.lanes.run

    async def up_to_the_noting(sql: str, args: Any = ()) -> Any:
        if sql == SENT:
            raise asyncio.CancelledError
        return await run(sql, args)

    monkeypatch.setattr(dying, "run", up_to_the_noting)
    with pytest.raises(asyncio.CancelledError):
        await dying.carry()
    assert len(mail.received) == 1
    assert await by_mail(house, mail).carry() == 0
    clock.wait(seconds=30)
    assert await by_mail(house, mail).carry() == 1
    clock.wait(hours=1)
    assert await by_mail(house, mail).carry() == 0
    assert len(mail.received) == 2
    assert len({message["Message-ID"] for message in mail.received}) == 1


@pytest.mark.slow
async def test_two_worker_processes_send_every_letter_once(house: House, database: str, mail: MailServer) -> None:
    with serve(database, WORKERS="2", SMTP_URL=mail.url, MAIL_FROM=SENDER) as server:
        for number in range(30):
            moment = datetime.now(UTC)
            await house.lanes.run(
                *letter(Kind.RESET_CODE, Channel.EMAIL, f"p{number}@example.com", "en", moment, code="1", minutes=1)
            )
        async with asyncio.timeout(60):
            while len(mail.received) < 30:  # noqa: ASYNC110 the letters arrive in their own time
                await asyncio.sleep(0.1)
            while (await house.lanes.run(STANDING))[0]["waiting"]:  # noqa: ASYNC110 noted a moment after
                await asyncio.sleep(0.1)
        assert server.stop() == 0
    assert sorted(message["To"] for message in mail.received) == sorted(f"p{n}@example.com" for n in range(30))
    assert dict((await house.lanes.run(STANDING))[0]) == {"waiting": 0, "given_up": 0, "trouble": None}


@pytest.mark.slow
async def test_a_process_killed_before_it_heard_the_answer_sends_one_copy_more(
    house: House, database: str, mail: MailServer
) -> None:
    async def received(number: int) -> None:
        async with asyncio.timeout(30):
            while len(mail.received) < number:  # noqa: ASYNC110 the letters arrive in their own time
                await asyncio.sleep(0.05)

    mail.answers.clear()
    with serve(database, SMTP_URL=mail.url, MAIL_FROM=SENDER) as server:
        await house.lanes.run(*letter(Kind.NO_ACCOUNT, Channel.EMAIL, "li@example.com", "en", datetime.now(UTC)))
        await received(1)
        server.kill()
    mail.answers.set()
    assert [row["sent_at"] for row in await rows(house)] == [None]
    with serve(database, SMTP_URL=mail.url, MAIL_FROM=SENDER):
        await house.lanes.run("UPDATE letter SET next_try_at = now()")
        await received(2)
        async with asyncio.timeout(30):
            while not (await rows(house))[0]["sent_at"]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await asyncio.sleep(2)  # two more rounds
    assert len(mail.received) == 2
    assert len({message["Message-ID"] for message in mail.received}) == 1


# -- short messages, and no way at all --------------------------------------------------------------------------------


@asynccontextmanager
async def gateway(status: int) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A gateway that answers every message so; its address, with a password, and what it was sent."""
    sent: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))[15:])
        sent.extend((head, await reader.readexactly(length)))
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % status)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://u:geheim@127.0.0.1:{server.sockets[0].getsockname()[1]}/send?key=geheim", sent
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    ("status", "trouble", "waits"),
    [
        (200, None, 0),
        (204, None, 0),
        (500, "HTTP 500", 1),
        (302, "HTTP 302", 1),
        (401, "HTTP 401", 1),
        (422, "HTTP 422", 0),
    ],
)
async def test_a_gateway_takes_short_messages_as_json(
    house: House, status: int, trouble: str | None, waits: int
) -> None:
    await write(house, "+8613800138000", channel=Channel.SMS)
    async with gateway(status) as (url, sent):
        await Post(house, settings(sms_url=url), Channel.SMS).carry()
    said = json.loads(sent[1])
    assert said.items() >= {"to": "+8613800138000", "kind": "sign_up_code", "language": "zh-Hans"}.items()
    assert said["text"].startswith("【三社】验证码 048213")
    assert said["values"]["code"] == "048213"
    assert b"Authorization: Basic" in sent[0]
    [standing] = await house.lanes.run(STANDING)
    assert (standing["waiting"], standing["trouble"]) == (waits, trouble)


async def test_a_gateway_that_is_not_there_tells_nobody_its_password(house: House) -> None:
    async with gateway(200) as (url, _):
        pass
    await write(house, "+8613800138000", channel=Channel.SMS)
    with capture_logs() as said:
        await Post(house, settings(sms_url=url), Channel.SMS).carry()
    assert [row["trouble"] for row in await rows(house)] == ["ConnectError"]
    assert "geheim" not in str(said)


async def test_on_this_machine_letters_are_read_in_the_log(house: House) -> None:
    await write(house)
    with capture_logs() as said:
        await Post(house, settings(), Channel.EMAIL).carry()
    assert [(line["to"], "048213" in line["says"]) for line in said] == [("li@example.com", True)]
    assert (await house.lanes.run(STANDING))[0]["waiting"] == 0


async def test_elsewhere_a_way_that_is_not_set_is_not_offered_and_no_code_is_logged(house: House) -> None:
    public: dict[str, Any] = {"issuer": "https://sanshe.example"}
    smtp = {"smtp_url": "smtps://mail.example", "mail_from": SENDER}
    assert offered(settings(**public)) == set()
    assert offered(settings(**public, **smtp)) == {Channel.EMAIL}
    assert offered(settings(**public, sms_url="https://sms.example")) == {Channel.SMS}
    assert offered(settings()) == set(Channel)
    await write(house)
    with capture_logs() as said:
        await Post(house, settings(**public), Channel.EMAIL).carry()
    assert said == []
    [row] = await rows(house)
    assert row["trouble"] == "No way to send by email: SMTP_URL or SMS_URL is missing"
