"""Who came, and how is it known?"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from domain.clock import Clocked, Due
from domain.columns import Row, moment, one_of
from domain.programmes.geofence import Geofence
from domain.programmes.states.attendance import ATTENDANCE, CAME, HERE, AttendanceState


class AttendanceSource(StrEnum):
    """How it is known that somebody came. 签到方式"""

    CODE = "code"
    """By the six digits shown on the spot. 签到码"""
    QR = "qr"
    """By the QR code scanned on the spot, which changes all the time. 扫码"""
    KIOSK = "kiosk"
    """By the volunteer's own code, shown to a device on the spot. 签到机"""
    OFFLINE = "offline"
    """By the word of whoever runs the service, noted by their device without a network. 离线设备"""
    SUPERVISOR = "supervisor"
    """By the word of whoever runs the service. 负责人确认"""


#: What was shown on the spot by the volunteer's own hand.
SHOWN_ON_THE_SPOT = frozenset({AttendanceSource.CODE, AttendanceSource.QR, AttendanceSource.KIOSK})


class Excuse(StrEnum):
    """What kept somebody away. 缺席原因"""

    ILLNESS = "illness"
    """Illness or injury. 疾病或受伤"""
    FAMILY = "family"
    """Family. 家庭事务"""
    TRANSPORT = "transport"
    """Traffic, or a train that did not run. 交通"""
    WEATHER = "weather"
    """Weather. 天气"""
    ORGANIZER = "organizer"
    """Something the organiser did: wrong place, wrong time, nobody there. 组织方原因"""
    OTHER = "other"
    """Something else. 其他"""


class Attendance(Clocked, table=True):
    """That somebody came, and how it is known. 出勤"""

    prefix: ClassVar = "att"
    machine: ClassVar = ATTENDANCE

    street_id: UUID
    signup_id: UUID = Field(foreign_key="signup.id")
    """The signup it fulfils."""
    checked_in_at: datetime | None = moment(default=None)
    checked_out_at: datetime | None = moment(default=None)
    check_out_by: datetime | None = moment(default=None)
    """Until when to check out; after it somebody has to confirm when the volunteer left."""
    minutes: int | None = None
    """Whole minutes from check-in to check-out, without breaks."""
    proposed_in_at: datetime | None = moment(default=None)
    """When the volunteer came, as they say themselves."""
    proposed_out_at: datetime | None = moment(default=None)
    """When the volunteer left, as they say themselves."""
    objection_until: datetime | None = moment(default=None)
    """Until when an absence can be explained."""
    excuse: Excuse | None = one_of("excuse", Excuse, default=None)
    """What kept the volunteer away."""
    excuse_says: str | None = None
    """The same in the volunteer's words."""
    decided_at: datetime | None = moment(default=None)
    """When somebody decided last when the volunteer was there, or why not."""
    decided_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    """Who decided that."""
    reason: str | None = None
    """Why it was decided so."""
    source: AttendanceSource | None = one_of("source", AttendanceSource, default=None)
    """How it is known that the volunteer came."""
    walk_in: bool = False
    """Whether the volunteer came without a seat and was given one on the spot."""
    identity_by: datetime | None = moment(default=None)
    """Until when it has to be verified who such a one is."""
    distance: int | None = None
    """How many metres from the place the volunteer's device said to be when it checked in."""
    geofence: Geofence = one_of("geofence", Geofence, default=Geofence.UNKNOWN)
    """Whether that agrees with the place; it decides nothing."""
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
        Index("attendances_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    )

    def due(self) -> list[Due]:
        dues = []
        if self.state in HERE and self.check_out_by:
            dues.append(Due(self.check_out_by, "miss_check_out"))
        if self.state in CAME and self.identity_by:
            dues.append(Due(self.identity_by, "review_walk_in"))
        if self.state == AttendanceState.NO_SHOW_PROVISIONAL and self.objection_until and not self.is_explained:
            dues.append(Due(self.objection_until, "settle_no_show"))
        return dues

    @property
    def is_explained(self) -> bool:
        """Whether the volunteer said why they did not come, or that they did: then somebody answers, not the clock."""
        return self.excuse is not None or self.proposed_in_at is not None


class Break(Row, table=True):
    """Time within an attendance that is not counted as service. 休息"""

    prefix: ClassVar = "brk"

    street_id: UUID
    attendance_id: UUID = Field(foreign_key="attendance.id", index=True)
    """The attendance it interrupts."""
    began_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)

    __table_args__ = (
        CheckConstraint("began_at <= ended_at", name="a_break_begins_before_it_ends"),
        Index("one_break_at_a_time", "attendance_id", unique=True, postgresql_where=text("ended_at IS NULL")),
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
    qr: str | None = None
    """What the QR code beside it says in this period; ask again for the next one."""
    qr_every: int = 30
    """How many seconds a period lasts."""
