"""How often somebody may try: doubling delays for each account from each address, an even pace for account and address.

Whoever fails somewhere else does not keep the owner out: the delay belongs to the pair of account and address. Whoever
guesses from many addresses is held to the account's pace; the owner's own browser, known by its cookie, and passkeys
and recovery codes, which nobody guesses, are not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.accounts.credentials import fingerprint
from domain.postgres import Run

FREE_TRIES = 4
STEP = timedelta(seconds=1)
BURST = 60


@dataclass(frozen=True)
class Pace:
    """How many tries an account bears at once, from all browsers it does not know, and how soon one more."""

    burst: int
    step: timedelta


#: One address, whose delays grow to 15 minutes, can never use up an account's pace alone.
PASSWORDS = Pace(100, timedelta(minutes=5))
#: Six digits, of which three are good at a moment: 1 in 300,000 tries, or 3 in 100 for whoever tries for a year.
CODES = Pace(20, timedelta(hours=1))

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
GIVE_BACK = "UPDATE failed_tries SET again_at = again_at - $2::interval WHERE key = $1"


def pair(account: str, place: str) -> bytes:
    return fingerprint(f"{account.casefold()}\n{place}")


async def may_try(run: Run, account: str, place: str, now: datetime, pace: Pace | None = None) -> bool:
    """Whether this account may be tried from this place now; it counts as failed until `forgive`.

    `place`: the address, or what a known browser is known by; `pace`: none for a known browser.
    """
    return bool(await run(TRY, (pair(account, place), now, FREE_TRIES))) and (
        pace is None or await _even(run, f"account\n{account.casefold()}", now, pace.step, pace.burst)
    )


async def forgive(run: Run, account: str, place: str, pace: Pace | None = None) -> None:
    """It was the owner: nothing was guessed."""
    await run(FORGIVE, (pair(account, place),))
    if pace:
        await run(GIVE_BACK, (fingerprint(f"account\n{account.casefold()}"), pace.step))


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
