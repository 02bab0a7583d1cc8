"""The compact portfolio view: what many lines share is said once, and lines without news are only counted.

    === BATCH 1 OF 3, COMPACT ===
    Percents in tenths of a point (85 = 8.5%). ...
    M1 Balanced Income tol=10: CBA 60,BHP 40 tol=5
    div1=div:8d/$2.40

    --- ACC100002 (John Smith) M1 +13
    CBA,25,-4147,div1
    WBC,-12,5200,tgt=55

A mark of the line's own (`tgt=`, `tol=`) stands over its model's; a portfolio's own default tolerance
stands in its heading.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from trimtab.domain.columns import EDGE_PCT
from trimtab.domain.decimal_text import fixed
from trimtab.domain.trading.overview import Batch, HoldingRow, PortfolioBlock
from trimtab.formatters.clean import clean, clean_quoted, flag_field, quote
from trimtab.formatters.compact_terms import ModelTerms, flag_keys, line_band, model_terms
from trimtab.formatters.figures import tenths

LEGEND: Final = (
    "Percents in tenths of a point (85 = 8.5%). Model: tolerance, targets (not listed: 0). "
    "Line: sym,diff,trade$,flags; diff = current - target. "
    "+n: more lines, inside their band, no trade or flag."
)


def format_compact(batch: Batch) -> str:
    """The batch as text, without a final line break: lossless for the lines with a trade, a breach or a flag.

    Raises:
        ValueError: A number is NaN or infinite.
    """
    models = model_terms(batch.portfolios)
    shown = [_shown(portfolio) for portfolio in batch.portfolios]
    keys = flag_keys(flag for rows in shown for row in rows for flag in row.flags)
    head = [f"=== BATCH {batch.number} OF {batch.total}, COMPACT ===", LEGEND]
    head += [terms.text() for terms in models.values()]
    head += [f"{key}={flag_field(flag)}" for flag, key in keys.items()]
    blocks = [
        _block(portfolio, rows, terms=models[clean(portfolio.model)], keys=keys)
        for portfolio, rows in zip(batch.portfolios, shown, strict=True)
    ]
    return "\n\n".join(["\n".join(head), *blocks])


def has_news(row: HoldingRow, portfolio: PortfolioBlock) -> bool:
    """Whether the line has a trade, a flag, or a weight outside its band; the band's edge is inside."""
    outside = abs(row.variance_pct) > row.effective_tolerance_pct(portfolio.tolerance_pct) + EDGE_PCT
    return outside or row.trade_amount != 0 or bool(row.flags)


def _shown(portfolio: PortfolioBlock) -> list[HoldingRow]:
    return [row for row in portfolio.rows if has_news(row, portfolio)]


def _block(portfolio: PortfolioBlock, rows: list[HoldingRow], *, terms: ModelTerms, keys: Mapping[str, str]) -> str:
    default = tenths(portfolio.tolerance_pct)
    own = "" if default == terms.tolerance else f" tol={default}"
    account, client = clean_quoted(portfolio.account_number), clean_quoted(portfolio.client_name)
    others = len(portfolio.rows) - len(rows)
    heading = f"--- {account} ({client}) {terms.key}{own}{f' +{others}' if others else ''}"
    lines = (",".join(_cells(row, portfolio, terms=terms, keys=keys)) for row in rows)
    return "\n".join((heading, *lines))


def _cells(row: HoldingRow, portfolio: PortfolioBlock, *, terms: ModelTerms, keys: Mapping[str, str]) -> Iterator[str]:
    symbol = clean(row.symbol)
    band = line_band(row, portfolio)
    expected = terms.band(symbol, tenths(portfolio.tolerance_pct))
    yield quote(symbol)
    yield str(tenths(row.variance_pct))
    yield fixed(row.trade_amount, 0)
    if band.target != expected.target:
        yield f"tgt={band.target}"
    if band.tolerance != expected.tolerance:
        yield f"tol={band.tolerance}"
    for flag in row.flags:
        yield keys.get(flag) or flag_field(flag)
