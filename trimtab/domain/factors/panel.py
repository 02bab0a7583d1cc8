"""The returns panel: monthly total returns of every ticker, and the months' changes of treasury yields."""

from dataclasses import dataclass
from typing import Literal

from trimtab.domain.columns import FloatColumn, IntColumn, TextColumn

Basis = Literal["adj_close", "close_and_dividends", "close"]


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Months in order, one after the other without a gap, over which everything is aligned.

    Attributes:
        months: M month numbers, `year * 12 + month - 1`.
        tickers: N tickers, sorted.
        returns: M x N monthly total returns, fractions; NaN where there is none.
        basis: of each ticker, what its returns were made of.
        maturities: K maturities of treasury yields; empty where the market has none.
        yield_changes: M x K changes in percentage points; NaN where there is none.
    """

    months: IntColumn
    tickers: TextColumn
    returns: FloatColumn
    basis: tuple[Basis, ...]
    maturities: TextColumn
    yield_changes: FloatColumn
