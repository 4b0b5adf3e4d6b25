"""Which devices check people in without a network, and what did they tell later?"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from domain.columns import Row, moment, one_of
from domain.programmes.states.devices import DEVICE, DeviceState


class Device(Row, table=True):
    """A telephone or tablet that checks people in without a network, and signs what it notes. 离线签到设备"""

    prefix: ClassVar = "dev"
    machine: ClassVar = DEVICE

    person_id: UUID = Field(foreign_key="person.id", index=True)
    """Whose it is; what it notes is their word."""
    name: str
    """What they call it."""
    public_key: str
    """Its public key, as a JSON Web Key."""
    registered_at: datetime = moment()
    state: DeviceState = DEVICE.column()


class OfflineKind(StrEnum):
    """What a device noted. 离线记录类型"""

    IN = "in"
    """Somebody came. 到场"""
    OUT = "out"
    """Somebody left. 离开"""


class Verdict(StrEnum):
    """What became of what a device noted. 离线记录处理结果"""

    ACCEPTED = "accepted"
    """The attendance says so now. 已采用"""
    REVIEW = "review"
    """Somebody has to look at it; the attendance is as it was. 待人工复核"""


class Doubt(StrEnum):
    """Why somebody has to look at what a device noted. 复核原因"""

    LATE = "late"
    """It arrived too long after the shift. 上传过迟"""
    CLOCK = "clock"
    """The device's clock is wrong. 设备时钟偏差过大"""
    OUT_OF_ORDER = "out_of_order"
    """Its time does not follow from what the device noted before. 时间顺序不符"""
    OUTSIDE = "outside"
    """Nobody checks in or out at that time of the shift. 不在可签到时段"""
    CONTRADICTION = "contradiction"
    """What is known already speaks against it. 与已有记录矛盾"""


class OfflineEvent(Row, table=True):
    """What a device noted and signed without a network, as it arrived. 离线签到记录"""

    prefix: ClassVar = "ofe"

    device_id: UUID = Field(foreign_key="device.id")
    """The device that signed it."""
    seq: int
    """Its number, counted by the device."""
    signup_id: UUID = Field(foreign_key="signup.id", index=True)
    """Whom it is about."""
    noted: OfflineKind = one_of("noted", OfflineKind)
    """What it noted."""
    claimed_at: datetime = moment()
    """When that was, by the device's clock."""
    received_at: datetime = moment()
    """When it arrived."""
    skew: int
    """How many seconds the device's clock was ahead when it arrived."""
    event: str
    """As it was signed (JWS, RFC 7515)."""
    verdict: Verdict = one_of("verdict", Verdict)
    """What became of it."""
    doubt: Doubt | None = one_of("doubt", Doubt, default=None)
    """Why somebody has to look at it."""

    __table_args__ = (
        Index(
            "one_event_for_each_number",
            "device_id",
            "seq",
            unique=True,
            info={
                "code": "replayed_already",
                "en": "This event has just arrived.",
                "zh": "该记录刚刚已上传。",
            },
        ),
    )
