"""Portfolios for the tests of both portfolio views: a generated batch, and what a reader may find of it."""

from dataclasses import replace

from hypothesis import strategies as st

from tests.formatters.hostile import hostile
from trimtab.domain.trading.overview import Batch, HoldingRow, PortfolioBlock
from trimtab.formatters.clean import clean

symbols = st.sampled_from(("CBA", "BHP", "BRK.B", "WBC")) | hostile
models = st.sampled_from(("Balanced Income", "Growth Leaders")) | hostile
flags = st.sampled_from(("div:8d/$2.40", "dip:-8%", "sec:Real Estate", "cash")) | hostile
points = st.integers(-1000, 1000).map(lambda tenths: tenths / 10)
tolerances = st.sampled_from((0.0, 0.5, 1.0, 2.0))

rows = st.builds(
    HoldingRow,
    symbol=symbols,
    current_pct=points,
    target_pct=st.sampled_from((0.0, 4.0, 6.0, 12.5)),
    variance_pct=points | st.just(0.0),
    trade_amount=st.integers(-(10**7), 10**7).map(float) | st.just(0.0),
    flags=st.lists(flags, max_size=3).map(tuple),
    tolerance_pct=st.none() | tolerances,
)
portfolios = st.builds(
    PortfolioBlock,
    account_number=hostile,
    client_name=hostile,
    model=models,
    tolerance_pct=tolerances,
    rows=st.lists(rows, max_size=5).map(tuple),
)
batches = st.builds(
    Batch,
    number=st.integers(1, 9),
    total=st.integers(1, 9),
    portfolios=st.lists(portfolios, max_size=4).map(tuple),
)


def cleaned(batch: Batch) -> Batch:
    """The batch with every text as it may be shown."""
    return replace(batch, portfolios=tuple(map(_clean_portfolio, batch.portfolios)))


def _clean_portfolio(portfolio: PortfolioBlock) -> PortfolioBlock:
    return replace(
        portfolio,
        account_number=clean(portfolio.account_number),
        client_name=clean(portfolio.client_name),
        model=clean(portfolio.model),
        rows=tuple(
            replace(row, symbol=clean(row.symbol), flags=tuple(map(clean, row.flags))) for row in portfolio.rows
        ),
    )
