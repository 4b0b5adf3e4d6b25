"""What people see of themselves and of each other through the API."""

from typing import Any

import orjson
import pytest

from api.engine.run import Engine
from api.oauth import clients
from api.schema import schema
from domain.access import Actor
from domain.accounts import commands
from domain.accounts.models import Client, RoleName
from domain.columns import typed, untyped
from domain.house import House
from tests.acting import OPERATOR, Somebody, somebody

ABOUT = """query About($id: ID!) {
  person(id: $id) {
    displayName name email phone locale state registeredAt viewerCan
    roles { nodes { role since until } }
    consents { nodes { scopes client { name { text } } } }
  }
}"""


@pytest.fixture
def engine(house: House) -> Engine:
    return Engine(schema(), house)


async def ask(engine: Engine, document: str, actor: Actor, **variables: Any) -> Any:
    answer = await engine.execute(document, variables, None, actor)
    return orjson.loads(answer.body)


async def li_with_everything(house: House) -> Somebody:
    """Somebody with every private thing that could leak."""
    li = await somebody(house, "li")
    await li.does(commands.grant_role, person_id=li.id, role=RoleName.VOLUNTEER)
    client_id, _ = await clients.add(
        house, name="Kiosk", redirect_uris=["https://x.example/cb"], scopes=[], confidential=False
    )
    await li.does(commands.give_consent, client_id=untyped(Client.prefix, client_id), scopes=["hours:read"])
    return li


async def test_a_person_sees_themselves_whole(house: House, engine: Engine) -> None:
    li = await li_with_everything(house)
    said = await ask(engine, ABOUT, await li.actor(), id=typed("usr", li.id))
    person = said["data"]["person"]
    assert "errors" not in said
    assert (person["name"], person["email"], person["state"]) == ("li", "li@example.org", "ACTIVE")
    assert [role["role"] for role in person["roles"]["nodes"]] == ["VOLUNTEER"]
    assert person["consents"]["nodes"] == [{"scopes": ["hours:read"], "client": {"name": {"text": "Kiosk"}}}]
    assert person["viewerCan"] == ["erase_person"]


async def test_others_see_a_display_name_and_nothing_more(house: House, engine: Engine) -> None:
    li, wang = await li_with_everything(house), await somebody(house, "wang")
    said = await ask(engine, ABOUT, await wang.actor(), id=typed("usr", li.id))
    assert said["data"]["person"] == {
        "displayName": "li",
        **dict.fromkeys(("name", "email", "phone", "locale", "state", "registeredAt")),
        "viewerCan": [],
        "roles": {"nodes": []},
        "consents": {"nodes": []},
    }


async def test_without_the_scope_not_even_ones_own_name_is_read(house: House, engine: Engine) -> None:
    li = await li_with_everything(house)
    actor = Actor(li.id, scopes=frozenset({"hours:read", "openid"}))
    said = await ask(engine, "{ viewer { displayName } }", actor)
    assert said["data"]["viewer"] is None
    assert "accounts:read" in str(said["errors"])


async def test_an_application_in_its_own_name_has_no_viewer(house: House, engine: Engine) -> None:
    client_id, _ = await clients.add(house, name="X", redirect_uris=[], scopes=[], confidential=True)
    said = await ask(engine, "{ viewer { displayName } }", Actor(untyped(Client.prefix, client_id)))
    assert "errors" not in said
    assert said["data"] == {"viewer": None}


async def test_a_role_is_given_and_taken_back_through_the_api(house: House, engine: Engine) -> None:
    li = await somebody(house, "li")
    give = """mutation ($person: ID!) { grantRole(input: {personId: $person, role: VOLUNTEER}) {
      __typename ... on RoleGrant { id role person { displayName } } ... on Refusal { code message } } }"""
    take = """mutation ($grant: ID!) { revokeRole(input: {roleGrantId: $grant}) {
      __typename ... on RoleGrant { until } ... on Refusal { code } } }"""
    given = (await ask(engine, give, await li.actor(), person=typed("usr", li.id)))["data"]["grantRole"]
    assert (given["role"], given["person"]) == ("VOLUNTEER", {"displayName": "li"})
    refused = (await ask(engine, give, OPERATOR, person=typed("usr", li.id)))["data"]["grantRole"]
    assert refused["__typename"] == "Refusal"
    taken = (await ask(engine, take, await li.actor(), grant=given["id"]))["data"]["revokeRole"]
    assert taken["until"]
    assert not await li.holds("volunteer")
