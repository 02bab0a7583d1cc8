"""The portfolio view: batches of portfolios with every line, as the analyst reads them.

    === BATCH 1 OF 3 ===

    --- Portfolio: ABC123 (John Smith) ---
    Model: Conservative Growth | tol 2.0
    Holdings{sym,curr%,tgt%,diff%,trade$,flags}:
    CBA,8.5,6.0,2.5,-4147,div:8d/$2.40
    BHP,5.2,4.0,1.2,-2500,tol:1.0,sec:Materials
    WBC,3.1,3.0,0.1,0

Percentages have one decimal, money is whole. Flags close the line and are left away with their comma where
there are none; a tolerance of the line's own comes first among them.
"""

from collections.abc import Iterator
from typing import Final

from trimtab.domain.decimal_text import fixed
from trimtab.domain.trading.overview import Batch, HoldingRow, PortfolioBlock
from trimtab.formatters.clean import clean_quoted, flag_field
from trimtab.formatters.figures import points

COLUMNS: Final = "Holdings{sym,curr%,tgt%,diff%,trade$,flags}:"


def format_portfolios(batch: Batch) -> str:
    """The batch as text, without a final line break.

    Raises:
        ValueError: A number is NaN or infinite.
    """
    blocks = ("\n".join(_block_lines(portfolio)) for portfolio in batch.portfolios)
    return "\n\n".join((f"=== BATCH {batch.number} OF {batch.total} ===", *blocks))


def _block_lines(portfolio: PortfolioBlock) -> Iterator[str]:
    account, client = clean_quoted(portfolio.account_number), clean_quoted(portfolio.client_name)
    yield f"--- Portfolio: {account} ({client}) ---"
    yield f"Model: {clean_quoted(portfolio.model)} | tol {points(portfolio.tolerance_pct)}"
    yield COLUMNS
    yield from map(_row, portfolio.rows)


def _row(row: HoldingRow) -> str:
    tolerance = () if row.tolerance_pct is None else (f"tol:{points(row.tolerance_pct)}",)
    figures = (points(row.current_pct), points(row.target_pct), points(row.variance_pct))
    flags = map(flag_field, row.flags)
    return ",".join((clean_quoted(row.symbol), *figures, fixed(row.trade_amount, 0), *tolerance, *flags))
