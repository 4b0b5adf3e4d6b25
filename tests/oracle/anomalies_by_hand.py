"""Which entries look impossible? `hour_anomalies` once more in Python, over the rows of a town."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from domain.communities.models import StreetOffice
from domain.hours.access import oversees
from domain.hours.anomalies import AnomalyKind
from domain.hours.models import HourEntry, Kinship
from domain.hours.states import COUNTED, STANDING
from domain.places import jurisdiction
from domain.programmes.models import Attendance, Shift
from domain.regulations.models import Rule
from domain.rules import Book
from domain.volunteers.models import Volunteer
from tests.conftest import NOON
from tests.oracle.rows import Sight

Found = Iterator[dict[str, Any]]
MINUTE = timedelta(minutes=1)


def hour_anomalies(
    sight: Sight, since: date | None, until: date | None, street_id: UUID | None, community_id: UUID | None
) -> list[dict[str, Any]]:
    """The newest day of service first."""
    entries = [
        e
        for e in sight.rows.tables[HourEntry]
        if e.state in STANDING
        and oversees.test(sight.actor, e)
        and street_id in (None, e.street_id)
        and community_id in (None, e.community_id)
        and (since is None or e.served_on >= since)
        and (until is None or e.served_on <= until)
    ]
    found = [
        *chain.from_iterable(
            kind(sight, e) for e in entries for kind in (_impossible_day, _two_places, _beyond_shift, _kin)
        ),
        *_burst(sight, "burst_of_logging", [(e.logged_by_id, e.logged_at, e) for e in entries]),
        *_burst(
            sight,
            "burst_of_verifying",
            [
                (e.decided_by_id, e.decided_at, e)
                for e in entries
                if e.state in COUNTED and e.decided_by_id and e.decided_at
            ],
        ),
    ]
    found.sort(key=lambda f: (f["kind"], f["hour_entry_id"], f["other_id"] is None, f["other_id"]))
    return sorted(found, key=lambda f: f["served_on"], reverse=True)


def _row(kind: str, e: HourEntry, measured: Any, other: Any = None, rule: Any = None) -> dict[str, Any]:
    links = {"hour_entry_id": e.id, "other_id": other and other.id, "rule_id": rule and rule.id}
    return {"kind": AnomalyKind(kind), **links, "measured": int(measured // 1), "served_on": e.served_on}


def _rule(sight: Sight, name: str, street: UUID) -> Rule | None:
    office = sight.rows.get(StreetOffice, street)
    today = (sight.actor.now or NOON).date()
    try:
        return Book(sight.rows.tables[Rule]).find(name, today, jurisdiction(office.district)) if office else None
    except LookupError:
        return None


def _of(sight: Sight, e: HourEntry) -> list[HourEntry]:
    """All that stands of the volunteer's."""
    return [o for o in sight.rows.pointing(HourEntry, "volunteer_id", e.volunteer_id) if o.state in STANDING]


def _impossible_day(sight: Sight, e: HourEntry) -> Found:
    minutes = sum(o.minutes for o in _of(sight, e) if o.served_on == e.served_on)
    rule = _rule(sight, "impossible_day", e.street_id)
    if rule and minutes > rule.value:
        yield _row("impossible_day", e, minutes, rule=rule)


def _presence(sight: Sight, e: HourEntry) -> tuple[datetime, datetime]:
    shift, attendance = sight.rows.get(Shift, e.shift_id), sight.rows.get(Attendance, e.attendance_id)
    came = attendance.checked_in_at if attendance else None
    left = attendance.checked_out_at if attendance else None
    return came or shift.starts_at, left or shift.ends_at


def _two_places(sight: Sight, e: HourEntry) -> Found:
    came, left = _presence(sight, e)
    for o in _of(sight, e):
        there, gone = _presence(sight, o)
        both = min(left, gone) - max(came, there)
        if o.shift_id != e.shift_id and both >= MINUTE and abs(o.served_on - e.served_on) <= timedelta(days=1):
            yield _row("two_places", e, both / MINUTE, other=o)


def _beyond_shift(sight: Sight, e: HourEntry) -> Found:
    shift = sight.rows.get(Shift, e.shift_id)
    beyond = timedelta(minutes=e.minutes) - (shift.ends_at - shift.starts_at)
    if beyond >= MINUTE:
        yield _row("beyond_shift", e, beyond / MINUTE)


def _kin(sight: Sight, e: HourEntry) -> Found:
    person = sight.rows.get(Volunteer, e.volunteer_id).person_id
    two = {person, e.decided_by_id}
    known = [k for k in sight.rows.tables[Kinship] if k.relative_id]
    if e.state in COUNTED and any({k.person_id, k.relative_id} == two for k in known):
        yield _row("kin", e, e.minutes)


def _burst(sight: Sight, kind: str, acts: list[tuple[UUID, datetime, HourEntry]]) -> Found:
    moments = defaultdict[tuple[UUID, UUID], set[datetime]](set)
    for by, at, e in acts:
        moments[by, e.street_id].add(at)
    for by, at, e in acts:
        most, window = _rule(sight, "burst_entries", e.street_id), _rule(sight, "burst_window", e.street_id)
        before = sorted(m for m in moments[by, e.street_id] if m <= at)
        if most and window and len(before) >= most.value:
            minutes = (at - before[-int(most.value)]) / MINUTE
            if minutes <= window.value:
                yield _row(kind, e, minutes, rule=most)
