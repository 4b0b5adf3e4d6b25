"""What is asked of two authorization servers, so that they can be compared: one question of each kind that matters."""

import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import httpx2

from tests.oauth.holding import Holder
from tests.oauth.sides import CALLBACK, DEVICE, OTHER, SCOPE, Side

Answer = httpx2.Response
Probe = Callable[[Side], Awaitable[Answer]]


def asks(**asked: str | None) -> Probe:
    return lambda side: side.authorize(**asked)


def redeems(**other: Any) -> Probe:
    async def probe(side: Side) -> Answer:
        return await side.redeem(await side.code(), **other)

    return probe


def machine(**form: str | None) -> Probe:
    return lambda side: side.machine(**form)


def posts(endpoint: str, **form: str | None) -> Probe:
    return lambda side: side.post(endpoint, **form)


def on_this_machine(address: str) -> Probe:
    return lambda side: side.authorize(client_id=side.clients["native"], redirect_uri=address)


async def signed_out(side: Side) -> Answer:
    return await side.stranger.get(side.said["authorization_endpoint"], params=side.question(prompt="none"))


async def nobody_yet(side: Side) -> Answer:
    return await side.stranger.get(side.said["authorization_endpoint"], params=side.question())


async def repeated(side: Side) -> Answer:
    asked = urlencode([*side.question().items(), ("scope", "openid")])
    return await side.browser.get(f"{side.said['authorization_endpoint']}?{asked}")


async def by_post(side: Side) -> Answer:
    return await side.browser.post(side.said["authorization_endpoint"], data=side.question(prompt="none"))


async def redeemed_twice(side: Side) -> Answer:
    code = await side.code()
    await side.redeem(code)
    return await side.redeem(code)


async def refresh_after_reuse(side: Side) -> Answer:
    code = await side.code()
    tokens = (await side.redeem(code)).json()
    await side.redeem(code)
    return await side.refresh(tokens["refresh_token"])


def refreshes(times: int = 1, **other: Any) -> Probe:
    async def probe(side: Side) -> Answer:
        token = (await side.tokens())["refresh_token"]
        for _ in range(times - 1):
            await side.refresh(token)
        return await side.refresh(token, **{k: side.clients.get(v, v) for k, v in other.items()})

    return probe


async def repeated_in_form(side: Side) -> Answer:
    said = f"grant_type=client_credentials&grant_type=client_credentials&client_id={side.clients['service']}"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    proof = httpx2.BasicAuth(side.clients["service"], "service-secret")
    return await side.stranger.post(side.said["token_endpoint"], content=said, headers=form, auth=proof)


async def as_json(side: Side) -> Answer:
    proof = httpx2.BasicAuth(side.clients["service"], "service-secret")
    return await side.stranger.post(side.said["token_endpoint"], json={"grant_type": "client_credentials"}, auth=proof)


async def both_ways(side: Side) -> Answer:
    return await side.machine(client_id=side.clients["service"], client_secret="service-secret")


async def in_the_form(side: Side) -> Answer:
    return await side.machine(auth=None, client_id=side.clients["service"], client_secret="service-secret")


async def unreadable_proof(side: Side) -> Answer:
    raw = [(b"Authorization", b"Basic \xff\xfe")]
    return await side.token(grant_type="client_credentials", headers=raw)


def wrong_proof(id: str, secret: str) -> Probe:
    async def probe(side: Side) -> Answer:
        proof = httpx2.BasicAuth(side.clients.get(id, id), secret)
        form = {"grant_type": "client_credentials"}
        return await side.stranger.post(side.said["token_endpoint"], data=form, auth=proof)

    return probe


def asserts(**other: Any) -> Probe:
    async def probe(side: Side) -> Answer:
        return await side.machine(**side.assertion(time.time(), **{k: said(side, v) for k, v in other.items()}))

    return probe


def said(side: Side, value: Any) -> Any:
    return value(side) if callable(value) else value


async def asserts_twice(side: Side) -> Answer:
    form = side.assertion(time.time())
    await side.machine(**form)
    return await side.machine(**form)


def proves(**other: Any) -> Probe:
    async def probe(side: Side) -> Answer:
        return await side.machine(headers=side.proof(Holder(), **other))  # type: ignore[arg-type]

    return probe


async def proves_twice(side: Side) -> Answer:
    proof: Any = side.proof(Holder())
    await side.machine(headers=proof)
    return await side.machine(headers=proof)


async def refreshes_without_key(side: Side) -> Answer:
    holder = Holder()
    tokens = (await side.redeem(await side.code(), headers=side.proof(holder))).json()
    return await side.refresh(tokens["refresh_token"])


async def bound_as_bearer(side: Side) -> Answer:
    tokens = (await side.redeem(await side.code(), headers=side.proof(Holder()))).json()
    return await side.stranger.get(side.said["userinfo_endpoint"], headers=bearer(tokens["access_token"]))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def userinfo(how: str, scope: str = SCOPE) -> Probe:
    async def probe(side: Side) -> Answer:
        token = (await side.tokens(scope=scope))["access_token"]
        ask, place = side.stranger, side.said["userinfo_endpoint"]
        if how == "query":
            return await ask.get(place, params={"access_token": token})
        if how == "body":
            return await ask.post(place, data={"access_token": token})
        if how == "both":
            return await ask.post(place, data={"access_token": token}, headers=bearer(token))
        return await ask.request(how, place, headers=bearer(token))

    return probe


def shows(header: dict[str, str]) -> Probe:
    return lambda side: side.stranger.get(side.said["userinfo_endpoint"], headers=header)


def about(endpoint: str, who: str | None, **form: str) -> Probe:
    async def probe(side: Side) -> Answer:
        token = (await side.tokens())["refresh_token"]
        own = {"client_id": side.clients[who]} if who in {"spa", "twin"} else {"auth": who}
        return await side.post(endpoint, token=token, **own, **form)

    return probe


async def revoked(side: Side) -> Answer:
    token = (await side.tokens())["refresh_token"]
    await side.post("revocation_endpoint", token=token, client_id=side.clients["spa"])
    return await side.refresh(token)


def device(**form: str | None) -> Probe:
    return lambda side: side.post(
        "device_authorization_endpoint", **{"client_id": side.clients["kiosk"], "scope": "openid", **form}
    )


def polls(code: str | None = None, times: int = 1) -> Probe:
    async def probe(side: Side) -> Answer:
        told = (await device()(side)).json()
        form = {"grant_type": DEVICE, "client_id": side.clients["kiosk"], "device_code": code or told["device_code"]}
        for _ in range(times - 1):
            await side.token(**form)
        return await side.token(**form)

    return probe


def registers(token: str | None = "", **metadata: Any) -> Probe:
    async def probe(side: Side) -> Answer:
        headers = bearer(token or side.initial_token) if token is not None else {}
        body = {"client_name": "New", "redirect_uris": ["https://new.example/cb"], **metadata}
        return await side.stranger.post(side.said["registration_endpoint"], json=body, headers=headers)

    return probe


def gets(path: str) -> Probe:
    return lambda side: side.stranger.get(f"{side.url}{path}")


def reads(endpoint: str) -> Probe:
    return lambda side: side.stranger.get(side.said[endpoint])


PROBES: dict[str, Probe] = {
    # the authorization endpoint
    "a good question": asks(prompt="none"),
    "a question by POST": by_post,
    "nobody has signed in": nobody_yet,
    "nobody has signed in, prompt none": signed_out,
    "an unknown application": asks(client_id="nobody"),
    "no application": asks(client_id=None),
    "an address elsewhere": asks(redirect_uri="https://evil.example/cb"),
    "an address with more": asks(redirect_uri=f"{CALLBACK}/more"),
    "an address with a query": asks(redirect_uri=f"{CALLBACK}?x=1"),
    "any port on this machine": on_this_machine("http://127.0.0.1:53123/cb"),
    "another path on this machine": on_this_machine("http://127.0.0.1:53123/other"),
    "another name of this machine": on_this_machine("http://localhost:53123/cb"),
    "no address": asks(redirect_uri=None),
    "no response_type": asks(response_type=None),
    "response_type token": asks(response_type="token"),
    "response_type id_token": asks(response_type="id_token"),
    "response_type code id_token": asks(response_type="code id_token"),
    "an unknown response_type": asks(response_type="all"),
    "an unknown response_mode": asks(response_mode="pigeon"),
    "response_mode fragment": asks(response_mode="fragment"),
    "no scope": asks(scope=None, prompt="none"),
    "an unknown scope": asks(scope="openid everything", prompt="none"),
    "no challenge": asks(code_challenge=None, code_challenge_method=None),
    "a plain challenge": asks(code_challenge_method="plain"),
    "a challenge without a method": asks(code_challenge_method=None),
    "a short challenge": asks(code_challenge="short"),
    "prompt none login": asks(prompt="none login"),
    "prompt login": asks(prompt="login"),
    "prompt consent": asks(prompt="consent"),
    "an unknown prompt": asks(prompt="dance"),
    "max_age 10000": asks(prompt="none", max_age="10000"),
    "max_age -1": asks(max_age="-1"),
    "max_age soon": asks(max_age="soon"),
    "a request object": asks(request="eyJhbGciOiJub25lIn0.e30."),
    "a request_uri": asks(request_uri="https://app.example/request"),
    "a registration": asks(registration="{}"),
    "claims": asks(prompt="none", claims='{"userinfo": {"name": null}}'),
    "a repeated parameter": repeated,
    "an unknown parameter": asks(prompt="none", extra="x"),
    "an id_token_hint that is none": asks(id_token_hint="x", prompt="none"),
    "another resource": asks(resource="https://other.example/", prompt="none"),
    # codes
    "a code": redeems(),
    "a code, twice": redeemed_twice,
    "a code used twice ends its family": refresh_after_reuse,
    "another verifier": redeems(code_verifier="w" * 43),
    "no verifier": redeems(code_verifier=None),
    "a short verifier": redeems(code_verifier="short"),
    "another address": redeems(redirect_uri=OTHER),
    "no address with the code": redeems(redirect_uri=None),
    "an unknown code": redeems(code="unknown"),
    "no code": redeems(code=None),
    # refresh tokens
    "a refresh": refreshes(),
    "a refresh, twice": refreshes(times=2),
    "a narrower refresh": refreshes(scope="openid"),
    "a wider refresh": refreshes(scope="openid hours:read"),
    "a refresh of another application": refreshes(client_id="twin"),
    "an unknown refresh token": lambda side: side.refresh("unknown"),
    # machines, and who they are
    "a machine": machine(),
    "a machine asks for too much": machine(scope="profile"),
    "a machine asks for openid": machine(scope="openid"),
    "no grant_type": machine(grant_type=None),
    "an unknown grant_type": machine(grant_type="magic"),
    "a password": machine(grant_type="password", username="a", password="b"),
    "a grant that is not its own": machine(grant_type="authorization_code", code="x"),
    "a repeated parameter in a form": repeated_in_form,
    "a form as JSON": as_json,
    "a wrong secret": wrong_proof("service", "wrong"),
    "an unknown machine": wrong_proof("nobody", "wrong"),
    "a secret of a public application": wrong_proof("spa", "wrong"),
    "a secret in the form": in_the_form,
    "two proofs at once": both_ways,
    "an unreadable proof": unreadable_proof,
    "nobody at all": posts("token_endpoint", grant_type="client_credentials"),
    "the token endpoint by GET": reads("token_endpoint"),
    # private_key_jwt
    "an assertion": asserts(),
    "an assertion, twice": asserts_twice,
    "an expired assertion": asserts(exp=1),
    "an assertion for the token endpoint": asserts(aud=lambda side: side.said["token_endpoint"]),
    "an assertion for others": asserts(aud="https://other.example"),
    "an assertion of another": asserts(iss="another"),
    # DPoP
    "a proof of possession": proves(),
    "a proof of possession, twice": proves_twice,
    "a proof for another method": proves(htm="GET"),
    "a proof for another address": proves(htu="https://other.example/token"),
    "a proof of long ago": proves(iat=1),
    "a bound refresh token without its key": refreshes_without_key,
    "a bound access token as a bearer's": bound_as_bearer,
    # userinfo
    "userinfo": userinfo("GET"),
    "userinfo by POST": userinfo("POST"),
    "userinfo, token in the body": userinfo("body"),
    "userinfo, token in the address": userinfo("query"),
    "userinfo, token twice": userinfo("both"),
    "userinfo without openid": userinfo("GET", scope="profile"),
    "userinfo without a token": shows({}),
    "userinfo with garbage": shows(bearer("garbage")),
    "userinfo with Basic": shows({"Authorization": "Basic eDp5"}),
    # revocation and introspection
    "a revocation": about("revocation_endpoint", "spa"),
    "a revoked refresh token": revoked,
    "a revocation with an unknown hint": about("revocation_endpoint", "spa", token_type_hint="nonsense"),
    "a revocation of another's token": about("revocation_endpoint", "twin"),
    "a revocation by nobody": posts("revocation_endpoint", token="x"),
    "a revocation of nothing": lambda side: side.post("revocation_endpoint", client_id=side.clients["spa"]),
    "an introspection": about("introspection_endpoint", "resource"),
    "an introspection with an unknown hint": about("introspection_endpoint", "resource", token_type_hint="nonsense"),
    "an introspection by an application": about("introspection_endpoint", "service"),
    "an introspection by nobody": posts("introspection_endpoint", token="x"),
    "an introspection of garbage": posts("introspection_endpoint", auth="resource", token="garbage"),
    "an introspection of nothing": posts("introspection_endpoint", auth="resource"),
    # devices
    "a device asks": device(),
    "a device without a name": device(client_id=None),
    "a device asks for an unknown scope": device(scope="openid everything"),
    "a device of an application that has none": lambda side: device(client_id=side.clients["spa"])(side),
    "a device waits": polls(),
    "a device is impatient": polls(times=2),
    "an unknown device": polls("unknown"),
    # registration
    "a registration without a token": registers(None),
    "a registration with a wrong token": registers("wrong"),
    "a registration, good": registers(),
    "a registration without addresses": registers(redirect_uris=[]),
    "a registration with a fragment": registers(redirect_uris=["https://new.example/cb#x"]),
    "a registration with an unknown grant": registers(grant_types=["magic"]),
    "a registration with an unknown proof": registers(token_endpoint_auth_method="magic"),
    # what is published
    "OpenID configuration": gets("/.well-known/openid-configuration"),
    "RFC 8414": gets("/.well-known/oauth-authorization-server"),
    "keys": reads("jwks_uri"),
    "pushed requests": lambda side: side.stranger.post(f"{side.url}/request", data={}),
}
