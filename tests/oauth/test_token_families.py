"""Whatever applications, thieves and people do, in whatever order, at two processes: what lives is what should."""

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import httpx2
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from api.oauth import store
from api.oauth.clients import OPERATOR, called
from domain.access import Actor
from domain.accounts import commands
from domain.accounts.clients import register_client
from domain.columns import new_id, typed
from domain.house import House
from domain.postgres import Lanes
from tests.conftest import town as new_town
from tests.oauth.holding import Holder
from tests.serving import Server, free_port, serve

CALLBACK = "https://app.example/cb"
HERE, AWAY = "openid accounts:read", "openid accounts:read offline_access"
CROWD = 20


@dataclass
class Family:
    """What a code of an application began, and what should be true of it."""

    person: UUID
    client: UUID
    session: str
    scope: str
    verifier: str
    holder: Holder | None
    code: str
    redeemed: bool = False
    dead: bool = False
    access: list[str] = field(default_factory=list)
    refresh: list[str] = field(default_factory=list)
    """The last is good, those before it were used."""

    @property
    def away(self) -> bool:
        return "offline_access" in self.scope


class Town:
    """The two processes, their database, and a pool to ask many things at once, each on a connection of its own."""

    def __init__(self, server: Server, house: House, loop: asyncio.AbstractEventLoop) -> None:
        self.url, self.house, self.loop = server.url, house, loop
        self.people = [new_id(), new_id()]
        self.clients = [new_id(), new_id()]
        self.http = httpx2.Client(limits=httpx2.Limits(max_keepalive_connections=0), timeout=30)
        self.pool = ThreadPoolExecutor(CROWD)

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def crowd(self, ask: Callable[[], httpx2.Response]) -> list[httpx2.Response]:
        """The answers to twenty who ask the same at once."""
        return list(self.pool.map(lambda _: ask(), range(CROWD)))

    # what applications ask
    def ask(self, **form: str | None) -> httpx2.Response:
        proof = form.pop("proof", None)
        said = {name: value for name, value in form.items() if value is not None}
        return self.http.post(f"{self.url}/oauth/token", data=said, headers={"DPoP": proof} if proof else {})

    def redeem(self, family: Family, **other: str | None) -> httpx2.Response:
        form: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "client_id": typed("cli", family.client),
            "code": family.code,
            "code_verifier": family.verifier,
            "redirect_uri": CALLBACK,
            "proof": self.proof(family.holder),
        }
        return self.ask(**{**form, **other})

    def refresh(self, family: Family, token: str, **other: str | None) -> httpx2.Response:
        form: dict[str, str | None] = {
            "grant_type": "refresh_token",
            "client_id": typed("cli", family.client),
            "refresh_token": token,
            "proof": self.proof(family.holder),
        }
        return self.ask(**{**form, **other})

    def proof(self, holder: Holder | None) -> str | None:
        return holder.proof("POST", f"{self.url}/oauth/token") if holder else None

    def opens(self, family: Family, token: str) -> bool:
        place = f"{self.url}/oauth/userinfo"
        bearer = {"Authorization": f"Bearer {token}"}
        shown = family.holder.shows("GET", place, token) if family.holder else bearer
        answer = self.http.get(place, headers=shown)
        assert answer.status_code in {200, 401}, answer.text
        return answer.status_code == 200

    def ends(self, family: Family, token: str) -> bool:
        """Whether it opens nothing any more, once each process has learned of it; and so for good."""
        late = time.monotonic() + 30
        while any(self.opens(family, token) for _ in range(3)):
            if time.monotonic() > late:
                return False
        return True

    # what people do
    def sign_in(self, person: UUID) -> str:
        cookie: str = self.wait(store.begin_session(self.house.lanes.run, person, self.house.clock(), amr=["pwd"]))
        return cookie

    def allow(self, person: UUID, client: UUID) -> None:
        actor = Actor(person, client_id=typed("cli", client))
        self.wait(self.house.do(actor, commands.give_consent, client_id=client, scopes=AWAY.split()))

    def begin(self, person: UUID, client: UUID, session: str, scope: str, holder: Holder | None) -> Family:
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        question = {
            "client_id": typed("cli", client),
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": scope,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **({"dpop_jkt": holder.jkt} if holder else {}),
        }
        cookie = {"Cookie": f"session={session}"}
        answer = self.http.get(f"{self.url}/oauth/authorize", params=question, headers=cookie)
        code = dict(parse_qsl(urlsplit(answer.headers["location"]).query))["code"]
        return Family(person, client, session, scope, verifier, holder, code)


@pytest.fixture(scope="module")
async def town(template: str) -> AsyncIterator[Town]:
    """`sanshe serve` with two workers, two people and two applications."""
    async with new_town(template) as database:
        lanes = await Lanes(database, size=6).open()
        house = await House(lanes).open()
        port = free_port()
        with serve(database, port=port, WORKERS="2") as server:
            there = Town(server, house, asyncio.get_running_loop())
            for n, client in enumerate(there.clients):
                how: dict[str, Any] = {"grant_types": ["authorization_code", "refresh_token"], "scopes": AWAY.split()}
                name = called(f"App {n}", f"应用{n}")
                await house.do(OPERATOR, register_client, id=client, name=name, redirect_uris=[CALLBACK], **how)
            for n in range(len(there.people)):
                email = f"person{n}@example.com"
                done = await house.do(Actor(), commands.register_person, name=f"Person {n}", email=email)
                assert done.row
                there.people[n] = done.row.id
            yield there
        there.pool.shutdown()
        there.http.close()
        await lanes.close()


# -- the machine ------------------------------------------------------------------------------------------------------


who = st.integers(0, 1)
one = st.integers(0, 4)
mostly = st.sampled_from([True, True, False])


class Families(RuleBasedStateMachine):
    """What the standards, and our promises, say of every family, whatever happened before."""

    town: Town

    def __init__(self) -> None:
        super().__init__()
        self.families: list[Family] = []
        self.sessions: dict[UUID, str] = {}
        self.allowed: set[tuple[UUID, UUID]] = set()

    @initialize()
    def everybody_starts_anew_and_uses_an_application(self) -> None:
        for who, person in enumerate(self.town.people):
            self._withdraw(person, *self.town.clients)
            self.a_person_signs_in_to_an_application(who=who, app=1, scope=HERE, bound=False, redeem=True)
            self.a_person_signs_in_to_an_application(who=who, app=0, scope=AWAY, bound=who == 0, redeem=True)

    # beginning
    @rule(who=who, app=who, scope=st.sampled_from([AWAY, AWAY, HERE]), bound=st.booleans(), redeem=mostly)
    def a_person_signs_in_to_an_application(self, who: int, app: int, scope: str, bound: bool, redeem: bool) -> None:
        person, client = self.town.people[who], self.town.clients[app]
        if person not in self.sessions:
            self.sessions[person] = self.town.sign_in(person)
        if (person, client) not in self.allowed:
            self.town.allow(person, client)
            self.allowed.add((person, client))
        holder = Holder() if bound else None
        family = self.town.begin(person, client, self.sessions[person], scope, holder)
        self.families.append(family)
        if redeem:
            self._redeemed(family, [self.town.redeem(family)])

    # asking for tokens
    @precondition(lambda self: self.families)
    @rule(one=one)
    def a_code_is_redeemed(self, one: int) -> None:
        family = self._any(one)
        self._redeemed(family, [self.town.redeem(family)])

    @precondition(lambda self: self.families)
    @rule(one=one)
    def a_code_is_redeemed_by_many_at_once(self, one: int) -> None:
        family = self._any(one)
        self._redeemed(family, self.town.crowd(lambda: self.town.redeem(family)))

    @precondition(lambda self: self.families)
    @rule(one=one, wrong=st.sampled_from(["client_id", "dpop", "client_id and dpop"]))
    def a_stolen_code_is_tried(self, one: int, wrong: str) -> None:
        """By another application nothing happens to it; with another key it is used up like a wrong guess."""
        family = self._any(one, self._waiting() or self.families)
        other = self._others(family) if "client_id" in wrong else None
        proof = self.town.proof(Holder()) if "dpop" in wrong else self.town.proof(family.holder)
        if other is None and family.holder is None:
            return  # it was bound to no key: whoever comes first has it
        answer = self.town.redeem(family, proof=proof, **({"client_id": other} if other else {}))
        assert answer.status_code == 400, answer.text
        if other is None:
            family.redeemed = family.dead = True

    @precondition(lambda self: self._renewable())
    @rule(one=one, back=st.sampled_from([1, 1, 1, 2, 3]), crowd=st.booleans())
    def a_refresh_token_is_used(self, one: int, back: int, crowd: bool) -> None:
        """`back`: the last one, or one that was used before."""
        family = self._any(one, self._renewable())
        token, good = family.refresh[-min(back, len(family.refresh))], min(back, len(family.refresh)) == 1
        answers = (
            self.town.crowd(lambda: self.town.refresh(family, token)) if crowd else [self.town.refresh(family, token)]
        )
        self._renewed(family, answers, good=good)

    @precondition(lambda self: self._renewable())
    @rule(one=one, wrong=st.sampled_from(["client_id", "dpop", "scope"]))
    def a_refresh_token_is_not_anothers(self, one: int, wrong: str) -> None:
        families = [family for family in self._renewable() if family.holder or wrong != "dpop"]
        if not families:
            return
        family = self._any(one, families)
        forms: dict[str, dict[str, str | None]] = {
            "client_id": {"client_id": self._others(family)},
            "dpop": {"proof": self.town.proof(Holder())},
            "scope": {"scope": "accounts:write"},
        }
        form = forms[wrong]
        assert self.town.refresh(family, family.refresh[-1], **form).status_code == 400

    # ending
    @precondition(lambda self: self._begun())
    @rule(one=one, by_access=st.booleans())
    def an_application_revokes_a_token(self, one: int, by_access: bool) -> None:
        family = self._any(one, self._begun())
        token = family.access[-1] if by_access or not family.refresh else family.refresh[-1]
        form = {"token": token, "client_id": typed("cli", family.client)}
        assert self.town.http.post(f"{self.town.url}/oauth/revoke", data=form).status_code == 200
        family.dead = True

    @precondition(lambda self: self.sessions)
    @rule(who=who)
    def a_person_signs_out(self, who: int) -> None:
        person = self.town.people[who]
        if session := self.sessions.pop(person, None):
            self.town.wait(store.end_session(self.town.house.lanes, session, self.town.house.clock()))
            self._end(lambda family: family.session == session and not family.away)

    @rule(who=who, app=who)
    def a_person_withdraws_consent(self, who: int, app: int) -> None:
        person, client = self.town.people[who], self.town.clients[app]
        self._withdraw(person, client)
        self._end(lambda family: (family.person, family.client) == (person, client))

    @rule(who=who)
    def a_person_is_suspended_and_comes_back(self, who: int) -> None:
        person = self.town.people[who]
        self.town.wait(self.town.house.do(OPERATOR, commands.suspend_person, person_id=person, reason="drill"))
        self._end(lambda family: family.person == person)
        for family in self.families:
            if family.person == person and family.access:
                assert self.town.ends(family, family.access[-1])
        self.town.wait(self.town.house.do(OPERATOR, commands.reinstate_person, person_id=person, reason="drill"))
        self.sessions.pop(person, None)

    # looking
    @precondition(lambda self: self._begun())
    @rule(one=one)
    def what_lives_opens_and_what_is_dead_does_not(self, one: int) -> None:
        self._look(self._any(one, self._begun()))

    def teardown(self) -> None:
        for family in self._begun():
            self._look(family)

    # what follows
    def _redeemed(self, family: Family, answers: list[httpx2.Response]) -> None:
        good = [answer.json() for answer in answers if answer.status_code == 200]
        assert len(good) == (0 if family.redeemed or family.dead else 1)
        assert {a.json()["error"] for a in answers if a.status_code != 200} <= {"invalid_grant"}
        for tokens in good:
            self._keep(family, tokens)
        if family.redeemed or len(answers) > 1:
            family.dead = True
        family.redeemed = True

    def _renewed(self, family: Family, answers: list[httpx2.Response], *, good: bool) -> None:
        new = [answer.json() for answer in answers if answer.status_code == 200]
        assert len(new) == (1 if good and not family.dead else 0)
        assert {a.json()["error"] for a in answers if a.status_code != 200} <= {"invalid_grant"}
        for tokens in new:
            self._keep(family, tokens)
        if not good or len(answers) > 1:
            family.dead = True

    def _keep(self, family: Family, tokens: dict[str, Any]) -> None:
        assert tokens["token_type"] == ("DPoP" if family.holder else "Bearer")
        family.access.append(tokens["access_token"])
        assert ("refresh_token" in tokens) is family.away
        if family.away:
            family.refresh.append(tokens["refresh_token"])

    def _look(self, family: Family) -> None:
        for token in family.access:
            if family.dead:
                assert self.town.ends(family, token)
            else:
                assert self.town.opens(family, token)

    def _end(self, which: Callable[[Family], bool]) -> None:
        for family in self.families:
            if which(family):
                family.dead = True

    def _withdraw(self, person: UUID, *clients: UUID) -> None:
        sql = "SELECT id FROM consent WHERE person_id = $1 AND client_id = ANY($2) AND withdrawn_at IS NULL"
        for consent in self.town.wait(self.town.house.lanes.run(sql, (person, [*clients]))):
            done = self.town.house.do(Actor(person), commands.withdraw_consent, consent_id=consent["id"])
            self.town.wait(done)
        self.allowed -= {(person, client) for client in clients}

    def _any(self, one: int, among: list[Family] | None = None) -> Family:
        """Mostly one that lives, and the newest, about which most is open."""
        families = self.families if among is None else among
        living = [family for family in families if not family.dead]
        return (living or families)[-1] if one < 2 else families[-1 - one % len(families)]

    def _begun(self) -> list[Family]:
        return [family for family in self.families if family.access]

    def _waiting(self) -> list[Family]:
        return [family for family in self.families if not family.redeemed and not family.dead]

    def _renewable(self) -> list[Family]:
        return [family for family in self.families if family.refresh]

    def _others(self, family: Family) -> str:
        return typed("cli", next(client for client in self.town.clients if client != family.client))


EXAMPLES = settings(
    phases=[Phase.generate],
    max_examples=50,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.slow
async def test_of_every_family_lives_what_should_whatever_is_done_in_whatever_order(town: Town) -> None:
    machine: Any = type("InThisTown", (Families,), {"town": town})
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=EXAMPLES)


# -- crowds -----------------------------------------------------------------------------------------------------------


def signed_in(town: Town, holder: Holder | None) -> Family:
    person, client = town.people[0], town.clients[0]
    town.allow(person, client)
    return town.begin(person, client, town.sign_in(person), AWAY, holder)


@pytest.mark.parametrize("holder", [None, Holder()], ids=["bearer", "bound to a key"])
async def test_of_twenty_who_redeem_one_code_at_two_processes_one_gets_tokens_and_they_end(
    town: Town, holder: Holder | None
) -> None:
    def all_at_once() -> None:
        family = signed_in(town, holder)
        answers = town.crowd(lambda: town.redeem(family))
        (tokens,) = [answer.json() for answer in answers if answer.status_code == 200]
        assert {a.json()["error"] for a in answers if a.status_code != 200} == {"invalid_grant"}
        assert town.refresh(family, tokens["refresh_token"]).json()["error"] == "invalid_grant"
        assert town.ends(family, tokens["access_token"])

    await asyncio.to_thread(all_at_once)


@pytest.mark.parametrize("holder", [None, Holder()], ids=["bearer", "bound to a key"])
async def test_of_twenty_who_use_one_refresh_token_at_two_processes_one_gets_tokens_and_they_end(
    town: Town, holder: Holder | None
) -> None:
    def all_at_once() -> None:
        family = signed_in(town, holder)
        first = town.redeem(family).json()
        answers = town.crowd(lambda: town.refresh(family, first["refresh_token"]))
        (tokens,) = [answer.json() for answer in answers if answer.status_code == 200]
        assert {a.json()["error"] for a in answers if a.status_code != 200} == {"invalid_grant"}
        assert town.refresh(family, tokens["refresh_token"]).json()["error"] == "invalid_grant"
        assert town.ends(family, tokens["access_token"])
        assert town.ends(family, first["access_token"])

    await asyncio.to_thread(all_at_once)
