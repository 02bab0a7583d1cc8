"""How long each section took, and which were slow."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Timings:
    """Milliseconds by name, in the order in which they were taken."""

    taken_ms: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Times what is done meanwhile; the same name twice adds up."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, (time.perf_counter() - began) * 1000)

    def add(self, name: str, taken_ms: float) -> None:
        """Counts what was timed elsewhere."""
        self.taken_ms[name] = self.taken_ms.get(name, 0.0) + taken_ms

    def with_total(self) -> dict[str, float]:
        """What was taken so far, to the microsecond, and `total_ms` since these timings began."""
        return {
            name: round(taken, 3)
            for name, taken in (*self.taken_ms.items(), ("total_ms", (time.perf_counter() - self.began) * 1000))
        }

    def slow(self, above_ms: float) -> tuple[str, ...]:
        """A warning for each section that took longer."""
        return tuple(
            f"{name} took {taken:,.0f} ms, more than {above_ms:,.0f}."
            for name, taken in self.taken_ms.items()
            if taken > above_ms and not name.startswith("total")
        )
