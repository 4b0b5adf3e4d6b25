"""How is service time shown, and to whom?"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from api.engine.declare import Connection, Node, by_id, changes, every, filters, graph, many, moves, one, orders, rows
from domain.hours import models, states
from domain.hours.access import RULES
from domain.hours.anomalies import AnomalyKind, hour_anomalies
from domain.hours.reports import hour_report
from domain.hours.totals import hour_totals
from domain.regulations.applied import rules_applied

if TYPE_CHECKING:
    from api.accounts.types import Person
    from api.communities.types import Community, StreetOffice
    from api.organizations.types import Organization
    from api.programmes.types import Attendance, Shift, Signup
    from api.regulations.types import Rule, RuleApplied
    from api.volunteers.types import Volunteer

HourEntryOrder = orders(models.HourEntry, "-served_on", "logged_at")
HourEntryFilter = filters(
    models.HourEntry, "state", "assurance", "served_on", "volunteer_id", "community_id", "organization_id", "shift_id"
)

HourCaseOrder = orders(models.HourCase, "-opened_at", "due_on")
HourCaseFilter = filters(
    models.HourCase, "state", "instance", "due_on", "volunteer_id", "community_id", "organization_id", "signup_id"
)

AuditDrawOrder = orders(models.AuditDraw, "-since")
AuditDrawFilter = filters(models.AuditDraw, "state", "street_id", "since", "until")
AuditItemOrder = orders(models.AuditItem, "rank")

KinshipOrder = orders(models.Kinship, "-declared_at")
KinshipFilter = filters(models.Kinship, "state", "relation")


@graph(models.HourEntry, see=(RULES, "see_hour_entry"))
class HourEntry(Node):
    """Time given in one shift, as an entry in an append-only ledger: a platform service record. 服务时长记录"""

    served_on: date
    minutes: int
    source: models.HourSource
    assurance: models.Assurance
    tier: models.Tier
    logged_at: datetime
    """When it was written down."""
    logged_by: "Person | None" = one(models.HourEntry.logged_by_id)
    first_verified_at: datetime | None
    first_verified_by: "Person | None" = one(models.HourEntry.first_verified_by_id)
    notice_until: datetime | None
    decided_at: datetime | None
    decided_by: "Person | None" = one(models.HourEntry.decided_by_id)
    reason: str | None
    state: states.HourState
    """Where it stands."""
    volunteer: "Volunteer | None" = one(models.HourEntry.volunteer_id)
    shift: "Shift | None" = one(models.HourEntry.shift_id)
    signup: "Signup | None" = one(models.HourEntry.signup_id)
    attendance: "Attendance | None" = one(models.HourEntry.attendance_id)
    supersedes: "HourEntry | None" = one(models.HourEntry.supersedes_id)
    rules_applied: "list[RuleApplied]" = rows(rules_applied, adds_up=False)
    """By which rules it was logged, verified and decided about."""
    viewer_can: list[str] = moves(states.HOURS, RULES)
    """What you can do about it now."""


@graph(models.HourCase, see=(RULES, "see_hour_case"))
class HourCase(Node):
    """That somebody holds the hours of a service to be wrong, and what came of it. 时长更正与异议"""

    minutes: int
    says: str
    instance: models.Instance
    opened_at: datetime
    """When it was opened."""
    opened_by: "Person | None" = one(models.HourCase.opened_by_id)
    answer_due: datetime | None
    due_on: date | None
    decided_at: datetime | None
    """When it was decided."""
    decided_by: "Person | None" = one(models.HourCase.decided_by_id)
    reason: str | None
    state: states.CaseState
    """Where it stands."""
    volunteer: "Volunteer | None" = one(models.HourCase.volunteer_id)
    signup: "Signup | None" = one(models.HourCase.signup_id)
    hour_entry: "HourEntry | None" = one(models.HourCase.hour_entry_id)
    first: "HourCase | None" = one(models.HourCase.first_id)
    rules_applied: "list[RuleApplied]" = rows(rules_applied, adds_up=False)
    """By which rules it was opened, answered and decided."""
    viewer_can: list[str] = moves(states.CASE, RULES)
    """What you can do about it now."""


@graph(models.Kinship, see=(RULES, "see_kinship"))
class Kinship(Node):
    """That two people are relatives, and so decide nothing about each other's hours. 亲属关系申报"""

    person: "Person | None" = one(models.Kinship.person_id)
    relative: "Person | None" = one(models.Kinship.relative_id)
    relation: models.Relation
    declared_at: datetime
    """When it was declared."""
    ended_at: datetime | None
    """When somebody said that it stands no more."""
    state: states.KinshipState
    """Whether it stands."""
    viewer_can: list[str] = moves(states.KINSHIP, RULES)
    """What you can do about it now."""


@graph(models.AuditDraw, see=(RULES, "see_audit_draw"))
class AuditDraw(Node):
    """A spot check of a street's entries of a period, drawn by lot. Anybody can draw it again. 服务记录抽查"""

    street: "StreetOffice | None" = one(models.AuditDraw.street_id)
    """Whose entries are looked at."""
    since: date
    until: date
    commitment: str
    announced_at: datetime
    """When it was announced."""
    seed: str | None
    population: str | None
    size: int | None
    drawn_at: datetime | None
    """When it was drawn."""
    state: states.AuditState
    """Where it stands."""
    items: "Connection[AuditItem]" = many(models.AuditItem.audit_draw_id, order=AuditItemOrder)
    """The entries on which the lot fell."""
    viewer_can: list[str] = moves(states.AUDIT, RULES)
    """What you can do about it now."""


@graph(models.AuditItem, see=(RULES, "see_audit_item"))
class AuditItem(Node):
    """An entry on which the lot fell. 抽中记录"""

    rank: int
    audit_draw: "AuditDraw | None" = one(models.AuditItem.audit_draw_id)
    """The spot check."""
    hour_entry: "HourEntry | None" = one(models.AuditItem.hour_entry_id)
    """The entry, for those who may see it."""


@graph(see=(RULES, "see_hour_total"))
class HourTotal:
    """Time given: by a volunteer, in a community, for an organization, in a street or in a month. 服务时长统计"""

    volunteer: "Volunteer | None" = one("volunteer_id")
    """Who gave it, when the totals are by volunteer."""
    community: "Community | None" = one("community_id")
    """Where it was given, when the totals are by community."""
    organization: "Organization | None" = one("organization_id")
    """For which organization, when the totals are by organization."""
    street: "StreetOffice | None" = one("street_id")
    """In which street, when the totals are by street."""
    month: date | None
    """The first day of the month, when the totals are by month."""
    minutes: int
    """Minutes that count: verified, or final."""
    pending_minutes: int
    """Minutes that wait to be decided."""
    entries: int
    """How many entries that is."""
    volunteers: int
    """How many volunteers gave it."""


@graph(see=(RULES, "see_hour_total"))
class HourReport:
    """Time given in a month, in a community or in a street, as it stands in the ledger at this moment. 服务时长报表"""

    month: date | None
    """The first day of the month, when the report is by month."""
    community: "Community | None" = one("community_id")
    """Where it was given, when the report is by community."""
    street: "StreetOffice | None" = one("street_id")
    """In which street, when the report is by street."""
    minutes: int
    """Minutes that count: verified, or final."""
    pending_minutes: int
    """Minutes that wait to be decided."""
    entries: int
    """How many entries that is."""


@graph(see=(RULES, "see_hour_anomaly"))
class HourAnomaly:
    """An entry that looks impossible, and why. 异常时长"""

    kind: AnomalyKind
    """What looks impossible."""
    measured: int
    """By how much, as the kind says."""
    served_on: date
    """The day of service in China."""
    hour_entry: "HourEntry | None" = one("hour_entry_id")
    """The entry."""
    other: "HourEntry | None" = one("other_id")
    """The entry it does not go together with, where there is one that you may see."""
    rule: "Rule | None" = one("rule_id")
    """The rule by which it is listed, where a number decides."""


class Query:
    hour_entry: "HourEntry | None" = by_id(models.HourEntry)
    """An entry by id."""
    hour_entries: "Connection[HourEntry]" = every(models.HourEntry, order=HourEntryOrder, filter=HourEntryFilter)
    """Entries, as far as you may see them."""
    hour_case: "HourCase | None" = by_id(models.HourCase)
    """A case about hours by id."""
    hour_cases: "Connection[HourCase]" = every(models.HourCase, order=HourCaseOrder, filter=HourCaseFilter)
    """Cases about hours, as far as you may see them."""
    kinships: "Connection[Kinship]" = every(models.Kinship, order=KinshipOrder, filter=KinshipFilter)
    """Kinships: your own; an auditor's are all."""
    audit_draw: "AuditDraw | None" = by_id(models.AuditDraw)
    """A spot check by id."""
    audit_draws: "Connection[AuditDraw]" = every(models.AuditDraw, order=AuditDrawOrder, filter=AuditDrawFilter)
    """Spot checks of all streets, the newest period first."""
    hour_anomalies: "list[HourAnomaly]" = rows(hour_anomalies)
    """Entries that look impossible, of those you oversee, newest first: somebody should look."""
    hour_totals: "list[HourTotal]" = rows(hour_totals)
    """Service time added up, most minutes first; the days are counted in China, both included."""
    hour_report: "list[HourReport]" = rows(hour_report, adds_up=False)
    """What was given in a community, a street or a district, read at once from sums that are kept beside the ledger."""


class Subscription:
    hours_changed: "HourEntry" = changes(models.HourEntry, of=[models.HourEntry.volunteer_id])
    """An entry as it is after something happened to it."""
