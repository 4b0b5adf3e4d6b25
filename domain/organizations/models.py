"""What is a social organization, and who works for it?"""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.columns import Row, Text, one_of, words
from domain.organizations.states import ORGANIZATION, OrganizationState


class OrganizationCategory(StrEnum):
    """On what footing an organization works here. 社会组织类型"""

    REGISTERED = "registered"
    """Registered with civil affairs: an association, a service institution or a foundation. 登记社会组织"""
    FILED = "filed"
    """On file with the street office, not a legal person: a community's own group. 备案社区社会组织"""
    FOREIGN_RELATED = "foreign_related"
    """The representative office of an organization from abroad. 涉外社会组织（境外非政府组织代表机构）"""


class Organization(Row, table=True):
    """A social organization, as its street office knows it. 社会组织"""

    prefix: ClassVar = "org"
    machine: ClassVar = ORGANIZATION

    street_id: UUID = Field(foreign_key="street_office.id", index=True)
    """The street it is based in."""
    name: Text = words()
    """What it is called."""
    category: OrganizationCategory = one_of("category", OrganizationCategory)
    """On what footing it works here."""
    unified_code: str | None = None
    """Its unified social credit code of GB 32100, 18 characters. 统一社会信用代码"""
    certificate_number: str | None = None
    """The number of its certificate of registration or filing. 登记（备案）证书编号"""
    registered_on: date | None = None
    """The day it was registered or filed."""
    state: OrganizationState = ORGANIZATION.column()
    """Where it stands."""

    __table_args__ = (
        CheckConstraint("category <> 'registered' OR unified_code IS NOT NULL", name="registered_has_code"),
        CheckConstraint(
            "category <> 'foreign_related' OR certificate_number IS NOT NULL", name="foreign_has_certificate"
        ),
        # The code is one for the whole country; two streets that both register it would make two of one.
        Index(
            "one_organization_for_each_code",
            "unified_code",
            unique=True,
            info={
                "code": "organization_exists",
                "en": "An organization with this unified code is registered here.",
                "zh": "该统一社会信用代码的组织已登记。",
            },
        ),
    )


class Staff(Row, table=True):
    """A person's work for an organization, from a day on. 工作人员"""

    prefix: ClassVar = "stf"

    street_id: UUID = Field(foreign_key="street_office.id")
    """The street the organization is based in."""
    organization_id: UUID = Field(foreign_key="organization.id")
    """The organization worked for."""
    person_id: UUID = Field(foreign_key="person.id", index=True)
    """Who works there."""
    position: str
    """What they do there, in the organization's own words."""
    since: date
    """Their first day."""
    until: date | None = None
    """The first day they no longer work there; null while they do."""

    __table_args__ = (
        Index(
            "one_post_each",
            "organization_id",
            "person_id",
            unique=True,
            postgresql_where=text("until IS NULL"),
            info={
                "code": "already_staff",
                "en": "This person works for this organization already.",
                "zh": "此人已是该组织工作人员。",
            },
        ),
    )
