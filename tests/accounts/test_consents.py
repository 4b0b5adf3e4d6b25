"""What people allow applications, and how they take it back."""

import pytest

from api.oauth import clients
from domain.access import Actor
from domain.accounts import commands
from domain.accounts.commands import register_person
from domain.accounts.models import Client, Consent
from domain.columns import untyped
from domain.errors import NotFound, NotNow
from domain.house import House


async def test_a_consent_grows_is_withdrawn_by_its_giver_alone_and_then_starts_anew(house: House) -> None:
    people = []
    for email in ("li@example.com", "wang@example.com"):
        person = (await house.do(Actor(), register_person, name="X", email=email)).row
        assert person
        people.append(Actor(person.id))
    li, wang = people
    client_id, _ = await clients.add(
        house, name="X", redirect_uris=["https://x.example/cb"], scopes=[], confidential=False
    )
    client = untyped(Client.prefix, client_id)
    first = (await house.do(li, commands.give_consent, client_id=client, scopes=["hours:read"])).row
    more = (await house.do(li, commands.give_consent, client_id=client, scopes=["accounts:read"])).row
    assert isinstance(first, Consent)
    assert isinstance(more, Consent)
    assert (more.id, more.scopes) == (first.id, ["accounts:read", "hours:read"])
    with pytest.raises(NotFound):
        await house.do(wang, commands.withdraw_consent, consent_id=first.id)
    await house.do(li, commands.withdraw_consent, consent_id=first.id)
    with pytest.raises(NotNow):
        await house.do(li, commands.withdraw_consent, consent_id=first.id)
    anew = (await house.do(li, commands.give_consent, client_id=client, scopes=["hours:read"])).row
    assert isinstance(anew, Consent)
    assert (anew.id == first.id, anew.scopes) == (False, ["hours:read"])
