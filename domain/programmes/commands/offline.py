"""Do: registering devices that check people in without a network, and taking in what they noted."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from domain.errors import Conflict, NotAllowed, NotNow
from domain.programmes.access import RULES
from domain.programmes.commands.attendance import checked_in
from domain.programmes.commands.leaving import left
from domain.programmes.models import (
    Attendance,
    AttendanceSource,
    Break,
    Device,
    OfflineEvent,
    OfflineKind,
    Shift,
    Verdict,
)
from domain.programmes.offline import Noted, device_key, doubt_about, read
from domain.programmes.presence import attendance_of, breaks_of, require_seat, require_somebody_else
from domain.programmes.states import AttendanceState, DeviceState
from domain.states import is_in
from domain.wording import line
from domain.work import Work

MOST = 10
"""Devices of one person."""

FARTHEST = 2**31 - 1
"""Seconds."""

THEIRS = select(func.count()).where(
    col(Device.person_id) == bindparam("person"), is_in(Device.state, DeviceState.ACTIVE)
)
SAME = select(OfflineEvent).where(
    col(OfflineEvent.device_id) == bindparam("device"), col(OfflineEvent.seq) == bindparam("seq")
)
LAST = (
    select(OfflineEvent)
    .where(col(OfflineEvent.device_id) == bindparam("device"))
    .order_by(col(OfflineEvent.seq).desc())
    .limit(1)
)


async def register_device(
    work: Work,
    *,
    name: Annotated[str, "What you call it."],
    public_key: Annotated[str, "Its public key (P-256 or Ed25519) as a JSON Web Key; the private one never leaves it."],
) -> Device:
    """Let a device of yours check people in without a network. 登记离线签到设备"""
    if work.actor.person_id is None:
        raise NotAllowed("not_signed_in", "Sign in to register a device.", "请先登录再登记设备。")
    device = Device.new(person_id=work.actor.person_id, name="", public_key="", registered_at=work.now)
    work.ask(RULES, "register_device", device)
    (count,) = await work.values(THEIRS, person=device.person_id)
    if count >= MOST:
        raise NotNow("too_many_devices", f"You have {MOST} devices.", f"最多可登记 {MOST} 台设备。")
    return work.change(work.insert(device), name=line(name, "name"), public_key=device_key(public_key))


async def revoke_device(work: Work, *, device_id: UUID) -> Device:
    """Believe nothing any more that the device signed: it is lost, stolen or put aside. 注销离线签到设备"""
    device = await work.get(Device, device_id, lock=True)
    work.ask(RULES, "revoke_device", device)
    return work.move(device, "revoke_device")


async def replay_event(
    work: Work,
    *,
    device_id: UUID,
    event: Annotated[str, "What the device noted, as it signed it."],
    clock: Annotated[datetime, "What the device's clock shows now."],
) -> OfflineEvent:
    """Hand in what a device noted without a network; as often as one likes, it counts once. 上传离线签到记录

    What is late, askew or contradictory changes nothing, and waits for whoever runs the service to look at it.
    """
    device = await work.get(Device, device_id, lock=True)
    if device.person_id != work.actor.id:
        raise NotAllowed("not_your_device", "This is not your device.", "这不是您的设备。")
    if device.state == DeviceState.REVOKED:
        raise NotNow(
            "device_revoked",
            "This device has been revoked.",
            "该设备已注销。",
            remedy=(
                "Correct the attendance by hand with correctAttendance.",
                "请使用 correctAttendance 人工更正出勤。",
            ),
        )
    noted = read(event, device)
    if known := await work.first(OfflineEvent, SAME, device=device.id, seq=noted.seq):
        return _same(known, event)
    signup, volunteer, shift, attendance = await attendance_of(work, noted.signup_id)
    skew = clock - work.now
    last = await work.first(OfflineEvent, LAST, device=device.id)
    breaks = await breaks_of(work, attendance)
    doubt = doubt_about(work, noted, skew, shift, attendance, breaks, last)
    kept = OfflineEvent.new(
        device_id=device.id,
        seq=noted.seq,
        signup_id=signup.id,
        noted=noted.kind,
        claimed_at=noted.at,
        received_at=work.now,
        skew=max(-FARTHEST, min(round(skew.total_seconds()), FARTHEST)),
        event=event,
        verdict=Verdict.REVIEW if doubt else Verdict.ACCEPTED,
        doubt=doubt,
    )
    work.ask(RULES, "replay_event", kept, device, attendance, signup, volunteer)
    RULES.check(work.actor, "check_in", attendance, signup, volunteer)
    require_somebody_else(work, volunteer)
    require_seat(signup)
    if doubt is None:
        _take_over(work, attendance, noted, shift, breaks)
    return work.insert(kept)


def _take_over(work: Work, attendance: Attendance, noted: Noted, shift: Shift, breaks: list[Break]) -> None:
    """Let the attendance say what the device noted."""
    if noted.kind is OfflineKind.IN:
        work.follow("check_in", attendance)
        checked_in(work, attendance, shift, AttendanceSource.OFFLINE, noted.at)
    elif attendance.state == AttendanceState.MISSING_CHECK_OUT:
        work.follow("confirm_check_out", attendance, *breaks)
        work.move(attendance, "confirm_check_out", decided_at=work.now, decided_by_id=work.actor.id)
        left(work, attendance, breaks, noted.at)
    else:
        work.follow("check_out", attendance, *breaks)
        left(work, work.move(attendance, "check_out"), breaks, noted.at)


def _same(known: OfflineEvent, event: str) -> OfflineEvent:
    """What arrived before, if it is that."""
    if known.event != event:
        raise Conflict(
            "seq_reused",
            "The device has signed something else under this number.",
            "该设备已用此序号签署过其他记录。",
            path="event",
        )
    return known
