"""Operators trust and distrust issuers at the command line; secrets are kept as SANSHE_KEY wants them."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.oauth.issuers.register import profile_of, trust
from api.oauth.keys import LockedKeys, box
from api.oauth.second_factor import lock_again, opened
from api.settings import Settings
from domain.accounts.issuers import Profile
from domain.errors import Invalid, NotNow
from domain.house import House
from tests.oauth.issuer import elsewhere
from tests.platform.test_command_line import sanshe

SETTINGS = Settings(issuer="http://127.0.0.1:8000")
LOCKED = SETTINGS.model_copy(update={"sanshe_key": SecretStr("k" * 32)})
CHANGED = SETTINGS.model_copy(update={"sanshe_key": SecretStr("n" * 32), "sanshe_key_before": LOCKED.sanshe_key})
AFTERWARDS = CHANGED.model_copy(update={"sanshe_key_before": None})


def described(settings: Settings = SETTINGS, **other: object) -> Profile:
    options: dict[str, object] = {
        "name": "Portal",
        "name_zh": None,
        "client_id": "sanshe",
        "secret": "open sesame",
        "audience": "https://sanshe.example/graphql",
        "token_types": ["application/at+JWT"],
        "client_claim": "azp",
        "scope_claim": "scope",
        "scopes": ["hours:read"],
        "role_claim": "/realm_access/roles",
        "roles": ["a=auditor", "a=operator", "b=street officer@str_1,str_2"],
        **other,
    }
    return profile_of(settings, **options)  # type: ignore[arg-type]


async def test_an_issuer_is_trusted_amended_listed_and_distrusted(house: House, database: str, tmp_path: Path) -> None:
    async def done(*words: str) -> str:
        process = await asyncio.to_thread(sanshe, "issuer", *words, folder=tmp_path, DATABASE_URL=database)
        assert process.returncode == 0, process.stderr
        return process.stdout

    async with elsewhere(house, trusted=False) as issuer:
        profile = ["--audience", "us", "--scope", "hours:read", "--role-claim", "/who", "--role", "x=auditor"]
        first = await done("trust", issuer.url, "--name", "Portal", *profile)
        id = first.splitlines()[0].removeprefix("id: ")
        assert f"/login/portal/{id}/back" in first
        again = await done("trust", issuer.url, "--name", "City portal", *profile, "--client-id", "sanshe")
        assert again == first
        assert await done("list") == f"{id}  {issuer.url}  trusted  sign-in and tokens\n"
        await done("distrust", id)
        assert "distrusted" in await done("list")
        wrong = await asyncio.to_thread(sanshe, "issuer", "distrust", "x", folder=tmp_path, DATABASE_URL=database)
        assert (wrong.returncode, "Traceback" in wrong.stderr) == (1, False)
    verbs = await house.lanes.run("SELECT verb FROM deed WHERE verb LIKE '%_issuer' ORDER BY id")
    assert [row["verb"] for row in verbs] == ["trust_issuer", "amend_issuer", "distrust_issuer"]


async def test_no_issuer_is_trusted_that_does_not_answer_as_itself(house: House) -> None:
    async with elsewhere(house, trusted=False) as issuer:
        with pytest.raises(NotNow, match="names another issuer"):
            await trust(house, SETTINGS, f"{issuer.url}/", described(roles=[]))
        issuer.jwks = {"keys": []}
        with pytest.raises(NotNow, match="no key"):
            await trust(house, SETTINGS, issuer.url, described(roles=[]))
    with pytest.raises(NotNow, match="Nothing was changed"):
        await trust(house, SETTINGS, "http://127.0.0.1:1", described(roles=[]))
    assert not await house.lanes.run("SELECT 1 FROM issuer")


def test_the_options_describe_a_profile() -> None:
    profile = described()
    assert profile["token_types"] == ["at+jwt"]
    assert profile["roles"] == {"a": {"auditor": [], "operator": []}, "b": {"street officer": ["str_1", "str_2"]}}
    for wrong in ({"scopes": ["openid"]}, {"role_claim": "realm_access.roles"}, {"roles": ["x"]}, {"roles": ["=x"]}):
        with pytest.raises(Invalid):
            described(**wrong)


async def test_our_secret_there_is_encrypted_and_encrypted_anew_when_the_key_changes(house: House) -> None:
    async def kept() -> tuple[str, bool]:
        row = (await house.lanes.run("SELECT secret, encrypted FROM issuer"))[0]
        return row["secret"], row["encrypted"]

    async with elsewhere(house, trusted=False) as issuer:
        await trust(house, SETTINGS, issuer.url, described(roles=[]))
    assert await kept() == ("open sesame", False)
    for settings in (LOCKED, CHANGED):
        await lock_again(house.lanes.run, settings)
        secret, encrypted = await kept()
        assert encrypted
        assert "sesame" not in secret
        assert opened(box(settings), secret, encrypted) == "open sesame"
    assert opened(box(AFTERWARDS), *await kept()) == "open sesame"
    with pytest.raises(LockedKeys):
        opened(box(LOCKED), *await kept())
    assert described(LOCKED)["encrypted"]
