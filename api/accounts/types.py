"""What can be read about people, their roles, and the applications they allowed?"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from api.engine.declare import Connection, Node, by_id, column, every, filters, graph, many, mine, moves, one, orders
from domain.accounts import models, rights_requests
from domain.accounts.access import RULES
from domain.accounts.models import RoleName
from domain.accounts.rights_requests import DataRight
from domain.accounts.states import PERSON, RIGHTS_REQUEST, PersonState, RightsRequestState
from domain.columns import Text

if TYPE_CHECKING:
    from api.communities.types import Community, StreetOffice
    from api.organizations.types import Organization

PRIVATE = (RULES, "see_private")
CORRECTED = (RULES, "see_corrected_values")

RoleGrantOrder = orders(models.RoleGrant, "-since")
RoleGrantFilter = filters(models.RoleGrant, "role", "since", "until")
ConsentOrder = orders(models.Consent, "-given_at")
ConsentFilter = filters(models.Consent, "withdrawn_at")
RightsRequestOrder = orders(rights_requests.RightsRequest, "due_at", "filed_at")
RightsRequestFilter = filters(rights_requests.RightsRequest, "state", "asks_for", "due_at", "person_id")


@graph(models.Person, see=(RULES, "see_person"))
class Person(Node):
    """Somebody with an account. Others see the display name only. 人员"""

    display_name: str
    name: str | None = column(guard=PRIVATE)
    email: str | None = column(guard=PRIVATE)
    phone: str | None = column(guard=PRIVATE)
    locale: str | None = column(guard=PRIVATE)
    registered_at: datetime | None = column(guard=PRIVATE)
    state: PersonState | None = column(guard=PRIVATE)
    roles: "Connection[RoleGrant]" = many(models.RoleGrant.person_id, order=RoleGrantOrder, filter=RoleGrantFilter)
    """The roles the person holds, will hold and held, as far as the reader may know them."""
    consents: "Connection[Consent]" = many(models.Consent.person_id, order=ConsentOrder, filter=ConsentFilter)
    """What the person allowed applications to do; for their own eyes."""
    rights_requests: "Connection[RightsRequest]" = many(
        rights_requests.RightsRequest.person_id, order=RightsRequestOrder, filter=RightsRequestFilter
    )
    """What the person asked about their data, and the answers."""
    viewer_can: list[str] = moves(PERSON, RULES)


@graph(models.RoleGrant, see=(RULES, "see_role_grant"))
class RoleGrant(Node):
    """A role that a person holds, in one place or in none, from a day on. 角色授予"""

    person: Person | None = one(models.RoleGrant.person_id)
    role: RoleName
    street: "StreetOffice | None" = one(models.RoleGrant.street_id)
    community: "Community | None" = one(models.RoleGrant.community_id)
    organization: "Organization | None" = one(models.RoleGrant.organization_id)
    since: date
    until: date | None


@graph(models.Client, see=(RULES, "see_client"))
class Client(Node):
    """An application that may ask for tokens. 应用"""

    name: Text


@graph(models.Consent, see=(RULES, "see_consent"))
class Consent(Node):
    """What a person allowed an application to do. 授权同意"""

    client: Client | None = one(models.Consent.client_id)
    scopes: list[str]
    given_at: datetime
    withdrawn_at: datetime | None


@graph(rights_requests.RightsRequest, see=(RULES, "see_rights_request"))
class RightsRequest(Node):
    """What a person asks about their data, when it is due, and the answer. 个人信息权利请求"""

    person: Person | None = one(rights_requests.RightsRequest.person_id)
    asks_for: DataRight
    says: str
    legal_name: str | None = column(guard=CORRECTED)
    birth_date: date | None = column(guard=CORRECTED)
    filed_at: datetime
    due_at: datetime
    answered_at: datetime | None
    answered_by: Person | None = one(rights_requests.RightsRequest.answered_by_id)
    answer: Text | None
    court_route: Text | None
    state: RightsRequestState
    viewer_can: list[str] = moves(RIGHTS_REQUEST, RULES)
    """What you can do about it now."""


class Query:
    viewer: Person | None = mine(models.Person.id)
    """The person in whose name the question is asked; null when an application asks in its own."""
    person: Person | None = by_id(models.Person)
    """A person."""
    rights_request: RightsRequest | None = by_id(rights_requests.RightsRequest)
    """A request about one's data."""
    rights_requests: "Connection[RightsRequest]" = every(
        rights_requests.RightsRequest, order=RightsRequestOrder, filter=RightsRequestFilter
    )
    """What people asked about their data, as far as you may see it; what is due first comes first."""
