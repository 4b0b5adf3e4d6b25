"""What is remembered in memory: so much and no more; the least used is forgotten first, all is counted."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass
class Counters:
    hits: int = 0
    misses: int = 0
    evictions: int = 0


class Cache(Generic[Value]):
    """Values that weigh at most `size` together: 1 each; or their characters, if one can be as long as many others."""

    def __init__(self, size: int) -> None:
        self.size, self.weight = size, 0
        self.counters = Counters()
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        found = self._values.get(key)
        if found is None:
            self.counters.misses += 1
            return None
        self.counters.hits += 1
        self._values.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: Value, weight: int = 1) -> Value:
        """Remember a value; one that is too heavy for the whole cache is forgotten at once."""
        _, old = self._values.pop(key, (None, 0))
        self._values[key] = (value, weight)
        self.weight += weight - old
        while self.weight > self.size:
            _, (_, gone) = self._values.popitem(last=False)
            self.weight -= gone
            self.counters.evictions += 1
        return value

    def __len__(self) -> int:
        return len(self._values)
