"""What is a street office, what lies in it, and what a table printed about its people?"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.columns import STREET_BITS, Row, Text, data, moment, one_of, words

LAST_STREET = 2**STREET_BITS - 1


class StreetOffice(Row, table=True):
    """The office that serves a street: the smallest unit of a city's administration. 街道办事处"""

    prefix: ClassVar = "str"

    street_id: UUID
    """The street itself, so that one rule fits all that belongs to a street."""
    number: int
    """The number that the ids of this street carry: 1 to 262143."""
    name: Text = words()
    """What it is called."""
    district: str
    """The district it belongs to, by its code of GB/T 2260: 110105 is Chaoyang, Beijing."""
    district_name: Text = words()
    """What that district is called."""

    __table_args__ = (
        CheckConstraint(f"number BETWEEN 1 AND {LAST_STREET}", name="street_number"),
        CheckConstraint("street_id = id", name="street_is_itself"),
        Index(
            "one_street_for_each_number",
            "number",
            unique=True,
            info={"code": "number_taken", "en": "Another street has this number.", "zh": "该编号已属于其他街道。"},
        ),
        Index(
            "one_street_for_each_name",
            "district",
            text("(name ->> 'text')"),
            unique=True,
            info={
                "code": "street_office_exists",
                "en": "This district has a street office of this name.",
                "zh": "该区已有同名街道办事处。",
            },
        ),
    )


class CommunityCategory(StrEnum):
    """How a community is organized. 社区类型"""

    URBAN = "urban"
    """With a residents' committee. 城市社区（居民委员会）"""
    RURAL = "rural"
    """With a villagers' committee. 农村社区（村民委员会）"""
    TRANSITIONAL = "transitional"
    """A village on its way to become urban. 村改居社区"""


class Community(Row, table=True):
    """Neighbours who govern themselves together. 社区"""

    prefix: ClassVar = "com"

    street_id: UUID = Field(foreign_key="street_office.id")
    """The street it lies in."""
    name: Text = words()
    """What it is called."""
    category: CommunityCategory = one_of("category", CommunityCategory)
    """How it is organized."""

    __table_args__ = (
        Index(
            "one_community_for_each_name",
            "street_id",
            text("(name ->> 'text')"),
            unique=True,
            info={
                "code": "community_exists",
                "en": "This street has a community of this name.",
                "zh": "该街道已有同名社区。",
            },
        ),
    )


class Grid(Row, table=True):
    """A part of a community that one person can know by heart. 网格"""

    prefix: ClassVar = "grd"

    street_id: UUID = Field(foreign_key="street_office.id")
    """The street it lies in."""
    community_id: UUID = Field(foreign_key="community.id")
    """The community it is part of."""
    code: str
    """What it is called on maps and lists, such as 03."""

    __table_args__ = (
        Index(
            "one_grid_for_each_code",
            "community_id",
            "code",
            unique=True,
            info={
                "code": "grid_exists",
                "en": "This community has a grid of this code.",
                "zh": "该社区已有相同编号的网格。",
            },
        ),
    )


class PopulationTable(Row, table=True):
    """A table of a district's people, street by street, that somebody printed and we imported. 人口统计表"""

    prefix: ClassVar = "pot"

    district: str
    """The district it counts, by its code of GB/T 2260."""
    period: date
    """The month it speaks of, by its first day."""
    source: str
    """Who printed it, and where."""
    content: str
    """Fingerprint of what it says, SHA-256 over its rows, whatever encoding they came in."""
    streets: int
    """How many streets it has a row for."""
    printed_total: dict[str, int] | None = data(default=None)
    """Its row of totals as printed, by figure; null when it has none."""
    imported_at: datetime = moment()
    """When it was imported."""
    superseded_at: datetime | None = moment(default=None)
    """When a corrected table took its place; null while it holds."""

    __table_args__ = (
        Index(
            "one_table_holds",
            "district",
            "period",
            "source",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index(
            "one_table_says_it",
            "district",
            "period",
            "content",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )


class PopulationFigure(Row, table=True):
    """One row of a population table, every figure as it is printed there, also where they do not add up. 人口数据"""

    prefix: ClassVar = "pop"

    street_id: UUID = Field(foreign_key="street_office.id", index=True)
    """The street it counts."""
    population_table_id: UUID = Field(foreign_key="population_table.id")
    """The table it was printed in."""
    period: date
    """The month it speaks of, by its first day."""
    line: int
    """The line of the imported file, counted from 1."""
    number: int
    """The row's printed number. 序号"""
    printed_name: str
    """The street's name as printed. 街道"""
    registered: int
    """People registered here. 户籍人口合计"""
    registered_in_district: int
    """Registered in this district. 本区户籍"""
    registered_apart: int
    """Living apart from where they are registered. 人户分离"""
    incoming: int
    """People who came from elsewhere in the country. 外来人口合计"""
    incoming_with_permit: int
    """With a temporary residence permit. 已办暂住证"""
    incoming_without_permit: int
    """Without a temporary residence permit. 未办暂住证"""
    from_abroad: int
    """People from abroad. 境外人员"""
    total: int
    """All people. 总计"""

    __table_args__ = (
        Index(
            "one_figure_for_each_street",
            "population_table_id",
            "street_id",
            unique=True,
            info={
                "code": "street_twice",
                "en": "Two rows of this table count the same street under two of its names.",
                "zh": "此表有两行以不同名称统计了同一街道。",
            },
        ),
        Index("one_figure_for_each_line", "population_table_id", "line", unique=True),
    )
