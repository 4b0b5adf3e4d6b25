"""Which entries does the lot fall on? A pure function of a seed and a list, so that anybody can draw again.

An entry's lot is SHA-256 of the seed, a colon and the entry's id; the smallest lots are drawn. The seed's own SHA-256
is published before the period begins: nobody chooses the seed by what it draws, nor the entries by the seed.
"""

from decimal import ROUND_CEILING, Decimal
from hashlib import sha256


def commitment(seed: str) -> str:
    """What is published of the seed beforehand: its SHA-256 in hexadecimal digits."""
    return sha256(seed.encode()).hexdigest()


def how_many(population: int, share: Decimal, least: Decimal) -> int:
    """So many percent, rounded up, and no fewer than the least, as far as there are any."""
    wanted = (population * share / 100).to_integral_value(ROUND_CEILING)
    return min(population, int(max(wanted, least)))


def drawn(seed: str, population: str, size: int) -> list[str]:
    """The ids that are drawn, in the order of their lots, of lines `hrs_… minutes`."""
    ids = [line.split()[0] for line in population.splitlines()]
    return sorted(ids, key=lambda entry: sha256(f"{seed}:{entry}".encode()).hexdigest())[:size]
