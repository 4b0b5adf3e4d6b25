"""What RFC 9700 and OAuth 2.1 demand of us, R1 to R24: which tests show each, and what is shown nowhere else."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.oauth.metadata import of_the_resource, of_the_server
from api.oauth.server import GrantType
from domain.accounts.models import Client, Person
from tests.oauth.conftest import Door
from tests.oauth.test_authorize import question
from tests.oauth.test_tokens import basic

HERE = Path(__file__).parents[1]

CHECKLIST = {
    "R1 addresses are compared letter by letter, but for the port on this machine": [
        "oauth/test_authorize.py::test_nobody_is_sent_to_an_address_that_is_not_registered",
        "oauth/test_others_clients.py::test_openid_client_and_oauth4webapi_pass_every_check",
    ],
    "R2 nobody is sent on for a wrong application or address": [
        "oauth/test_authorize.py::test_nobody_is_sent_anywhere_for_an_application_that_is_not_known",
        "oauth/test_authorize.py::test_nobody_is_sent_to_an_address_that_is_not_registered",
    ],
    "R3 PKCE by S256, demanded when a code is asked for, and no downgrade": [
        "oauth/test_authorize.py::test_the_application_learns_why_with_its_state_and_who_says_so",
        "oauth/test_tokens.py::test_a_code_is_good_only_as_it_was_asked_for",
        "oauth/test_checklist.py::test_r3_a_verifier_without_a_challenge_is_refused",
    ],
    "R4 a code is good once, for a minute, as it was asked for; twice, the family ends": [
        "oauth/test_tokens.py::test_a_code_is_good_only_as_it_was_asked_for",
        "oauth/test_tokens.py::test_a_code_is_good_for_a_minute",
        "oauth/test_token_families.py::test_of_every_family_lives_what_should_whatever_is_done_in_whatever_order",
        "oauth/test_token_families.py::test_of_twenty_who_redeem_one_code_at_two_processes_one_gets_tokens_and_they_end",
    ],
    "R5 refresh tokens rotate, expire, are bound; twice, the family ends": [
        "oauth/test_tokens.py::test_a_refresh_token_is_bound_to_its_application",
        "oauth/test_tokens.py::test_a_refresh_token_ends_when_it_lies_idle_and_when_its_family_is_old",
        "oauth/test_token_families.py::test_of_every_family_lives_what_should_whatever_is_done_in_whatever_order",
    ],
    "R6 no implicit grant, no passwords": [
        "oauth/test_authorize.py::test_the_application_learns_why_with_its_state_and_who_says_so",
        "oauth/test_tokens.py::test_a_request_that_is_not_in_order_is_refused_by_name",
        "oauth/test_checklist.py::test_r6_what_is_not_offered_is_not_published",
    ],
    "R7 whoever is called back learns by whom": [
        "oauth/test_authorize.py::test_the_application_learns_why_with_its_state_and_who_says_so",
        "oauth/test_others_clients.py::test_openid_client_and_oauth4webapi_pass_every_check",
    ],
    "R8 access tokens are of one kind, for one audience, for minutes, by one algorithm": [
        "oauth/test_forged_tokens.py::test_only_our_own_access_tokens_open_the_gate",
        "oauth/test_others_clients.py::test_openid_client_and_oauth4webapi_pass_every_check",
        "oauth/test_tokens.py::test_without_leave_for_their_absence_there_is_no_refresh_token",
    ],
    "R9 no application is taken for a person": [
        "oauth/test_checklist.py::test_r9_names_of_applications_and_of_people_never_meet",
    ],
    "R10 no token in an address": [
        "oauth/test_metadata.py::test_userinfo_takes_a_token_in_a_header_or_in_a_form_and_nowhere_else",
    ],
    "R11 pages in nobody's frame, kept nowhere, with forms of ours and a session for each sign-in": [
        "oauth/test_authorize.py::test_pages_are_in_nobodys_frame_and_kept_nowhere",
        "oauth/test_authorize.py::test_a_form_that_is_not_ours_allows_nothing",
        "oauth/test_checklist.py::test_r11_each_sign_in_is_a_session_of_its_own",
    ],
    "R12 redirects are 303": [
        "oauth/test_checklist.py::test_r12_whoever_is_sent_on_sends_nothing_along",
    ],
    "R13 scripts of other origins reach what is not given for a cookie": [
        "oauth/test_tokens.py::test_scripts_of_other_origins_may_ask_for_tokens_but_never_open_pages",
        "oauth/test_checklist.py::test_r13_what_scripts_of_other_origins_may_read",
    ],
    "R14 what holds secrets is kept nowhere": [
        "oauth/test_checklist.py::test_r14_what_is_secret_is_kept_nowhere",
    ],
    "R15 applications prove themselves in one way, theirs": [
        "oauth/test_tokens.py::test_every_wrong_proof_of_a_client_has_the_same_answer",
        "oauth/test_tokens.py::test_secrets_are_kept_as_fingerprints_only",
        "oauth/test_assertions.py::test_two_ways_at_once_are_none",
        "oauth/test_assertions.py::test_nothing_else_opens_and_every_no_is_the_same",
    ],
    "R16 only resource servers introspect": [
        "oauth/test_checklist.py::test_r16_only_resource_servers_learn_about_tokens",
    ],
    "R17 revocation tells nothing and ends only one's own": [
        "oauth/test_tokens.py::test_an_application_cannot_revoke_anothers_token",
        "oauth/test_checklist.py::test_r17_revoking_the_unknown_is_no_error_whatever_the_hint",
    ],
    "R18 nobody's headers say who we are": [
        "oauth/test_tokens.py::test_a_forged_host_changes_nothing_of_what_is_published",
        "oauth/test_dpop.py::test_our_address_is_the_issuers_however_the_request_came",
        "platform/test_proxies.py",
    ],
    "R19 what is published names the issuer it was asked of": [
        "oauth/test_metadata.py::test_both_addresses_say_the_same_and_are_open_to_every_script",
        "oauth/test_others_clients.py::test_openid_client_and_oauth4webapi_pass_every_check",
        "oauth/test_basic_op.py::test_oidcc_discovery_endpoint_verification",
    ],
    "R20 keys change without anybody noticing": [
        "oauth/test_keys.py::test_every_process_believes_the_old_and_the_new_key_through_a_rotation",
        "oauth/test_keys.py::test_a_retired_key_is_published_longer_than_anything_it_signed_is_good",
    ],
    "R21 what is not there is said; a bound token is never given as a bearer's": [
        "oauth/test_dpop.py::test_nothing_else_is_a_proof_at_the_token_endpoint",
        "oauth/test_dpop.py::test_a_bound_token_is_no_bearers_and_a_bearers_is_not_bound",
        "oauth/test_checklist.py::test_r6_what_is_not_offered_is_not_published",
    ],
    "R22 a no says what is missing": [
        "oauth/test_forged_tokens.py::test_without_a_token_one_is_told_where_to_get_it",
        "oauth/test_tokens.py::test_userinfo_says_what_the_scopes_open",
    ],
    "R23 access ends when it is ended": [
        "oauth/test_tokens.py::test_access_ends_as_soon_as_it_is_heard_of",
        "oauth/test_tokens.py::test_a_revoked_role_acts_as_soon_as_it_is_heard_of",
        "http/test_access_ends.py::test_access_ends_at_once_even_when_it_is_ended_by_hand",
        "oauth/test_endings_at_once.py::test_tokens_of_a_code_redeemed_while_access_ends_are_dead",
    ],
    "R24 issuers elsewhere are believed within their profile": [
        "oauth/test_issuers.py::test_only_what_the_issuer_signed_for_us_opens",
        "oauth/test_issuers.py::test_no_word_gives_more_than_the_profile_says",
        "oauth/test_issuers.py::test_equal_subjects_of_two_issuers_are_two",
        "oauth/test_issuers.py::test_a_crowd_asks_for_the_keys_once_and_made_up_names_once_a_minute",
        "oauth/test_issuers.py::test_a_discovery_that_leads_elsewhere_is_not_followed",
    ],
}


@cache
def claims_in(file: Path) -> set[str]:
    """The tests of a file."""
    parts = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    functions = (part for part in parts if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef))
    return {one.name for one in functions if one.name.startswith("test_")}


@pytest.mark.parametrize("demand", CHECKLIST, ids=lambda demand: demand.partition(" ")[0])
def test_each_demand_is_shown_by_tests_that_are_there(demand: str) -> None:
    assert CHECKLIST[demand]
    for test in CHECKLIST[demand]:
        file, _, name = test.partition("::")
        assert (HERE / file).exists(), test
        assert not name or name in claims_in(HERE / file), test


def test_the_checklist_is_whole() -> None:
    assert [demand.partition(" ")[0] for demand in CHECKLIST] == [f"R{n}" for n in range(1, 25)]
    own = {test.partition("::")[2] for tests in CHECKLIST.values() for test in tests if "test_checklist" in test}
    assert own == {name for name in claims_in(Path(__file__)) if name.startswith("test_r")}


# -- what is shown nowhere else ---------------------------------------------------------------------------------------


async def test_r3_a_verifier_without_a_challenge_is_refused(shared_door: Door) -> None:
    """Whoever strips the challenge from a request on its way is noticed, even where PKCE may be left out."""
    door = shared_door
    await door.register("lax", redirect_uris=["https://lax.example/cb"])
    await door.house.lanes.run("UPDATE client SET require_pkce = false WHERE name->>'text' = 'lax'")
    async with door.browser() as browser:
        await door.sign_in(browser)
        asked = {"code_challenge": "", "code_challenge_method": "", "redirect_uri": "https://lax.example/cb"}
        code = await door.code(browser, "lax", **asked)
        answer = await browser.post("/oauth/token", data=code.form())
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert "code_challenge" in answer.json()["error_description"]


def test_r6_what_is_not_offered_is_not_published(shared_door: Door) -> None:
    said = of_the_server(shared_door.gate.settings)
    assert not {"implicit", "password"} & set(said["grant_types_supported"])
    assert set(said["grant_types_supported"]) == set(GrantType.__args__)  # type: ignore[attr-defined]
    absent = {
        *("pushed_authorization_request_endpoint", "require_pushed_authorization_requests", "check_session_iframe"),
        *("tls_client_certificate_bound_access_tokens", "frontchannel_logout_supported", "request_object_signing_alg"),
    }
    assert not absent & set(said)
    assert said["request_parameter_supported"] is said["request_uri_parameter_supported"] is False
    assert of_the_resource(shared_door.gate.settings)["bearer_methods_supported"] == ["header"]


def test_r9_names_of_applications_and_of_people_never_meet(shared_door: Door) -> None:
    assert Client.prefix != Person.prefix
    assert all(id.startswith("cli_") for id in shared_door.clients.values())


async def test_r11_each_sign_in_is_a_session_of_its_own(shared_door: Door) -> None:
    async with shared_door.browser() as browser:
        await shared_door.sign_in(browser)
        first = dict(browser.cookies)
        again = await shared_door.sign_in(browser)
        second = dict(browser.cookies)
        old = await browser.get("/account", headers={"Cookie": f"session={first['session']}"})
    assert first["session"] != second["session"]
    assert first["visitor"] != second["visitor"]
    assert old.status_code == 303, "the session before it has ended"
    cookies = [cookie.lower() for cookie in again.headers.get_list("set-cookie")]
    assert all("httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie for cookie in cookies)


async def test_r12_whoever_is_sent_on_sends_nothing_along(shared_door: Door) -> None:
    door = shared_door
    async with door.browser() as browser:
        answers = [
            await browser.get("/oauth/authorize", params=question(door)),
            await browser.get("/oauth/authorize", params=question(door, prompt="none")),
            await browser.post("/oauth/authorize", data=question(door)),
            await browser.get("/account"),
            await door.sign_in(browser),
            await browser.get("/oauth/authorize", params=question(door, prompt="login")),
            await browser.post("/oauth/authorize", data=question(door, prompt="none")),
        ]
    assert [answer.status_code for answer in answers] == [303] * len(answers)


OPEN = ["/oauth/token", "/oauth/device_authorization", "/oauth/revoke", "/oauth/userinfo", "/oauth/jwks.json"]
WELL_KNOWN = ["oauth-authorization-server", "openid-configuration", "oauth-protected-resource"]
CLOSED = ["/oauth/authorize", "/oauth/consent", "/oauth/introspect", "/login", "/register", "/account", "/device"]


async def test_r13_what_scripts_of_other_origins_may_read(shared_door: Door) -> None:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    async with shared_door.browser() as browser:
        for path in [*OPEN, *(f"/.well-known/{name}" for name in WELL_KNOWN)]:
            answer = await browser.options(path, headers=asked)
            said = (answer.status_code, answer.headers.get("access-control-allow-origin"))
            assert (path, *said) == (path, 204, "*")
            assert "access-control-allow-credentials" not in answer.headers
        for path in CLOSED:
            answer = await browser.options(path, headers=asked)
            assert "access-control-allow-origin" not in answer.headers, path


async def test_r14_what_is_secret_is_kept_nowhere(shared_door: Door) -> None:
    door = shared_door
    resource = basic(door.clients["resource"], "resource-secret")
    async with door.browser() as browser:
        await door.sign_in(browser)
        code = await door.code(browser)
        tokens = await browser.post("/oauth/token", data=code.form())
        token = tokens.json()["access_token"]
        answers = [
            tokens,
            await browser.post("/oauth/token", data=code.form()),
            await browser.post("/oauth/token", content=b"x"),
            await browser.post("/oauth/introspect", data={"token": token}, headers=resource),
            await browser.post("/oauth/introspect", data={"token": token}),
            await browser.post("/oauth/revoke", data={"token": token, "client_id": code.client_id}),
            await browser.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"}),
            await browser.get("/oauth/userinfo"),
            await browser.get("/oauth/authorize", params=question(door, prompt="none")),
            await browser.get("/oauth/authorize", params=question(door)),
        ]
    kept = [answer.url.path for answer in answers if answer.headers.get("cache-control") != "no-store"]
    assert kept == []


async def test_r16_only_resource_servers_learn_about_tokens(shared_door: Door) -> None:
    door = shared_door
    async with door.browser() as browser:
        await door.sign_in(browser)
        tokens = await door.tokens(browser)

        async def introspect(token: str, **headers: str) -> httpx2.Response:
            return await browser.post("/oauth/introspect", data={"token": token}, headers=headers)

        for token in (tokens["access_token"], tokens["refresh_token"]):
            resource = (await introspect(token, **basic(door.clients["resource"], "resource-secret"))).json()
            other = await introspect(token, **basic(door.clients["service"], "service-secret"))
            nobody = await introspect(token)
            assert (resource["active"], resource["client_id"]) == (True, door.clients["spa"])
            assert (other.status_code, other.json()) == (200, {"active": False})
            assert (nobody.status_code, nobody.json()["error"]) == (401, "invalid_client")
        public = await browser.post("/oauth/introspect", data={"token": "x", "client_id": door.clients["spa"]})
    assert public.status_code == 401


async def test_r17_revoking_the_unknown_is_no_error_whatever_the_hint(shared_door: Door) -> None:
    async with shared_door.browser() as browser:

        async def revoke(**form: Any) -> httpx2.Response:
            return await browser.post("/oauth/revoke", data={"client_id": shared_door.clients["spa"], **form})

        for hint in ("access_token", "refresh_token", "nonsense"):
            assert (await revoke(token="garbage", token_type_hint=hint)).status_code == 200
        assert (await revoke()).json()["error"] == "invalid_request"
