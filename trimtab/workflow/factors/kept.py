"""What was computed a while ago, kept for whoever asks next; threads may share it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Generic, TypeVar

from trimtab.workflow.ports.clock import Clock

V = TypeVar("V")
MOST_NUMBERS: Final = 2_000_000
"""Of all sections that are kept: about 70 MB."""
MOST_PANELS: Final = 16


def _each_alike(_value: object) -> int:
    return 1


class KeptForAWhile(Generic[V]):
    """Keeps the values used last, each for so long; right only for keys that name all a value depends on.

    As many are kept as together are no larger than `most`, by the size that `size_of` gives each; one that is larger by
    itself isn't kept.
    """

    def __init__(self, most: int, *, lasts: timedelta, clock: Clock, size_of: Callable[[V], int] = _each_alike) -> None:
        self._most = most
        self._lasts = lasts
        self._clock = clock
        self._size_of = size_of
        self._values: OrderedDict[Hashable, tuple[datetime, V]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, compute: Callable[[], V]) -> tuple[V, bool]:
        """The value of the key, computed where it isn't kept; and whether it was kept.

        Two threads that ask for the same at once may both compute it: it is the same.
        """
        now = self._clock.now()
        with self._lock:
            found = self._values.get(key)
            if found is not None and now - found[0] < self._lasts:
                self._values.move_to_end(key)
                return found[1], True
        value = compute()
        with self._lock:
            self._values[key] = now, value
            self._values.move_to_end(key)
            while sum(self._size_of(kept) for _, kept in self._values.values()) > self._most:
                self._values.popitem(last=False)
        return value, False

    def clear(self) -> None:
        """Keeps nothing any more."""
        with self._lock:
            self._values.clear()
