"""What of the records the orders of a session are held against."""

from decimal import Decimal
from pathlib import Path

from tests.adapters.records.stores import answering, order
from tests.clock import FixedClock
from tests.workflow.order_bench import make_order_bench
from tests.workflow.small_books import two_portfolios
from tests.workflow.test_opening import PART
from trimtab.domain.trading.policy import Limits, Policy
from trimtab.workflow.opening import KnownPortfolio
from trimtab.workflow.ports.records import Scope


async def test_cash_that_no_book_has_is_put_to_work_once_whatever_became_of_the_book(tmp_path: Path) -> None:
    policy = Policy(limits=Limits(max_session_turnover_pct=100))
    bench = make_order_bench(tmp_path, two_portfolios(), clock=FixedClock(), policy=policy)
    try:
        bench.desk._portfolios = KnownPortfolio(PART)
        before = await bench.to_review(framework_portfolio="pf_1")
        assert before.hard_failures == ()
        filled = order(
            session_id="ts_two", account_number="FW-1", book_digest="0lder", state="Filled", filled_quantity=Decimal(1)
        )
        await bench.records.write(Scope(session_id="ts_two"), answering(filled))
        again = await bench.preview()
        assert "account_already_traded" in [each.rule for each in again.hard_failures]
    finally:
        await bench.close()
