"""How often somebody may try: doubling delays for each account from each address, an even flow for each address.

Whoever fails somewhere else does not keep the owner out: the delay belongs to the pair of account and address.
"""

from datetime import datetime, timedelta

from domain.accounts.credentials import fingerprint
from domain.postgres import Run

FREE_TRIES = 4
STEP = timedelta(seconds=1)
BURST = 60

# Counted before the password is looked at, so that many tries at once are not many tries for free.
TRY = """
INSERT INTO failed_tries (key, failures, again_at) VALUES ($1, 1, $2::timestamptz)
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN failed_tries.again_at < $2 - interval '1 day' THEN 1 ELSE failed_tries.failures + 1 END,
    again_at = $2 + CASE WHEN failed_tries.failures < $3::int THEN interval '0'
                    ELSE least(interval '15 min', interval '1 s' * 2 ^ least(failed_tries.failures - $3::int, 10)) END
WHERE failed_tries.again_at <= $2 RETURNING failures"""
FORGIVE = "DELETE FROM failed_tries WHERE key = $1"

# The generic cell rate algorithm: `again_at` is the theoretical arrival time.
FLOW = """
INSERT INTO failed_tries (key, failures, again_at) VALUES ($1, 0, $2::timestamptz + $3::interval)
ON CONFLICT (key) DO UPDATE SET again_at = greatest(failed_tries.again_at, $2) + $3
WHERE failed_tries.again_at <= $2 + $3 * ($4::int - 1) RETURNING key"""


def pair(account: str, address: str) -> bytes:
    return fingerprint(f"{account.casefold()}\n{address}")


async def may_try(run: Run, account: str, address: str, now: datetime) -> bool:
    """Whether this account may be tried from this address now; it counts as failed until `forgive`."""
    return bool(await run(TRY, (pair(account, address), now, FREE_TRIES)))


async def forgive(run: Run, account: str, address: str) -> None:
    await run(FORGIVE, (pair(account, address),))


async def may_write(run: Run, recipient: str, address: str, now: datetime) -> bool:
    """Whether another code may be sent to somebody for a visitor at this address.

    A visitor's own share ends first, so that one alone does not keep others from the codes they ask for themselves.
    """
    return (
        await _even(run, f"codes\n{address}", now, timedelta(seconds=30), 60)
        and await _even(run, f"codes\n{address}\n{recipient.casefold()}", now, timedelta(minutes=5), 3)
        and await _even(run, f"codes to\n{recipient.casefold()}", now, timedelta(hours=2), 6)
    )


async def flows(run: Run, address: str, now: datetime) -> bool:
    """Whether this address keeps to one form a second, with a burst for many people behind one address."""
    return await _even(run, f"flow\n{address}", now, STEP, BURST)


async def _even(run: Run, what: str, now: datetime, step: timedelta, burst: int) -> bool:
    return bool(await run(FLOW, (fingerprint(what), now, step, burst)))
