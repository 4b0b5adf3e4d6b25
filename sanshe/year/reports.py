"""What became of the year, in figures that a person reads?"""

from collections.abc import Iterable, Iterator
from typing import Any

from domain.hours.totals import HourGroup
from domain.postgres import Run
from sanshe.year.checks import checks, reported

NAMES = {
    HourGroup.STREET: "SELECT id, name ->> 'text' AS name FROM street_office",
    HourGroup.COMMUNITY: "SELECT id, name ->> 'text' AS name FROM community",
    HourGroup.ORGANIZATION: "SELECT id, name ->> 'text' AS name FROM organization",
}
FIRST = 5
"""So many of a long list are shown."""


async def report(run: Run) -> list[str]:
    """Hours by month, street, community and organization, then everything that should hold and whether it does."""
    lines = ["Hours by month 按月", *_table((str(total["month"]), total) for total in await _by_month(run))]
    for group, sql in NAMES.items():
        names = {row["id"]: row["name"] for row in await run(sql, ())}
        totals = await reported(run, group)
        lines += ["", f"Hours by {group.value}: the first {FIRST} of {len(totals)} 前{FIRST}名（共{len(totals)}）"]
        lines += _table((names[total[f"{group.value}_id"]], total) for total in totals[:FIRST])
    volunteers = await reported(run, HourGroup.VOLUNTEER)
    hours = sum(total["minutes"] for total in volunteers) // 60
    lines += [
        "",
        f"{len(volunteers):,} volunteers gave {hours:,} hours. {len(volunteers):,}名志愿者，{hours:,}小时。",
        "",
    ]
    for check in await checks(run):
        lines.append(f"{'✓' if not check.faults else f'✗ {check.faults:,}'} {check.en} {check.zh}")
    return lines


async def _by_month(run: Run) -> list[dict[str, Any]]:
    return sorted(await reported(run, HourGroup.MONTH), key=lambda total: total["month"])


def _table(totals: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    for name, total in totals:
        pending = f" + {total['pending_minutes'] // 60:,}" if total["pending_minutes"] else ""
        yield f"  {total['minutes'] // 60:>10,}{pending} h  {total['entries']:>9,}  {total['volunteers']:>7,}  {name}"
