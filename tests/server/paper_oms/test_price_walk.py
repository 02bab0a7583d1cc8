"""The made-up market: walks within 1 % of the book's price, and the ticks at which parts of orders trade."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.columns import IntColumn
from trimtab.server.paper_oms.market_time import Stretch
from trimtab.server.paper_oms.price_walk import EDGE, LAP, Waiting, most_steps, price_at, trade_waiting, walk

KEY = "962f23d4-101a-52ce-8171-1c9d048d7fc1"


def test_a_walk_goes_a_step_each_tick_and_turns_back_at_1_percent() -> None:
    path = np.concatenate([[0], walk(3, KEY, day=20_000, lap=0)])
    assert set(np.abs(np.diff(path)).tolist()) == {1}
    assert (path.min(), path.max()) == (-EDGE, EDGE)


def test_a_walk_is_the_same_for_the_same_seed_instrument_day_and_lap_and_for_no_other() -> None:
    first = walk(3, KEY, day=20_000, lap=0)
    assert np.array_equal(first, walk(3, KEY, day=20_000, lap=0))
    others = (walk(4, KEY, day=20_000, lap=0), walk(3, "b", day=20_000, lap=0), walk(3, KEY, day=20_001, lap=0))
    assert not any(np.array_equal(first, other) for other in (*others, walk(3, KEY, day=20_000, lap=1)))


def test_prices_are_exact() -> None:
    assert price_at(Decimal("271.4"), -37) == Decimal("270.39582")


@pytest.mark.parametrize(
    ("limit", "side", "steps"),
    [
        (None, 1, EDGE),
        (Decimal("40.4"), 1, EDGE),
        (Decimal("40.02"), 1, 5),
        (Decimal("40.023"), 1, 5),
        (Decimal("39.9"), 1, -25),
        (Decimal("39.9"), -1, 25),
        (Decimal("39.901"), -1, 24),
        (Decimal("40.1"), -1, -25),
        (Decimal("39.5"), 1, -EDGE - 1),
        (Decimal("1e15"), 1, EDGE),
        (Decimal("1e-15"), 1, -EDGE - 1),
        (Decimal("1e-15"), -1, EDGE),
        (Decimal("1e15"), -1, -EDGE - 1),
    ],
)
def test_a_limit_says_how_far_the_price_may_go_against_the_order(limit: Decimal | None, side: int, steps: int) -> None:
    assert most_steps(Decimal(40), limit, side=side) == steps


@given(
    st.decimals("0.01", "1000", places=4),
    st.integers(-EDGE, EDGE),
    st.decimals("-0.03", "0.03", places=6),
    st.sampled_from([1, -1]),
)
def test_a_limit_holds_exactly(price: Decimal, steps: int, move: Decimal, side: int) -> None:
    limit = price * (1 + move)
    allowed = price_at(price, steps) * side <= limit * side
    assert (steps * side <= most_steps(price, limit, side=side)) is allowed


def slow(waiting: Waiting, stretches: Sequence[Stretch]) -> list[tuple[int, int]]:
    """Tick and steps of each part, tick by tick."""
    found = []
    for due, side, most in zip(waiting.due, waiting.side, waiting.most_steps, strict=True):
        ticks = ((day, tick) for day, first, last in stretches for tick in range(first, last + 1) if tick >= due)
        at = ((tick, int(saw(day, tick // LAP)[tick % LAP])) for day, tick in ticks)
        found.append(next(((tick, steps) for tick, steps in at if steps * side <= most), (-1, 0)))
    return found


def saw(day: int, lap: int) -> IntColumn:
    """A path that is quick to go through, and another each day and lap."""
    return (np.arange(LAP) * 7 + day * 31 + lap * 13) % 201 - EDGE


@given(
    st.lists(
        st.tuples(st.integers(LAP - 30, LAP + 60), st.sampled_from([1, -1]), st.integers(-EDGE - 1, EDGE)), max_size=12
    )
)
def test_parts_trade_at_the_first_tick_that_is_due_and_within_the_limit(parts: list[tuple[int, int, int]]) -> None:
    columns = np.array(parts, dtype=np.int64).reshape(-1, 3).T
    waiting = Waiting(due=columns[0], side=columns[1], most_steps=columns[2])
    stretches = [Stretch(5, LAP - 20, LAP - 11), Stretch(6, LAP - 10, LAP + 40)]
    traded = trade_waiting(waiting, stretches, path_of=saw)
    assert list(zip(traded.tick.tolist(), traded.steps.tolist(), strict=True)) == slow(waiting, stretches)


def test_no_walk_is_computed_for_what_can_never_trade_or_has_traded() -> None:
    waiting = Waiting(due=np.array([1, 1]), side=np.array([1, 1]), most_steps=np.array([-EDGE - 1, EDGE]))
    asked: list[int] = []

    def path_of(_day: int, lap: int) -> IntColumn:
        asked.append(lap)
        return saw(0, lap)

    traded = trade_waiting(waiting, [Stretch(0, 1, 10 * LAP)], path_of=path_of)
    assert (traded.tick.tolist(), asked) == ([-1, 1], [0])
