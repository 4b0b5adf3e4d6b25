"""Do: what volunteers show of what they can do, and those who look at the proof."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.accounts.addresses import language as language_tag
from domain.errors import Invalid, NotNow
from domain.programmes.commands.needs import recheck_seats
from domain.volunteers.access import RULES
from domain.volunteers.models import Competence, CompetenceLevel, CompetenceSource, Volunteer
from domain.volunteers.skills import skill_code
from domain.volunteers.states import CompetenceState
from domain.wording import paragraphs
from domain.work import Work


async def record_competence(
    work: Work,
    *,
    volunteer_id: UUID,
    level: CompetenceLevel,
    source: Annotated[CompetenceSource, "What it rests on; only a course that was passed here is recorded as COURSE."],
    proof: Annotated[str, "What shows it, and by whom: the certificate and its issuer, or who has seen it."],
    skill: Annotated[str | None, "A code such as first_aid. Either a skill or a language."] = None,
    language: Annotated[str | None, "The language (BCP 47), as en or zh-Hans. Either a skill or a language."] = None,
    since: Annotated[date | None, "The first day on which it holds; today if left out."] = None,
    until: Annotated[date | None, "The last day on which it holds; left out if it does not end."] = None,
) -> Competence:
    """Write down what one can do, with proof, for somebody to look at it. 登记能力"""
    volunteer = await work.get(Volunteer, volunteer_id)
    competence = Competence.new(
        volunteer_id=volunteer.id,
        skill=skill,
        language=language,
        level=level,
        source=source,
        proof=proof,
        since=since or work.today,
        until=until,
    )
    work.ask(RULES, "record_competence", competence, volunteer)
    _require_one(skill, language, level)
    if source is CompetenceSource.COURSE:
        raise Invalid(
            "course_by_itself",
            "A course that was passed here is recorded by itself.",
            "本平台培训合格后会自动登记，无须填写。",
            path="source",
        )
    _require_days(work, competence)
    work.insert(competence)
    return work.change(
        competence,
        skill=skill_code(skill) if skill else None,
        language=language_tag(language, "language") if language else None,
        proof=paragraphs(proof, "proof"),
    )


async def confirm_competence(work: Work, *, competence_id: UUID) -> Competence:
    """Find, having seen the proof, that a volunteer can do this. 确认能力"""
    competence, volunteer = await _ask(work, "confirm_competence", competence_id)
    if competence.until and competence.until < work.today:
        raise NotNow(
            "proof_expired",
            "This proof held until a day that is over.",
            "该证明材料已过有效期。",
            remedy=("Refuse it, and let them show a newer one.", "请不予确认，由志愿者提交新的材料。"),
        )
    work.move(competence, "confirm_competence", confirmed_by_id=work.actor.person_id, confirmed_at=work.now)
    await recheck_seats(work, volunteer, beside=competence.id)
    return competence


def grant_competence(
    work: Work, volunteer: Volunteer, *, skill: str, level: CompetenceLevel, proof: str, until: date | None
) -> Competence:
    """What follows when a course was passed here: whoever saw it has seen the proof.

    A seat that is held for want of it is confirmed by its holder: what is read cannot tell of a row that is new.
    """
    competence = work.insert(
        Competence.new(
            volunteer_id=volunteer.id,
            skill=skill,
            level=level,
            source=CompetenceSource.COURSE,
            proof=proof,
            since=work.today,
            until=until,
            confirmed_by_id=work.actor.person_id,
            confirmed_at=work.now,
            state=CompetenceState.CURRENT,
        )
    )
    work.follow("confirm_competence", competence)
    return competence


async def refuse_competence(
    work: Work, *, competence_id: UUID, reason: Annotated[str, "What was missing, for the volunteer to read."]
) -> Competence:
    """Find that the proof shows too little. Other proof may be shown. 不予确认能力"""
    competence, _ = await _ask(work, "refuse_competence", competence_id)
    return work.move(competence, "refuse_competence", reason=paragraphs(reason, "reason"))


async def withdraw_competence(work: Work, *, competence_id: UUID) -> Competence:
    """Take it back: one can do this no longer, or wants to be asked for it no longer. 撤回能力"""
    return await _end(work, "withdraw_competence", competence_id)


async def revoke_competence(
    work: Work, *, competence_id: UUID, reason: Annotated[str, "Why, for the volunteer to read."]
) -> Competence:
    """Find that it was confirmed wrongly, or holds no longer. It may be shown anew. 撤销能力"""
    return await _end(work, "revoke_competence", competence_id, reason=paragraphs(reason, "reason"))


async def expire_competence(work: Work, *, competence_id: UUID) -> Competence:
    """The last day of a competence is over. By the clock. 能力到期"""
    return await _end(work, "expire_competence", competence_id)


async def _end(work: Work, verb: str, competence_id: UUID, **why: Any) -> Competence:
    """It counts no longer, and seats that rested on it are held for a while."""
    competence, volunteer = await _ask(work, verb, competence_id)
    work.move(competence, verb, **why)
    await recheck_seats(work, volunteer, without=competence.id)
    return competence


async def _ask(work: Work, verb: str, competence_id: UUID) -> tuple[Competence, Volunteer]:
    competence = await work.get(Competence, competence_id, lock=True)
    volunteer = await work.get(Volunteer, competence.volunteer_id, lock=True)
    work.ask(RULES, verb, competence, volunteer)
    return competence, volunteer


def _require_one(skill: str | None, language: str | None, level: CompetenceLevel) -> None:
    if (skill is None) == (language is None):
        raise Invalid(
            "a_skill_or_a_language",
            "Say which skill it is, or which language; one of the two.",
            "请填写一项技能或一种语言（二者择一）。",
            path="skill",
        )
    if skill is not None and level is CompetenceLevel.NATIVE:
        raise Invalid(
            "native_is_of_languages",
            "Only a language is spoken as a native; choose another level for a skill.",
            "“母语”仅适用于语言，请为技能选择其他水平。",
            path="level",
        )


def _require_days(work: Work, competence: Competence) -> None:
    """Refuses what is over already."""
    if competence.until and competence.until < max(competence.since, work.today):
        raise Invalid(
            "ends_too_early",
            "Its last day is before its first, or is over.",
            "有效期的最后一日早于首日或已过。",
            path="until",
        )
