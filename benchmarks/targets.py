"""What is to be reached? Ratios of requests per second within one run, growth, memory."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """At least so many times a peer's requests per second; None: not promised."""

    postgraphile: float
    floor: float | None


BY_CONNECTIONS: dict[int, dict[str, Target]] = {
    16: {
        "Q1": Target(4.0, 1.0),
        "Q2": Target(4.0, 1.0),
        "Q3": Target(3.5, 1.0),
        "Q4": Target(4.0, 1.0),
        "Q5": Target(4.0, 1.0),
        "M1": Target(1.1, 0.5),
        "ad hoc": Target(15, None),
    },
    64: {
        "Q1": Target(4.5, 1.4),
        "Q2": Target(5.0, 1.4),
        "Q3": Target(5.0, 1.4),
        "Q4": Target(5.5, 1.3),
        "Q5": Target(5.0, 1.4),
        "M1": Target(1.1, 0.5),
        "ad hoc": Target(15, None),
    },
}
GROWTH = 1.5
"""At most so many times the median answer time, while rows grow tenfold."""
REPORT = 50
"""At most so many milliseconds until half of those who ask alone have a report."""
MEMORY = 150
"""At most so many megabytes resident in a worker under load."""
TOKENS = 1.0
"""At least so many times oidc-provider's tokens per second."""
WAITS = 2.0
"""At most so many times the p99 of Q1 while people sign in."""
CHECK = 30
"""At most so many microseconds to know who asks by a token that was seen before."""
