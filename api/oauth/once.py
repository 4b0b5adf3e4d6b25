"""Has this been shown before? What is good once is remembered, by its fingerprint, until its time is over."""

from datetime import datetime

from domain.accounts.credentials import fingerprint
from domain.postgres import Run

SEEN = "INSERT INTO seen_once (digest, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING digest"


async def first_time(run: Run, *what: str, until: datetime) -> bool:
    """Whether nobody has shown it, to any process of the house."""
    return bool(await run(SEEN, (_mark(what), until)))


class Lately:
    """What was shown to this process for some seconds at least, in bounded memory and without asking anybody.

    Two generations: the older is forgotten whole, when the younger is old enough, or `most` were shown.
    """

    def __init__(self, seconds: float, most: int = 100_000) -> None:
        self.seconds, self.most = seconds, most
        self.young: set[bytes] = set()
        self.old: set[bytes] = set()
        self.turns = float("-inf")

    def first_time(self, *what: str, now: float) -> bool:
        if now >= self.turns or len(self.young) >= self.most:
            self.old, self.young, self.turns = self.young, set(), now + self.seconds
        mark = _mark(what)
        if mark in self.young or mark in self.old:
            return False
        self.young.add(mark)
        return True


def _mark(what: tuple[str, ...]) -> bytes:
    return fingerprint("\n".join(what))
