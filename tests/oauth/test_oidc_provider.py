"""A certified provider of others, oidc-provider 9, is the issuer elsewhere: for signing in, and for its tokens."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urljoin

import httpx2
import pytest

from domain.columns import typed
from tests.oauth.conftest import Door, form_token
from tests.oauth.issuer import AUDIENCE, Issuer
from tests.oauth.others import NODE, TOOLS
from tests.oauth.test_linking import ALICE, NEW_LINK, place, signed_in_as
from tests.serving import free_port

pytestmark = pytest.mark.node


@pytest.fixture
async def portal(door: Door, tmp_path: Path) -> AsyncIterator[Issuer]:
    """Trusted, and registered with it, as an operator does: first the trust, then the client that it knows us by."""
    port = free_port()
    script = tmp_path / "portal.mjs"  # beside the tools, where Node looks for packages
    script.write_bytes(Path(__file__).with_name("portal.mjs").read_bytes())
    (tmp_path / "node_modules").symlink_to(TOOLS)
    environment = {"PATH": os.environ["PATH"], "PORT": str(port), "AUDIENCE": AUDIENCE}
    process = await asyncio.create_subprocess_exec(
        NODE, script, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        assert process.stdout
        while b"listening" not in (line := await asyncio.wait_for(process.stdout.readline(), 60)):
            assert line, await process.wait()
        issuer = Issuer(door.house, f"http://127.0.0.1:{port}")
        await issuer.trust(client_id=None, role_claim="/realm_access/roles", roles={"sanshe-auditor": {"auditor": []}})
        async with httpx2.AsyncClient(timeout=30) as client:
            back = f"{door.url}{place(issuer)}/back"
            registered = await client.post(f"{issuer.url}/reg", json={"redirect_uris": [back]})
            assert registered.status_code == 201, registered.text
        ours = registered.json()
        await issuer.amend(client_id=ours["client_id"], secret=ours["client_secret"])
        yield issuer
    finally:
        process.kill()
        await process.wait()


async def through(browser: httpx2.AsyncClient, portal: Issuer, name: str) -> httpx2.Response:
    """To the portal, through its own pages, and back: our answer to what is brought back."""
    at = f"{browser.base_url}{place(portal)}".replace("//login", "/login")
    answer = await browser.get(at)
    for _ in range(20):
        if answer.status_code == 303 and "/back?" in at:
            return answer
        if answer.is_redirect:
            at = urljoin(at, answer.headers["location"])
            answer = await browser.get(at)
            continue
        assert answer.status_code == 200, answer.text
        action = re.search(r'<form[^>]* action="([^"]+)"', answer.text)
        prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
        assert action, answer.text
        assert prompt
        form = {"prompt": prompt[1], "login": name, "password": "any"}
        at = urljoin(at, action[1])
        answer = await browser.post(at, data=form)
    raise AssertionError(at)


async def test_somebody_signs_in_with_it_and_its_tokens_speak_for_them(door: Door, portal: Issuer) -> None:
    async with door.browser() as browser:
        assert (await through(browser, portal, "citizen-7")).headers["location"] == NEW_LINK
        assert await signed_in_as(browser) is None
        await door.sign_in(browser, next=NEW_LINK)
        page = await browser.get(NEW_LINK)
        assert "citizen-7 at the portal" in page.text
        token = {"form_token": form_token(page.text)}
        assert (await browser.post(NEW_LINK, data={**token, "decision": "allow"})).status_code == 303
    async with door.browser() as another:
        assert (await through(another, portal, "citizen-7")).headers["location"] == "/account"
        assert await signed_in_as(another) == "Alice"
        for subject, role, status in (
            ("citizen-7", "sanshe-auditor", 200),
            ("citizen-7", "operator", 200),
            ("citizen-8", "sanshe-auditor", 401),
        ):
            asked = {"sub": subject, "scope": "hours:read", "role": role}
            access = (await another.get(f"{portal.url}/mint", params=asked)).text
            answer = await door.graphql(another, access)
            assert answer.status_code == status, answer.headers
            if status == 200:
                roles = ["auditor"] if role == "sanshe-auditor" else []
                assert answer.json() == {"id": str(door.people[ALICE]), "roles": roles}
    assert typed("iss", portal.id) in place(portal)  # type: ignore[arg-type]
