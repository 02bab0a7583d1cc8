"""Times of several things, taken in turns: what else the machine does meets all of them alike."""

import time
from collections.abc import Callable, Mapping

Work = Callable[[], object]


def seconds(work: Work) -> float:
    """How long one run takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(works: Mapping[str, Work], *, repetitions: int) -> dict[str, list[float]]:
    """Seconds of every run by name: each thing once, then each once more."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repetitions):
        for name, work in works.items():
            taken[name].append(seconds(work))
    return taken


def fastest(works: Mapping[str, Work], *, repetitions: int) -> dict[str, float]:
    """The shortest run of each: noise only ever adds."""
    return {name: min(taken) for name, taken in in_turns(works, repetitions=repetitions).items()}
