"""What was computed a while ago."""

from datetime import timedelta
from functools import partial
from threading import Barrier, Thread

from tests.clock import FixedClock
from trimtab.workflow.factors.kept import KeptForAWhile

MINUTE = timedelta(minutes=1)


def kept(most: int = 2, clock: FixedClock | None = None) -> KeptForAWhile[int]:
    return KeptForAWhile(most, lasts=30 * MINUTE, clock=clock or FixedClock())


def test_the_same_question_is_computed_once() -> None:
    values, counted = kept(), iter(range(10))
    assert values.get("a", lambda: next(counted)) == (0, False)
    assert values.get("a", lambda: next(counted)) == (0, True)
    assert values.get("b", lambda: next(counted)) == (1, False)


def test_a_value_is_computed_again_when_its_time_is_over() -> None:
    clock = FixedClock()
    values, counted = kept(clock=clock), iter(range(10))
    values.get("a", lambda: next(counted))
    clock.advance(29 * MINUTE)
    assert values.get("a", lambda: next(counted)) == (0, True)
    clock.advance(MINUTE)
    assert values.get("a", lambda: next(counted)) == (1, False)


def test_of_too_many_the_one_used_longest_ago_is_forgotten() -> None:
    values, counted = kept(most=2), iter(range(10))
    for key in ("a", "b", "a", "c"):
        values.get(key, lambda: next(counted))
    assert values.get("a", lambda: next(counted)) == (0, True)
    assert values.get("b", lambda: next(counted)) == (3, False)


def test_values_are_kept_as_long_as_together_they_are_small_enough() -> None:
    values: KeptForAWhile[int] = KeptForAWhile(10, lasts=MINUTE, clock=FixedClock(), size_of=int)
    for key, size in (("a", 4), ("b", 4), ("c", 5), ("too large", 11)):
        values.get(key, partial(int, size))
    assert [values.get(key, lambda: 1)[1] for key in ("too large", "a")] == [False, False]


def test_what_is_cleared_is_computed_again() -> None:
    values, counted = kept(), iter(range(10))
    values.get("a", lambda: next(counted))
    values.clear()
    assert values.get("a", lambda: next(counted)) == (1, False)


def test_what_fails_is_not_kept() -> None:
    values = kept()

    def failing() -> int:
        raise ValueError

    for _ in range(2):
        try:
            values.get("a", failing)
        except ValueError:
            continue
        raise AssertionError("the failure should have come out")
    assert values.get("a", lambda: 7) == (7, False)


def test_threads_that_ask_at_once_get_the_same() -> None:
    values, together = kept(), Barrier(2)
    found: list[int] = []

    def compute() -> int:
        together.wait(10)
        return 7

    def ask() -> None:
        found.append(values.get("a", compute)[0])

    threads = [Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert found == [7, 7]
    assert values.get("a", lambda: 8) == (7, True)
