"""Do: what volunteers show of what they can do, and those who look at the proof."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.accounts.addresses import language as language_tag
from domain.errors import Invalid, NotNow
from domain.programmes.commands.needs import recheck_seats
from domain.states import is_in
from domain.volunteers.access import RULES
from domain.volunteers.models import Competence, CompetenceLevel, CompetenceSource, Volunteer
from domain.volunteers.skills import skill_code
from domain.volunteers.states import CompetenceState
from domain.wording import paragraphs
from domain.work import Work

#: The competence in a skill that ends last, while it can be renewed.
RENEWABLE = (
    select(Competence)
    .where(col(Competence.volunteer_id) == bindparam("volunteer"), col(Competence.skill) == bindparam("skill"))
    .where(is_in(Competence.state, CompetenceState.CURRENT))
    .where(col(Competence.renewal_from) <= bindparam("today"), col(Competence.until) >= bindparam("today"))
    .order_by(col(Competence.until).desc(), col(Competence.id))
    .limit(1)
)


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
    work.change(competence, **_lasting(work, competence))
    await recheck_seats(work, volunteer, newly=competence)
    return competence


async def grant_competence(
    work: Work, volunteer: Volunteer, *, skill: str, level: CompetenceLevel, proof: str, months: int | None
) -> Competence:
    """What follows when a course was passed here: whoever saw it has seen the proof.

    Passed again while it can be renewed, it holds for so many months more: no day of the old one is lost.
    """
    old = await work.first(Competence, RENEWABLE, lock=True, volunteer=volunteer.id, skill=skill, today=work.today)
    since = old.until + timedelta(days=1) if old and old.until else work.today
    competence = Competence.new(
        volunteer_id=volunteer.id,
        skill=skill,
        level=level,
        source=CompetenceSource.COURSE,
        proof=proof,
        since=since,
        until=last_day(since, months),
        confirmed_by_id=work.actor.person_id,
        confirmed_at=work.now,
        state=CompetenceState.CURRENT,
    )
    work.change(work.insert(competence), **_lasting(work, competence))
    work.follow("confirm_competence", competence, *([old] if old else []))
    if old:
        work.change(old, renewal_from=None)
    await recheck_seats(work, volunteer, newly=competence)
    return competence


def last_day(since: date, months: int | None) -> date | None:
    """Of a time of so many months: the day before the one of the same number, or the month's last if there is none."""
    return since + relativedelta(months=months) - timedelta(days=1) if months else None


def _lasting(work: Work, competence: Competence) -> dict[str, Any]:
    """Until when it counts, and from when on it can be renewed.

    Grace is ours to give for what was learnt here alone: how long a certificate of others holds is for them to say.
    """
    if competence.until is None:
        return {}
    window = timedelta(days=int(work.rule("renewal_window").value))
    grace = timedelta(days=int(work.rule("competence_grace").value))
    learnt_here = competence.source == CompetenceSource.COURSE
    return {
        "counts_until": competence.until + grace if learnt_here else competence.until,
        "renewal_from": competence.until - window,
    }


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


async def open_renewal(work: Work, *, competence_id: UUID) -> Competence:
    """From today on it can be renewed without losing a day. By the clock. 能力可续期"""
    competence, _ = await _ask(work, "open_renewal", competence_id)
    return work.move(competence, "open_renewal", renewal_open=True)


async def expire_competence(work: Work, *, competence_id: UUID) -> Competence:
    """The last day on which a competence counts is over. By the clock. 能力到期"""
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
