"""What can be done with social organizations and their staff?"""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlmodel import col

from domain.accounts.commands import give_along
from domain.accounts.models import Person, RoleGrant, RoleName
from domain.columns import Text
from domain.communities.models import StreetOffice
from domain.errors import Invalid, NotNow
from domain.organizations.access import RULES
from domain.organizations.codes import unified_code as checked
from domain.organizations.models import Organization, OrganizationCategory, Staff
from domain.organizations.states import OrganizationState
from domain.wording import line
from domain.wording import name as named
from domain.work import Work
from domain.workers.commands import release_all

Reason = Annotated[str, "Why; kept with the deed."]
Position = Annotated[str, "What the person does there, in the organization's own words."]

# -- the organization -------------------------------------------------------------------------------------------------


async def register_organization(
    work: Work,
    *,
    street_id: Annotated[UUID, StreetOffice, "The street office in whose street it is based."],
    name: Annotated[Text, "What it is called."],
    category: Annotated[OrganizationCategory, "On what footing it works here."],
    unified_code: Annotated[str | None, "Its unified social credit code; a registered organization has one."] = None,
    certificate_number: Annotated[
        str | None, "The number of its certificate; an organization from abroad has a registration certificate."
    ] = None,
    registered_on: Annotated[date | None, "The day it was registered or filed."] = None,
) -> Organization:
    """Take up a social organization from its papers. It works here once they are confirmed. 登记社会组织"""
    office = await work.get(StreetOffice, street_id)
    organization = Organization.new(
        street_id=office.id,
        name=named(name),
        category=category,
        unified_code=checked(unified_code) if unified_code else None,
        certificate_number=line(certificate_number, "certificateNumber") if certificate_number else None,
        registered_on=registered_on,
    )
    work.ask(RULES, "register_organization", organization)
    _require_papers(organization, work.today)
    return work.insert(organization)


def _require_papers(organization: Organization, today: date) -> None:
    """What an organization of its category must be able to show."""
    if organization.category == OrganizationCategory.REGISTERED and not organization.unified_code:
        raise Invalid(
            "code_missing",
            "A registered social organization has a unified social credit code.",
            "登记的社会组织须提供统一社会信用代码。",
            path="unifiedCode",
        )
    if organization.category == OrganizationCategory.FOREIGN_RELATED and not organization.certificate_number:
        raise Invalid(
            "certificate_missing",
            "The representative office of an organization from abroad has a registration certificate.",
            "境外非政府组织代表机构须提供登记证书编号。",
            path="certificateNumber",
        )
    if organization.registered_on and organization.registered_on > today:
        raise Invalid("not_yet", "This day is still to come.", "该日期尚未到来。", path="registeredOn")


async def rename_organization(
    work: Work, *, organization_id: UUID, name: Annotated[Text, "What it is called from now on."]
) -> Organization:
    """Give an organization another name, or its name in another language. 社会组织更名"""
    organization = await work.get(Organization, organization_id, lock=True)
    work.ask(RULES, "rename_organization", organization)
    return work.change(organization, name=named(name))


async def confirm_organization(work: Work, *, organization_id: UUID) -> Organization:
    """Find an organization's papers right, so that it may work here. 核实社会组织"""
    organization = await work.get(Organization, organization_id, lock=True)
    work.ask(RULES, "confirm_organization", organization)
    return work.move(organization, "confirm_organization")


async def suspend_organization(work: Work, *, organization_id: UUID, reason: Reason) -> Organization:
    """Order an organization to rest. 暂停社会组织活动"""
    organization = await work.get(Organization, organization_id, lock=True)
    work.ask(RULES, "suspend_organization", organization, reason=reason)
    return work.move(organization, "suspend_organization")


async def reinstate_organization(work: Work, *, organization_id: UUID, reason: Reason) -> Organization:
    """Let an organization work again. 恢复社会组织活动"""
    organization = await work.get(Organization, organization_id, lock=True)
    work.ask(RULES, "reinstate_organization", organization, reason=reason)
    return work.move(organization, "reinstate_organization")


async def deregister_organization(work: Work, *, organization_id: UUID, reason: Reason) -> Organization:
    """Strike an organization off: all posts and roles held there end today, and all it supervises. 注销社会组织"""
    organization = await work.get(Organization, organization_id, lock=True)
    work.ask(RULES, "deregister_organization", organization, reason=reason)
    for staff in await work.all(Staff, POSTS, organization=organization.id):
        work.follow("remove_staff", staff)
        work.change(staff, until=max(staff.since, work.today))
    await release_all(work, organization)
    for grant in await work.all(RoleGrant, GRANTS, organization=organization.id, today=work.today):
        _end(work, grant)
    return work.move(organization, "deregister_organization")


# -- its staff --------------------------------------------------------------------------------------------------------

POSTS = (
    select(Staff)
    .where(col(Staff.organization_id) == bindparam("organization"), col(Staff.until).is_(None))
    .order_by(col(Staff.id))
)
POST = POSTS.where(col(Staff.person_id) == bindparam("person"))
GRANTS = (
    select(RoleGrant)
    .where(col(RoleGrant.organization_id) == bindparam("organization"))
    .where(or_(col(RoleGrant.until).is_(None), col(RoleGrant.until) > bindparam("today")))
    .order_by(col(RoleGrant.id))
)
THEIRS = GRANTS.where(
    col(RoleGrant.person_id) == bindparam("person"),
    or_(
        col(RoleGrant.role) == RoleName.ORGANIZATION_MANAGER.value,
        col(RoleGrant.role) == RoleName.ORGANIZATION_STAFF.value,
    ),
)


async def appoint_manager(work: Work, *, organization_id: UUID, person_id: UUID, position: Position) -> Staff:
    """Make a person the organization's manager, whether they work there yet or not. 任命负责人"""
    organization = await work.get(Organization, organization_id, lock=True)
    post = await work.first(Staff, POST, organization=organization.id, person=person_id)
    staff = post or await _post(work, organization, person_id, position)
    work.ask(RULES, "appoint_manager", staff)
    _require_registered(organization)
    await give_along(work, person_id=person_id, role=RoleName.ORGANIZATION_MANAGER, organization_id=organization.id)
    return work.change(staff, position=line(position, "position")) if post else work.insert(staff)


async def add_staff(work: Work, *, organization_id: UUID, person_id: UUID, position: Position) -> Staff:
    """Take a person into the organization's staff, with the rights of staff, from today on. 增加工作人员"""
    organization = await work.get(Organization, organization_id, lock=True)
    staff = await _post(work, organization, person_id, position)
    work.ask(RULES, "add_staff", staff)
    _require_registered(organization)
    await give_along(work, person_id=person_id, role=RoleName.ORGANIZATION_STAFF, organization_id=organization.id)
    return work.insert(staff)


async def remove_staff(work: Work, *, staff_id: UUID, reason: Reason) -> Staff:
    """End a person's post, and with it their rights as manager or staff, today. 解除工作人员"""
    staff = await work.get(Staff, staff_id, lock=True)
    work.ask(RULES, "remove_staff", staff, reason=reason)
    if staff.until:
        raise NotNow("ended", "This post has ended already.", "该职务已终止。")
    held: dict[str, Any] = {"organization": staff.organization_id, "person": staff.person_id, "today": work.today}
    for grant in await work.all(RoleGrant, THEIRS, **held):
        _end(work, grant)
    return work.change(staff, until=max(staff.since, work.today))


def _require_registered(organization: Organization) -> None:
    if organization.state == OrganizationState.DEREGISTERED:
        raise NotNow("deregistered", "This organization is struck off.", "该社会组织已注销。")


async def _post(work: Work, organization: Organization, person_id: UUID, position: str) -> Staff:
    person = await work.get(Person, person_id)
    return Staff.new(
        street_id=organization.street_id,
        organization_id=organization.id,
        person_id=person.id,
        position=line(position, "position"),
        since=work.today,
    )


def _end(work: Work, grant: RoleGrant) -> None:
    work.follow("revoke_role", grant)
    work.change(grant, until=max(grant.since, work.today))
