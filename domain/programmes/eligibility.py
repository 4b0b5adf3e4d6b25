"""What still stands between a volunteer and a shift, as of the shift's day?

One reading in SQL, for whoever signs up, accepts an offer or only looks: so what is shown is what signing up does. A
requirement's number is that of the rule in force where the shift takes place, on the day on which it begins there.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Interval,
    Select,
    String,
    and_,
    case,
    cast,
    column,
    exists,
    extract,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
    values,
)
from sqlalchemy.dialects.postgresql import JSONB

from domain.communities.models import StreetOffice
from domain.places import NATION, jurisdiction_of
from domain.programmes.agreements import demanded, signed
from domain.programmes.models import Attendance, Opportunity, Position, Shift, Signup
from domain.programmes.requirements import REQUIREMENTS, TO_TAKE_ONE, RequirementCode, refusal
from domain.programmes.states import CAME, ShiftState, SignupState
from domain.regulations.models import Rule
from domain.states import is_in
from domain.training.models import Enrolment, Training
from domain.training.states import EnrolmentState
from domain.volunteers.models import Competence, Insurance
from domain.volunteers.states import CompetenceState, InsuranceState
from domain.work import DIALECT, Work

Code = RequirementCode

Asked = list[tuple[str, bool, str | None]]
"""Of each requirement its code, whether it is met, and the id of its rule."""

PLACE: Any = literal_column(
    str(
        jurisdiction_of(literal_column("street.district")).compile(
            dialect=DIALECT, compile_kwargs={"literal_binds": True}
        )
    )
)
"""The jurisdiction of a street."""
NO_TIME: Any = literal_column("interval '0'")
NOTHING: Any = literal_column("'[]'::jsonb", JSONB)


def requirements(
    volunteer: Any,
    shift: Any,
    now: Any,
    *,
    without: Any = None,
    newly: Any = None,
    others: Any = None,
    opportunities: Any = None,
    positions: Any = None,
) -> Select[Any]:
    """One row for each requirement, in the order in which they are told: `code`, `met`, and the `rule_id` it rests on.

    `volunteer` and `shift` are tables of the statement that this one becomes part of. `without`: the id of what counts
    no longer: proof that ends, or a shift in which the volunteer gives their seat for this one; `newly`: rows of proof
    that count from now on, by their tables' names; `others`, `opportunities` and `positions`: shifts, and what is
    needed, as they will be.
    """
    here, held = _here(shift), serves_elsewhere(volunteer, shift, now, without, others)
    needed, asked = needs(shift, opportunities, positions), _asked()
    agreement = demanded(volunteer, needed, here, _rule)
    proof = partial(_proof, without=without, newly=newly)
    rule = _rule(asked.c.rule, here)
    age = extract("year", func.age(cast(here.c.day, DateTime), cast(volunteer.c.birth_date, DateTime)))
    length = _minutes(shift.c.ends_at - shift.c.starts_at)
    met = {
        Code.BEGUN: and_(is_in(shift.c.state, ShiftState.SCHEDULED), now < shift.c.starts_at),
        Code.NOT_OPEN_YET: _is_open(volunteer, shift, now),
        Code.REMOVED: ~_was_removed(volunteer, shift),
        Code.TOO_YOUNG: _or_no_rule(rule, age >= rule.c.value),
        Code.GUARDIAN_CONSENT_MISSING: or_(
            func.coalesce(_consented(volunteer, shift), false()),
            _or_no_rule(rule, age >= rule.c.value),
        ),
        Code.MINOR_IN_DANGER: or_(
            not_(needed.c.dangerous), _or_no_rule(rule, or_(rule.c.value > literal_column("0"), age >= _majority(here)))
        ),
        Code.CHARTER_UNREAD: _or_no_rule(rule, func.coalesce(volunteer.c.charter_edition >= rule.c.value, false())),
        Code.SKILL_MISSING: _all_confirmed(needed.c.skills, "skill", volunteer, here, proof),
        Code.LANGUAGE_MISSING: _all_confirmed(needed.c.languages, "language", volunteer, here, proof),
        Code.INSURANCE_MISSING: or_(
            not_(needed.c.dangerous),
            _or_no_rule(rule, rule.c.value == literal_column("0")),
            _insured(volunteer, shift, here, proof),
        ),
        Code.AGREEMENT_MISSING: or_(agreement.c.id.is_(None), signed(volunteer, shift, here, proof)),
        Code.OVERLAP: and_(func.coalesce(held.c.gap >= NO_TIME, true()), ~_learns(volunteer, shift)),
        Code.REST_BETWEEN: or_(held.c.gap < NO_TIME, _or_no_rule(rule, _minutes(held.c.gap) >= rule.c.value)),
        Code.DAY_MOST: _or_no_rule(rule, held.c.day_minutes + length <= rule.c.value),
        Code.WEEK_MOST: _or_no_rule(rule, held.c.week_minutes + length <= rule.c.value),
        Code.SEATS_AHEAD: _or_no_rule(rule, held.c.ahead < rule.c.value),
    }
    return (
        select(
            asked.c.code,
            func.coalesce(
                case({_word(code): is_met for code, is_met in met.items()}, value=asked.c.code), true()
            ).label("met"),
            func.coalesce(rule.c.id, case((asked.c.code == _word(Code.AGREEMENT_MISSING), agreement.c.id))).label(
                "rule_id"
            ),
        )
        .select_from(
            here.join(held, true())
            .join(needed, true())
            .outerjoin(agreement, true())
            .join(asked, true())
            .outerjoin(rule, true())
        )
        .correlate(volunteer, shift)
        .order_by(asked.c.no)
    )


def as_one(found: Select[Any]) -> ColumnElement[Any]:
    """Those rows as one value, for a statement that reads other things too."""
    rows = found.lateral()
    listed = select(func.jsonb_agg(func.jsonb_build_array(rows.c.code, rows.c.met, rows.c.rule_id)))
    return listed.select_from(rows).scalar_subquery()


def require_all(work: Work, found: Asked) -> None:
    """Refuses by the first requirement that is not met."""
    for code, rule in unmet(work, found).items():
        raise refusal(work, Code(code), rule)


def unmet(work: Work, found: Asked) -> dict[str, Rule | None]:
    """What is not met, by which rule; the deed remembers every rule that was looked at."""
    rules = {code: work.apply(UUID(rule_id)) for code, _, rule_id in found if rule_id}
    return {code: rules.get(code) for code, met, _ in found if not met}


def of_a_seat(found: Asked) -> Asked:
    """What is asked of whoever has a seat: from when they could take one, and how many others, is over."""
    return [one for one in found if one[0] not in TO_TAKE_ONE]


def _is_open(volunteer: Any, shift: Any, now: Any) -> Any:
    """To everybody, or to one of the waves before that the volunteer belongs to."""
    has_come = has_served(volunteer, shift)
    in_a_wave = or_(
        and_(now >= shift.c.neighbours_from, volunteer.c.community_id == shift.c.community_id),
        and_(now >= shift.c.regulars_from, has_come),
        and_(now >= shift.c.newcomers_from, ~has_come),
    )
    return or_(shift.c.everyone_from.is_(None), now >= shift.c.everyone_from, func.coalesce(in_a_wave, false()))


def _consented(volunteer: Any, shift: Any) -> Any:
    """A guardian's consent holds when the shift begins, and is to such a shift; as `consent.consented` says."""

    def within(limit: Any, keeps: Any) -> Any:
        return or_(limit.is_(None), keeps)

    place, carrier = volunteer.c.guardian_consent_community_id, volunteer.c.guardian_consent_organization_id
    latest, begins = volunteer.c.guardian_consent_latest, _local(shift.c.starts_at)
    return and_(
        shift.c.starts_at < volunteer.c.guardian_consent_until,
        within(place, shift.c.community_id == place),
        within(carrier, shift.c.organization_id == carrier),
        within(latest, _local(shift.c.ends_at) <= func.date_trunc(_word("day"), begins) + cast(latest, Interval)),
    )


def _was_removed(volunteer: Any, shift: Any) -> Any:
    """Whether whoever leads the shift has decided that they do not serve in it."""
    signup = Signup.__table__.alias()  # type: ignore[attr-defined]
    theirs = and_(signup.c.volunteer_id == volunteer.c.id, signup.c.shift_id == shift.c.id)
    return (
        exists()
        .where(theirs, is_in(signup.c.state, SignupState.REMOVED, SignupState.REFUSED))
        .correlate(volunteer, shift)
    )


def has_served(volunteer: Any, shift: Any) -> Any:
    """Whether they have come to a shift of the organization before."""
    signup, attendance = Signup.__table__.alias(), Attendance.__table__.alias()  # type: ignore[attr-defined]
    return (
        exists()
        .where(signup.c.volunteer_id == volunteer.c.id, signup.c.organization_id == shift.c.organization_id)
        .where(attendance.c.signup_id == signup.c.id, is_in(attendance.c.state, *CAME))
        .correlate(volunteer, shift)
    )


def _here(shift: Any) -> Any:
    """Where the shift takes place, and on which day. OFFSET 0: once, not again for every rule."""
    street = StreetOffice.__table__.alias("street")  # type: ignore[attr-defined]
    known = select(PLACE).where(street.c.id == shift.c.street_id).correlate(shift).scalar_subquery()
    place, day = func.coalesce(known, _word(NATION)), cast(_local(shift.c.starts_at), Date)
    return select(place.label("place"), day.label("day")).correlate(shift).offset(literal_column("0")).lateral("here")


def serves_elsewhere(volunteer: Any, shift: Any, now: Any, without: Any = None, others: Any = None) -> Any:
    """What the volunteer serves elsewhere. A shift counts wholly on the day, and in the week, in which it begins."""
    signup = Signup.__table__.alias()  # type: ignore[attr-defined]
    other = (Shift.__table__ if others is None else others).alias()  # type: ignore[attr-defined]
    minutes = func.sum(_minutes(other.c.ends_at - other.c.starts_at))

    def in_same(unit: str) -> Any:
        begins, began = (func.date_trunc(_word(unit), _local(s.c.starts_at)) for s in (shift, other))
        return func.coalesce(minutes.filter(began == begins), literal_column("0"))

    kept = true() if without is None else other.c.id.is_distinct_from(without)
    return (
        select(
            func.min(func.greatest(other.c.starts_at - shift.c.ends_at, shift.c.starts_at - other.c.ends_at)).label(
                "gap"
            ),
            in_same("day").label("day_minutes"),
            in_same("week").label("week_minutes"),
            func.count().filter(is_in(other.c.state, ShiftState.SCHEDULED), other.c.starts_at > now).label("ahead"),
        )
        .where(signup.c.volunteer_id == volunteer.c.id, is_in(signup.c.state, SignupState.CONFIRMED))
        .where(other.c.id == signup.c.shift_id, other.c.id != shift.c.id, kept)
        .correlate(volunteer, shift)
        .lateral("held")
    )


def _learns(volunteer: Any, shift: Any) -> Any:
    """Whether they have a place in a training that is held while they would serve."""
    enrolment, training = Enrolment.__table__.alias(), Training.__table__.alias()  # type: ignore[attr-defined]
    return (
        exists()
        .where(enrolment.c.volunteer_id == volunteer.c.id, is_in(enrolment.c.state, EnrolmentState.ENROLLED))
        .where(training.c.id == enrolment.c.training_id)
        .where(training.c.starts_at < shift.c.ends_at, shift.c.starts_at < training.c.ends_at)
        .correlate(volunteer, shift)
    )


def needs(shift: Any, opportunities: Any = None, positions: Any = None) -> Any:
    """What whoever serves in the shift has to be able to do, and what else of it the law looks at."""
    opportunity = (Opportunity.__table__ if opportunities is None else opportunities).alias()  # type: ignore[attr-defined]
    position = (Position.__table__ if positions is None else positions).alias()  # type: ignore[attr-defined]

    def of_both(what: str) -> Any:
        return opportunity.c[what].concat(func.coalesce(position.c[what], NOTHING)).label(what)

    wanted = select(
        of_both("skills"),
        of_both("languages"),
        opportunity.c.dangerous,
        opportunity.c.term_months,
        opportunity.c.full_time,
        opportunity.c.large_event,
        opportunity.c.out_of_city,
    )
    of_shift = wanted.select_from(opportunity.outerjoin(position, position.c.id == shift.c.position_id))
    return of_shift.where(opportunity.c.id == shift.c.opportunity_id).correlate(shift).lateral("needed")


def _all_confirmed(wanted: Any, what: str, volunteer: Any, here: Any, proof: Callable[..., Any]) -> Any:
    """On that day the volunteer has each skill, or language, by proof that somebody has seen."""
    return or_(wanted == NOTHING, wanted.contained_by(_confirmed(what, volunteer, here, proof)))


def _confirmed(what: str, volunteer: Any, here: Any, proof: Callable[..., Any]) -> Any:
    """The skills, or languages, that count on that day."""
    competence = proof(Competence, CompetenceState.CURRENT)
    lasts = or_(competence.c.counts_until.is_(None), here.c.day <= competence.c.counts_until)
    found = select(func.coalesce(func.jsonb_agg(competence.c[what]), NOTHING))
    found = found.where(competence.c.volunteer_id == volunteer.c.id, competence.c.since <= here.c.day, lasts)
    return found.correlate(volunteer, here).scalar_subquery()


def lacking(what: str, volunteer: Any, shift: Any) -> Any:
    """Which of the skills, or languages, that the shift needs nobody has confirmed of the volunteer for that day."""
    here, needed = _here(shift), needs(shift)
    one = func.jsonb_array_elements_text(needed.c[f"{what}s"]).table_valued("code").render_derived(name="one")
    return (
        select(func.jsonb_agg(one.c.code.distinct()))
        .select_from(here.join(needed, true()).join(one, true()))
        .where(~func.jsonb_exists(_confirmed(what, volunteer, here, _proof), one.c.code))
        .correlate(volunteer, shift)
        .scalar_subquery()
    )


def _proof(model: Any, held: StrEnum, without: Any = None, newly: Any = None) -> Any:
    """Rows that count: those in that state, less one that will not be, and those that will be by what is being done."""
    table = model.__table__.alias()
    kept = select(table).where(is_in(table.c.state, held))
    if without is not None:
        kept = kept.where(table.c.id.is_distinct_from(without))
    if newly is None:
        return kept.subquery()
    name = model.__tablename__
    rows = newly.op("->", return_type=JSONB)(_word(name))
    record = func.jsonb_populate_recordset(literal_column(f"NULL::{name}"), rows)
    added = record.table_valued(*table.c.keys(), name="added")
    return union_all(kept, select(*added.c)).subquery()


def _insured(volunteer: Any, shift: Any, here: Any, proof: Callable[..., Any]) -> Any:
    """The organization that carries the shift has insured the volunteer for that day."""
    insurance = proof(Insurance, InsuranceState.IN_FORCE)
    return (
        select(insurance.c.id)
        .where(insurance.c.volunteer_id == volunteer.c.id, insurance.c.organization_id == shift.c.organization_id)
        .where(insurance.c.since <= here.c.day, here.c.day <= insurance.c.until)
        .correlate(volunteer, shift, here)
        .exists()
    )


def _asked() -> Any:
    """All requirements, with their places in the order and the names of their rules."""
    rows = [(no, code.value, told.rule) for no, (code, told) in enumerate(REQUIREMENTS.items())]
    columns = column("no", Integer), column("code", String), column("rule", String)
    return values(*columns, name="asked", literal_binds=True).data(rows)


def _rule(name: Any, here: Any) -> Any:
    """What `Book.find` finds: the rule of the nearest jurisdiction, then the newest."""
    rule = Rule.__table__.alias()  # type: ignore[attr-defined]
    near = or_(
        rule.c.jurisdiction == here.c.place, func.starts_with(here.c.place, rule.c.jurisdiction.concat(_word("-")))
    )
    return (
        select(rule.c.id, rule.c.value)
        .where(rule.c.name == name, near, rule.c.since <= here.c.day)
        .where(or_(rule.c.until.is_(None), here.c.day < rule.c.until))
        .order_by(func.length(rule.c.jurisdiction).desc(), rule.c.since.desc(), rule.c.version.desc())
        .limit(literal_column("1"))
        .lateral("rule_in_force")
    )


def _majority(here: Any) -> Any:
    """From how many years on nobody is a minor there, looked for where it is asked and nowhere else."""
    rule = _rule(_word("majority"), here)
    return select(rule.c.value).select_from(rule).correlate(here).scalar_subquery()


def _or_no_rule(rule: Any, found: Any) -> Any:
    return or_(rule.c.value.is_(None), found)


def _local(moment: Any) -> Any:
    """The moment on the clocks of China."""
    return func.timezone(_word("Asia/Shanghai"), moment)


def _minutes(time: Any) -> Any:
    return extract("epoch", time) / literal_column("60")


def _word(text: str) -> Any:
    """Written into the statement, which is the same every time; a hundred bound values would cost more than it does."""
    return literal_column(f"'{text}'", String)
