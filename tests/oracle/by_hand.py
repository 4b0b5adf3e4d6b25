"""What do the declarations mean that are written in SQL? Each said again in Python, by its place in the schema."""

from __future__ import annotations

import calendar
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from domain.columns import SHANGHAI, Row, Text, day_of
from domain.communities.models import PopulationFigure, PopulationTable, StreetOffice
from domain.communities.sums import SUMS, Figure
from domain.history import Deed
from domain.hours.access import RULES as HOURS
from domain.hours.models import HourEntry
from domain.hours.reports import ReportGroup
from domain.hours.states import COUNTED, STANDING
from domain.hours.totals import HourGroup
from domain.places import chain, jurisdiction
from domain.programmes.access import RULES as PROGRAMMES
from domain.programmes.models import Agreement, Attendance, Booking, Opportunity, Position, Shift, Signup
from domain.programmes.requirements import REQUIREMENTS, Both, RequirementCode
from domain.programmes.states import CAME, LIVE, SEATED, OpportunityState, ShiftState, SignupState
from domain.regulations.models import Rule
from domain.training.models import Course, Enrolment, Training
from domain.training.states import CourseState, EnrolmentState, TrainingState
from domain.volunteers.charter import CHARTERS, EDITION, says
from domain.volunteers.models import Competence, Insurance, LanguageLevel, ServedResident, SpokenLanguage, Volunteer
from domain.volunteers.states import CompetenceState, ServedState
from tests.conftest import NOON
from tests.engine.library import RULES as LIBRARY
from tests.engine.library import Tome, TomeState, Visit
from tests.oracle.anomalies_by_hand import hour_anomalies
from tests.oracle.rows import Sight
from tests.programmes.eligibility_by_hand import demanded_by_hand, met_by_hand, week_of

Place = tuple[str, str]


# -- regulations -------------------------------------------------------------------------------------------------------


def rules_in_force(sight: Sight, street_id: UUID | None, on: date | None) -> list[dict[str, Any]]:
    """By name; in a street that there is not, none."""
    street = sight.rows.get(StreetOffice, street_id)
    if not sight.actor.may_use("regulations:read") or (street_id and street is None):
        return []
    found = nearest(sight, street, on or day_of(sight.actor.now or NOON))
    return [{"rule_id": found[name].id} for name in sorted(found)]


def charter_clauses(sight: Sight) -> list[dict[str, Any]]:
    if not sight.actor.may_use("volunteers:read"):
        return []
    return [
        {"edition": EDITION, "code": c.code, "kind": c.kind, "says": says(c), "source": c.source}
        for c in CHARTERS[EDITION]
    ]


def conversions(
    sight: Sight, since: date | None, until: date | None, street_id: UUID | None, community_id: UUID | None
) -> list[dict[str, Any]]:
    """By street and community; what is about fewer than the rule's number is not told."""
    by_place: dict[tuple[UUID, UUID], list[int | None]] = defaultdict(list)
    registered = {v.person_id: day_of(v.registered_at) for v in sight.rows.tables[Volunteer]}
    for note in sight.rows.tables[ServedResident]:
        month = note.served_on.replace(day=1)
        wanted = (
            note.state == ServedState.NOTED
            and street_id in (None, note.street_id)
            and community_id in (None, note.community_id)
            and (since is None or month >= since.replace(day=1))
            and (until is None or month <= until.replace(day=1))
        )
        if wanted:
            day = registered.get(note.person_id)
            days = None if day is None or day < note.served_on else (day - note.served_on).days
            by_place[note.street_id, note.community_id].append(days)
    found = []
    for (street, community), each in sorted(by_place.items()):
        office = sight.rows.get(StreetOffice, street)
        rules = nearest(sight, office, day_of(sight.actor.now or NOON)) if office else {}
        if "fewest_counted" in rules:
            after, enough = sorted(d for d in each if d is not None), len(each) >= rules["fewest_counted"].value
            half = statistics.median_low(after) if after else None
            told = {"served": len(each), "volunteers": len(after), "median_days": half}
            found.append({"community_id": community, **(told if enough else dict.fromkeys(told))})
    return found


def nearest(sight: Sight, street: StreetOffice | None, day: date) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for place in chain(jurisdiction(street.district) if street else "CN"):
        for rule in sorted(sight.rows.tables[Rule], key=lambda r: (r.since, r.version), reverse=True):
            if rule.jurisdiction == place and rule.since <= day and (rule.until is None or day < rule.until):
                found.setdefault(rule.name, rule)
    return found


def rules_applied(sight: Sight, thing: Row) -> list[dict[str, Any]]:
    """What the deeds about it cite. A town begins with rows that nobody ever did anything with."""
    deeds = sorted((d for d in sight.rows.tables.get(Deed, ()) if d.subject_id == thing.id), key=lambda d: d.id)
    rules = {(rule.citation, rule.version): rule for rule in sight.rows.tables[Rule]}
    cited = [[(deed, rules[one]) for one in (deed.rules or {}).items() if one in rules] for deed in deeds]
    return [
        {"rule_id": rule.id, "verb": deed.verb, "at": deed.at}
        for of_one in cited
        for deed, rule in sorted(of_one, key=lambda c: (c[1].name, c[1].id))
    ]


# -- communities -------------------------------------------------------------------------------------------------------


def share(part: int, whole: int) -> str | None:
    """Four decimals; none of nothing."""
    return str((Decimal(part) / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP)) if whole else None


def holds(sight: Sight, figure: PopulationFigure) -> bool:
    return sight.rows.get(PopulationTable, figure.population_table_id).superseded_at is None


def tables_that_hold(
    sight: Sight, period: date | None, district: str | None
) -> Iterator[tuple[PopulationTable, list[PopulationFigure]]]:
    """With their rows; a table without any says nothing."""
    for table in sight.rows.tables[PopulationTable]:
        rows = sight.rows.pointing(PopulationFigure, "population_table_id", table.id)
        wanted = period in (None, table.period) and district in (None, table.district)
        if table.superseded_at is None and wanted and rows:
            yield table, rows


def population_summary(sight: Sight, period: date | None, district: str | None) -> list[dict[str, Any]]:
    found = []
    for table, rows in tables_that_hold(sight, period, district):
        sums = {figure.value: sum(getattr(row, figure.value) for row in rows) for figure in Figure}
        said = {"population_table_id": table.id, "district": table.district, "source": table.source}
        rest = {"streets": len(rows), "foreign_share": share(sums["from_abroad"], sums["total"])}
        found.append({**said, **rest, **sums, "period": table.period})
    found.sort(key=lambda s: (s["district"], s["population_table_id"]))
    return sorted(found, key=lambda s: s["period"], reverse=True)


def population_inconsistencies(sight: Sight, period: date | None, district: str | None) -> list[dict[str, Any]]:
    """By table, newest first; in it by line, and the row of totals last; in a line by figure."""
    found: list[tuple[Any, ...]] = []
    for table, rows in tables_that_hold(sight, period, district):
        for row in rows:
            for figure, parts in SUMS.items():
                summed = sum(getattr(row, part) for part in parts)
                found.append((table, row.street_id, row.line, row.printed_name, figure, getattr(row, figure), summed))
        for figure in Figure:
            printed = (table.printed_total or {}).get(figure.value)
            summed = sum(getattr(row, figure.value) for row in rows)
            found.append((table, None, None, "合计", figure.value, summed if printed is None else printed, summed))
    wrong = [
        {"population_table_id": t.id, "period": t.period, "street_id": street, "line": line, "printed_name": name}
        | {"figure": Figure(figure), "printed": printed, "summed": summed}
        for t, street, line, name, figure, printed, summed in found
        if printed != summed
    ]
    wrong.sort(key=lambda w: (w["population_table_id"], w["line"] is None, w["line"], str(w["figure"])))
    return sorted(wrong, key=lambda w: w["period"], reverse=True)


# -- programmes --------------------------------------------------------------------------------------------------------


def waiting_ahead(sight: Sight, signup: Signup) -> int | None:
    if signup.state != SignupState.WAITLISTED:
        return None
    others = sight.rows.pointing(Signup, "shift_id", signup.shift_id)
    waiting: list[int] = [o.place for o in others if o.state == SignupState.WAITLISTED and o.place is not None]
    return sum(signup.place is not None and place < signup.place for place in waiting)


def members(sight: Sight, booking: Booking) -> list[str]:
    seats = [s for s in sight.rows.pointing(Signup, "booking_id", booking.id) if s.state in SEATED]
    return [sight.rows.get(Volunteer, s.volunteer_id).display_name for s in sorted(seats, key=lambda s: s.id)]


def shift_requirements(sight: Sight, shift: Shift, volunteer_id: UUID | None) -> list[dict[str, Any]]:
    people = sight.rows.tables[Volunteer]
    own = [v for v in people if v.person_id == sight.actor.id != None]  # noqa: E711
    volunteer = next((v for v in people if v.id == volunteer_id) if volunteer_id else iter(own), None)
    return explained(sight, volunteer, shift) if volunteer and may_ask(sight, volunteer) else []


def may_ask(sight: Sight, volunteer: Volunteer) -> bool:
    return sight.holds((PROGRAMMES, "see_requirements"), volunteer)


def explained(sight: Sight, volunteer: Volunteer, shift: Shift) -> list[dict[str, Any]]:
    signups = sight.rows.pointing(Signup, "volunteer_id", volunteer.id)
    seats = [s for s in signups if s.state == SignupState.CONFIRMED]
    removed = any(s.shift_id == shift.id and s.state in {SignupState.REMOVED, SignupState.REFUSED} for s in signups)
    elsewhere = [sight.rows.get(Shift, seat.shift_id) for seat in seats if seat.shift_id != shift.id]
    named = nearest(sight, sight.rows.get(StreetOffice, shift.street_id), day_of(shift.starts_at))
    rules = {code: named[told.rule] for code, told in REQUIREMENTS.items() if told.rule in named}
    opportunity = sight.rows.get(Opportunity, shift.opportunity_id)
    competences = sight.rows.pointing(Competence, "volunteer_id", volunteer.id)
    insurances = sight.rows.pointing(Insurance, "volunteer_id", volunteer.id)
    came = has_served(sight, volunteer, shift)
    rules |= demanded_by_hand(volunteer, opportunity, named.get)
    agreements = sight.rows.pointing(Agreement, "volunteer_id", volunteer.id)
    known, now = (opportunity, competences, insurances, agreements), sight.actor.now or NOON
    places = sight.rows.pointing(Enrolment, "volunteer_id", volunteer.id)
    learning = [sight.rows.get(Training, e.training_id) for e in places if e.state == EnrolmentState.ENROLLED]
    also = {
        "position": sight.rows.get(Position, shift.position_id),
        "has_served": came,
        "was_removed": removed,
        "learning": learning,
    }
    met = met_by_hand(volunteer, shift, elsewhere, rules, now, *known, **also)
    return [
        {
            "code": code,
            "met": met[code],
            "says": in_both(told.says),
            "remedy": told.remedy and in_both(told.remedy),
            "deadline": shift.starts_at if told.remedy else None,
            "rule_id": rules[code].id if code in rules else None,
            **missing_of(sight, code, met[code], shift, competences),
        }
        for code, told in REQUIREMENTS.items()
    ]


def missing_of(
    sight: Sight, code: RequirementCode, met: bool, shift: Shift, competences: Iterable[Competence]
) -> dict[str, Any]:
    """Which skills or languages, by their codes; and where one of the skills is learnt before the shift."""
    skills, languages = needed(sight, shift)
    day, now = day_of(shift.starts_at), sight.actor.now or NOON
    shown = [c for c in competences if c.state == CompetenceState.CURRENT and c.since <= day]
    counting = [c for c in shown if c.counts_until is None or day <= c.counts_until]
    if met or code not in {RequirementCode.SKILL_MISSING, RequirementCode.LANGUAGE_MISSING}:
        return {"missing": None, "training_id": None}
    if code == RequirementCode.LANGUAGE_MISSING:
        return {"missing": sorted(languages - {c.language for c in counting}), "training_id": None}
    missing = sorted(skills - {c.skill for c in counting})
    courses = {c.id: c for c in sight.rows.tables[Course] if c.state == CourseState.PUBLISHED and c.skill in missing}
    held = [t for t in sight.rows.tables[Training] if t.state == TrainingState.SCHEDULED and t.course_id in courses]
    ahead = [t for t in held if now < t.starts_at and t.ends_at <= shift.starts_at]
    first = min(ahead, key=lambda t: (t.taken >= t.capacity, t.starts_at, t.id), default=None)
    return {"missing": missing, "training_id": first and first.id}


def has_served(sight: Sight, volunteer: Volunteer, shift: Shift) -> bool:
    here = [s for s in sight.rows.tables[Signup] if s.organization_id == shift.organization_id]
    came = {a.signup_id for a in sight.rows.tables[Attendance] if a.state in CAME}
    return any(s.volunteer_id == volunteer.id and s.id in came for s in here)


def candidates(sight: Sight, shift: Shift) -> list[dict[str, Any]]:
    """Of the neighbours, those who signed up for the like, and those who speak or can prove what is needed."""
    opportunity = sight.rows.get(Opportunity, shift.opportunity_id)
    if opportunity is None or not sight.holds((PROGRAMMES, "see_candidates"), shift):
        return []
    like = {s.id for s in sight.rows.tables[Shift] if s.opportunity_id == opportunity.id}
    found = {s.volunteer_id for s in sight.rows.tables[Signup] if s.shift_id in like}
    found |= {v.id for v in sight.rows.tables[Volunteer] if v.community_id == shift.community_id}
    skills, languages = needed(sight, shift)
    found |= {s.volunteer_id for s in sight.rows.tables[SpokenLanguage] if is_needed(s, languages)}
    proofs = [c for c in sight.rows.tables[Competence] if c.state == CompetenceState.CURRENT]
    found |= {c.volunteer_id for c in proofs if c.skill in skills or c.language in languages}
    found &= {v.id for v in sight.rows.tables[Volunteer] if v.invitable}
    people = [v for v in sight.rows.tables[Volunteer] if v.id in found and not signed_up(sight, v, shift)]
    return ranked([match(sight, volunteer, shift) for volunteer in people])


def suggestions(sight: Sight, volunteer: Volunteer) -> list[dict[str, Any]]:
    if not may_ask(sight, volunteer):
        return []
    now, found = sight.actor.now or NOON, []
    for shift in sight.rows.tables[Shift]:
        opportunity = sight.rows.get(Opportunity, shift.opportunity_id)
        is_open = shift.state == ShiftState.SCHEDULED and shift.starts_at > now and shift.taken < shift.capacity
        if is_open and opportunity.state == OpportunityState.PUBLISHED and not signed_up(sight, volunteer, shift):
            found.append(match(sight, volunteer, shift))
    return ranked(found)


def needed(sight: Sight, shift: Shift) -> tuple[set[str], set[str]]:
    """The skills and languages of the opportunity, and of the position if the shift has one."""
    both = sight.rows.get(Opportunity, shift.opportunity_id), sight.rows.get(Position, shift.position_id)
    asking = [one for one in both if one]
    return {s for one in asking for s in one.skills}, {tag for one in asking for tag in one.languages}


def is_needed(spoken: SpokenLanguage, languages: set[str]) -> bool:
    return spoken.level != LanguageLevel.NONE and spoken.language in languages


def signed_up(sight: Sight, volunteer: Volunteer, shift: Shift) -> bool:
    seats = sight.rows.pointing(Signup, "volunteer_id", volunteer.id)
    return any(s.shift_id == shift.id and s.state in LIVE for s in seats)


def match(sight: Sight, volunteer: Volunteer, shift: Shift) -> dict[str, Any]:
    skills, languages = needed(sight, shift)
    spoken = sight.rows.pointing(SpokenLanguage, "volunteer_id", volunteer.id)
    seats = [s for s in sight.rows.pointing(Signup, "volunteer_id", volunteer.id) if s.state == SignupState.CONFIRMED]
    elsewhere = [sight.rows.get(Shift, seat.shift_id) for seat in seats if seat.shift_id != shift.id]
    that_week = sum(s.minutes for s in elsewhere if week_of(s.starts_at) == week_of(shift.starts_at))
    near = volunteer.community_id is not None and volunteer.community_id == shift.community_id
    points = {
        "languages": 3 * sum(is_needed(s, languages) for s in spoken),
        "skills": 2 * sum(skill in volunteer.skills for skill in skills),
        "served_here": 2 * has_served(sight, volunteer, shift),
        "available": available(volunteer, shift),
        "lives_near": int(near),
        "this_week": -(that_week // 480),
    }
    unmet = [one for one in explained(sight, volunteer, shift) if not one["met"]]
    both = {"volunteer_id": volunteer.id, "shift_id": shift.id}
    return {**both, **points, "score": sum(points.values()), "eligible": not unmet, "unmet": unmet}


def available(volunteer: Volunteer, shift: Shift) -> int:
    begins, ends = shift.starts_at.astimezone(SHANGHAI), shift.ends_at.astimezone(SHANGHAI)
    first, last = begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute
    if ends.date() > begins.date():
        last = 1440 if ends == midnight_after(begins) else 9999
    found = False
    for said in volunteer.available:
        weekday, times = said.split(" ")
        since, until = ([int(part) for part in time.split(":")] for time in times.split("-"))
        same_day = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][begins.weekday()] == weekday
        found |= same_day and since[0] * 60 + since[1] <= first and last <= until[0] * 60 + until[1]
    return 0 if not volunteer.available else 2 if found else -2


def midnight_after(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def ranked(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda m: (len(m["unmet"]), -m["score"], m["volunteer_id"], m["shift_id"]))


def unmet_of_match(_: Sight, one: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = one["unmet"]
    return found


def in_both(said: Both) -> Text:
    return {"language": "en", "text": said.en, "translations": {"zh-Hans": {"text": said.zh, "status": "checked"}}}


# -- hours -------------------------------------------------------------------------------------------------------------


def verified_minutes(sight: Sight, volunteer: Any) -> int:
    entries = sight.rows.pointing(HourEntry, "volunteer_id", volunteer.id)
    return sum(e.minutes for e in entries if e.state in COUNTED and sees_entry(sight, e))


def sees_entry(sight: Sight, entry: HourEntry) -> bool:
    return sight.actor.may_use("hours:read") and sight.holds((HOURS, "see_hour_entry"), entry)


GROUPS: dict[HourGroup, Callable[[HourEntry], Any]] = {
    HourGroup.VOLUNTEER: lambda entry: entry.volunteer_id,
    HourGroup.COMMUNITY: lambda entry: entry.community_id,
    HourGroup.ORGANIZATION: lambda entry: entry.organization_id,
    HourGroup.MONTH: lambda entry: entry.served_on.replace(day=1),
    HourGroup.STREET: lambda entry: entry.street_id,
}
NAMES = dict(zip(HourGroup, ("volunteer_id", "community_id", "organization_id", "month", "street_id"), strict=True))


def hour_totals(
    sight: Sight,
    group_by: HourGroup,
    since: date | None,
    until: date | None,
    volunteer_id: UUID | None,
    community_id: UUID | None,
    organization_id: UUID | None,
    street_id: UUID | None,
    district: str | None,
) -> list[dict[str, Any]]:
    """Most minutes first; a question that names or lists volunteers counts only what the viewer may see."""
    personal = group_by is HourGroup.VOLUNTEER or volunteer_id is not None
    groups: dict[Any, list[HourEntry]] = defaultdict(list)
    for entry in sight.rows.tables[HourEntry]:
        wanted = (
            entry.state in STANDING
            and (not personal or sees_entry(sight, entry))
            and volunteer_id in (None, entry.volunteer_id)
            and community_id in (None, entry.community_id)
            and organization_id in (None, entry.organization_id)
            and street_id in (None, entry.street_id)
            and (district is None or _district(sight, entry) == district)
            and (since is None or entry.served_on >= since)
            and (until is None or entry.served_on <= until)
        )
        if wanted:
            groups[GROUPS[group_by](entry)].append(entry)
    found = []
    for key in sorted(groups):
        entries = groups[key]
        given = sum(e.minutes for e in entries if e.state in COUNTED)
        counted = {"minutes": given, "pending_minutes": sum(e.minutes for e in entries) - given}
        people = {"entries": len(entries), "volunteers": len({e.volunteer_id for e in entries})}
        found.append({**dict.fromkeys(NAMES.values()), NAMES[group_by]: key, **counted, **people})
    return sorted(found, key=lambda total: total["minutes"], reverse=True)


def hour_report(
    sight: Sight,
    group_by: ReportGroup,
    since: date | None,
    until: date | None,
    community_id: UUID | None,
    street_id: UUID | None,
    district: str | None,
) -> list[dict[str, Any]]:
    """The ledger itself, added up; months in their order, places by most minutes."""
    first = since and since.replace(day=1)
    last = until and until.replace(day=calendar.monthrange(until.year, until.month)[1])
    totals = hour_totals(sight, HourGroup(group_by.value), first, last, None, community_id, None, street_id, district)
    of_interest = ("month", "community_id", "street_id", "minutes", "pending_minutes", "entries")
    found = [{name: total[name] for name in of_interest} for total in totals]
    return sorted(found, key=lambda total: total["month"]) if group_by is ReportGroup.MONTH else found


def _district(sight: Sight, entry: HourEntry) -> str | None:
    office: StreetOffice | None = sight.rows.get(StreetOffice, entry.street_id)
    return office.district if office else None


# -- the library of tests/engine ---------------------------------------------------------------------------------------


def minutes_looked(sight: Sight, tome: Tome, at_least: int | None) -> int:
    visits = sight.rows.pointing(Visit, "tome_id", tome.id)
    return sum(v.minutes for v in visits if at_least is None or v.minutes >= at_least)


def visit_totals(
    sight: Sight, since: Any, state: TomeState | None, tome_ids: list[UUID] | None
) -> list[dict[str, Any]]:
    minutes: dict[UUID, int] = defaultdict(int)
    for tome in sight.rows.tables[Tome]:
        visits = sight.rows.pointing(Visit, "tome_id", tome.id)
        wanted = (
            sight.actor.may_use("library:read")
            and sight.holds((LIBRARY, "see_tome"), tome)
            and (since is None or tome.added_at >= since)
            and state in (None, tome.state)
            and (tome_ids is None or tome.id in tome_ids)
        )
        if wanted and visits:
            minutes[tome.shelf_id] += sum(v.minutes for v in visits)
    totals = [{"shelf_id": shelf, "minutes": sum_} for shelf, sum_ in sorted(minutes.items())]
    return sorted(totals, key=lambda total: (-total["minutes"], total["shelf_id"]))


LIMITS = {
    "operation_cost": 10_000,
    "depth": 20,
    "fields": 2_000,
    "aliases": 30,
    "tokens": 1_500,
    "body_bytes": 1_000_000,
    "page_size": 100,
    "default_page_size": 20,
    "database_seconds": 10,
    "connections": 20,
    "operations": 50,
}


# -- by place ----------------------------------------------------------------------------------------------------------

EXPRESSIONS: dict[Place, Callable[..., Any]] = {
    ("PopulationFigure", "foreignShare"): lambda _, figure: share(figure.from_abroad, figure.total),
    ("Shift", "seatsLeft"): lambda _, shift: shift.capacity - shift.taken,
    ("Training", "placesLeft"): lambda _, training: training.capacity - training.taken,
    ("Signup", "waitingAhead"): waiting_ahead,
    ("Booking", "members"): members,
    ("Swap", "giverName"): lambda sight, swap: sight.rows.get(Volunteer, swap.giver_id).display_name,
    ("Invitation", "volunteerName"): lambda sight, invitation: (
        sight.rows.get(Volunteer, invitation.volunteer_id).display_name
    ),
    ("Swap", "takerName"): lambda sight, swap: sight.rows.get(Volunteer, swap.taker_id).display_name,
    ("Volunteer", "verifiedMinutes"): verified_minutes,
    ("Tome", "minutesLooked"): minutes_looked,
    ("Tome", "secret"): lambda _, tome: tome.note,
    ("Tome", "brittle"): lambda _, tome: None if tome.author == "NULL" else tome.author,
}
ROWS: dict[Place, Callable[..., list[dict[str, Any]]]] = {
    ("Query", "rulesInForce"): rules_in_force,
    ("Query", "charterClauses"): charter_clauses,
    ("Query", "conversions"): conversions,
    ("HourEntry", "rulesApplied"): rules_applied,
    ("HourCase", "rulesApplied"): rules_applied,
    ("Signup", "rulesApplied"): rules_applied,
    ("Shift", "requirements"): shift_requirements,
    ("Shift", "candidates"): candidates,
    ("Volunteer", "suggestions"): suggestions,
    ("Match", "unmet"): unmet_of_match,
    ("Query", "populationSummary"): population_summary,
    ("Query", "populationInconsistencies"): population_inconsistencies,
    ("Query", "hourAnomalies"): hour_anomalies,
    ("Query", "hourTotals"): hour_totals,
    ("Query", "hourReport"): hour_report,
    ("Query", "limits"): lambda _: [LIMITS],
    ("Limits", "rate"): lambda *_: [{"cost": 1_000_000, "seconds": 60}],
    ("Query", "visitTotals"): visit_totals,
    ("Query", "longest"): visit_totals,
}
WHERE: dict[Place, Callable[[Sight, Any], bool]] = {
    ("StreetOffice", "populationFigures"): holds,
    ("Query", "populationFigures"): holds,
    ("Volunteer", "languages"): lambda _, spoken: spoken.level != LanguageLevel.NONE,
    ("Shelf", "rareTomes"): lambda _, tome: tome.rare,
}
