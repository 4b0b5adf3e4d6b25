"""`listening`: a real mail server of the test's own, which keeps what it is given."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

SENDER = "三社 Sanshe <post@sanshe.example>"


class MailServer:
    """A test's own. `says` answers each recipient; what was `received` is confirmed when `answers` is set."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.answers = asyncio.Event()
        self.answers.set()
        self.says: Callable[[str], Awaitable[str]] = self.accept
        self.url = ""

    @staticmethod
    async def accept(_recipient: str) -> str:
        return "250 OK"

    async def letter_to(self, address: str) -> EmailMessage:
        """The latest letter to this address, once there is one that was not asked for before."""
        async with asyncio.timeout(30):
            while not (found := [letter for letter in self.received if letter["To"] == address]):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        self.received.remove(found[-1])
        return found[-1]

    async def handle_RCPT(  # noqa: N802 aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (answer := await self.says(address)).startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(cast(bytes, envelope.content), policy=default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        await self.answers.wait()
        return "250 OK"


@asynccontextmanager
async def listening(tls: ssl.SSLContext | None = None) -> AsyncIterator[MailServer]:
    mail, loop = MailServer(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mail, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    mail.url = f"smtp{'s' if tls else ''}://127.0.0.1:{port}"
    yield mail
    server.close()
    await server.wait_closed()
