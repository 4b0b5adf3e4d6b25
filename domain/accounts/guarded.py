"""Who consented that somebody under 14 has an account (PIPL 31)? A guardian, by a code that was sent to them.

Before it nothing is kept of the child. Afterwards the guardian's address is, so that they can take the consent back; it
goes when the child is 14, and the account is its owner's alone.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlmodel import Field

from domain.accounts.models import Person
from domain.accounts.proofs import Purpose, use_up
from domain.columns import Table, comes_of, moment, one_of
from domain.errors import Invalid
from domain.letters import Channel
from domain.postgres import Run
from domain.rules import grounds
from domain.work import Work

OWN_CONSENT = "own_consent_age"
PERSON = ForeignKey("person.id", deferrable=True, initially="DEFERRED")
"""Written in the same commit, after it."""
CONSENTED = "A guardian consented (PIPL 31)."
"""What the deed says of it, for ever and of nobody by name."""


class GuardedAccount(Table, table=True):
    """An account of somebody under 14, and the guardian who consented to it."""

    person_id: UUID = Field(primary_key=True, sa_column_args=[PERSON])
    channel: Channel = one_of("channel", Channel)
    address: str
    """Where the guardian is written to, and by which they show who they are."""
    consented_at: datetime = moment()
    expires_at: datetime = moment(index=True)
    """When the child is 14."""

    __table_args__ = (Index("accounts_of_a_guardian", text("lower(address)")),)


GUARD = """
INSERT INTO guarded_account (person_id, channel, address, consented_at, expires_at) VALUES ($1, $2, $3, $4, $5)"""
OF_A_CHILD = """
SELECT FROM guarded_account g JOIN person p ON p.id = g.person_id
WHERE (lower(p.email) = lower($1) OR p.phone = $1) AND g.expires_at > $2"""
IN_CARE = """
SELECT p.id, p.display_name, g.consented_at, g.expires_at FROM guarded_account g JOIN person p ON p.id = g.person_id
WHERE lower(g.address) = lower($1) AND g.expires_at > $2 ORDER BY g.consented_at, p.id"""


async def put_in_care(work: Work, person: Person, proof: UUID, born: date) -> None:
    """Keep with an account that is just being opened who consented to it: whoever read that letter."""
    rule = work.rule(OWN_CONSENT)
    if born > work.today:
        raise Invalid("wrong_day", "This day is still to come.", "该日期尚未到来。", path="birth_date")
    until = comes_of(born, int(rule.value))
    if until <= work.now:
        raise Invalid(
            "of_age",
            f"Whoever is {rule.value} years old or more signs up without a guardian.",
            f"已满 {rule.value} 周岁者可自行注册，无须监护人同意。",
            path="birth_date",
            grounds=grounds(rule, work.actor.language),
        )
    guardian = await use_up(work, proof, Purpose.GUARDIAN)
    if guardian.address.lower() in {address.lower() for address in (person.email, person.phone) if address}:
        raise own_guardian()
    if await work.run(OF_A_CHILD, (guardian.address, work.now)):
        raise Invalid(
            "guardian_is_a_child",
            "This address has an account of somebody who needs a guardian themselves.",
            "此地址的账号所有人本身须由监护人同意。",
            path="guardian_code",
        )
    work.also(GUARD, person.id, guardian.channel, guardian.address, work.now, until)


def own_guardian() -> Invalid:
    return Invalid(
        "own_guardian",
        "Nobody is their own guardian: this is the child's address.",
        "不能指定本人为监护人：此为注册人自己的地址。",
        path="guardian",
    )


async def in_care_of(run: Run, address: str, now: datetime) -> list[Any]:
    """The accounts that rest on the consent of whoever has this address, the oldest first."""
    return await run(IN_CARE, (address, now))
