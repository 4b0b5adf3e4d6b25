"""Which issuers elsewhere are believed, within which profile; and who of theirs is a person here, by the person's word.

Never by an equal address or name: whoever runs an issuer may write any into its tokens.
"""

from typing import Annotated, TypedDict
from urllib.parse import urlsplit
from uuid import UUID

from domain.access import ROLES
from domain.accounts.access import GRANTS, RULES, spaced
from domain.accounts.commands import PLACES, tell
from domain.accounts.models import Issuer, LinkedSubject, Person
from domain.accounts.states import ISSUER, IssuerState
from domain.columns import Text, untyped
from domain.errors import Invalid, NotNow
from domain.letters import Kind
from domain.wording import line
from domain.work import Work

NAMES = {spaced(name): granting for name, granting in GRANTS.items()}


class Profile(TypedDict):
    """What is believed of an issuer, and how its tokens are read: the columns of `Issuer` that may change."""

    name: Text
    client_id: str | None
    secret: str | None
    encrypted: bool
    audience: str | None
    token_types: list[str]
    client_claim: str
    scope_claim: str
    scopes: list[str]
    role_claim: str | None
    roles: dict[str, dict[str, list[str]]]


async def trust_issuer(
    work: Work, *, url: Annotated[str, "Its issuer identifier, letter by letter."], profile: Profile
) -> Issuer:
    """Believe an issuer elsewhere, within a profile. One that was distrusted begins anew, without its links."""
    _demand_an_identifier(url)
    issuer = Issuer.new(url=url, **profile)
    work.ask(RULES, "trust_issuer", issuer)
    await _demand_sense(work, profile)
    return work.insert(issuer)


async def amend_issuer(work: Work, *, issuer_id: UUID, profile: Profile) -> Issuer:
    """Believe an issuer within another profile; what the one before allowed ends at once."""
    issuer = await work.get(Issuer, issuer_id, lock=True)
    work.ask(RULES, "amend_issuer", issuer)
    await _demand_sense(work, profile)
    return work.change(issuer, state=ISSUER.after(issuer.state, "amend_issuer"), **profile)


async def distrust_issuer(work: Work, *, issuer_id: UUID) -> Issuer:
    """Believe an issuer no longer. Its tokens, and whoever signed in with it, are turned away at once."""
    issuer = await work.get(Issuer, issuer_id, lock=True)
    work.ask(RULES, "distrust_issuer", issuer)
    _end_sign_ins(work, OF_ISSUER, issuer.id)
    return work.move(issuer, "distrust_issuer")


async def link_subject(
    work: Work,
    *,
    issuer_id: UUID,
    subject: Annotated[str, "Who it is there; the caller has seen the issuer say so."],
    called: Annotated[str, "What they are called there."],
) -> LinkedSubject:
    """Say that somebody at an issuer elsewhere is oneself: they may sign in, and their tokens speak for one."""
    issuer = await work.get(Issuer, issuer_id)  # not held: if its trust ends meanwhile, the link opens nothing
    if issuer.state is not IssuerState.TRUSTED:
        raise NotNow("distrusted", "This issuer is trusted no longer.", "该签发方已不受信任。")
    linked = LinkedSubject.new(
        issuer_id=issuer.id, subject=subject, person_id=work.actor.id, called=called, linked_at=work.now
    )
    work.ask(RULES, "link_subject", linked)
    tell(work, await work.get(Person, linked.person_id), Kind.ACCOUNT_LINKED)
    return work.insert(linked)


async def unlink_subject(work: Work, *, linked_subject_id: UUID) -> LinkedSubject:
    """Take it back. Their tokens speak for oneself no longer; wherever one signed in by it one is out."""
    linked = await work.get(LinkedSubject, linked_subject_id, lock=True)
    work.ask(RULES, "unlink_subject", linked)
    if linked.unlinked_at:
        raise NotNow("unlinked", "This link was taken back already.", "该关联已解除。")
    _end_sign_ins(work, OF_LINK, linked.id)
    return work.change(linked, unlinked_at=work.now)


FEDERATED = "fed"
"""How somebody showed who they are who signed in with an issuer (`amr`): how it was done there is not our word to give.

RFC 8176 has no value for that and leaves room for values of one's own; this one is Microsoft's as well.
"""


def ending(theirs: str) -> list[str]:
    """What ends sessions and what goes back to them, families after codes: one just being redeemed makes a family.

    `theirs`: which sessions, by our own words and $2; $1 is now.
    """
    to_them = f"session_id IN (SELECT id FROM login_session WHERE {theirs})"  # noqa: S608 our own words
    return [
        f"UPDATE login_session SET ended_at = $1 WHERE ended_at IS NULL AND {theirs}",  # noqa: S608 likewise
        f"UPDATE authorization_code SET used_at = $1 WHERE used_at IS NULL AND {to_them}",  # noqa: S608 likewise
        f"UPDATE token_family SET revoked_at = $1, why = 'issuer_left' WHERE revoked_at IS NULL AND {to_them}",  # noqa: S608 likewise
    ]


OF_LINK = ending("linked_subject_id = $2")
OF_ISSUER = ending("linked_subject_id IN (SELECT id FROM linked_subject WHERE issuer_id = $2)")


def _end_sign_ins(work: Work, statements: list[str], whose: UUID) -> None:
    """What was begun by signing in elsewhere ends, with tokens for the person's absence: the word behind it is gone."""
    for sql in statements:
        work.also(sql, work.now, whose)


def _demand_an_identifier(url: str) -> None:
    """https, or http on this machine, without query, fragment or user (OpenID Connect Discovery 1.0, section 3)."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
    plain = url.isascii() and url.isprintable() and not set(url) & set(' "\\#?@')
    if not (plain and parts.hostname and (parts.scheme == "https" or local)) or len(url) > 500:
        raise Invalid(
            "wrong_issuer",
            "An issuer is https, or http on this machine, without query, fragment or user.",
            "签发方地址须为 https（本机可用 http），不含查询、片段与用户名。",
            path="url",
        )


async def _demand_sense(work: Work, profile: Profile) -> None:
    """Each role that is given is one of ours, in places of the kind in which it is held, and there they are.

    Tokens for `audience` are not those for `client_id`: else an id token, made for us too, would pass for one.
    """
    line(profile["name"]["text"], "name")
    if profile["audience"] is not None and profile["audience"] == profile["client_id"]:
        raise Invalid(
            "ambiguous_audience",
            "The audience of access tokens must not be our client_id there: id tokens have that one.",
            "访问令牌的受众不得与本平台在该签发方的 client_id 相同：后者是身份令牌的受众。",
            path="audience",
        )
    for role, places in (pair for meant in profile["roles"].values() for pair in meant.items()):
        granting = NAMES.get(role)
        if granting is None:
            raise Invalid("unknown_role", f"There is no role {role}.", f"没有角色 {role}。", path="roles")
        where = {column.key for column in granting.places}
        kinds = [model for column, model in PLACES if column.key in where]
        named = [next(((m, id) for m in kinds if (id := untyped(m.prefix, place))), None) for place in places]
        if bool(kinds) != bool(named) or None in named:
            nouns = " or ".join(sorted(key.removesuffix("_id") for key in where))
            raise Invalid(
                "wrong_place",
                f"The role {role} is held in {f'a {nouns}' if nouns else 'no place'}.",
                f"角色“{ROLES[role]}”所属的地点不正确。",
                path="roles",
            )
        for place in filter(None, named):
            await work.get(*place)
