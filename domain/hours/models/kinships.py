"""Who is related to whom, as they say themselves?"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.columns import Row, moment, one_of
from domain.hours.states import KINSHIP, KinshipState
from domain.states import written


class Relation(StrEnum):
    """How two people are related (Civil Code, article 1045). 亲属关系"""

    SPOUSE = "spouse"
    """Husband or wife. 配偶"""
    PARENT_OR_CHILD = "parent_or_child"
    """Parent, or child. 父母或子女"""
    SIBLING = "sibling"
    """Brother or sister. 兄弟姐妹"""
    GRANDPARENT_OR_GRANDCHILD = "grandparent_or_grandchild"
    """Grandparent, or grandchild. 祖父母、外祖父母或孙子女、外孙子女"""
    OTHER = "other"
    """Another relative by blood or by marriage. 其他血亲或姻亲"""


class Kinship(Row, table=True):
    """That two people are relatives, and so decide nothing about each other's hours. 亲属关系申报"""

    prefix: ClassVar = "kin"
    machine: ClassVar = KINSHIP

    person_id: UUID = Field(foreign_key="person.id")
    """Who declared it."""
    relative_id: UUID | None = Field(default=None, foreign_key="person.id")
    """Whose relative that one is; nobody, once they were erased."""
    relation: Relation = one_of("relation", Relation)
    """How they are related."""
    declared_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)
    state: KinshipState = KINSHIP.column()

    __table_args__ = (
        CheckConstraint("person_id <> relative_id", name="relatives_are_two"),
        Index(
            "one_kinship_each",
            text("least(person_id, relative_id)"),
            text("greatest(person_id, relative_id)"),
            unique=True,
            postgresql_where=text(f"state IN {written({KinshipState.DECLARED})}"),
            info={
                "code": "already_declared",
                "en": "This kinship is declared already.",
                "zh": "该亲属关系已申报。",
            },
        ),
        Index("kinships_of_a_person", "person_id"),
        Index("kinships_of_a_relative", "relative_id"),
    )
