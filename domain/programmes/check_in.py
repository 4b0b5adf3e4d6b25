"""Does the code that somebody typed or scanned show that they are there?

Whoever runs the service shows six digits on the spot, and a QR code beside them; new digits come every few minutes. It
is a row that only they may see, and few wrong guesses are allowed, each of which is kept although the answer is no.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlmodel import col

from domain.errors import Invalid, NotNow, Refusal
from domain.programmes.models import Attendance, CheckInCode, Shift
from domain.programmes.qr import is_right, is_scanned
from domain.programmes.states import ShiftState
from domain.rules import grounds
from domain.work import Work

CODE_IN_FORCE = (
    select(CheckInCode)
    .where(col(CheckInCode.shift_id) == bindparam("shift"), col(CheckInCode.valid_until) > bindparam("now"))
    .order_by(col(CheckInCode.valid_until).desc())
    .limit(1)
)


async def code_in_force(work: Work, shift: Shift) -> CheckInCode | None:
    return await work.first(CheckInCode, CODE_IN_FORCE, shift=shift.id, now=work.now)


def fresh_code(work: Work, shift: Shift) -> CheckInCode:
    return CheckInCode.new(
        street_id=shift.street_id,
        shift_id=shift.id,
        code=f"{secrets.randbelow(1_000_000):06}",
        valid_until=work.now + timedelta(minutes=int(work.rule("check_in_code_life", at=shift).value)),
    )


def require_open(work: Work, shift: Shift) -> None:
    """Refuses before check-in opens, and when the shift is over or called off."""
    if shift.state in {ShiftState.ENDED, ShiftState.CANCELLED} or work.now >= shift.ends_at:
        raise NotNow("over", "This shift is over or called off.", "班次已结束或已取消。")
    early = work.rule("check_in_early", at=shift)
    if work.now < opens_at(shift, int(early.value)):
        raise NotNow(
            "too_early",
            f"Check-in opens {early.value} minutes before the shift.",
            f"班次开始前 {early.value} 分钟起方可签到。",
            grounds=grounds(early, work.actor.language),
        )


def opens_at(shift: Shift, early: int) -> datetime:
    return shift.starts_at - timedelta(minutes=early)


async def fault_of(work: Work, code: str | None, shift: Shift, attendance: Attendance) -> Refusal | None:
    """What is wrong with the code; nothing, if it is the one shown now. After too many wrong ones none is right."""
    tries = work.rule("check_in_tries", at=shift)
    if attendance.wrong_codes >= tries.value:
        raise NotNow(
            "too_many_wrong_codes",
            "Too many wrong codes were tried.",
            "签到码输错次数过多。",
            grounds=grounds(tries, work.actor.language),
            remedy=("Ask whoever runs the service to check you in.", "请现场负责人为您签到。"),
        )
    if code and is_scanned(code) and is_right(work, code, shift):
        return None
    shown = await code_in_force(work, shift)
    if shown and code and secrets.compare_digest(code.encode(), shown.code.encode()):
        return None
    return Invalid(
        "wrong_code",
        "This is not the code that is shown now.",
        "签到码不正确或已过期。",
        path="code",
        remedy=(
            "Type the six digits that are shown on the spot, or scan the QR code.",
            "请输入现场显示的六位数字，或扫描二维码。",
        ),
    )
