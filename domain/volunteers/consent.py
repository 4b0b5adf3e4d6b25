"""May this person serve on that day, as far as age and a guardian's consent go?"""

from datetime import datetime, time, timedelta

from domain.columns import SHANGHAI, day_of, end_of_day
from domain.errors import Invalid
from domain.programmes.models import Shift
from domain.programmes.requirements import RequirementCode, refusal
from domain.rules import grounds
from domain.volunteers.models import Volunteer
from domain.work import Work


def require_age(work: Work, volunteer: Volunteer) -> None:
    """Refuses whoever is too young to register today."""
    youngest = work.rule("youngest_volunteer")
    if volunteer.age_on(work.today) < youngest.value:
        raise Invalid(
            "too_young",
            f"Volunteers are at least {youngest.value} years old.",
            f"志愿者须年满 {youngest.value} 周岁。",
            path="birthDate",
            grounds=grounds(youngest, work.actor.language),
        )


def is_minor(work: Work, volunteer: Volunteer) -> bool:
    return volunteer.age_on(work.today) < work.rule("majority").value


def consent_ends(work: Work, volunteer: Volunteer, given: datetime) -> datetime:
    """The midnight in China at which a guardian's consent lapses: after its term, or when the minor comes of age."""
    days = int(work.rule("guardian_consent_term").value)  # the day on which it is given is the first
    return min(end_of_day(given) + timedelta(days=days - 1), volunteer.comes_of(int(work.rule("majority").value)))


def consented(volunteer: Volunteer, shift: Shift) -> bool:
    """Whether a guardian's consent holds when the shift begins, and is to such a shift."""
    return (
        volunteer.guardian_consent_until is not None
        and shift.starts_at < volunteer.guardian_consent_until
        and volunteer.guardian_consent_community_id in {None, shift.community_id}
        and volunteer.guardian_consent_organization_id in {None, shift.organization_id}
        and (volunteer.guardian_consent_latest is None or _is_over_by(shift, volunteer.guardian_consent_latest))
    )


def _is_over_by(shift: Shift, latest: str) -> bool:
    """By that time of the day on which it begins, in China."""
    ends = shift.ends_at.astimezone(SHANGHAI)
    return ends.date() == day_of(shift.starts_at) and ends.time() <= time.fromisoformat(latest)


def require_consent(work: Work, volunteer: Volunteer, shift: Shift) -> None:
    """Refuses a minor, by the law of the shift's place and day, for whose service then no guardian's consent holds."""
    if consented(volunteer, shift):
        return
    day = day_of(shift.starts_at)
    majority = work.rule("majority", at=shift, on=day)
    if volunteer.age_on(day) < majority.value:
        raise refusal(work, RequirementCode.GUARDIAN_CONSENT_MISSING, majority)
