"""What else falls when an entry is voided? What was granted because of the hours, in the same transaction.

A room that grants something for hours appends how it takes that back. All of it happens, or nothing is voided.
"""

from collections.abc import Awaitable, Callable

from domain.hours.models import HourEntry
from domain.work import Work

#: Called in their order, each with the entry as it is once it is void. Their deeds follow from the voiding.
HOOKS: list[Callable[[Work, HourEntry], Awaitable[None]]] = []


async def fall_with(work: Work, entry: HourEntry) -> None:
    for hook in HOOKS:
        await hook(work, entry)
