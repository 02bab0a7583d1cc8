"""Accepted portfolios: due where they left their bands, and handed to trading once."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.records.stores import order
from tests.workflow.desks import DEMO, JANE, TOM, shelf_of
from tests.workflow.frameworks.framework_desks import FrameworkBench, framework_bench, rows_of
from trimtab.domain.errors import NotFound, WrongPhase
from trimtab.domain.trading.own_model import with_own_model
from trimtab.workflow.opening import opening_state
from trimtab.workflow.planning import plan_session
from trimtab.workflow.ports import framework_requests as ask
from trimtab.workflow.ports.records import Effects, Fill, Row, Scope
from trimtab.workflow.ports.requests import OpenSession

ACCOUNT = DEMO.portfolios.account_number[0]


async def accepted(bench: FrameworkBench, **fields: Any) -> str:
    request = ask.BuildPortfolio(**{"framework_id": "balanced", "accept": True, **fields})
    return str((await bench.desk.build(JANE, request)).portfolio_id)


async def keep(bench: FrameworkBench, *rows: Row) -> None:
    """Puts rows into the records, as executing and following do."""
    effects = Effects(at=bench.clock.now(), actor="tests", source="rules", rows=rows)
    await bench.kept.orders.write(Scope(session_id="ts_1"), lambda _: effects)


async def due(bench: FrameworkBench) -> list[dict[str, Any]]:
    return rows_of((await bench.desk.frameworks(JANE, ask.ListFrameworks(due=True))).due)


async def test_a_portfolio_that_is_out_of_its_bands_is_due_and_its_cadence_adds_to_it(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        portfolio = await accepted(bench, account_number=ACCOUNT)
        (row,) = await due(bench)
        assert (row["portfolio_id"], row["reason"], row["next_check"]) == (portfolio, "band", "2027-01-01")
        bench.clock.advance(timedelta(days=60))
        assert [row["reason"] for row in await due(bench)] == ["both"]


async def test_only_the_portfolio_accepted_last_counts_for_an_account(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        await accepted(bench, account_number=ACCOUNT)
        bench.clock.advance(timedelta(minutes=1))
        last = await accepted(bench, account_number=ACCOUNT, framework_id="growth")
        assert [row["portfolio_id"] for row in await due(bench)] == [last]


async def test_the_part_of_a_portfolio_makes_a_plan_over_the_book(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        portfolio = await accepted(bench, cash=100_000.0)
        part = await bench.handing.part(JANE.owner, portfolio)
    shelf = shelf_of(DEMO)
    state, _ = opening_state(shelf, OpenSession(framework_portfolio=portfolio), part=part)
    facts, rules = shelf.facts_for(state)
    plan = plan_session(facts, state, rules=rules)
    accounts = [facts.book.portfolios.account_number[row] for row in facts.positions.portfolio_row]
    assert accounts == [part.model.account_number]
    codes = facts.book.instruments.code
    bought = {codes[facts.positions.instrument[line]] for line in plan.buys.offers.line}
    assert bought == {"VOO", "AGG", "VNQ"}
    assert with_own_model(DEMO, part.model).digest == DEMO.digest


async def test_new_money_is_put_to_work_once(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        portfolio = await accepted(bench, cash=100_000.0)
        await bench.handing.opened(JANE.owner, portfolio, session_id="ts_1")
        assert (await bench.handing.part(JANE.owner, portfolio)).portfolio_id == portfolio
        await keep(bench, order(session_id="ts_1"))
        with pytest.raises(WrongPhase, match="at work already"):
            await bench.handing.part(JANE.owner, portfolio)


async def test_somebody_elses_portfolio_does_not_exist(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        portfolio = await accepted(bench, cash=100_000.0)
        for ask_for in (bench.handing.part, bench.desk.portfolios_of.standing):
            with pytest.raises(NotFound, match="of yours"):
                await ask_for(TOM.owner, portfolio)


async def test_what_was_filled_is_what_is_held_and_says_when_it_was_rebalanced(tmp_path: Path) -> None:
    filled: dict[str, Any] = {
        "session_id": "ts_1",
        "code": "AGG",
        "currency": "USD",
        "state": "Filled",
        "quantity": Decimal(100),
        "filled_quantity": Decimal(100),
        "average_price": Decimal(90),
    }
    async with framework_bench(tmp_path) as bench:
        portfolio = await accepted(bench, cash=100_000.0)
        await bench.handing.opened(JANE.owner, portfolio, session_id="ts_1")
        when = bench.clock.now() + timedelta(days=3)
        sold = {**filled, "client_order_id": "tt-0002", "side": "sell", "filled_quantity": Decimal(10)}
        fills = [
            Fill(
                session_id="ts_1",
                fill_id=f"f{number}",
                client_order_id=f"tt-{number:04}",
                quantity=Decimal(10),
                price=Decimal(90),
                filled_at=when,
            )
            for number in (1, 2)
        ]
        await keep(bench, order(**filled), order(**sold), *fills)
        told = await bench.desk.report(JANE, ask.GetAllocationReport(portfolio_id=portfolio))
        held = {row["code"]: row["value"] for row in rows_of(told.holdings)}
        price = bench.goods.universe.products.price[bench.goods.universe.products.code.index("AGG")]
        assert held == {"AGG": pytest.approx(90 * price, abs=0.01), "CASH": pytest.approx(100_000 - 90 * 90)}
        assert told.summary.last_rebalance == when.date().isoformat()
        (listed,) = rows_of((await bench.desk.portfolios(JANE)).portfolios)
        assert (listed["last_rebalance"], listed["sessions"]) == (when.date().isoformat(), 1)


async def test_a_portfolio_that_can_not_be_valued_is_told_as_unchecked(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        portfolio = await accepted(bench, cash=100_000.0)
        await bench.handing.opened(JANE.owner, portfolio, session_id="ts_1")
        lost = order(session_id="ts_1", code="GONE", state="Filled", filled_quantity=Decimal(1))
        await keep(bench, lost)
        (row,) = await due(bench)
        assert (row["reason"], row["out_of_band"]) == ("unchecked", None)
        assert "GONE has no price now" in row["note"]
