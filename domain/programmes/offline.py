"""What did a device note and sign without a network, and can it stand as it is?

An event is a JSON Web Signature (RFC 7515) by the device's key over `dev`, `seq`, `sgn`, `kind` (in or out) and `at`.
The signature shows which device it was, and that nobody changed it on the way. It does not show that the device's
person told the truth: it is their word (assurance A1), and whatever is late, askew or contradictory is left to people.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError

from domain.accounts.public_keys import SIGNS, public_key
from domain.columns import typed, untyped
from domain.errors import Invalid
from domain.programmes.check_in import opens_at
from domain.programmes.models import Attendance, Break, Device, Doubt, OfflineEvent, OfflineKind, Shift, Signup
from domain.programmes.presence import check_out_by
from domain.programmes.states import HERE, AttendanceState
from domain.work import Work

#: What is kept of a key of each kind that a device may have.
PARTS = {"EC": ("kty", "crv", "x", "y"), "OKP": ("kty", "crv", "x")}
LONGEST = 2_000
NUMBERS = range(2**31)
YEARS = range(2020, 2200)

#: From which states what a device noted leads on.
OPEN = {
    OfflineKind.IN: {AttendanceState.EXPECTED, AttendanceState.NO_SHOW_PROVISIONAL},
    OfflineKind.OUT: HERE | {AttendanceState.MISSING_CHECK_OUT},
}


class Noted(NamedTuple):
    """What an event says."""

    seq: int
    signup_id: UUID
    kind: OfflineKind
    at: datetime


def device_key(given: str) -> str:
    """A public key that a device signs with: P-256 or Ed25519, as a JSON Web Key. Raises Invalid."""
    try:
        jwk: Any = json.loads(given) if len(given) <= LONGEST else None
        public_key(jwk)
        return json.dumps({part: jwk[part] for part in PARTS[jwk["kty"]]})
    except (ValueError, KeyError, RecursionError):
        raise Invalid(
            "wrong_key",
            "Give a public key (P-256 or Ed25519) as a JSON Web Key (RFC 7517).",
            "请提供 JWK 格式（RFC 7517）的公钥（P-256 或 Ed25519）。",
            path="publicKey",
        ) from None


def read(event: str, device: Device) -> Noted:
    """What the device signed. Raises Invalid, for whatever is not the device's or says nothing that we know."""
    noted = _noted(event, device) if len(event) <= LONGEST else None
    if noted is None:
        raise Invalid(
            "wrong_event",
            "This was not signed by the device, or does not say dev, seq, sgn, kind and at.",
            "该记录不是由此设备签名，或缺少 dev、seq、sgn、kind、at。",
            path="event",
        )
    return noted


def _noted(event: str, device: Device) -> Noted | None:
    try:
        jwk = json.loads(device.public_key)
        allowed = sorted(SIGNS[jwk["kty"], jwk["crv"]])
        said = json.loads(jws.deserialize_compact(event, public_key(jwk), algorithms=allowed).payload)
        seq, at, signup_id = int(said["seq"]), datetime.fromisoformat(said["at"]), untyped(Signup.prefix, said["sgn"])
        kind, mine = OfflineKind(said["kind"]), said["dev"] == typed(Device.prefix, device.id)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    if not mine or signup_id is None or at.tzinfo is None or at.year not in YEARS or seq not in NUMBERS:
        return None
    return Noted(seq, signup_id, kind, at)


def doubt_about(
    work: Work,
    noted: Noted,
    skew: timedelta,
    shift: Shift,
    attendance: Attendance,
    breaks: Sequence[Break],
    before: OfflineEvent | None,
) -> Doubt | None:
    """Why people have to look at it; nothing, if it can stand. `before` is what the device noted last."""
    latest = timedelta(minutes=int(work.rule("offline_latest", at=shift).value))
    askew = timedelta(minutes=int(work.rule("offline_skew", at=shift).value))
    opens = opens_at(shift, int(work.rule("check_in_early", at=shift).value))
    closes = shift.ends_at if noted.kind is OfflineKind.IN else check_out_by(work, shift)
    if work.now > shift.ends_at + latest:
        return Doubt.LATE
    if abs(skew) > askew or noted.at > work.now + askew:
        return Doubt.CLOCK
    if before and (noted.seq < before.seq or noted.at < before.claimed_at):
        return Doubt.OUT_OF_ORDER
    if not opens <= noted.at < closes:
        return Doubt.OUTSIDE
    still_there = [attendance.checked_in_at, *(pause.ended_at or pause.began_at for pause in breaks)]
    left_before = noted.kind is OfflineKind.OUT and any(at and noted.at < at for at in still_there)
    if attendance.state not in OPEN[noted.kind] or left_before:
        return Doubt.CONTRADICTION
    return None
