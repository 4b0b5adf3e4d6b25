"""What can be read about social workers and whom they supervise?"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from api.engine.declare import Connection, Node, by_id, column, every, filters, graph, many, moves, one, orders
from domain.workers import models
from domain.workers.access import RULES
from domain.workers.models import Qualification
from domain.workers.states import SOCIAL_WORKER, SUPERVISION, SocialWorkerState, SupervisionState

if TYPE_CHECKING:
    from api.accounts.types import Person
    from api.communities.types import Community, StreetOffice
    from api.organizations.types import Organization
    from api.volunteers.types import Volunteer

SocialWorkerOrder = orders(models.SocialWorker, "id")
SocialWorkerFilter = filters(models.SocialWorker, "street_id", "agency_id", "person_id", "qualification", "state")
SupervisionOrder = orders(models.Supervision, "-since")
SupervisionFilter = filters(
    models.Supervision, "street_id", "social_worker_id", "community_id", "volunteer_id", "state", "since"
)


@graph(models.SocialWorker, see=(RULES, "see_social_worker"))
class SocialWorker(Node):
    """A person who does social work by profession, for an agency. 社会工作者"""

    person: "Person | None" = one(models.SocialWorker.person_id)
    agency: "Organization | None" = one(models.SocialWorker.agency_id)
    street: "StreetOffice | None" = one(models.SocialWorker.street_id)
    qualification: Qualification
    certificate_number: str | None = column(guard=(RULES, "see_private"))
    issued_on: date
    verified_at: datetime | None
    state: SocialWorkerState
    supervisions: "Connection[Supervision]" = many(
        models.Supervision.social_worker_id, order=SupervisionOrder, filter=SupervisionFilter
    )
    """What they supervise, and did."""
    viewer_can: list[str] = moves(SOCIAL_WORKER, RULES)


@graph(models.Supervision, see=(RULES, "see_supervision"))
class Supervision(Node):
    """A social worker's charge of a community, or of a volunteer, for a time. 督导"""

    social_worker: SocialWorker | None = one(models.Supervision.social_worker_id)
    agency: "Organization | None" = one(models.Supervision.agency_id)
    street: "StreetOffice | None" = one(models.Supervision.street_id)
    community: "Community | None" = one(models.Supervision.community_id)
    volunteer: "Volunteer | None" = one(models.Supervision.volunteer_id)
    since: date
    until: date | None
    state: SupervisionState
    viewer_can: list[str] = moves(SUPERVISION, RULES)


class Query:
    social_worker: SocialWorker | None = by_id(models.SocialWorker)
    """A social worker."""
    social_workers: Connection[SocialWorker] = every(
        models.SocialWorker, order=SocialWorkerOrder, filter=SocialWorkerFilter
    )
    """All social workers."""
    supervisions: Connection[Supervision] = every(models.Supervision, order=SupervisionOrder, filter=SupervisionFilter)
    """All supervisions that may be seen."""
