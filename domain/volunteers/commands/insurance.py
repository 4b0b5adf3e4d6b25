"""Do: what organizations do so that nobody serves in danger without being insured."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.errors import Invalid
from domain.organizations.models import Organization
from domain.programmes.commands.needs import recheck_seats
from domain.volunteers.access import RULES
from domain.volunteers.models import Insurance, Volunteer
from domain.wording import line, paragraphs
from domain.work import Work


async def insure_volunteer(
    work: Work,
    *,
    organization_id: Annotated[UUID, Organization, "Who has bought it, for the services that it carries."],
    volunteer_id: UUID,
    insurer: Annotated[str, "The insurance company."],
    policy: Annotated[str, "The number of the policy."],
    since: Annotated[date, "The first day on which it covers."],
    until: Annotated[date, "The last day on which it covers."],
) -> Insurance:
    """Record that the organization has insured a volunteer against accidents. 登记志愿者保险"""
    organization = await work.get(Organization, organization_id)
    volunteer = await work.get(Volunteer, volunteer_id, lock=True)
    insurance = Insurance.new(
        street_id=organization.street_id,
        organization_id=organization.id,
        volunteer_id=volunteer.id,
        insurer=line(insurer, "insurer"),
        policy=line(policy, "policy"),
        since=since,
        until=until,
    )
    work.ask(RULES, "insure_volunteer", insurance, organization, volunteer)
    if until < max(since, work.today):
        raise Invalid(
            "ends_too_early",
            "Its last day is before its first, or is over.",
            "保险期间的最后一日早于首日或已过。",
            path="until",
        )
    work.insert(insurance)
    await recheck_seats(work, volunteer, newly=insurance)
    return insurance


async def end_insurance(
    work: Work, *, insurance_id: UUID, reason: Annotated[str, "Why it covers no longer."]
) -> Insurance:
    """Say that an insurance covers no longer, before its last day. 终止保险"""
    return await _end(work, "end_insurance", insurance_id, reason=paragraphs(reason, "reason"))


async def expire_insurance(work: Work, *, insurance_id: UUID) -> Insurance:
    """The last day of an insurance is over. By the clock. 保险到期"""
    return await _end(work, "expire_insurance", insurance_id)


async def _end(work: Work, verb: str, insurance_id: UUID, **why: Any) -> Insurance:
    """It covers no longer, and seats that rested on it are held for a while."""
    insurance = await work.get(Insurance, insurance_id, lock=True)
    volunteer = await work.get(Volunteer, insurance.volunteer_id, lock=True)
    work.ask(RULES, verb, insurance, volunteer)
    work.move(insurance, verb, **why)
    await recheck_seats(work, volunteer, without=insurance.id)
    return insurance
