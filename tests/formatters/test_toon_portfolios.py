import re

import pytest
from hypothesis import given

from tests.formatters.fields import split, split_raw, unquote
from tests.formatters.portfolio_samples import batches, cleaned
from trimtab.domain.trading.overview import Batch, HoldingRow, PortfolioBlock
from trimtab.formatters.toon_portfolios import COLUMNS, format_portfolios

PROMISED = """\
=== BATCH 1 OF 3 ===

--- Portfolio: ABC123 (John Smith) ---
Model: Conservative Growth | tol 2.0
Holdings{sym,curr%,tgt%,diff%,trade$,flags}:
CBA,8.5,6.0,1.5,-4147,div:8d/$2.40
BHP,5.2,4.0,1.0,-2500,sec:Materials
WBC,3.1,3.0,0.5,-800"""

ODD = """\
=== BATCH 1 OF 3 ===

--- Portfolio: ABC123 (John Smith) ---
Model: Conservative Growth | tol 2.0
Holdings{sym,curr%,tgt%,diff%,trade$,flags}:
CBA,8.5,6.0,2.5,-4147,div:8d/$2.40
BHP,5.2,4.0,1.2,-2500,tol:1.0,sec:Materials,cgt:12d
WBC,3.0,3.0,0.0,0

--- Portfolio: "ABC:124" ("Smith, --- Portfolio: X (Y) ---") ---
Model: Growth Leaders | tol 0.5
Holdings{sym,curr%,tgt%,diff%,trade$,flags}:
"=== X",0.0,1.5,-1.5,12000,"tol:9.0\""""


def test_the_view_is_the_promised_text():
    rows = (
        HoldingRow("CBA", 8.5, 6.0, 1.5, -4147, ("div:8d/$2.40",)),
        HoldingRow("BHP", 5.2, 4.0, 1.0, -2500, ("sec:Materials",)),
        HoldingRow("WBC", 3.1, 3.0, 0.5, -800),
    )
    portfolio = PortfolioBlock("ABC123", "John Smith", "Conservative Growth", 2.0, rows)
    assert format_portfolios(Batch(1, 3, (portfolio,))) == PROMISED


def test_own_tolerances_several_flags_and_odd_names_have_their_place():
    batch = Batch(
        1,
        3,
        (
            PortfolioBlock(
                "ABC123",
                "John Smith",
                "Conservative Growth",
                2.0,
                (
                    HoldingRow("CBA", 8.5, 6.0, 2.5, -4147.2, ("div:8d/$2.40",)),
                    HoldingRow("BHP", 5.2, 4.0, 1.2, -2500, ("sec:Materials", "cgt:12d"), 1.0),
                    HoldingRow("WBC", 2.96, 3.0, -0.04, 0.0),
                ),
            ),
            PortfolioBlock(
                "ABC:124",
                "Smith,\n--- Portfolio: X (Y) ---",
                "Growth Leaders",
                0.5,
                (HoldingRow("=== X", 0.0, 1.5, -1.5, 12000.4, ("tol:9.0",)),),
            ),
        ),
    )
    assert format_portfolios(batch) == ODD


def test_a_batch_without_portfolios_is_its_heading():
    assert format_portfolios(Batch(2, 2, ())) == "=== BATCH 2 OF 2 ==="


def test_a_number_that_is_none_is_refused():
    row = HoldingRow("CBA", float("nan"), 6.0, 2.5, 0)
    with pytest.raises(ValueError, match="nan can't be shown"):
        format_portfolios(Batch(1, 1, (PortfolioBlock("A", "B", "M", 1.0, (row,)),)))


@given(batches)
def test_whatever_the_names_the_view_reads_back_as_it_was_meant(batch):
    assert read(format_portfolios(batch)) == cleaned(batch)


def read(text: str) -> Batch:
    """Reads the view line by line, and knows nothing but its promises."""
    heading, *blocks = text.split("\n\n")
    match = re.fullmatch(r"=== BATCH (\d+) OF (\d+) ===", heading)
    assert match is not None
    return Batch(int(match[1]), int(match[2]), tuple(map(_portfolio, blocks)))


def _portfolio(block: str) -> PortfolioBlock:
    heading, model_line, columns, *rows = block.split("\n")
    assert columns == COLUMNS
    heading = heading.removeprefix("--- Portfolio: ").removesuffix(") ---")
    account, client = split(heading, " (")
    model, tolerance = split(model_line.removeprefix("Model: "), " | tol ")
    return PortfolioBlock(account, client, model, float(tolerance), tuple(map(_row, rows)))


def _row(line: str) -> HoldingRow:
    symbol, current, target, variance, trade, *flags = split_raw(line)
    own = float(flags.pop(0)[4:]) if flags and flags[0].startswith("tol:") else None
    return HoldingRow(
        symbol=unquote(symbol),
        current_pct=float(current),
        target_pct=float(target),
        variance_pct=float(variance),
        trade_amount=float(trade),
        flags=tuple(map(unquote, flags)),
        tolerance_pct=own,
    )
