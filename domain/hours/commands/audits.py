"""Do: announcing a spot check before the period begins, and drawing it when the period is over."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Select, String, bindparam, cast, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlmodel import col

from domain.columns import untyped
from domain.communities.models import StreetOffice
from domain.errors import Invalid, NotNow
from domain.hours.access import RULES
from domain.hours.drawing import commitment, drawn, how_many
from domain.hours.models import AuditDraw, AuditItem, HourEntry
from domain.hours.states import COUNTED, AuditState
from domain.states import is_in
from domain.work import Work

LONGEST = timedelta(days=366)

LINE = func.concat(HourEntry.prefix, "_", func.replace(cast(HourEntry.id, String), "-", ""), " ", HourEntry.minutes)
POPULATION: Select[Any] = select(
    func.coalesce(func.string_agg(LINE, aggregate_order_by(literal("\n"), col(HourEntry.id))), "").label("lines")
).where(
    col(HourEntry.street_id) == bindparam("street"),
    col(HourEntry.served_on).between(bindparam("since"), bindparam("until")),
    is_in(HourEntry.state, *COUNTED),
)


async def announce_audit(
    work: Work,
    *,
    street_id: Annotated[UUID, StreetOffice, "The street whose entries are looked at."],
    since: Annotated[date, "The first day of service it is about: tomorrow or later."],
    until: Annotated[date, "The last day of service it is about."],
) -> AuditDraw:
    """Announce a spot check of a period that lies ahead, with what commits its seed. 公告抽查"""
    street = await work.get(StreetOffice, street_id)
    draw = AuditDraw.new(street_id=street.id, since=since, until=until, commitment="", announced_at=work.now)
    work.ask(RULES, "announce_audit", draw)
    if since <= work.today:
        raise Invalid("begun", "The period begins tomorrow or later.", "抽查期间须自明日或以后起。", path="since")
    if not timedelta(0) <= until - since < LONGEST:
        raise Invalid("wrong_period", "A period has 1 to 366 days.", "抽查期间为 1 至 366 日。", path="until")
    return work.change(work.insert(draw), commitment=commitment(_seed(work, draw)))


async def draw_audit(work: Work, *, audit_draw_id: UUID) -> AuditDraw:
    """Publish the seed and draw the entries by it, once the period is over. 抽取"""
    draw = await work.get(AuditDraw, audit_draw_id, lock=True)
    found = await work.values(POPULATION, street=draw.street_id, since=draw.since, until=draw.until)
    lines, seed = str(found["lines"]), _seed(work, draw)
    size = how_many(
        len(lines.splitlines()), work.rule("audit_share", at=draw).value, work.rule("audit_least", at=draw).value
    )
    items = [
        AuditItem.new(street_id=draw.street_id, audit_draw_id=draw.id, hour_entry_id=untyped("hrs", id), rank=rank)
        for rank, id in enumerate(drawn(seed, lines, size), start=1)
    ]
    work.ask(RULES, "draw_audit", draw, *items)
    if draw.state == AuditState.ANNOUNCED and work.today <= draw.until:
        raise NotNow("period_runs", f"The period runs until {draw.until}.", f"抽查期间至 {draw.until} 止。")
    for item in items:
        work.insert(item)
    return work.move(draw, "draw_audit", seed=seed, population=lines, size=size, drawn_at=work.now)


def _seed(work: Work, draw: AuditDraw) -> str:
    """What only this house can know before it is published, and cannot choose: its key and the draw's id make it."""
    return work.seal.fingerprint(f"audit {draw.id}").hex()
