"""What an analyst reads, filled from the plan."""

from tests.workflow.desks import DEMO, plan_of
from tests.workflow.small_books import many_portfolios, seed_buys, short_of_cash, two_portfolios
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.overviews import batch_count, buy_blocks, markets, own_tolerance, portfolio_batch


def test_every_portfolio_is_in_exactly_one_batch() -> None:
    plan = plan_of(many_portfolios(5), policy=Policy(batch_size=2))
    batches = [portfolio_batch(plan, number) for number in range(1, batch_count(plan) + 1)]
    assert [(batch.number, batch.total, len(batch.portfolios)) for batch in batches] == [
        (1, 3, 2),
        (2, 3, 2),
        (3, 3, 1),
    ]
    accounts = [block.account_number for batch in batches for block in batch.portfolios]
    assert accounts == ["A001", "A002", "A003", "A004", "A005"]


def test_a_block_has_every_line_with_its_facts() -> None:
    [first, _] = portfolio_batch(plan_of(two_portfolios()), 1).portfolios
    assert (first.client_name, first.model, first.tolerance_pct, len(first.rows)) == ("Client P1", "Core", 2, 5)
    cba = first.rows[1]
    assert (cba.symbol, cba.current_pct, cba.target_pct, cba.trade_amount) == ("CBA", 14, 10, -4_000)
    assert (cba.flags, cba.tolerance_pct) == (("div:8d/$0.0200",), None)


def test_a_lines_own_tolerance_is_given_only_where_it_differs() -> None:
    plan = plan_of(two_portfolios())
    assert own_tolerance(plan, 0, default=2.0) is None
    assert own_tolerance(plan, 0, default=1.5) is not None


def test_momentum_counts_pending_trades() -> None:
    [asx] = markets(plan_of(two_portfolios()))
    counts = {i.symbol: (i.sells, i.buys) for sector in asx.sectors for i in sector.instruments}
    assert counts == {"BHP": (1, 0), "CBA": (2, 0), "NAB": (0, 2), "REST": (0, 0), "WBC": (0, 1)}


def test_buy_blocks_state_cash_and_demand() -> None:
    [block] = buy_blocks(plan_of(short_of_cash(), phase="Buys"))
    assert (block.cash_available, block.buy_demand, block.deferral_needed) == (6_000, 14_000, 8_000)
    assert [(row.symbol, row.amount, row.gap_pct) for row in block.rows] == [("NAB", 7_000, 7), ("WBC", 7_000, 7)]
    assert (block.rows[0].ex_dividend_days, block.rows[0].return_1m_pct) == (None, None)


def test_only_short_leaves_out_who_can_pay_and_who_has_nothing() -> None:
    plan = plan_of(two_portfolios(), phase="Buys")
    assert len(buy_blocks(plan)) == 2
    assert buy_blocks(plan, only_short=True) == ()
    assert buy_blocks(plan_of(short_of_cash(), phase="Buys", policy=Policy(minimum_cash_pct=6)), only_short=True) == ()


def test_buy_rows_carry_ex_date_and_returns() -> None:
    [block] = buy_blocks(plan_of(seed_buys(CBA=8_500, BHP=12_000), phase="Buys"))
    bhp, cba = block.rows
    assert (cba.ex_dividend_days, cba.return_1m_pct, cba.return_6m_pct) == (8, -3, 8)
    assert bhp.ex_dividend_days is None


def test_compact_batches_hold_three_times_as_many_portfolios() -> None:
    plan = plan_of(DEMO)
    assert (batch_count(plan), batch_count(plan, compact=True)) == (3, 1)
    [*whole] = portfolio_batch(plan, 1, compact=True).portfolios
    assert len(whole) == 60
