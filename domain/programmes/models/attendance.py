"""Who came, and how is it known?"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from domain.columns import Row, moment, one_of
from domain.programmes.states import ATTENDANCE, AttendanceState


class AttendanceSource(StrEnum):
    """How it is known that somebody came. 签到方式"""

    CODE = "code"
    """By the code shown on the spot. 签到码"""
    SUPERVISOR = "supervisor"
    """By the word of whoever runs the service. 负责人确认"""


class Attendance(Row, table=True):
    """That somebody came, and how it is known. 出勤"""

    prefix: ClassVar = "att"
    machine: ClassVar = ATTENDANCE

    street_id: UUID
    signup_id: UUID = Field(foreign_key="signup.id")
    """The signup it fulfils."""
    checked_in_at: datetime | None = moment(default=None)
    checked_out_at: datetime | None = moment(default=None)
    source: AttendanceSource | None = one_of("source", AttendanceSource, default=None)
    """How it is known that the volunteer came."""
    wrong_codes: int = 0
    """How many wrong codes were tried."""
    state: AttendanceState = ATTENDANCE.column()

    __table_args__ = (
        Index(
            "one_attendance_each",
            "signup_id",
            unique=True,
            info={
                "code": "already_checked_in",
                "en": "This was recorded at the same moment already.",
                "zh": "该出勤记录刚刚已登记。",
            },
        ),
    )


class CheckInCode(Row, table=True):
    """Six digits that whoever runs the service shows on the spot; a new one every few minutes. 签到码"""

    prefix: ClassVar = "cic"

    street_id: UUID
    shift_id: UUID = Field(foreign_key="shift.id", index=True)
    """The shift it opens."""
    code: str
    """Six digits."""
    valid_until: datetime = moment()
    """From when on it no longer counts."""
