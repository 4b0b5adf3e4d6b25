"""Who carries letters out of the house: a mail server, a gateway for short messages, or, on this machine, the log."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import aiosmtplib
import httpx2
import structlog
from email_validator import validate_email

from api.letters.words import Words
from api.settings import Settings, is_loopback
from domain.letters import Channel

log = structlog.get_logger()


@dataclass(frozen=True)
class Outgoing:
    """A letter in words, on its way to an address."""

    id: UUID
    kind: str
    address: str
    says: dict[str, Any]
    written_at: datetime
    words: Words
    stop: str | None = None
    """Where such letters are stopped, if they can be."""


Carrier = Callable[[Outgoing], Awaitable[None]]


class Refused(Exception):
    """The letter was not taken, and why; `final` when it never will be."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


def carrier(channel: Channel, settings: Settings) -> Carrier | None:
    """Who carries letters of this channel; nobody, when the settings name none and the house serves others."""
    if channel is Channel.EMAIL and settings.smtp_url:
        return Mail(settings.smtp_url.get_secret_value(), settings.mail_from).carry
    if channel is Channel.SMS and settings.sms_url:
        return Gateway(settings.sms_url.get_secret_value()).carry
    return tell if settings.on_loopback else None


def offered(settings: Settings) -> set[Channel]:
    """The channels in which somebody can be reached."""
    urls = {Channel.EMAIL: settings.smtp_url, Channel.SMS: settings.sms_url}
    return {channel for channel, url in urls.items() if url or settings.on_loopback}


async def tell(letter: Outgoing) -> None:
    """While the house is tried out on this machine, letters are read in its log."""
    log.info("letter", to=letter.address, says=letter.words.short)


class Mail:
    """A mail server: TLS from the start (smtps), or by STARTTLS, which only this machine need not offer."""

    def __init__(self, url: str, sender: str) -> None:
        self.server, self.sender = urlsplit(url), sender
        self.host = self.server.hostname or ""

    async def carry(self, letter: Outgoing) -> None:
        """Hand it over. Raises Refused with the server's words, else what aiosmtplib raises."""
        try:
            await aiosmtplib.send(
                self.message(letter),
                hostname=self.host,
                port=self.server.port,
                username=unquote(self.server.username) if self.server.username else None,
                password=unquote(self.server.password) if self.server.password else None,
                use_tls=self.server.scheme == "smtps",
                start_tls=self.server.scheme == "smtp" and not is_loopback(self.host),
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            no = refused.recipients[0]
            raise Refused(f"{no.code} {no.message}", final=no.code >= 500) from None
        except aiosmtplib.SMTPDataError as refused:
            raise Refused(f"{refused.code} {refused.message}", final=refused.code >= 500) from None
        except aiosmtplib.SMTPResponseException as refused:
            raise Refused(f"{refused.code} {refused.message}") from None

    def message(self, letter: Outgoing) -> EmailMessage:
        """The same at every try, its Message-ID too, so that a mailbox knows a second copy (RFC 5322, 3.6.4)."""
        known = validate_email(letter.address, check_deliverability=False, test_environment=True)
        name, sender = parseaddr(self.sender)
        message = EmailMessage(policy=SMTP if known.ascii_email else SMTPUTF8)
        message["From"] = Address(name, addr_spec=sender)
        message["To"] = Address("", known.local_part, known.ascii_domain if known.ascii_email else known.domain)
        message["Subject"] = letter.words.subject
        message["Date"] = letter.written_at
        message["Message-ID"] = f"<{letter.id.hex}@{sender.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday note answers it
        if letter.stop:
            message["List-Unsubscribe"] = f"<{letter.stop}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        message.set_content(letter.words.text)
        message["Content-Language"] = letter.words.language
        return message


class Gateway:
    """A gateway for short messages that takes JSON by HTTPS: any provider's, behind a few lines of its own."""

    def __init__(self, url: str) -> None:
        self.url, self.client = url, httpx2.AsyncClient()

    async def carry(self, letter: Outgoing) -> None:
        """Hand it over; 2xx is yes, 400 and 422 are never. Raises Refused, else what httpx2 raises."""
        said = {
            "id": letter.id.hex,
            "to": letter.address,
            "text": letter.words.short,
            "kind": letter.kind,
            "language": letter.words.language,
            "values": letter.says,
        }
        async with self.client.stream("POST", self.url, json=said) as answer:
            if not answer.is_success:
                raise Refused(f"HTTP {answer.status_code}", final=answer.status_code in {400, 422})
