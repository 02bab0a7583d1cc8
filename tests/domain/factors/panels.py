"""Small markets and panels for the tests of factors, written by ticker."""

from collections.abc import Mapping, Sequence

import numpy as np

from trimtab.domain.factors.market import Prices, Yields
from trimtab.domain.factors.panel import Basis, Panel

NONE = float("nan")
JANUARY_2020 = 2020 * 12


def make_panel(returns: Mapping[str, Sequence[float]], *, first: int = JANUARY_2020) -> Panel:
    """A panel of these returns, tickers sorted, months from `first` on; UST10Y changes by its row's number."""
    tickers = tuple(sorted(returns))
    values = np.array([returns[ticker] for ticker in tickers], dtype=np.float64).T
    months = np.arange(first, first + len(values))
    basis: tuple[Basis, ...] = tuple("adj_close" for _ in tickers)
    return Panel(months, tickers, values, basis, ("UST10Y",), np.arange(len(values), dtype=np.float64)[:, None])


def make_prices(
    days: Sequence[str],
    close: Mapping[str, Sequence[float]],
    *,
    adj_close: Mapping[str, Sequence[float]] | None = None,
    dividend: Mapping[str, Sequence[float]] | None = None,
) -> Prices:
    """Daily prices; where a ticker has no adjusted close or dividend its column is NaN."""
    tickers = tuple(sorted(close))

    def column(of: Mapping[str, Sequence[float]] | None) -> np.ndarray:
        unknown = [NONE] * len(days)
        return (
            np.array([(of or {}).get(ticker, unknown) for ticker in tickers], dtype=np.float64)
            .reshape(len(tickers), len(days))
            .T
        )

    return Prices(
        dates=np.array(days, dtype="datetime64[D]"),
        tickers=tickers,
        close=column(close),
        adj_close=column(adj_close),
        dividend=column(dividend),
        volume=column(None),
    )


def make_yields(days: Sequence[str], values: Mapping[str, Sequence[float]]) -> Yields:
    """Yields in percent."""
    return Yields(np.array(days, dtype="datetime64[D]"), tuple(values), np.array(list(values.values())).T)
