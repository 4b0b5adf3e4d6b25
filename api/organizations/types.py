"""What can be read about social organizations and their staff?"""

from datetime import date
from typing import TYPE_CHECKING

from api.engine.declare import Connection, Node, by_id, contains, every, filters, graph, many, moves, one, orders
from domain.columns import Text
from domain.organizations import models
from domain.organizations.access import RULES
from domain.organizations.models import OrganizationCategory
from domain.organizations.states import ORGANIZATION, OrganizationState
from domain.workers.models import SocialWorker as Worker

if TYPE_CHECKING:
    from api.accounts.types import Person
    from api.communities.types import StreetOffice
    from api.workers.types import SocialWorker

OrganizationOrder = orders(models.Organization, "id", "-registered_on")
OrganizationFilter = filters(models.Organization, "street_id", "category", "state", "unified_code", contains("name"))
StaffOrder = orders(models.Staff, "-since")
StaffFilter = filters(models.Staff, "person_id", "until")


@graph(models.Organization, see=(RULES, "see_organization"))
class Organization(Node):
    """A social organization, as its street office knows it. 社会组织"""

    street: "StreetOffice | None" = one(models.Organization.street_id)
    name: Text
    category: OrganizationCategory
    unified_code: str | None
    certificate_number: str | None
    registered_on: date | None
    state: OrganizationState
    staff: "Connection[Staff]" = many(models.Staff.organization_id, order=StaffOrder, filter=StaffFilter)
    """Who works for it, and did."""
    social_workers: "Connection[SocialWorker]" = many(Worker.agency_id)
    """Its social workers."""
    viewer_can: list[str] = moves(ORGANIZATION, RULES)


@graph(models.Staff, see=(RULES, "see_staff"))
class Staff(Node):
    """A person's work for an organization, from a day on. 工作人员"""

    organization: Organization | None = one(models.Staff.organization_id)
    person: "Person | None" = one(models.Staff.person_id)
    position: str
    since: date
    until: date | None


class Query:
    organization: Organization | None = by_id(models.Organization)
    """A social organization."""
    organizations: Connection[Organization] = every(
        models.Organization, order=OrganizationOrder, filter=OrganizationFilter
    )
    """All social organizations that may be seen."""
