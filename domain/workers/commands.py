"""What can be done with social workers and what they supervise?"""

from datetime import date
from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlmodel import col

from domain.accounts.commands import give_along
from domain.accounts.models import Person, RoleGrant, RoleName
from domain.communities.models import Community
from domain.errors import Invalid, NotNow
from domain.organizations.models import Organization
from domain.organizations.states import OrganizationState
from domain.volunteers.models import Volunteer
from domain.wording import line
from domain.work import Work
from domain.workers.access import RULES
from domain.workers.models import Qualification, SocialWorker, Supervision
from domain.workers.states import SocialWorkerState, SupervisionState

ROLES = (
    select(RoleGrant)
    .where(
        col(RoleGrant.person_id) == bindparam("person"),
        col(RoleGrant.role) == RoleName.SOCIAL_WORKER.value,
        or_(col(RoleGrant.organization_id) == bindparam("place"), col(RoleGrant.community_id) == bindparam("place")),
        or_(col(RoleGrant.until).is_(None), col(RoleGrant.until) > bindparam("today")),
    )
    .order_by(col(RoleGrant.id))
)
SUPERVISIONS = (
    select(Supervision)
    .where(
        col(Supervision.social_worker_id) == bindparam("worker"),
        col(Supervision.state) == SupervisionState.ASSIGNED.value,
    )
    .order_by(col(Supervision.id))
)

AT_WORK = (
    select(SocialWorker)
    .where(col(SocialWorker.state) != SocialWorkerState.RELEASED.value)
    .order_by(col(SocialWorker.id))
)
OF_AGENCY = AT_WORK.where(col(SocialWorker.agency_id) == bindparam("agency"))
OF_PERSON = AT_WORK.where(col(SocialWorker.person_id) == bindparam("person"))

# -- the social worker ------------------------------------------------------------------------------------------------


async def register_social_worker(
    work: Work,
    *,
    agency_id: Annotated[UUID, Organization, "The organization they work for."],
    person_id: UUID,
    qualification: Annotated[Qualification, "The level of their certificate."],
    certificate_number: Annotated[str, "The number of their certificate."],
    issued_on: Annotated[date, "The day the certificate was issued."],
) -> SocialWorker:
    """Name a person as a social worker of an agency. They may act once their certificate is verified. 登记社会工作者"""
    agency = await work.get(Organization, agency_id)
    person = await work.get(Person, person_id)
    worker = SocialWorker.new(
        street_id=agency.street_id,
        agency_id=agency.id,
        person_id=person.id,
        qualification=qualification,
        certificate_number=line(certificate_number, "certificateNumber"),
        issued_on=issued_on,
    )
    work.ask(RULES, "register_social_worker", worker)
    if agency.state != OrganizationState.ACTIVE:
        raise NotNow("agency_not_active", "This agency may not work now.", "该机构目前不能开展活动。")
    if issued_on > work.today:
        raise Invalid("not_yet", "This day is still to come.", "该日期尚未到来。", path="issuedOn")
    return work.insert(worker)


async def verify_qualification(work: Work, *, social_worker_id: UUID) -> SocialWorker:
    """Find a social worker's certificate right: from now on they may act as one for their agency. 核验职业资格"""
    worker = await work.get(SocialWorker, social_worker_id, lock=True)
    work.ask(RULES, "verify_qualification", worker)
    verified = work.move(worker, "verify_qualification", verified_by=work.actor.id, verified_at=work.now)
    if not await _held(work, worker, worker.agency_id):
        await give_along(
            work, person_id=worker.person_id, role=RoleName.SOCIAL_WORKER, organization_id=worker.agency_id
        )
    return verified


async def release_social_worker(
    work: Work, *, social_worker_id: UUID, reason: Annotated[str, "Why; kept with the deed."]
) -> SocialWorker:
    """End a social worker's work for an agency, and with it their role there and all they supervise. 社会工作者离任"""
    worker = await work.get(SocialWorker, social_worker_id, lock=True)
    work.ask(RULES, "release_social_worker", worker, reason=reason)
    await _end_all(work, worker)
    await _revoke(work, worker, worker.agency_id)
    return work.move(worker, "release_social_worker")


async def release_all(work: Work, agency: Organization) -> None:
    """What follows when an agency is struck off: none of its social workers acts for it, or supervises, any more."""
    for worker in await work.all(SocialWorker, OF_AGENCY, agency=agency.id):
        await _let_go(work, worker)


async def release_everywhere(work: Work, person: Person) -> None:
    """What follows when a person leaves: they are a social worker of no agency any more, and supervise nobody."""
    for worker in await work.all(SocialWorker, OF_PERSON, lock=True, person=person.id):
        await _let_go(work, worker)


async def _let_go(work: Work, worker: SocialWorker) -> None:
    work.follow("release_social_worker", worker)
    await _end_all(work, worker)
    work.move(worker, "release_social_worker")


async def _end_all(work: Work, worker: SocialWorker) -> None:
    for supervision in await work.all(Supervision, SUPERVISIONS, worker=worker.id):
        work.follow("end_supervision", supervision)
        await _end(work, supervision, worker)


# -- what they supervise ----------------------------------------------------------------------------------------------


async def assign_supervision(
    work: Work,
    *,
    social_worker_id: UUID,
    community_id: Annotated[UUID | None, Community, "The community they shall supervise."] = None,
    volunteer_id: Annotated[UUID | None, Volunteer, "The volunteer they shall supervise."] = None,
    since: Annotated[date | None, "The first day; today, if none is given."] = None,
    until: Annotated[date | None, "The first day it is over; open, if none is given."] = None,
) -> Supervision:
    """Put a community, or a volunteer, in a social worker's charge. In a community they may act as one. 指派督导"""
    worker = await work.get(SocialWorker, social_worker_id, lock=True)
    subject = await _subject(work, community_id, volunteer_id)
    supervision = Supervision.new(
        street_id=subject.street_id if isinstance(subject, Community) else worker.street_id,
        agency_id=worker.agency_id,
        social_worker_id=worker.id,
        community_id=community_id,
        volunteer_id=volunteer_id,
        since=since or work.today,
        until=until,
    )
    work.ask(RULES, "assign_supervision", supervision, worker, subject)
    if worker.state != SocialWorkerState.QUALIFIED:
        raise NotNow("not_qualified", "This social worker's certificate is not verified.", "该社会工作者资格尚未核验。")
    if supervision.since < work.today or (until and until <= supervision.since):
        raise Invalid(
            "wrong_dates",
            "A supervision begins today or later and ends after it.",
            "督导须自今日或以后开始，且止于其后。",
            path="since",
        )
    if community_id and not await _held(work, worker, community_id):
        await give_along(
            work,
            person_id=worker.person_id,
            role=RoleName.SOCIAL_WORKER,
            community_id=community_id,
            since=supervision.since,
            until=until,
        )
    return work.insert(supervision)


async def end_supervision(
    work: Work, *, supervision_id: UUID, reason: Annotated[str, "Why; kept with the deed."]
) -> Supervision:
    """End a supervision today, and with it the social worker's role in the community. 结束督导"""
    supervision = await work.get(Supervision, supervision_id, lock=True)
    worker = await work.get(SocialWorker, supervision.social_worker_id)
    subject = await _subject(work, supervision.community_id, supervision.volunteer_id)
    work.ask(RULES, "end_supervision", supervision, worker, subject, reason=reason)
    return await _end(work, supervision, worker)


async def expire_supervision(work: Work, *, supervision_id: UUID) -> Supervision:
    """The last day of a supervision is over. By the clock. 督导到期"""
    supervision = await work.get(Supervision, supervision_id, lock=True)
    work.ask(RULES, "expire_supervision", supervision)
    return work.move(supervision, "expire_supervision")


async def _subject(work: Work, community_id: UUID | None, volunteer_id: UUID | None) -> Community | Volunteer:
    """The one that is supervised."""
    if community_id and not volunteer_id:
        return await work.get(Community, community_id)
    if volunteer_id and not community_id:
        return await work.get(Volunteer, volunteer_id)
    raise Invalid(
        "one_of_two", "Name either a community or a volunteer.", "请指定社区或志愿者，二者择一。", path="communityId"
    )


async def _end(work: Work, supervision: Supervision, worker: SocialWorker) -> Supervision:
    if supervision.community_id:
        await _revoke(work, worker, supervision.community_id)
    return work.move(supervision, "end_supervision", until=max(supervision.since, work.today))


# -- the role that comes with it --------------------------------------------------------------------------------------


async def _held(work: Work, worker: SocialWorker, place: UUID) -> list[RoleGrant]:
    return await work.all(RoleGrant, ROLES, person=worker.person_id, place=place, today=work.today)


async def _revoke(work: Work, worker: SocialWorker, place: UUID) -> None:
    for grant in await _held(work, worker, place):
        work.follow("revoke_role", grant)
        work.change(grant, until=max(grant.since, work.today))
