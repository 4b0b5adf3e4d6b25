"""How are volunteers shown, and to whom?"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from api.engine.declare import (
    Connection,
    Node,
    by_id,
    column,
    every,
    expression,
    filters,
    graph,
    many,
    mine,
    moves,
    one,
    orders,
    rows,
)
from api.hours.types import HourEntryFilter, HourEntryOrder
from api.programmes.types import AgreementOrder, SignupFilter, SignupOrder
from api.training.types import EnrolmentFilter, EnrolmentOrder
from domain.columns import Text
from domain.hours.models import HourEntry as HourEntryRow
from domain.hours.totals import verified_minutes
from domain.programmes.matching import suggestions
from domain.programmes.models import Agreement as AgreementRow
from domain.programmes.models import Signup as SignupRow
from domain.states import is_in
from domain.training.models import Enrolment as EnrolmentRow
from domain.volunteers import models
from domain.volunteers.access import RULES
from domain.volunteers.charter import ClauseKind, charter_clauses
from domain.volunteers.conversions import conversions
from domain.volunteers.states import (
    COMPETENCE,
    IDENTITY,
    INSURANCE,
    SERVED,
    CompetenceState,
    IdentityState,
    InsuranceState,
    ServedState,
)

if TYPE_CHECKING:
    from api.accounts.types import Person
    from api.communities.types import Community
    from api.hours.types import HourEntry
    from api.organizations.types import Organization
    from api.programmes.types import Agreement, Match, Shift, Signup
    from api.training.types import Enrolment

PRIVATE = (RULES, "see_private")

VolunteerOrder = orders(models.Volunteer, "id", "display_name")
VolunteerFilter = filters(models.Volunteer, "display_name")
IdentityDocumentOrder = orders(models.IdentityDocument, "-id")
CompetenceOrder = orders(models.Competence, "-id")
CompetenceFilter = filters(models.Competence, "skill", "language", "state")
InsuranceOrder = orders(models.Insurance, "-id")
ServedResidentOrder = orders(models.ServedResident, "-served_on")
SpokenLanguageOrder = orders(models.SpokenLanguage, "language")


@graph(models.SpokenLanguage, see=(RULES, "see_spoken_language"))
class SpokenLanguage(Node):
    """A language that a volunteer speaks. 语言能力"""

    language: str
    level: models.LanguageLevel


@graph(models.IdentityDocument, see=(RULES, "see_identity_document"))
class IdentityDocument(Node):
    """An identity document of a volunteer, its number kept so that nobody reads it. 身份证件"""

    volunteer: "Volunteer | None" = one(models.IdentityDocument.volunteer_id)
    document_type: models.DocumentType
    country: str | None
    tail: str
    expires_on: date | None
    verified_by: "Person | None" = one(models.IdentityDocument.verified_by_id)
    verified_at: datetime | None
    reason: str | None
    state: IdentityState
    viewer_can: list[str] = moves(IDENTITY, RULES)


@graph(models.Competence, see=(RULES, "see_competence"))
class Competence(Node):
    """A skill or a language that a volunteer has proof of, for as long as the proof holds. 能力"""

    volunteer: "Volunteer | None" = one(models.Competence.volunteer_id)
    skill: str | None
    language: str | None
    level: models.CompetenceLevel
    source: models.CompetenceSource
    proof: str
    since: date
    until: date | None
    counts_until: date | None
    renewal_from: date | None
    renewal_open: bool
    confirmed_by: "Person | None" = one(models.Competence.confirmed_by_id)
    confirmed_at: datetime | None
    reason: str | None
    state: CompetenceState
    viewer_can: list[str] = moves(COMPETENCE, RULES)


@graph(models.Insurance, see=(RULES, "see_insurance"))
class Insurance(Node):
    """An insurance against accidents, bought for a volunteer (志愿服务条例第十七条). 人身意外伤害保险"""

    organization: "Organization | None" = one(models.Insurance.organization_id)
    volunteer: "Volunteer | None" = one(models.Insurance.volunteer_id)
    insurer: str
    policy: str
    since: date
    until: date
    reason: str | None
    state: InsuranceState
    viewer_can: list[str] = moves(INSURANCE, RULES)


@graph(see=(RULES, "see_charter"))
class CharterClause:
    """A right or a duty of volunteers, to be read before they serve. 志愿者权利义务条款"""

    edition: int
    """The edition it belongs to, by which it is accepted."""
    code: str
    """Its name, the same in each edition in which it stands."""
    kind: ClauseKind
    """Whether it protects volunteers or binds them."""
    says: Text
    """What it says, in Chinese and in English."""
    source: str
    """Where the law says so."""


@graph(models.Volunteer, see=(RULES, "see_volunteer"))
class Volunteer(Node):
    """A person who serves, under one identity everywhere. 志愿者"""

    person: "Person | None" = one(models.Volunteer.person_id)
    display_name: str
    legal_name: str | None = column(guard=PRIVATE)
    birth_date: date | None = column(guard=PRIVATE)
    sex: models.Sex | None = column(guard=PRIVATE)
    nationality: str | None = column(guard=PRIVATE)
    phone: str | None = column(guard=PRIVATE)
    skills: list[str]
    available: list[str] | None = column(guard=PRIVATE)
    wishes: Text | None
    registered_at: datetime
    invitable: bool
    community: "Community | None" = one(models.Volunteer.community_id)
    languages: "Connection[SpokenLanguage]" = many(
        models.SpokenLanguage.volunteer_id,
        order=SpokenLanguageOrder,
        where=lambda spoken: ~is_in(spoken.c.level, models.LanguageLevel.NONE),
    )
    """What the volunteer speaks, and how well."""
    identity_documents: "Connection[IdentityDocument]" = many(
        models.IdentityDocument.volunteer_id, order=IdentityDocumentOrder
    )
    """The identity documents the volunteer has shown."""
    competences: "Connection[Competence]" = many(
        models.Competence.volunteer_id, order=CompetenceOrder, filter=CompetenceFilter
    )
    """What the volunteer has shown proof of being able to do, the newest first."""
    insurances: "Connection[Insurance]" = many(models.Insurance.volunteer_id, order=InsuranceOrder)
    """Who has insured the volunteer against accidents, the newest first."""
    agreements: "Connection[Agreement]" = many(AgreementRow.volunteer_id, order=AgreementOrder)
    """What the volunteer has agreed on in writing, the newest first."""
    charter_edition: int | None = column(guard=PRIVATE)
    charter_language: str | None = column(guard=PRIVATE)
    charter_accepted_at: datetime | None = column(guard=PRIVATE)
    guardian: "Person | None" = one(models.Volunteer.guardian_id, guard=PRIVATE)
    guardian_consented_at: datetime | None = column(guard=PRIVATE)
    guardian_consent_until: datetime | None = column(guard=PRIVATE)
    guardian_consent_community: "Community | None" = one(models.Volunteer.guardian_consent_community_id, guard=PRIVATE)
    guardian_consent_organization: "Organization | None" = one(
        models.Volunteer.guardian_consent_organization_id, guard=PRIVATE
    )
    guardian_consent_latest: str | None = column(guard=PRIVATE)
    signups: "Connection[Signup]" = many(SignupRow.volunteer_id, order=SignupOrder, filter=SignupFilter)
    """The shifts signed up for."""
    enrolments: "Connection[Enrolment]" = many(EnrolmentRow.volunteer_id, order=EnrolmentOrder, filter=EnrolmentFilter)
    """The trainings enrolled in, the last first."""
    suggestions: "list[Match]" = rows(suggestions)
    """The next shifts with free seats, the best for you first; of others nothing is told but to their guardian."""
    hours: "Connection[HourEntry]" = many(HourEntryRow.volunteer_id, order=HourEntryOrder, filter=HourEntryFilter)
    """The entries of service time, the newest first."""
    verified_minutes: int = expression(verified_minutes)
    """Verified minutes of service, of the entries that you may see."""


@graph(models.ServedResident, see=(RULES, "see_served_resident"))
class ServedResident(Node):
    """A resident was served in a community, by the first service of which it was noted. 服务对象"""

    person: "Person | None" = one(models.ServedResident.person_id)
    community: "Community | None" = one(models.ServedResident.community_id)
    shift: "Shift | None" = one(models.ServedResident.shift_id)
    served_on: date
    noted_at: datetime
    noted_by: "Person | None" = one(models.ServedResident.noted_by_id)
    state: ServedState
    viewer_can: list[str] = moves(SERVED, RULES)


@graph(see=(RULES, "see_conversion"))
class Conversion:
    """How many of those whom a community served began to serve others. 群众参加志愿者转化情况"""

    community: "Community | None" = one("community_id")
    """Where they were served."""
    served: int | None
    """How many of them it is noted of; null where they are so few that each could be recognized."""
    volunteers: int | None
    """How many of those became volunteers on that day or later; null likewise."""
    median_days: int | None
    """After how many days half of these had registered; null likewise, and where nobody has."""


class Query:
    volunteer: "Volunteer | None" = by_id(models.Volunteer)
    """A volunteer by id."""
    volunteers: "Connection[Volunteer]" = every(models.Volunteer, order=VolunteerOrder, filter=VolunteerFilter)
    """Volunteers, for those who recruit."""
    charter_clauses: "list[CharterClause]" = rows(charter_clauses, adds_up=False)
    """The rights and duties of volunteers, in the newest edition: read them to whoever registers, in their language."""
    served_residents: "Connection[ServedResident]" = every(models.ServedResident, order=ServedResidentOrder)
    """Who was noted as served, where you lead the service; and yourself, the last first."""
    conversions: "list[Conversion]" = rows(conversions)
    """By community, how many of those who were served began to serve; for those who answer for communities."""
    my_volunteer: "Volunteer | None" = mine(models.Volunteer.person_id)
    """Yourself as a volunteer."""
