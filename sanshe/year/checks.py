"""Do the rows that the year left behind agree with each other, and every report with the ledger?"""

from typing import Any, NamedTuple

from sqlalchemy import Select

from domain.access import Actor
from domain.columns import utc_now
from domain.hours.reports import ReportGroup, hour_report
from domain.hours.states import COUNTED, STANDING
from domain.hours.totals import HourGroup, hour_totals
from domain.postgres import Run
from domain.programmes.states import LIVE, SEATED, ShiftState, SignupState
from domain.work import compiled


class Check(NamedTuple):
    """What should hold, and what does not."""

    en: str
    zh: str
    faults: int


#: What should hold, the statement that counts where it does not, and the states it looks at.
FAULTS = (
    (
        "The seats taken are those confirmed or held, and never more than there are.",
        "已占名额等于已确认与保留名额之和，且不超过总数。",
        """SELECT count(*) AS n FROM shift h WHERE taken > capacity OR state = 'scheduled' AND taken <>
           (SELECT count(*) FROM signup s WHERE s.shift_id = h.id AND s.state = ANY ($1))""",
        SEATED,
    ),
    (
        "Nobody is signed up twice for one shift.",
        "同一人对同一班次只有一个有效报名。",
        """SELECT count(*) AS n FROM (SELECT FROM signup WHERE state = ANY ($1)
           GROUP BY volunteer_id, shift_id HAVING count(*) > 1) twice""",
        LIVE,
    ),
    (
        "Nobody has seats in two shifts at one time.",
        "无人同时占有两个时间重叠的班次。",
        """SELECT count(*) AS n FROM (
           SELECT h.starts_at < lag(h.ends_at) OVER (PARTITION BY s.volunteer_id ORDER BY h.starts_at) AS overlap
           FROM signup s JOIN shift h ON h.id = s.shift_id WHERE s.state = ANY ($1)) seat WHERE overlap""",
        {SignupState.CONFIRMED},
    ),
    (
        "All hours were given with a confirmed seat.",
        "所有时长均对应已确认的名额。",
        """SELECT count(*) AS n FROM hour_entry e JOIN signup s ON s.id = e.signup_id
           WHERE e.state = ANY ($1) AND s.state <> 'confirmed'""",
        STANDING,
    ),
    (
        "Every shift that took place was open before it began.",
        "每个班次均在开始前发布。",
        """SELECT count(*) AS n FROM shift h WHERE h.state = ANY ($1) AND NOT EXISTS (
           SELECT FROM deed d WHERE d.subject_id = h.id AND d.verb = 'open_shift' AND d.at < h.starts_at)""",
        {ShiftState.ENDED},
    ),
    (
        "Nobody verified their own hours, nor those they wrote down.",
        "无人核实本人的时长或本人登记的时长。",
        """SELECT count(*) AS n FROM hour_entry e JOIN volunteer v ON v.id = e.volunteer_id
           WHERE e.state = ANY ($1) AND e.decided_by_id IN (v.person_id, e.logged_by_id)""",
        COUNTED,
    ),
)
LEDGER = """
SELECT coalesce(sum(minutes) FILTER (WHERE state = ANY ($1)), 0) AS minutes, count(*) AS entries
FROM hour_entry WHERE state = ANY ($2)"""
STREETS = "SELECT id FROM street_office"
ANYBODY = Actor()
"""Whom the quick reports are for: everybody."""


async def checks(run: Run) -> list[Check]:
    """Everything that should hold."""
    found = [Check(en, zh, (await run(sql, (list(states),)))[0]["n"]) for en, zh, sql, states in FAULTS]
    ledger = (await run(LEDGER, (list(COUNTED), list(STANDING))))[0]
    for group in HourGroup:
        totals = await reported(run, group)
        sums = (sum(total["minutes"] for total in totals), sum(total["entries"] for total in totals))
        found.append(
            Check(
                f"The hours reported by {group.value} add up to the ledger.",
                f"按{_zh(group)}统计的时长之和与台账一致。",
                int(sums != (ledger["minutes"], ledger["entries"])),
            )
        )
    for kind in ReportGroup:
        reports = await _asked(run, hour_report(ANYBODY, group_by=kind), ANYBODY)
        sums = (sum(total["minutes"] for total in reports), sum(total["entries"] for total in reports))
        found.append(
            Check(
                f"The quick report by {kind.value} adds up to the ledger.",
                f"按{_zh(HourGroup(kind.value))}的快速报表与台账一致。",
                int(sums != (ledger["minutes"], ledger["entries"])),
            )
        )
    return found


async def reported(run: Run, group: HourGroup) -> list[dict[str, Any]]:
    """What the API answers to somebody who may see everything."""
    streets = frozenset(row["id"] for row in await run(STREETS, ()))
    auditor = Actor(roles={"auditor": streets}).at(utc_now())
    return await _asked(run, hour_totals(auditor, group_by=group), auditor)


async def _asked(run: Run, question: Select[Any], viewer: Actor) -> list[dict[str, Any]]:
    sql, arguments = compiled(question)
    return [dict(row) for row in await run(sql, arguments(viewer.binds()))]


def _zh(group: HourGroup) -> str:
    return {
        HourGroup.VOLUNTEER: "志愿者",
        HourGroup.COMMUNITY: "社区",
        HourGroup.ORGANIZATION: "社会组织",
        HourGroup.STREET: "街道",
        HourGroup.MONTH: "月",
    }[group]
