"""A toy room: a garden with so many beds, and who tends them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from domain.access import Actor, Rules, before, is_actor, role, role_at, state_in, via
from domain.columns import Row, moment
from domain.errors import NotNow
from domain.states import Machine, move
from domain.work import Work

RIVER, HILL = UUID(int=101 << 44), UUID(int=102 << 44)


class GardenState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


GARDEN = Machine(
    "garden",
    GardenState.PLANNED,
    (
        move("open_garden", GardenState.PLANNED, GardenState.OPEN),
        move("close_garden", {GardenState.PLANNED, GardenState.OPEN}, GardenState.CLOSED),
    ),
)


class Garden(Row, table=True):
    machine: ClassVar = GARDEN
    prefix: ClassVar = "grn"

    street_id: UUID
    keeper_id: UUID | None = None
    closes_at: datetime | None = moment(default=None)
    beds: int = 1
    taken: int = 0
    state: GardenState = GARDEN.column()


class Bed(Row, table=True):
    prefix: ClassVar = "bed"

    street_id: UUID
    garden_id: UUID = Field(foreign_key="garden.id")
    gardener_id: UUID | None = None

    __table_args__ = (
        Index(
            "one_bed_each",
            "garden_id",
            "gardener_id",
            unique=True,
            postgresql_where=text("gardener_id IS NOT NULL"),
            info={"code": "has_a_bed", "en": "You have a bed here already.", "zh": "您在此已有菜畦。"},
        ),
    )


RULES = Rules(
    "gardens",
    times={"open_garden": before(Garden.closes_at)},
    plan_garden=role_at("street officer", Garden.street_id),
    open_garden=role_at("street officer", Garden.street_id) | is_actor(Garden.keeper_id),
    close_garden=role_at("street officer", Garden.street_id) & before(Garden.closes_at),
    take_bed=role("volunteer") & is_actor(Bed.gardener_id),
    see_garden=~state_in(Garden.state, GardenState.PLANNED) | role_at("street officer", Garden.street_id),
    see_bed=is_actor(Bed.gardener_id) | via(Bed.garden_id, Garden, is_actor(Garden.keeper_id)),
)


async def plan_garden(work: Work, *, beds: int) -> Garden:
    garden = Garden.new(street_id=RIVER, beds=beds)
    work.ask(RULES, "plan_garden", garden)
    return work.insert(garden)


async def open_garden(work: Work, *, garden_id: UUID) -> Garden:
    garden = await work.get(Garden, garden_id, lock=True)
    work.ask(RULES, "open_garden", garden)
    return work.move(garden, "open_garden")


async def take_bed(work: Work, *, garden_id: UUID) -> Bed:
    garden = await work.get(Garden, garden_id, lock=True)
    if garden.taken >= garden.beds:
        raise NotNow("full", "All beds are taken.", "菜畦已满。")
    bed = Bed.new(street_id=garden.street_id, garden_id=garden.id, gardener_id=work.actor.id)
    work.ask(RULES, "take_bed", bed, garden)
    work.change(garden, taken=garden.taken + 1)
    return work.insert(bed)


OFFICER = Actor(UUID(int=1), {"street officer": frozenset({RIVER})})
STRANGER = Actor(UUID(int=2), {"street officer": frozenset({HILL})})


def gardener(n: int) -> Actor:
    return Actor(UUID(int=1000 + n), {"volunteer": frozenset()})
