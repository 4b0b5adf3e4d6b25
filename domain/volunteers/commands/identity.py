"""Do: what volunteers show of who they are, and those who look at it.

Nobody is ever shown a number: who verifies types it anew from the document itself, and the two must be one. Whether
somebody else has the same document is only told then: a stranger who types a number learns nothing.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.errors import Conflict, Invalid, NotNow, Refusal
from domain.rules import grounds
from domain.states import is_in
from domain.volunteers.access import RULES
from domain.volunteers.countries import country_code
from domain.volunteers.documents import compact
from domain.volunteers.documents import document_number as number_of
from domain.volunteers.models import DocumentType, IdentityDocument, Volunteer
from domain.volunteers.states import EXPIRED, IDENTITY, VERIFIED
from domain.wording import paragraphs
from domain.work import Work

SAME = select(IdentityDocument).where(
    col(IdentityDocument.fingerprint) == bindparam("fingerprint"),
    col(IdentityDocument.volunteer_id) != bindparam("volunteer"),
    is_in(IdentityDocument.state, VERIFIED, EXPIRED),
)


async def show_identity(
    work: Work,
    *,
    volunteer_id: UUID,
    document_type: DocumentType,
    document_number: Annotated[str, "Its number. Nobody is shown more of it than the last four characters."],
    country: Annotated[str | None, "The country of a passport (ISO 3166-1, two letters)."] = None,
    expires_on: Annotated[date | None, "The last day on which it is valid; passports have one."] = None,
) -> IdentityDocument:
    """Say which identity document one has, for somebody to look at it. 登记身份证件"""
    volunteer = await work.get(Volunteer, volunteer_id)
    blank = {"sealed_number": b"", "tail": "", "fingerprint": b""}
    document = IdentityDocument.new(
        volunteer_id=volunteer.id, document_type=document_type, expires_on=expires_on, **blank
    )
    work.ask(RULES, "show_identity", document, volunteer)
    number = number_of(document_type, document_number, volunteer.birth_date)
    of = _country(document_type, country)
    if expires_on is None and document_type is DocumentType.PASSPORT:
        raise Invalid("expiry_needed", "A passport has a last day.", "请填写护照有效期。", path="expiresOn")
    if expires_on and expires_on < work.today:
        raise _expired("expiresOn")
    work.insert(document)
    return work.change(
        document,
        country=of,
        sealed_number=work.seal.close(number),
        tail=number[-4:],
        fingerprint=_fingerprint(work, document_type, of, number),
    )


async def verify_identity(
    work: Work,
    *,
    identity_document_id: UUID,
    document_number: Annotated[str, "Its number, typed from the document itself, not from what the volunteer wrote."],
) -> IdentityDocument:
    """Find that a document is the volunteer's and was written down rightly. 核验身份证件"""
    document = await work.get(IdentityDocument, identity_document_id, lock=True)
    volunteer = await work.get(Volunteer, document.volunteer_id)
    fingerprint = _fingerprint(work, document.document_type, document.country, compact(document_number))
    same = fingerprint == document.fingerprint
    work.ask(RULES, "verify_identity" if same else "mistake_identity", document, volunteer)
    IDENTITY.after(document.state, "verify_identity")
    _require_tries(work, document)
    if not same:
        return work.refuse(work.change(document, wrong_numbers=document.wrong_numbers + 1), OTHER_NUMBER)
    if document.expires_on and document.expires_on < work.today:
        raise _expired()
    if await work.first(IdentityDocument, SAME, fingerprint=fingerprint, volunteer=volunteer.id):
        raise Conflict(
            "identity_taken",
            "Another volunteer has shown this document and it was verified.",
            "该证件已由另一位志愿者登记并通过核验。",
            remedy=(
                "Find out which of the two accounts is to be closed, and tell its owner.",
                "请查明应注销哪一个账号，并告知其本人。",
            ),
        )
    return work.move(document, "verify_identity", verified_by_id=work.actor.person_id, verified_at=work.now)


async def refuse_identity(
    work: Work,
    *,
    identity_document_id: UUID,
    reason: Annotated[str, "What was not right, for the volunteer to read."],
) -> IdentityDocument:
    """Find that a document is not right, or not the volunteer's. Another may be shown. 不予通过身份核验"""
    document = await work.get(IdentityDocument, identity_document_id, lock=True)
    work.ask(RULES, "refuse_identity", document, await work.get(Volunteer, document.volunteer_id))
    return work.move(document, "refuse_identity", reason=paragraphs(reason, "reason"))


async def withdraw_identity(work: Work, *, identity_document_id: UUID) -> IdentityDocument:
    """Take a document back; it says nothing any more. 撤回身份证件"""
    document = await work.get(IdentityDocument, identity_document_id, lock=True)
    work.ask(RULES, "withdraw_identity", document, await work.get(Volunteer, document.volunteer_id))
    return work.move(document, "withdraw_identity")


async def expire_identity(work: Work, *, identity_document_id: UUID) -> IdentityDocument:
    """The last day of a document is over. By the clock. 身份证件到期"""
    document = await work.get(IdentityDocument, identity_document_id, lock=True)
    work.ask(RULES, "expire_identity", document)
    return work.move(document, "expire_identity")


# -- what is right ----------------------------------------------------------------------------------------------------

OTHER_NUMBER = Invalid(
    "other_number",
    "The volunteer has written down another number.",
    "与志愿者登记的证件号码不一致。",
    path="documentNumber",
    remedy=(
        "Look at the document again; if it is as you typed, refuse it and let them show it anew.",
        "请再次核对证件；如确实不符，请不予通过，由志愿者重新登记。",
    ),
)


def _fingerprint(work: Work, document_type: DocumentType, country: str | None, number: str) -> bytes:
    return work.seal.fingerprint(f"{document_type.value} {country or ''} {number}")


def _country(document_type: DocumentType, typed: str | None) -> str | None:
    """Of a passport, and of nothing else: all others are given by China."""
    if (document_type is DocumentType.PASSPORT) != (typed is not None):
        raise Invalid(
            "country_of_passports",
            "A passport has a country, and only a passport.",
            "仅护照须填写国家。",
            path="country",
        )
    return country_code(typed, "country") if typed is not None else None


def _expired(path: str | None = None) -> Refusal:
    en, zh = "This document is valid no longer.", "该证件已过有效期。"
    return Invalid("document_expired", en, zh, path=path) if path else NotNow("document_expired", en, zh)


def _require_tries(work: Work, document: IdentityDocument) -> None:
    """Refuses after too many other numbers: nobody finds one out by trying."""
    tries = work.rule("identity_tries")
    if document.wrong_numbers >= tries.value:
        raise NotNow(
            "too_many_numbers",
            "Too many other numbers were tried.",
            "错误号码输入次数过多。",
            grounds=grounds(tries, work.actor.language),
            remedy=("Let the volunteer show the document anew.", "请志愿者重新登记该证件。"),
        )
