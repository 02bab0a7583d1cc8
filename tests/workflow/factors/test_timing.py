"""How long sections took."""

import pytest

from trimtab.workflow.factors.timing import Timings


def test_the_same_name_twice_adds_up() -> None:
    timings = Timings()
    timings.add("a_ms", 2.0)
    timings.add("a_ms", 3.0)
    with timings.of("b_ms"):
        pass
    assert timings.taken_ms["a_ms"] == 5.0
    assert timings.taken_ms["b_ms"] >= 0


def test_what_failed_was_timed_too() -> None:
    timings = Timings()
    with pytest.raises(ValueError, match="no"), timings.of("a_ms"):
        raise ValueError("no")
    assert "a_ms" in timings.taken_ms


def test_slow_sections_are_told_and_totals_are_not() -> None:
    timings = Timings({"macro_etf_ms": 2_500.4, "rolling_ms": 12.0, "total_corr_ms": 9_000.0})
    assert timings.slow(2_000) == ("macro_etf_ms took 2,500 ms, more than 2,000.",)


def test_with_the_total_there_is_all_that_passed_since_it_began() -> None:
    timings = Timings({"a_ms": 1.23456})
    timings.began -= 2
    told = timings.with_total()
    assert list(told) == ["a_ms", "total_ms"]
    assert told["a_ms"] == 1.235
    assert told["total_ms"] >= 2_000
    assert "total_ms" not in timings.taken_ms
