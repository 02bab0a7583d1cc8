"""How often a caller may ask in a day, and what is said then."""

import pytest

from tests.tools.demo_desk import StoppedClock
from trimtab.adapters.clock import SystemClock
from trimtab.domain.errors import TooManyRequests
from trimtab.server.rest.day_limits import DAY_SECONDS, PER_DAY, DayLimits, Visitor, visitor_at

PUBLIC = Visitor("public", "192.0.2.7")
FEW = {name: {"public": 2, "registered": 3, "paid": 4} for name in PER_DAY}


def few() -> DayLimits:
    return DayLimits(SystemClock(), FEW)  # type: ignore[arg-type]  # the keys are those of PER_DAY


def test_each_computation_has_a_limit_for_each_tier() -> None:
    assert {name: tuple(tiers.values()) for name, tiers in PER_DAY.items()} == {
        "correlations": (100, 200, 500),
        "performance": (50, 100, 200),
        "recommendations": (30, 60, 120),
        "signals": (100, 200, 500),
        "allocations": (100, 200, 500),
        "evaluations": (50, 100, 200),
        "backtests": (30, 60, 120),
        "generations": (10, 20, 50),
        "framework_backtests": (30, 60, 120),
    }


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", None])
def test_who_calls_on_this_machine_is_of_the_highest_tier(address: str | None) -> None:
    assert visitor_at(address) == Visitor("paid", "local")


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::1", "::ffff:192.0.2.7", "testclient"])
def test_who_calls_from_elsewhere_is_counted_by_address(address: str) -> None:
    assert visitor_at(address) == Visitor("public", address)


def test_what_is_left_is_said_with_every_call() -> None:
    limits = few()
    assert [limits.count("correlations", PUBLIC)["RateLimit"].split(";t=")[0] for _ in range(2)] == [
        '"day";r=1',
        '"day";r=0',
    ]
    assert few().count("correlations", PUBLIC)["RateLimit-Policy"] == '"day";q=2;w=86400'


def test_over_the_limit_it_says_how_many_there_are_and_when_to_try_again() -> None:
    limits = few()
    for _ in range(2):
        limits.count("performance", PUBLIC)
    with pytest.raises(TooManyRequests) as caught:
        limits.count("performance", PUBLIC)
    error = caught.value
    assert error.message == "A caller may ask for performance 2 times a day here, and that is used up."
    assert error.retryable
    assert 0 < error.retry_after_seconds <= DAY_SECONDS
    assert error.next_action.startswith("Try again in 2")
    assert error.headers["RateLimit"].startswith('"day";r=0;t=')


def test_callers_tiers_and_computations_are_counted_apart() -> None:
    limits = few()
    for _ in range(2):
        limits.count("correlations", PUBLIC)
    for computation, visitor in (
        ("correlations", Visitor("public", "192.0.2.8")),
        ("correlations", Visitor("registered", PUBLIC.name)),
        ("performance", PUBLIC),
    ):
        assert limits.count(computation, visitor)["RateLimit"].startswith('"day";r=')  # type: ignore[arg-type]  # one of the three


def test_seconds_stay_within_a_day_though_clocks_differ() -> None:
    limits = DayLimits(StoppedClock())
    headers = limits.count("correlations", PUBLIC)
    assert 1 <= int(headers["RateLimit"].rpartition("=")[2]) <= DAY_SECONDS
