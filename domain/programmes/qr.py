"""Which signed code does the screen show now, and is this one of the last three?

The code is a JSON Web Signature (RFC 7515) over the shift and the number of the period it is shown in. The key is made
of the house's own for each shift and stays on the server, so nobody can draw the next code in advance; and a picture of
the screen that is sent to somebody at home is worth nothing after the third period.
"""

import json

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from domain.columns import typed
from domain.programmes.models import Shift
from domain.work import Work

ALGORITHM = "HS256"
STILL_GOOD = 2
"""How many periods a code is taken after its own: whoever scans it has to walk, sign in and press a button."""
LONGEST = 400


def shown_now(work: Work, shift: Shift) -> str | None:
    """What the QR code says in this period; none, while the house's key is locked."""
    if work.seal.key is None:
        return None
    said = json.dumps({"shf": typed(Shift.prefix, shift.id), "n": _period(work, shift)})
    return jws.serialize_compact({"alg": ALGORITHM}, said, _key(work, shift))


def changes_every(work: Work, shift: Shift) -> int:
    """Seconds."""
    return int(work.rule("check_in_qr_life", at=shift).value)


def is_scanned(code: str) -> bool:
    """Whether this was read from a QR code, and not typed."""
    return "." in code


def is_right(work: Work, scanned: str, shift: Shift) -> bool:
    """Whether it was shown for this shift, in this period or one of the two before."""
    if work.seal.key is None or len(scanned) > LONGEST:
        return False
    try:
        found = jws.deserialize_compact(scanned, _key(work, shift), algorithms=[ALGORITHM])
        n = int(json.loads(found.payload)["n"])
    except (JoseError, ValueError):
        return False
    return 0 <= _period(work, shift) - n <= STILL_GOOD


def _period(work: Work, shift: Shift) -> int:
    return int(work.now.timestamp()) // changes_every(work, shift)


def _key(work: Work, shift: Shift) -> OctKey:
    return OctKey.import_key(work.seal.fingerprint(f"check-in {shift.id}"))
