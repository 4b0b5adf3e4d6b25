"""What is remembered between requests: the least used is forgotten first, and everything is counted."""

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
    """At most `size` values."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.counters = Counters()
        self._values: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        found = self._values.get(key)
        if found is None:
            self.counters.misses += 1
        else:
            self.counters.hits += 1
            self._values.move_to_end(key)
        return found

    def put(self, key: Hashable, value: Value) -> Value:
        self._values[key] = value
        if len(self._values) > self.size:
            self._values.popitem(last=False)
            self.counters.evictions += 1
        return value

    def __len__(self) -> int:
        return len(self._values)
