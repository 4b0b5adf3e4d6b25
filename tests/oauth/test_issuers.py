"""Access tokens of issuers elsewhere are believed as far as their profile goes, and end when it, or the link, ends."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from api.context import Gate, Unauthorized
from api.settings import Settings
from domain.access import Actor
from domain.accounts.commands import register_person
from domain.house import House
from tests.oauth.issuer import Issuer, elsewhere

SETTINGS = Settings(issuer="http://127.0.0.1:8000")


@pytest.fixture
async def issuer(house: House) -> AsyncIterator[Issuer]:
    async with elsewhere(house) as issuer:
        yield issuer


@pytest.fixture
def gate(house: House) -> Gate:
    return Gate(house, SETTINGS)


async def person(house: House, email: str = "alice@example.com") -> Any:
    done = await house.do(Actor(), register_person, name="Alice", email=email)
    assert done.row
    return done.row.id


async def admitted(gate: Gate, token: str) -> Actor | None:
    try:
        return await gate.actor(f"Bearer {token}".encode())
    except Unauthorized:
        return None


async def test_a_linked_person_comes_in_with_a_token_of_a_trusted_issuer(
    house: House, gate: Gate, issuer: Issuer
) -> None:
    alice = await person(house)
    token = await issuer.token_for(alice, {"auditor": []}, ["hours:read", "openid"])
    actor = await admitted(gate, token)
    assert actor
    assert actor.id == alice
    assert dict(actor.roles) == {"auditor": frozenset()}
    assert actor.scopes == frozenset({"hours:read"})
