"""The last few values that were computed, so that the same question isn't worked out twice in a row."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Kept(Generic[V]):
    """Keeps the `most` values used last; right only for keys whose value never changes."""

    def __init__(self, most: int) -> None:
        """Keeps at most `most` values."""
        self._most = most
        self._values: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], V]) -> V:
        """The value of the key, computed where it isn't kept."""
        if key not in self._values:
            self._values[key] = compute()
            if len(self._values) > self._most:
                self._values.popitem(last=False)
        self._values.move_to_end(key)
        return self._values[key]
