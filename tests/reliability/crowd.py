"""A crowd: volunteers by the thousand, each with a token, who all ask at once."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import orjson

from api.oauth.clients import DEMO_APP, ensure_first_clients
from api.oauth.keys import Keys
from api.oauth.tokens import ISSUE, LIFETIME, access_token
from api.settings import Settings
from domain.accounts.models import Client, Person
from domain.columns import new_id, typed
from domain.house import House
from domain.programmes.models import Shift, Signup

SCOPE = "programmes:read programmes:write hours:read hours:write"
SIGN_UP = """
mutation SignUp($input: SignUpInput!) {
  done: signUp(input: $input) { type: __typename ... on Signup { id state place } ... on Refusal { code message } }
}"""
LOG_HOURS = """
mutation LogHours($input: LogHoursInput!) {
  done: logHours(input: $input) { type: __typename ... on HourEntry { id minutes } ... on Refusal { code message } }
}"""

PEOPLE = """
INSERT INTO person (id, name, display_name, email, locale, registered_at, state, version)
SELECT id, 'Volunteer ' || n, 'Volunteer ' || n, id || '@example.org', 'en', now(), 'active', 1
FROM unnest($1::uuid[]) WITH ORDINALITY AS people (id, n)"""
VOLUNTEERS = """
INSERT INTO volunteer (id, person_id, display_name, legal_name, birth_date, skills, available, registered_at, invitable,
                       charter_edition, version)
SELECT id, person_id, 'Volunteer', 'Legally', $3::date, '[]', '[]', now(), true, 1, 1
FROM unnest($1::uuid[], $2::uuid[]) AS volunteers (id, person_id)"""
FAMILIES = (
    ISSUE.partition("VALUES")[0]
    + "SELECT id, $3, person_id, $4, $5, '[]', $6 FROM unnest($1::uuid[], $2::uuid[]) AS families (id, person_id)"
)


@dataclass
class Answer:
    """What a request came to: the response, and after how many seconds."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def done(self) -> Any:
        """What the mutation answered."""
        assert self.status == 200, self.body
        return orjson.loads(self.body)["data"]["done"]


@dataclass
class Asking:
    """Somebody's request, the same each time it is sent: its key sees to that."""

    token: str
    document: str
    input: dict[str, Any]
    key: str = field(default_factory=lambda: uuid4().hex)

    async def send(self, door: "Door") -> Answer:
        """Raises OSError when there is no whole answer."""
        variables = {"input": {**self.input, "idempotencyKey": self.key}}
        return await door.ask(self.token, {"query": self.document, "variables": variables})


class Door:
    """A server's address, and the plainest of clients: a connection for each request, so that thousands cost little."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self.host, self.port = place.hostname, place.port

    async def ask(self, token: str, question: Any) -> Answer:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        sent = time.monotonic()
        body = orjson.dumps(question)
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nConnection: close\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            writer.write(head.encode() + body)
            came = await reader.read()
        finally:
            writer.close()
        first, _, said = came.partition(b"\r\n\r\n")
        status, *lines = first.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        if not headers or len(said) != int(headers["content-length"]):
            raise ConnectionResetError("The answer broke off.")
        return Answer(int(status.split()[1]), headers, said, time.monotonic() - sent)


async def volunteers(house: House, number: int) -> list[UUID]:
    """The accounts of so many new volunteers."""
    people = [new_id() for _ in range(number)]
    await house.lanes.run(PEOPLE, (people,))
    await house.lanes.run(VOLUNTEERS, ([new_id() for _ in people], people, date(1990, 2, 28)))
    return people


async def tokens(house: House, settings: Settings, people: Sequence[UUID]) -> list[str]:
    """A token for each of them."""
    await ensure_first_clients(house, settings)
    ring, now = await Keys(house, settings).ring(), house.clock()
    families = [new_id() for _ in people]
    await house.lanes.run(FAMILIES, (families, people, DEMO_APP, SCOPE, now, now + LIFETIME))
    return [
        access_token(
            ring,
            settings,
            subject=typed(Person.prefix, person),
            client_id=typed(Client.prefix, DEMO_APP),
            scope=SCOPE,
            family=family,
            now=now,
        )
        for person, family in zip(people, families, strict=True)
    ]


def signing_up(token: str, shift: Shift) -> Asking:
    return Asking(token, SIGN_UP, {"shiftId": typed(Shift.prefix, shift.id)})


def logging_an_hour(token: str, signup: Signup) -> Asking:
    return Asking(token, LOG_HOURS, {"signupId": typed(Signup.prefix, signup.id), "minutes": 60})
