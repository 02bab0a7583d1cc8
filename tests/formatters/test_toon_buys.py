import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.formatters.fields import split
from tests.formatters.hostile import hostile
from tests.formatters.portfolio_samples import points, tolerances
from trimtab.domain.trading.overview import BuyBlock, BuyRow
from trimtab.formatters.clean import clean
from trimtab.formatters.toon_buys import COLUMNS, TITLE, format_buys

SAMPLE = """\
=== BUY ANALYSIS ===
Portfolio: ABC123 (John Smith)
Model: Conservative Growth | tol 1.0 | Value: $500,000
Cash available: $25,000 | Buy demand: $40,000 | Deferral needed: $15,000

Buys{sym,amount,currW%,tgtW%,gap%,exdiv,ret1mo,ret6mo}:
CBA,8500,2.1,4.0,1.9,8d,-3%,+8%
BHP,12000,1.5,4.0,2.5,,-5%,+12%
WBC,6000,3.2,4.0,0.8,15d,-1%,+6%

Portfolio: ABC124 ("Smith | Value: $1")
Model: Growth Leaders | tol 0.5 | Value: $1,000
Cash available: $0 | Buy demand: $600 | Deferral needed: $600

Buys{sym,amount,currW%,tgtW%,gap%,exdiv,ret1mo,ret6mo}:
NAB,600,0.0,60.0,60.0,,,,tol:2.0"""

BLOCKS = (
    BuyBlock(
        "ABC123",
        "John Smith",
        "Conservative Growth",
        1.0,
        500_000,
        25_000,
        40_000,
        15_000,
        (
            BuyRow("CBA", 8500, 2.1, 4.0, 1.9, 8, -3, 8),
            BuyRow("BHP", 12000, 1.5, 4.0, 2.5, None, -5, 12),
            BuyRow("WBC", 6000.3, 3.2, 4.0, 0.8, 15, -0.9, 6),
        ),
    ),
    BuyBlock(
        "ABC124",
        "Smith | Value: $1",
        "Growth Leaders",
        0.5,
        1_000,
        0,
        600,
        600,
        (BuyRow("NAB", 600, 0, 60, 60, None, None, None, 2.0),),
    ),
)


def test_the_view_is_the_promised_text():
    assert format_buys(BLOCKS) == SAMPLE


whole = st.integers(0, 10**8).map(float)
whole_returns = st.integers(-99, 99).map(float) | st.none()
rows = st.builds(
    BuyRow,
    symbol=hostile,
    amount=whole,
    current_pct=points,
    target_pct=points,
    gap_pct=points,
    ex_dividend_days=st.none() | st.integers(1, 30),
    return_1m_pct=whole_returns,
    return_6m_pct=whole_returns,
    tolerance_pct=st.none() | tolerances,
)
blocks = st.builds(
    BuyBlock,
    account_number=hostile,
    client_name=hostile,
    model=hostile,
    tolerance_pct=tolerances,
    investable_value=whole,
    cash_available=whole,
    buy_demand=whole,
    deferral_needed=whole,
    rows=st.lists(rows, max_size=3).map(tuple),
)


@given(st.lists(blocks, min_size=1, max_size=3))
def test_whatever_the_names_the_view_reads_back_as_it_was_meant(portfolios):
    assert read(format_buys(portfolios)) == [_cleaned(block) for block in portfolios]


def read(text: str) -> list[BuyBlock]:
    """Reads the view line by line, and knows nothing but its promises."""
    title, _, rest = text.partition("\n")
    assert title == TITLE
    parts = rest.split("\n\n")
    return [_block(*pair) for pair in zip(parts[::2], parts[1::2], strict=True)]


def _block(head: str, table: str) -> BuyBlock:
    portfolio_line, model_line, cash_line = head.split("\n")
    account, client = split(portfolio_line.removeprefix("Portfolio: ").removesuffix(")"), " (")
    model, tolerance, value = split(model_line.removeprefix("Model: "), " | ")
    columns, *lines = table.split("\n")
    assert columns == COLUMNS
    cash = re.fullmatch(r"Cash available: (\S+) \| Buy demand: (\S+) \| Deferral needed: (\S+)", cash_line)
    assert cash is not None
    available, demand, needed = map(_money, cash.groups())
    return BuyBlock(
        account_number=account,
        client_name=client,
        model=model,
        tolerance_pct=float(tolerance.removeprefix("tol ")),
        investable_value=_money(value.removeprefix("Value: ")),
        cash_available=available,
        buy_demand=demand,
        deferral_needed=needed,
        rows=tuple(map(_row, lines)),
    )


def _row(line: str) -> BuyRow:
    symbol, amount, current, target, gap, days, month, half, *own = split(line)
    return BuyRow(
        symbol=symbol,
        amount=float(amount),
        current_pct=float(current),
        target_pct=float(target),
        gap_pct=float(gap),
        ex_dividend_days=int(days[:-1]) if days else None,
        return_1m_pct=float(month[:-1]) if month else None,
        return_6m_pct=float(half[:-1]) if half else None,
        tolerance_pct=float(own[0].removeprefix("tol:")) if own else None,
    )


def _money(text: str) -> float:
    return float(text.replace("$", "").replace(",", ""))


def _cleaned(block: BuyBlock) -> BuyBlock:
    return replace(
        block,
        account_number=clean(block.account_number),
        client_name=clean(block.client_name),
        model=clean(block.model),
        rows=tuple(replace(row, symbol=clean(row.symbol)) for row in block.rows),
    )
