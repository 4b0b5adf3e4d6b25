"""The second reading: what stands between a volunteer and a shift, said again in Python."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from domain.columns import SHANGHAI, day_of
from domain.programmes.models import Agreement, Opportunity, Position, Shift
from domain.programmes.requirements import RequirementCode
from domain.programmes.states import AgreementState, ShiftState
from domain.regulations.models import Rule
from domain.training.models import Training
from domain.volunteers.models import Competence, Insurance, Volunteer
from domain.volunteers.states import CompetenceState, InsuranceState

Code = RequirementCode
CONSENT = Code.GUARDIAN_CONSENT_MISSING
"""Its rule is the one that says who is of age."""


def met_by_hand(
    volunteer: Volunteer,
    shift: Shift,
    elsewhere: Iterable[Shift],
    rules: Mapping[Code, Rule],
    now: datetime,
    opportunity: Opportunity,
    competences: Iterable[Competence],
    insurances: Iterable[Insurance],
    agreements: Iterable[Agreement],
    *,
    position: Position | None = None,
    has_served: bool = False,
    was_removed: bool = False,
    learning: Iterable[Training] = (),
) -> dict[Code, bool]:
    """Of each requirement, whether it is met.

    `elsewhere`: the other shifts in which the volunteer has a seat; `rules`: those in force, for requirements with one;
    `competences`, `insurances`, `agreements`: all that the volunteer has ever had; `has_served`: whether they came to a
    shift of the organization before; `position`: the shift's, if it has one; `was_removed`: whether
    somebody took a seat in this shift from them; `learning`: the trainings in which they have a place.
    """
    day, others = day_of(shift.starts_at), list(elsewhere)
    age = volunteer.age_on(day)
    gaps = [max(s.starts_at - shift.ends_at, shift.starts_at - s.ends_at) for s in others]
    apart = [gap for gap in gaps if gap >= timedelta(0)]
    that_day = [s.minutes for s in [*others, shift] if day_of(s.starts_at) == day]
    that_week = [s.minutes for s in [*others, shift] if week_of(s.starts_at) == week_of(shift.starts_at)]
    shown = [c for c in competences if c.state == CompetenceState.CURRENT]
    holding = [c for c in shown if c.since <= day and (c.counts_until is None or day <= c.counts_until)]
    covering = [i for i in insurances if i.state == InsuranceState.IN_FORCE and i.since <= day <= i.until]
    signed = [a for a in agreements if a.state == AgreementState.IN_FORCE and a.since <= day <= a.until]
    needing = [one for one in (opportunity, position) if one]
    ahead = [s for s in others if s.state == ShiftState.SCHEDULED and s.starts_at > now]

    def by_rule(code: Code, holds: Callable[[int], bool]) -> bool:
        return code not in rules or holds(int(rules[code].value))

    return {
        Code.BEGUN: shift.state == ShiftState.SCHEDULED and now < shift.starts_at,
        Code.NOT_OPEN_YET: is_open(volunteer, shift, now, has_served),
        Code.REMOVED: not was_removed,
        Code.TOO_YOUNG: by_rule(Code.TOO_YOUNG, lambda years: age >= years),
        Code.GUARDIAN_CONSENT_MISSING: consented_by_hand(volunteer, shift)
        or by_rule(Code.GUARDIAN_CONSENT_MISSING, lambda years: age >= years),
        Code.MINOR_IN_DANGER: not opportunity.dangerous
        or by_rule(Code.MINOR_IN_DANGER, lambda allowed: allowed > 0 or by_rule(CONSENT, lambda years: age >= years)),
        Code.CHARTER_UNREAD: by_rule(Code.CHARTER_UNREAD, lambda edition: (volunteer.charter_edition or 0) >= edition),
        Code.SKILL_MISSING: all(set(one.skills) <= {c.skill for c in holding} for one in needing),
        Code.LANGUAGE_MISSING: all(set(one.languages) <= {c.language for c in holding} for one in needing),
        Code.INSURANCE_MISSING: not opportunity.dangerous
        or by_rule(Code.INSURANCE_MISSING, lambda required: required == 0)
        or any(i.organization_id == shift.organization_id for i in covering),
        Code.AGREEMENT_MISSING: Code.AGREEMENT_MISSING not in rules
        or any(a.opportunity_id == opportunity.id for a in signed),
        Code.OVERLAP: len(apart) == len(gaps)
        and not any(t.starts_at < shift.ends_at and shift.starts_at < t.ends_at for t in learning),
        Code.REST_BETWEEN: len(apart) < len(gaps)
        or by_rule(Code.REST_BETWEEN, lambda least: all(gap >= timedelta(minutes=least) for gap in gaps)),
        Code.DAY_MOST: by_rule(Code.DAY_MOST, lambda most: sum(that_day) <= most),
        Code.WEEK_MOST: by_rule(Code.WEEK_MOST, lambda most: sum(that_week) <= most),
        Code.SEATS_AHEAD: by_rule(Code.SEATS_AHEAD, lambda most: len(ahead) < most),
    }


def consented_by_hand(volunteer: Volunteer, shift: Shift) -> bool:
    until, latest = volunteer.guardian_consent_until, volunteer.guardian_consent_latest
    place, carrier = volunteer.guardian_consent_community_id, volunteer.guardian_consent_organization_id
    begins, ends = shift.starts_at.astimezone(SHANGHAI), shift.ends_at.astimezone(SHANGHAI)
    limit = (24, 0) if latest is None else tuple(int(part) for part in latest.split(":"))
    return (
        until is not None
        and shift.starts_at < until
        and (place is None or place == shift.community_id)
        and (carrier is None or carrier == shift.organization_id)
        and (latest is None or (ends.date() == begins.date() and (ends.hour, ends.minute, ends.second) <= (*limit, 0)))
    )


def is_open(volunteer: Volunteer, shift: Shift, now: datetime, has_served: bool) -> bool:
    if shift.everyone_from is None:
        return True
    opens = [shift.everyone_from, shift.regulars_from if has_served else shift.newcomers_from]
    if volunteer.community_id == shift.community_id:
        opens.append(shift.neighbours_from)
    return any(moment is not None and now >= moment for moment in opens)


def week_of(moment: datetime) -> tuple[int, int]:
    """The week from Monday to Sunday, as ISO 8601 counts it, in China."""
    return moment.astimezone(SHANGHAI).isocalendar()[:2]


def demanded_by_hand(
    volunteer: Volunteer, opportunity: Opportunity, find: Callable[[str], Rule | None]
) -> dict[Code, Rule]:
    """The first rule by which an agreement with the volunteer is made in writing; `find`: that in force of a name."""
    term = opportunity.term_months or 0
    has = {
        "agreement_foreign": volunteer.nationality not in {None, "CN", "HK", "MO", "TW"},
        "agreement_high_risk": opportunity.dangerous,
        "agreement_long_term": term,
        "agreement_full_time": term if opportunity.full_time else 0,
        "agreement_large_event": opportunity.large_event,
        "agreement_out_of_city": opportunity.out_of_city,
    }
    demanding = [rule for name, much in has.items() if (rule := find(name)) and 0 < rule.value <= int(much)]
    return {Code.AGREEMENT_MISSING: demanding[0]} if demanding else {}
