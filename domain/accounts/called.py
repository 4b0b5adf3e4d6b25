"""What are the people and things called that a row leads to? By the rules of reading, as far as somebody may know."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, select

from domain.access import Actor, Rules
from domain.accounts.access import RULES as ACCOUNTS
from domain.accounts.models import Client, Issuer, Person
from domain.columns import Row
from domain.communities.access import RULES as COMMUNITIES
from domain.communities.models import Community, StreetOffice
from domain.organizations.access import RULES as ORGANIZATIONS
from domain.organizations.models import Organization
from domain.volunteers.access import RULES as VOLUNTEERS
from domain.volunteers.models import Volunteer
from domain.workers.access import RULES as WORKERS
from domain.workers.models import SocialWorker


class Named(NamedTuple):
    """The rule under which something is seen, and the column that names it, or leads on to what does."""

    rules: Rules
    see: str
    column: str


NAMED: dict[type[Row], Named] = {
    Person: Named(ACCOUNTS, "see_person", "display_name"),
    Volunteer: Named(VOLUNTEERS, "see_volunteer", "display_name"),
    SocialWorker: Named(WORKERS, "see_social_worker", "person_id"),
    Organization: Named(ORGANIZATIONS, "see_organization", "name"),
    Community: Named(COMMUNITIES, "see_community", "name"),
    StreetOffice: Named(COMMUNITIES, "see_street_office", "name"),
    Client: Named(ACCOUNTS, "see_client", "name"),
    Issuer: Named(ACCOUNTS, "see_issuer", "name"),
}
TABLES = {str(model.__tablename__): (model, named) for model, named in NAMED.items()}


def with_names(columns: Iterable[Any], viewer: Actor, *, but: str | None = None) -> Iterator[Any]:
    """The columns, each that leads to something with a name followed by it; null where the viewer may not see it.

    `but` is the column that leads to the viewer.
    """
    for column in columns:
        yield column
        if column.name != but and (name := _name(column, viewer)) is not None:
            yield name.label(f"{column.name.removesuffix('_id')}_called")


def _name(column: Any, viewer: Actor) -> ScalarSelect[Any] | None:
    """What the column leads to is called; if that says it by leading on, what that one is called."""
    parent = next((key.column.table.name for key in column.foreign_keys), None)
    if parent not in TABLES:
        return None
    model, (rules, see, said) = TABLES[parent]
    there: Any = model.__table__.alias()  # type: ignore[attr-defined]
    name: Any = _name(there.c[said], viewer) if there.c[said].foreign_keys else there.c[said]
    seen = rules.sql(viewer, see, there)
    return select(name).where(there.c.id == column, seen).correlate_except(there).scalar_subquery()
