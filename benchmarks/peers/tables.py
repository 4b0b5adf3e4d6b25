"""How do the two Python peers see the tables? Mapped as SQLAlchemy's documentation does it, with their relations."""

import os
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, Dialect, ForeignKey, TypeDecorator, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column, relationship


def sessions() -> async_sessionmaker[AsyncSession]:
    """Sessions on as many connections as every other server has."""
    engine = create_async_engine(
        os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=int(os.environ["LANES"]),
        max_overflow=0,
    )
    return async_sessionmaker(engine, expire_on_commit=False)


class English(TypeDecorator[str]):
    """A text in several languages, read in English."""

    impl = JSONB
    cache_ok = True

    @property
    def python_type(self) -> type[str]:
        return str

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return str(value.get("translations", {}).get("en", value)["text"])


def said() -> Any:
    return mapped_column(English)


def link(column: str) -> Any:
    return mapped_column(ForeignKey(column))


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True)}


class Organization(Base):
    __tablename__ = "organization"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = said()


class Community(Base):
    __tablename__ = "community"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = said()
    opportunities: Mapped[list["Opportunity"]] = relationship(back_populates="community")


class ServicePlan(Base):
    __tablename__ = "service_plan"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = link("organization.id")
    community_id: Mapped[UUID] = link("community.id")
    title: Mapped[str] = said()
    since: Mapped[date]
    until: Mapped[date]
    organization: Mapped[Organization] = relationship()
    community: Mapped[Community] = relationship()


class Opportunity(Base):
    __tablename__ = "opportunity"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    community_id: Mapped[UUID] = link("community.id")
    plan_id: Mapped[UUID] = link("service_plan.id")
    title: Mapped[str] = said()
    tasks: Mapped[str] = said()
    state: Mapped[str]
    community: Mapped[Community] = relationship(back_populates="opportunities")
    plan: Mapped[ServicePlan] = relationship()
    shifts: Mapped[list["Shift"]] = relationship(back_populates="opportunity")


class Shift(Base):
    __tablename__ = "shift"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    street_id: Mapped[UUID]
    community_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    opportunity_id: Mapped[UUID] = link("opportunity.id")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str]
    capacity: Mapped[int]
    taken: Mapped[int]
    opportunity: Mapped[Opportunity] = relationship(back_populates="shifts")
    signups: Mapped[list["Signup"]] = relationship(back_populates="shift")


class Signup(Base):
    __tablename__ = "signup"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=text("benchmark.id(0, nextval('benchmark.new_signup'))"))
    version: Mapped[int]
    street_id: Mapped[UUID]
    community_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    shift_id: Mapped[UUID] = link("shift.id")
    volunteer_id: Mapped[UUID] = link("volunteer.id")
    signed_up_at: Mapped[datetime] = mapped_column(default=func.now())
    late: Mapped[bool]
    state: Mapped[str]
    shift: Mapped[Shift] = relationship(back_populates="signups")
    volunteer: Mapped["Volunteer"] = relationship()


class HourEntry(Base):
    __tablename__ = "hour_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    volunteer_id: Mapped[UUID] = link("volunteer.id")
    shift_id: Mapped[UUID] = link("shift.id")
    served_on: Mapped[date]
    minutes: Mapped[int]
    state: Mapped[str]
    shift: Mapped[Shift] = relationship()


class Volunteer(Base):
    __tablename__ = "volunteer"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    display_name: Mapped[str]
    hours: Mapped[list[HourEntry]] = relationship()
    verified_minutes: Mapped[int] = column_property(
        select(func.coalesce(func.sum(HourEntry.minutes), 0))
        .where(HourEntry.volunteer_id == id, HourEntry.state == "verified")  # noqa: A003 the column above
        .correlate_except(HourEntry)
        .scalar_subquery(),
        deferred=True,
    )
