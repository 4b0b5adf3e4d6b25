"""On which grounds does a rule hold? The rule as its alternatives: what is held, who one is, what must be so besides.

A rule is read here as a disjunctive normal form: a set of ways, each a set of grounds that must hold together. So a
table can say of each role where it opens what, and a test can try them all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce


@dataclass(frozen=True)
class Ground:
    """What must be so, or must not: a role held, in a kind of place if one is named; being a person; a fact."""

    en: str
    zh: str
    role: str | None = None
    place: str | None = None
    """street, community or organization."""
    person: str | None = None
    """The column that names the person, as volunteer.guardian_id."""
    so: bool = True


Way = frozenset[Ground]
Ways = frozenset[Way]

ALWAYS: Ways = frozenset({frozenset()})
NEVER: Ways = frozenset()


def only(ground: Ground) -> Ways:
    return frozenset({frozenset({ground})})


def either(these: Ways, those: Ways) -> Ways:
    return _shortest(these | those)


def both(these: Ways, those: Ways) -> Ways:
    return _shortest(this | that for this in these for that in those)


def neither(ways: Ways) -> Ways:
    """Where none of them leads: of each way, one ground at least is not so."""
    missing = (frozenset(frozenset({_denied(ground)}) for ground in way) for way in ways)
    return reduce(both, missing, ALWAYS)


def _denied(ground: Ground) -> Ground:
    return replace(ground, so=not ground.so)


def _shortest(ways: Iterable[Way]) -> Ways:
    """Without ways that contradict themselves, and those that ask for more than another."""
    possible = {way for way in ways if not any(_denied(ground) in way for ground in way)}
    return frozenset(way for way in possible if not any(other < way for other in possible))
