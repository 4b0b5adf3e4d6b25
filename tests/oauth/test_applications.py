"""Applications on the command line, the two every house begins with, and tokens handed out on this machine."""

import pytest

from api.context import Gate, Unauthorized
from api.oauth import clients
from api.oauth.tokens import issue_for
from api.settings import Settings
from domain.access import Actor
from domain.accounts.commands import register_person
from domain.accounts.credentials import fingerprint
from domain.columns import untyped
from domain.errors import Invalid, NotAllowed, NotFound, NotNow
from domain.house import House

HERE = Settings(issuer="http://127.0.0.1:8000")


async def kept(house: House, client_id: str) -> dict[str, object]:
    return dict((await house.lanes.run("SELECT * FROM client WHERE id = $1", (untyped("cli", client_id),)))[0])


async def test_an_application_for_people_keeps_no_secret_unless_it_is_a_server(house: House) -> None:
    public, none = await clients.add(
        house, name="Kiosk", redirect_uris=["https://k.example/cb"], scopes=["hours:read"], confidential=False
    )
    server, secret = await clients.add(
        house, name="Portal", redirect_uris=["https://p.example/cb"], scopes=[], confidential=True
    )
    assert none is None
    assert secret
    assert (await kept(house, server))["secret"] == fingerprint(secret)
    assert (await kept(house, public))["scopes"] == ["hours:read"]
    assert [str(client).split()[:2] for client in await clients.listed(house)] == [
        [public, "Kiosk"],
        [server, "Portal"],
    ]


@pytest.mark.parametrize(
    "uri",
    [
        *("http://app.example/cb", "https://", "app.example/cb", "https://a.example/cb#x", "javascript:alert(1)"),
        *("https://u@a.example/cb", "https://a.example/é", "https://a.example/ cb", "myapp:/cb", 'https://a.example/"'),
    ],
)
async def test_an_address_to_return_to_must_be_safe(house: House, uri: str) -> None:
    with pytest.raises(Invalid) as no:
        await clients.add(house, name="X", redirect_uris=[uri], scopes=[], confidential=False)
    assert no.value.code == "wrong_redirect_uri"


async def test_an_application_needs_a_way_in_and_known_scopes(house: House) -> None:
    with pytest.raises(Invalid):
        await clients.add(house, name="X", redirect_uris=[], scopes=[], confidential=False)
    with pytest.raises(Invalid, match="everything"):
        await clients.add(house, name="X", redirect_uris=[], scopes=["everything"], confidential=True)


async def test_a_new_secret_ends_the_old_and_a_revoked_application_gets_none(house: House) -> None:
    id, first = await clients.add(house, name="X", redirect_uris=[], scopes=["hours:read"], confidential=True)
    second = str(await clients.rotate(house, id))
    assert first != second
    assert (await kept(house, id))["secret"] == fingerprint(second)
    await clients.revoke(house, id)
    with pytest.raises(NotNow):
        await clients.rotate(house, id)
    with pytest.raises(NotFound):
        await clients.revoke(house, "nonsense")


async def test_the_first_applications_are_made_once_and_follow_the_house(house: House) -> None:
    for _ in range(2):
        await clients.ensure_first_clients(house, HERE)
    await house.lanes.run("UPDATE client SET scopes = '[]'")
    await clients.ensure_first_clients(house, Settings(issuer="https://sanshe.example"))
    rows = await house.lanes.run("SELECT id, redirect_uris, scopes, first_party FROM client ORDER BY id")
    assert [row["id"] for row in rows] == [clients.GRAPHIQL, clients.DEMO_APP]
    assert rows[0]["redirect_uris"] == ["https://sanshe.example/graphiql/callback"]
    assert "hours:write" in rows[0]["scopes"]
    assert rows[0]["first_party"]
    assert rows[1]["redirect_uris"] == ["http://127.0.0.1/callback"]
    deeds = await house.lanes.run("SELECT verb, count(*) AS n FROM deed GROUP BY verb ORDER BY verb")
    assert [tuple(row) for row in deeds] == [("amend_client", 1), ("register_client", 2)]


async def test_tokens_are_handed_out_on_this_machine_only(house: House) -> None:
    await house.do(Actor(), register_person, name="Alice", email="alice@example.com")
    token = await issue_for(house, HERE, "ALICE@example.com", "hours:read")
    actor = await Gate(house, HERE).actor(f"Bearer {token}".encode())
    assert actor.scopes == frozenset({"hours:read"})
    with pytest.raises(NotAllowed):
        await issue_for(house, Settings(issuer="https://sanshe.example"), "alice@example.com")
    with pytest.raises(NotFound):
        await issue_for(house, HERE, "nobody@example.com")
    with pytest.raises(Invalid):
        await issue_for(house, HERE, "alice@example.com", "everything")
    with pytest.raises(Unauthorized):
        await Gate(house, Settings(issuer="http://127.0.0.1:8001")).actor(f"Bearer {token}".encode())
