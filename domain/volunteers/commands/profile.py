"""Do: what people do to become volunteers, and to tell what they can and would like to do."""

from datetime import date
from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.accounts.addresses import language as language_tag
from domain.accounts.addresses import phone_number
from domain.accounts.models import Person, RoleGrant, RoleName
from domain.columns import ABSENT, Given, Text
from domain.communities.models import Community
from domain.errors import NotAllowed
from domain.volunteers.access import RULES
from domain.volunteers.charter import accept
from domain.volunteers.consent import require_age
from domain.volunteers.countries import country_code
from domain.volunteers.models import LanguageLevel, Sex, SpokenLanguage, Volunteer
from domain.volunteers.skills import skill_codes
from domain.volunteers.times import weekly_times
from domain.wording import line, prose
from domain.work import Work

AVAILABLE = "When one usually can, as weekdays with times in China, such as SA 09:00-12:30; all of them."

ROLE_HELD = select(RoleGrant).where(
    col(RoleGrant.person_id) == bindparam("person"),
    col(RoleGrant.role) == RoleName.VOLUNTEER,
    col(RoleGrant.until).is_(None),
)
LANGUAGE = select(SpokenLanguage).where(
    col(SpokenLanguage.volunteer_id) == bindparam("volunteer"),
    col(SpokenLanguage.language) == bindparam("language"),
)


async def register_volunteer(
    work: Work,
    *,
    legal_name: Annotated[str, "The name in the identity document."],
    birth_date: date,
    display_name: Annotated[str | None, "The name others see; the account's, if none is given."] = None,
    nationality: Annotated[str | None, "The country of the identity document (ISO 3166-1, two letters)."] = None,
    phone: Annotated[str | None, "A number for the day of service; without a country it is Chinese."] = None,
    skills: Annotated[list[str] | None, "Codes such as first_aid."] = None,
    sex: Annotated[Sex | None, "As the identity document says."] = None,
    community_id: Annotated[UUID | None, Community, "The community one lives in, or mostly serves in."] = None,
    available: Annotated[list[str] | None, AVAILABLE] = None,
    wishes: Annotated[Text | None, "What one would like to do, and for whom."] = None,
    charter_edition: Annotated[
        int | None, "The edition of the rights and duties that was read and is accepted."
    ] = None,
    charter_language: Annotated[str | None, "The language in which it was read (BCP 47)."] = None,
) -> Volunteer:
    """Become a volunteer, in one step. 注册为志愿者"""
    if work.actor.person_id is None:
        raise NotAllowed("not_signed_in", "Sign in to become a volunteer.", "请先登录再注册志愿者。")
    person = await work.get(Person, work.actor.person_id)
    volunteer = Volunteer.new(
        person_id=person.id,
        display_name=line(display_name, "displayName") if display_name else person.display_name,
        legal_name=line(legal_name, "legalName"),
        birth_date=birth_date,
        nationality=country_code(nationality, "nationality") if nationality else None,
        phone=phone_number(phone) if phone else None,
        skills=skill_codes(skills or []),
        sex=sex,
        community_id=(await work.get(Community, community_id)).id if community_id else None,
        available=weekly_times(available or []),
        wishes=prose(wishes, "wishes") if wishes else None,
        registered_at=work.now,
    )
    work.ask(RULES, "register_volunteer", volunteer)
    require_age(work, volunteer)
    if charter_edition is not None:
        accept(work, volunteer, charter_edition, charter_language)
    if not await work.first(RoleGrant, ROLE_HELD, person=person.id):
        grant = work.insert(RoleGrant.new(person_id=person.id, role=RoleName.VOLUNTEER, since=work.today))
        work.follow("grant_role", grant)
    return work.insert(volunteer)


async def accept_charter(
    work: Work,
    *,
    volunteer_id: UUID,
    charter_edition: Annotated[int, "The edition of the rights and duties that was read (`charterClauses`)."],
    charter_language: Annotated[str, "The language in which it was read (BCP 47)."],
) -> Volunteer:
    """Accept one's rights and duties, as one has read them in one's own language. 确认志愿者权利义务"""
    volunteer = await work.get(Volunteer, volunteer_id, lock=True)
    work.ask(RULES, "accept_charter", volunteer)
    return accept(work, volunteer, charter_edition, charter_language)


async def update_volunteer(
    work: Work,
    *,
    volunteer_id: UUID,
    display_name: Annotated[Given[str], "The name others see."] = ABSENT,
    phone: Annotated[Given[str | None], "A number for the day of service; without a country it is Chinese."] = ABSENT,
    skills: Annotated[Given[list[str]], "All skills, as codes such as first_aid."] = ABSENT,
    sex: Annotated[Given[Sex | None], "As the identity document says."] = ABSENT,
    community_id: Annotated[Given[UUID | None], Community, "The community one lives in, or mostly serves in."] = ABSENT,
    available: Annotated[Given[list[str]], AVAILABLE] = ABSENT,
    wishes: Annotated[Given[Text | None], "What one would like to do, and for whom."] = ABSENT,
    invitable: Annotated[
        Given[bool], "Whether whoever leads a service may invite one; with a code they always may."
    ] = ABSENT,
) -> Volunteer:
    """Change what is given; what is left out stays. 更新志愿者资料"""
    volunteer = await work.get(Volunteer, volunteer_id, lock=True)
    work.ask(RULES, "update_volunteer", volunteer)
    if display_name is not ABSENT:
        work.change(volunteer, display_name=line(display_name, "displayName"))
    if phone is not ABSENT:
        work.change(volunteer, phone=phone_number(phone) if phone else None)
    if skills is not ABSENT:
        work.change(volunteer, skills=skill_codes(skills))
    if sex is not ABSENT:
        work.change(volunteer, sex=sex)
    if community_id is not ABSENT:
        lives_in = await work.get(Community, community_id) if community_id else None
        work.change(volunteer, community_id=lives_in and lives_in.id)
    if available is not ABSENT:
        work.change(volunteer, available=weekly_times(available))
    if wishes is not ABSENT:
        work.change(volunteer, wishes=prose(wishes, "wishes") if wishes else None)
    if invitable is not ABSENT:
        work.change(volunteer, invitable=invitable)
    return volunteer


async def speak_language(
    work: Work,
    *,
    volunteer_id: UUID,
    language: Annotated[str, "The language (BCP 47), as en or zh-Hans."],
    level: Annotated[LanguageLevel, "How well; NONE takes it back."],
) -> SpokenLanguage:
    """Say which language one speaks, and how well. 登记语言能力"""
    volunteer = await work.get(Volunteer, volunteer_id)
    tag = language_tag(language, "language")
    spoken = await work.first(SpokenLanguage, LANGUAGE, volunteer=volunteer.id, language=tag)
    known = spoken or work.insert(SpokenLanguage.new(volunteer_id=volunteer.id, language=tag, level=level))
    work.ask(RULES, "speak_language", known, volunteer)
    return work.change(known, level=level)
