"""What does somebody ask about their data that nobody can do by themselves, and how was it answered (PIPL 44 to 50)?"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from domain.accounts.states import OPEN, RIGHTS_REQUEST, RightsRequestState
from domain.columns import Row, Text, day_of, moment, one_of, words


class DataRight(StrEnum):
    """Which right somebody makes use of. 权利类别"""

    ACCESS = "access"
    """To know what is known about them (PIPL 44 and 45). 知情、查阅"""
    COPY = "copy"
    """To have a copy, or have it handed to somebody else (PIPL 45). 复制、转移"""
    CORRECTION = "correction"
    """To have it corrected or completed (PIPL 46). 更正、补充"""
    ERASURE = "erasure"
    """To be erased (PIPL 47). 删除、注销"""
    RESTRICTION = "restriction"
    """To restrict what is done with it, or object (PIPL 44). 限制或拒绝处理"""
    EXPLANATION = "explanation"
    """To have rules explained, or a decision that a machine took part in (PIPL 24 and 48). 解释规则或自动化决策"""
    OTHER = "other"
    """Anything else about their data. 其他"""


class RightsRequest(Row, table=True):
    """What a person asks about their data, when it is due, and the answer. 个人信息权利请求"""

    prefix: ClassVar = "rrq"
    machine: ClassVar = RIGHTS_REQUEST

    person_id: UUID = Field(foreign_key="person.id", index=True)
    """Who asks."""
    asks_for: DataRight = one_of("asks_for", DataRight)
    """Which right it is about."""
    says: str
    """What it is about, in their own words."""
    legal_name: str | None = None
    """What a volunteer's legal name should be, if that is to be corrected. Private."""
    birth_date: date | None = None
    """What a volunteer's birth date should be, if that is to be corrected. Private."""
    filed_at: datetime = moment()
    """When they asked."""
    due_at: datetime = moment()
    """Before when it must have been answered."""
    answered_at: datetime | None = moment(default=None)
    """When it was answered."""
    answered_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    """Who answered."""
    answer: Text | None = words(default=None)
    """What was done, or why it was not."""
    court_route: Text | None = words(default=None)
    """What the person can do against a no, as they were told."""
    state: RightsRequestState = RIGHTS_REQUEST.column()
    """How far it is."""

    __table_args__ = (
        Index("rights_requests_in_order", "due_at", "id"),
        Index(
            "one_open_request_of_a_kind",
            "person_id",
            "asks_for",
            unique=True,
            postgresql_where=text("state IN ({})".format(", ".join(f"'{s}'" for s in sorted(OPEN)))),
            info={
                "code": "asked_already",
                "en": "You have asked for this already: wait for the answer, or withdraw it and ask anew.",
                "zh": "您已提出同类请求：请等待答复，或撤回后重新提出。",
            },
        ),
    )

    @property
    def due_on(self) -> date:
        """The last day, in China, on which it can be answered in time."""
        return day_of(self.due_at - timedelta.resolution)
