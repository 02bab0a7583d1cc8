"""The buys view: each portfolio's cash, and the buys that ask for it.

    === BUY ANALYSIS ===
    Portfolio: ABC123 (John Smith)
    Model: Conservative Growth | tol 1.0 | Value: $500,000
    Cash available: $25,000 | Buy demand: $40,000 | Deferral needed: $15,000

    Buys{sym,amount,currW%,tgtW%,gap%,exdiv,ret1mo,ret6mo}:
    CBA,8500,2.1,4.0,1.9,8d,-3%,+8%
    BHP,12000,1.5,4.0,2.5,,-5%,+12%,tol:0.5

Weights have one decimal, returns are whole percent, money is whole; what is missing is empty. A tolerance
of the line's own closes it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from trimtab.domain.decimal_text import fixed
from trimtab.domain.trading.overview import BuyBlock, BuyRow
from trimtab.formatters.clean import clean_quoted
from trimtab.formatters.figures import days, money, points, signed_pct

TITLE: Final = "=== BUY ANALYSIS ==="
COLUMNS: Final = "Buys{sym,amount,currW%,tgtW%,gap%,exdiv,ret1mo,ret6mo}:"


def format_buys(portfolios: Sequence[BuyBlock]) -> str:
    """The portfolios' buys as text, without a final line break; a blank line stands between two portfolios.

    Raises:
        ValueError: A number is NaN or infinite.
    """
    blocks = "\n\n".join("\n".join(_block_lines(portfolio)) for portfolio in portfolios)
    return f"{TITLE}\n{blocks}"


def _block_lines(block: BuyBlock) -> Iterator[str]:
    yield f"Portfolio: {clean_quoted(block.account_number)} ({clean_quoted(block.client_name)})"
    model, tolerance = clean_quoted(block.model), points(block.tolerance_pct)
    yield f"Model: {model} | tol {tolerance} | Value: {money(block.investable_value)}"
    cash, demand, needed = map(money, (block.cash_available, block.buy_demand, block.deferral_needed))
    yield f"Cash available: {cash} | Buy demand: {demand} | Deferral needed: {needed}"
    yield ""
    yield COLUMNS
    yield from map(_row, block.rows)


def _row(row: BuyRow) -> str:
    weights = (points(row.current_pct), points(row.target_pct), points(row.gap_pct))
    returns = (signed_pct(row.return_1m_pct), signed_pct(row.return_6m_pct))
    tolerance = () if row.tolerance_pct is None else (f"tol:{points(row.tolerance_pct)}",)
    cells = (clean_quoted(row.symbol), fixed(row.amount, 0), *weights, days(row.ex_dividend_days), *returns)
    return ",".join(cells + tolerance)
