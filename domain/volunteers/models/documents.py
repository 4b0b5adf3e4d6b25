"""Which document says who a volunteer is?"""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import SHANGHAI, moment, one_of
from domain.volunteers.states import IDENTITY, IdentityState


class DocumentType(StrEnum):
    """Which document says who somebody is. 证件类型"""

    RESIDENT_CARD = "resident_card"
    """Identity card of a citizen. 居民身份证"""
    RESIDENCE_PERMIT = "residence_permit"
    """Residence permit for residents of Hong Kong, Macao and Taiwan. 港澳台居民居住证"""
    PERMANENT_RESIDENCE = "permanent_residence"
    """Permanent residence identity card of a foreigner. 外国人永久居留身份证"""
    TRAVEL_PERMIT = "travel_permit"
    """Mainland travel permit for residents of Hong Kong, Macao and Taiwan. 港澳台居民来往内地通行证"""
    PASSPORT = "passport"
    """Passport of any country. 护照"""


class IdentityDocument(Clocked, table=True):
    """An identity document of a volunteer, its number kept so that nobody reads it. 身份证件"""

    prefix: ClassVar = "idd"
    machine: ClassVar = IDENTITY

    volunteer_id: UUID = Field(foreign_key="volunteer.id", index=True)
    """Whose it is."""
    document_type: DocumentType = one_of("document_type", DocumentType)
    """Which document it is."""
    country: str | None = None
    """The country of a passport (ISO 3166-1, two letters)."""
    sealed_number: bytes
    """Its number, encrypted. Order 67, article 5, wants it recorded."""
    tail: str
    """The last four characters of its number, by which its owner knows it again."""
    fingerprint: bytes = Field(index=True)
    """By which the same document is known again."""
    expires_on: date | None = None
    """The last day on which it is valid."""
    wrong_numbers: int = 0
    """How often somebody who looked at it typed another number."""
    verified_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    """Who has seen it."""
    verified_at: datetime | None = moment(default=None)
    """When it was seen."""
    reason: str | None = None
    """What was not right with it."""
    state: IdentityState = IDENTITY.column()
    """Whether somebody has seen it."""

    __table_args__ = (
        CheckConstraint("document_type <> 'passport' OR country IS NOT NULL", name="passports_have_a_country"),
        CheckConstraint("document_type <> 'passport' OR expires_on IS NOT NULL", name="passports_expire"),
        Index(
            "one_claim_of_a_kind",
            "volunteer_id",
            "document_type",
            unique=True,
            postgresql_where=text("state = 'claimed'"),
            info={
                "code": "claimed_already",
                "en": "A document of this kind waits to be looked at: take it back to show another.",
                "zh": "已有同类证件待核验，请先撤回再重新登记。",
            },
        ),
        Index(
            "one_identity_each",
            "fingerprint",
            unique=True,
            postgresql_where=text("state = 'verified'"),
            info={
                "code": "identity_taken",
                "en": "This document is verified already, for this volunteer or for another.",
                "zh": "该证件已通过核验（本人或另一位志愿者）。",
            },
        ),
        Index("identity_documents_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        if self.state == IdentityState.VERIFIED and self.expires_on:
            over = datetime.combine(self.expires_on + timedelta(days=1), time(), SHANGHAI)
            return [Due(over, "expire_identity")]
        return []
