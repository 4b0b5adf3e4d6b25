"""Do: what minors and their guardians do so that the young may serve."""

from typing import Annotated
from uuid import UUID

from domain.accounts.models import Person
from domain.communities.models import Community
from domain.errors import Invalid, NotNow
from domain.organizations.models import Organization
from domain.programmes.commands.needs import recheck_seats
from domain.volunteers.access import RULES
from domain.volunteers.consent import consent_ends, is_minor
from domain.volunteers.models import Volunteer
from domain.volunteers.times import time_of_day
from domain.work import Work

NO_LIMITS: dict[str, None] = {
    "guardian_consent_community_id": None,
    "guardian_consent_organization_id": None,
    "guardian_consent_latest": None,
}
NO_CONSENT: dict[str, None] = {"guardian_consented_at": None, "guardian_consent_until": None, **NO_LIMITS}


async def name_guardian(
    work: Work,
    *,
    volunteer_id: UUID,
    guardian_id: Annotated[UUID, Person, "The parent or other guardian, who has an account of their own."],
) -> Volunteer:
    """Name who consents for a minor. Once they consent, only they can name another. 指定监护人"""
    volunteer = await work.get(Volunteer, volunteer_id, lock=True)
    work.ask(RULES, "name_guardian", volunteer)
    if not is_minor(work, volunteer):
        raise NotNow("of_age", "Only a minor has a guardian.", "仅未成年人需要监护人。")
    if guardian_id == volunteer.person_id:
        raise Invalid("own_guardian", "Nobody is their own guardian.", "不能指定本人为监护人。", path="guardianId")
    guardian = await work.get(Person, guardian_id)
    until = volunteer.comes_of(int(work.rule("majority").value))
    work.change(volunteer, guardian_id=guardian.id, guardian_until=until, **NO_CONSENT)
    await recheck_seats(work, volunteer)
    return volunteer


async def give_guardian_consent(
    work: Work,
    *,
    volunteer_id: UUID,
    community_id: Annotated[UUID | None, Community, "To serve in this community alone."] = None,
    organization_id: Annotated[UUID | None, Organization, "To serve with this organization alone."] = None,
    latest: Annotated[str | None, "To services that are over by this time of the day in China, such as 20:00."] = None,
) -> Volunteer:
    """Consent, as the guardian, that the minor serves, for a year; given anew, it is as then said. 监护人同意"""
    volunteer = await work.get(Volunteer, volunteer_id, lock=True)
    work.ask(RULES, "give_guardian_consent", volunteer)
    until = consent_ends(work, volunteer, work.now)
    consent = {
        "guardian_consent_until": until,
        "guardian_consent_community_id": (await work.get(Community, community_id)).id if community_id else None,
        "guardian_consent_organization_id": (await work.get(Organization, organization_id)).id
        if organization_id
        else None,
        "guardian_consent_latest": time_of_day(latest, "latest") if latest else None,
    }
    if all(getattr(volunteer, name) == value for name, value in consent.items()):
        raise NotNow("consented_already", "You have consented already.", "您已表示同意。")
    work.change(volunteer, guardian_consented_at=work.now, **consent)
    await recheck_seats(work, volunteer)
    return volunteer


async def withdraw_guardian_consent(work: Work, *, volunteer_id: UUID) -> Volunteer:
    """Take the consent back: seats ahead are held for a while, and no other can be taken. 监护人撤回同意"""
    volunteer = await work.get(Volunteer, volunteer_id, lock=True)
    work.ask(RULES, "withdraw_guardian_consent", volunteer)
    if volunteer.guardian_consented_at is None:
        raise NotNow("no_consent", "There is no consent to take back.", "目前没有可撤回的同意。")
    work.change(volunteer, **NO_CONSENT)
    await recheck_seats(work, volunteer)
    return volunteer
