"""Which entries look impossible? A list for those who oversee, each with its evidence; it decides nothing by itself.

What is listed may well be right, as a shift that took longer: somebody looks, and holds it in doubt or voids it.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Uuid,
    cast,
    extract,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.expression import true

from domain.access import Actor
from domain.communities.models import Community, StreetOffice
from domain.hours.access import oversees
from domain.hours.models import HourEntry, Kinship
from domain.hours.states import COUNTED, STANDING
from domain.programmes.models import Attendance, Shift
from domain.regulations.in_force import rule_in_force
from domain.states import is_in
from domain.volunteers.models import Volunteer


class AnomalyKind(StrEnum):
    """What looks impossible, and what is measured. 异常类别"""

    IMPOSSIBLE_DAY = "impossible_day"
    """More was given on one day, wherever, than the rule takes for possible: the day's minutes. 单日时长异常"""
    TWO_PLACES = "two_places"
    """The volunteer was in two shifts at once: for how many minutes. 同一时间身处两地"""
    BEYOND_SHIFT = "beyond_shift"
    """More was logged than the shift lasted: by how many minutes. 超出班次时长"""
    BURST_OF_LOGGING = "burst_of_logging"
    """One person logged as many in a short time as the rule names: in how many minutes. 短时间内大量登记"""
    BURST_OF_VERIFYING = "burst_of_verifying"
    """One person verified as many in a short time as the rule names: in how many minutes. 短时间内大量核实"""
    KIN = "kin"
    """Who verified it was declared as a relative, then or at another time: the minutes of the entry. 亲属核实"""


def hour_anomalies(
    viewer: Actor,
    *,
    since: Annotated[date | None, "The first day of service."] = None,
    until: Annotated[date | None, "The last day of service."] = None,
    street_id: Annotated[UUID | None, StreetOffice, "In one street alone."] = None,
    community_id: Annotated[UUID | None, Community, "In one community alone."] = None,
) -> Select[Any]:
    """Entries that stand and that the viewer oversees, the newest day of service first."""
    entry = HourEntry.__table__.alias()  # type: ignore[attr-defined]
    wanted = [oversees.sql(viewer, entry), is_in(entry.c.state, *STANDING)]
    wanted += [entry.c.street_id == street_id] if street_id is not None else []
    wanted += [entry.c.community_id == community_id] if community_id is not None else []
    wanted += [entry.c.served_on >= since] if since is not None else []
    wanted += [entry.c.served_on <= until] if until is not None else []
    looked_at = select(entry).where(*wanted).cte()
    found = union_all(
        _impossible_day(looked_at),
        _two_places(looked_at),
        _beyond_shift(looked_at),
        _burst(AnomalyKind.BURST_OF_LOGGING, looked_at, looked_at.c.logged_by_id, looked_at.c.logged_at, STANDING),
        _burst(AnomalyKind.BURST_OF_VERIFYING, looked_at, looked_at.c.decided_by_id, looked_at.c.decided_at, COUNTED),
        _kin(looked_at),
    ).subquery()
    of = found.c
    return select(found).order_by(of.served_on.desc(), of.kind, of.hour_entry_id, of.other_id)


def _row(
    kind: AnomalyKind, entry: Any, measured: Any, *, other: Any = None, rule: Any = None
) -> tuple[ColumnElement[Any], ...]:
    return (
        literal(kind.value).label("kind"),
        entry.c.id.label("hour_entry_id"),
        cast(null() if other is None else other, Uuid).label("other_id"),
        cast(null() if rule is None else rule, Uuid).label("rule_id"),
        cast(func.floor(measured), Integer).label("measured"),
        entry.c.served_on.label("served_on"),
    )


def _impossible_day(entry: Any) -> Select[Any]:
    """All of the volunteer's day counts, also what was given where the viewer oversees nothing."""
    other, rule = HourEntry.__table__.alias(), rule_in_force("impossible_day", entry)  # type: ignore[attr-defined]
    day = (
        select(func.sum(other.c.minutes).label("minutes"))
        .where(other.c.volunteer_id == entry.c.volunteer_id, other.c.served_on == entry.c.served_on)
        .where(is_in(other.c.state, *STANDING))
        .lateral("day")
    )
    listed = _row(AnomalyKind.IMPOSSIBLE_DAY, entry, day.c.minutes, rule=rule.c.id)
    return select(*listed).select_from(entry.join(day, true()).join(rule, true())).where(day.c.minutes > rule.c.value)


def _two_places(entry: Any) -> Select[Any]:
    other = HourEntry.__table__.alias()  # type: ignore[attr-defined]
    here, there = _presence("here", entry), _presence("there", other)
    both = func.least(here.c.until, there.c.until) - func.greatest(here.c.since, there.c.since)
    minutes = extract("epoch", both) / 60
    same = other.c.volunteer_id == entry.c.volunteer_id
    return (
        select(*_row(AnomalyKind.TWO_PLACES, entry, minutes, other=other.c.id))
        .select_from(entry.join(other, same).join(here, true()).join(there, true()))
        .where(other.c.shift_id != entry.c.shift_id, is_in(other.c.state, *STANDING), minutes >= 1)
        .where(func.abs(other.c.served_on - entry.c.served_on) <= 1)
    )


def _presence(name: str, entry: Any) -> Any:
    """From when to when the volunteer was there: by the attendance, else by the shift."""
    attendance, shift = Attendance.__table__.alias(), Shift.__table__.alias()  # type: ignore[attr-defined]
    return (
        select(
            func.coalesce(attendance.c.checked_in_at, shift.c.starts_at).label("since"),
            func.coalesce(attendance.c.checked_out_at, shift.c.ends_at).label("until"),
        )
        .select_from(shift.outerjoin(attendance, attendance.c.id == entry.c.attendance_id))
        .where(shift.c.id == entry.c.shift_id)
        .lateral(name)
    )


def _beyond_shift(entry: Any) -> Select[Any]:
    shift = Shift.__table__.alias()  # type: ignore[attr-defined]
    beyond = entry.c.minutes - extract("epoch", shift.c.ends_at - shift.c.starts_at) / 60
    return (
        select(*_row(AnomalyKind.BEYOND_SHIFT, entry, beyond))
        .select_from(entry.join(shift, shift.c.id == entry.c.shift_id))
        .where(beyond >= 1)
    )


def _burst(kind: AnomalyKind, entry: Any, by: Any, at: Any, states: Any) -> Select[Any]:
    """From the rule's number on within the rule's window; a whole shift in one act is one."""
    counted = by.is_not(None), is_in(entry.c.state, *states)
    acts = select(entry.c.street_id, by.label("by"), at.label("at")).where(*counted).distinct().subquery()
    most, window = rule_in_force("burst_entries", acts), rule_in_force("burst_window", acts)
    first = func.lag(acts.c.at, cast(most.c.value, Integer) - 1).over(
        partition_by=(acts.c.by, acts.c.street_id), order_by=acts.c.at
    )
    minutes = extract("epoch", acts.c.at - first) / 60
    many = (
        select(acts, minutes.label("minutes"), most.c.id.label("rule_id"), window.c.value.label("window"))
        .select_from(acts.join(most, true()).join(window, true()))
        .subquery()
    )
    same = (entry.c.street_id == many.c.street_id) & (by == many.c.by) & (at == many.c.at)
    return (
        select(*_row(kind, entry, many.c.minutes, rule=many.c.rule_id))
        .select_from(entry.join(many, same))
        .where(*counted, many.c.minutes <= many.c.window)
    )


def _kin(entry: Any) -> Select[Any]:
    volunteer, kinship = Volunteer.__table__.alias(), Kinship.__table__.alias()  # type: ignore[attr-defined]
    one, two, they = kinship.c.person_id, kinship.c.relative_id, volunteer.c.person_id
    verified = entry.c.decided_by_id
    related = or_((one == they) & (two == verified), (two == they) & (one == verified))
    return (
        select(*_row(AnomalyKind.KIN, entry, entry.c.minutes))
        .select_from(entry.join(volunteer, volunteer.c.id == entry.c.volunteer_id).join(kinship, related))
        .where(is_in(entry.c.state, *COUNTED))
        .distinct()
    )
