"""Has this been shown before? What is good once is remembered, by its fingerprint, until its time is over."""

from datetime import datetime

from domain.accounts.credentials import fingerprint
from domain.postgres import Run

SEEN = "INSERT INTO seen_once (digest, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING digest"


async def first_time(run: Run, *what: str, until: datetime) -> bool:
    """Whether nobody has shown it, to any process of the house."""
    return bool(await run(SEEN, (fingerprint("\n".join(what)), until)))
