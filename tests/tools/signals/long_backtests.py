"""Backtests with long sections, as a desk gives them."""

from collections.abc import Callable
from datetime import date, timedelta

from tests.tools.signals.scripted_signals import BACKTESTED
from trimtab.workflow.ports.results import Cell, Table
from trimtab.workflow.ports.signal_results import Backtested, Scatter

FIRST = date(2000, 1, 3)
VALUE = 1_234_567.89012
SHARE = 0.123456789012


def day(number: int) -> str:
    return (FIRST + timedelta(days=number)).isoformat()


def table(columns: str, count: int, row: Callable[[int], tuple[Cell, ...]]) -> Table:
    return Table(columns=tuple(columns.split()), rows=tuple(row(number) for number in range(count)))


def long_backtest(count: int) -> Backtested:
    """Every section with so many rows, ten of a day where a day has several; a histogram has 20."""
    many = ("one", "two", "equal_weight")
    return BACKTESTED.model_copy(
        update={
            "equity": table(
                "day equity_value cash_value drawdown one two equal_weight",
                count,
                lambda n: (day(n), VALUE + n, VALUE, -SHARE, *(VALUE for _ in many)),
            ),
            "weights": table("day symbol weight", count, lambda n: (day(n // 10), f"T{n % 10}", SHARE)),
            "trades": table(
                "day symbol units adjusted_price value cost_value",
                count,
                lambda n: (day(n // 10), f"T{n % 10}", SHARE, VALUE, -VALUE, SHARE),
            ),
            "contributions_over_time": table("day one two costs", count, lambda n: (day(n), SHARE, SHARE, -SHARE)),
            "scatter": Scatter(
                horizon_days=21,
                n=count,
                pearson=SHARE,
                spearman=None,
                points=table(
                    "day symbol alpha realized_return", count, lambda n: (day(n // 10), f"T{n % 10}", SHARE, -SHARE)
                ),
            ),
            "confidence": table("day combined one two", count, lambda n: (day(n), SHARE, SHARE, SHARE)),
            "histogram": table("alpha_from alpha_to combined one", 20, lambda n: (n / 10 - 1, n / 10 - 0.9, 10 * n, n)),
        }
    )
