"""How trusted partners register their applications by themselves: with an initial token that an operator gave them.

Its digest alone is kept; it is good for a number of applications, for some days, within its scopes (RFC 7591, 1.2).
"""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import bindparam, select

from domain.accounts.access import RULES
from domain.accounts.clients import new_client
from domain.accounts.models import Client, InitialToken
from domain.accounts.states import InitialTokenState
from domain.columns import Text
from domain.errors import Invalid, NotAllowed
from domain.wording import line, name
from domain.work import Work

MOST_USES = 100
MOST_DAYS = 366
BY_DIGEST = select(InitialToken).where(InitialToken.__table__.c.digest == bindparam("digest"))  # type: ignore[attr-defined]


async def issue_initial_token(
    work: Work,
    *,
    partner: Annotated[str, "Whom it is given to."],
    digest: Annotated[bytes, "SHA-256 of the token."],
    scopes: Annotated[list[str], "What the partner's applications may ask for, at most."],
    uses: Annotated[int, "How many applications it registers."],
    days: Annotated[int, "How long it is good."],
) -> InitialToken:
    """Let a partner register applications."""
    if not (1 <= uses <= MOST_USES and 1 <= days <= MOST_DAYS):
        raise Invalid(
            "wrong_measure",
            f"An initial token is for 1 to {MOST_USES} applications and 1 to {MOST_DAYS} days.",
            f"初始令牌可用于1至{MOST_USES}个应用，有效期1至{MOST_DAYS}天。",
        )
    token = InitialToken.new(
        partner=line(partner, "partner"),
        digest=digest,
        scopes=scopes,
        uses_left=uses,
        expires_at=work.now + timedelta(days=days),
    )
    work.ask(RULES, "issue_initial_token", token)
    return work.insert(token)


async def use_initial_token(
    work: Work,
    *,
    digest: bytes,
    client_name: Text,
    scopes: list[str],
    contacts: list[str],
    **said: Annotated[Any, "As `clients.new_client` takes it."],
) -> Client:
    """Register an application, which is one use less. It is never the house's own and never asks about tokens."""
    token = await work.first(InitialToken, BY_DIGEST, lock=True, digest=digest)
    good = token and token.state is InitialTokenState.ACTIVE and token.uses_left and token.expires_at > work.now
    if not (token and good):
        raise NotAllowed("wrong_initial_token", "This initial token is not good.", "初始令牌无效。")
    if beyond := set(scopes) - set(token.scopes):
        raise Invalid(
            "beyond_the_token",
            f"The initial token does not allow the scope {', '.join(sorted(beyond))}.",
            f"初始令牌不允许授权范围 {'、'.join(sorted(beyond))}。",
            path="scope",
        )
    client = new_client(
        name=name(client_name),
        scopes=scopes,
        contacts=[line(contact, "contacts", 254) for contact in contacts],
        initial_token_id=token.id,
        **said,
    )
    work.ask(RULES, "use_initial_token", token)
    work.move(token, "use_initial_token", uses_left=token.uses_left - 1)
    work.follow("register_client", client)
    return work.insert(client)


async def revoke_initial_token(work: Work, *, initial_token_id: UUID) -> InitialToken:
    """Take an initial token back. What was registered with it stays."""
    token = await work.get(InitialToken, initial_token_id, lock=True)
    work.ask(RULES, "revoke_initial_token", token)
    return work.move(token, "revoke_initial_token")
