"""How much may a client ask for? A bucket of cost for each person in each application, filled again all the time.

What is in it may be spent at once. An operation is let in while anything is left, and takes what it costs: the bucket
may come to owe, and whoever asks before that is paid back is told when to come again. Buckets belong to one process:
several processes may let in so many times as much, and never let in less than they say.
"""

from math import ceil
from time import monotonic

from api.caches import Cache
from api.http.problems import Headers, Problem
from domain.access import Actor

WINDOW = 60
"""Seconds in which an empty bucket fills."""


REMEMBERED = 10_000
"""Buckets, of those who came last."""


class Bucket:
    """What one person in one application may still spend."""

    __slots__ = ("at", "left", "rates")

    def __init__(self, rates: "Rates") -> None:
        self.rates, self.left, self.at = rates, float(rates.quota), monotonic()

    def admit(self) -> None:
        """Let a request in, which costs 1 at least. Raises Problem when nothing is left."""
        now, rates = monotonic(), self.rates
        self.left = min(self.left + (now - self.at) * rates.speed, rates.quota)
        self.at = now
        if self.left < 1:
            raise self._spent(ceil((1 - self.left) / rates.speed))
        self.left -= 1

    def spend(self, cost: int) -> None:
        """Take what an operation costs; 1 is taken already."""
        if cost > 1:
            self.left -= cost - 1

    @property
    def headers(self) -> Headers:
        """What is left, and after how many seconds the bucket is full (draft-ietf-httpapi-ratelimit-headers-10)."""
        rates, left = self.rates, self.left
        full = int((rates.quota - left) / rates.speed) + 1
        return (rates.policy, (b"ratelimit", b'"cost";r=%d;t=%d' % (max(left, 0), full)))

    def _spent(self, seconds: int) -> Problem:
        quota = self.rates.quota
        return Problem(
            429,
            "TOO_MANY_REQUESTS",
            f"You may spend a cost of {quota:,} in {WINDOW} seconds. Try again in {seconds} seconds.",
            f"{WINDOW} 秒内的成本上限为 {quota:,}，请在 {seconds} 秒后重试。",
            headers={"Retry-After": str(seconds), **{n.decode(): v.decode() for n, v in self.headers}},
        )


class Rates:
    """The buckets of those who came last. `quota` is the cost that may be spent in `WINDOW` seconds."""

    def __init__(self, quota: int) -> None:
        self.quota, self.speed = quota, quota / WINDOW
        self.policy = (b"ratelimit-policy", b'"cost";q=%d;w=%d' % (quota, WINDOW))
        self._buckets: Cache[Bucket] = Cache(REMEMBERED)

    def admit(self, actor: Actor) -> Bucket:
        """The bucket from which a request of theirs is paid. Raises Problem when nothing is left in it."""
        bucket = self._buckets.get(actor.asker) or self._buckets.put(actor.asker, Bucket(self))
        bucket.admit()
        return bucket
