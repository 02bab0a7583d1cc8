"""Reports of accounts, holdings and accepted portfolios against their frameworks."""

from pathlib import Path
from typing import Any

import pytest

from tests.workflow.desks import DEMO, JANE, TOM
from tests.workflow.frameworks.framework_desks import MINE, framework_bench, rows_of
from trimtab.domain.errors import InvalidInput, NotFound
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.trading.holdings import holdings_of
from trimtab.workflow.ports import framework_requests as ask

ACCOUNT = DEMO.portfolios.account_number[0]
HELD = [{"code": "VOO", "value": 80.0}, {"code": "AGG", "value": 20.0}]


def report(**fields: Any) -> ask.GetAllocationReport:
    return ask.GetAllocationReport(**fields)


async def test_holdings_are_weighed_against_targets_and_brought_back(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        told = await bench.desk.report(JANE, report(framework=MINE, holdings=HELD, cost_bps=0.0))
        rows = {row["path"]: row for row in rows_of(told.buckets)}
        assert rows["AssetClass/Equity"]["drift"] == pytest.approx(0.1)
        assert rows["AssetClass/Equity"]["drift_pct"] == pytest.approx(100 / 7)
        assert [row["status"] for row in rows.values()] == ["over", "under"]
        assert told.summary.total_drift == pytest.approx(0.1)
        assert told.summary.reason == "band"
        trades = {row["code"]: (row["action"], row["value"]) for row in rows_of(told.trades)}
        assert trades == {"VOO": ("sell", -10.0), "AGG": ("buy", 10.0)}
        assert told.summary.turnover == pytest.approx(0.1)
        assert sum(row["risk_contribution"] for row in rows.values()) == pytest.approx(1.0)
        assert [row["drift_of_band"] for row in rows_of(told.heatmap)] == [pytest.approx(2.0), pytest.approx(-2.0)]
        assert [(row["code"], row["weight"]) for row in rows_of(told.holdings)] == [("VOO", 0.8), ("AGG", 0.2)]


async def test_to_the_edge_of_the_band_trades_half_as_much(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        request = report(framework=MINE, holdings=HELD, cost_bps=0.0, rebalance_to="band_edge")
        told = await bench.desk.report(JANE, request)
        assert told.summary.turnover == pytest.approx(0.05)


async def test_what_no_leaf_takes_is_unassigned_and_sold(tmp_path: Path) -> None:
    held = [*HELD, {"code": "GLD", "value": 25.0}]
    async with framework_bench(tmp_path) as bench:
        told = await bench.desk.report(JANE, report(framework=MINE, holdings=held))
        unassigned = next(row for row in rows_of(told.buckets) if row["path"] == "Unassigned")
        assert (unassigned["actual_weight"], unassigned["target_weight"]) == (0.2, 0.0)
        assert ("Unassigned", "GLD", "sell") in {
            (row["path"], row["code"], row["action"]) for row in rows_of(told.trades)
        }


@pytest.mark.parametrize("key", [key for key in TEMPLATES if key != "blank"])
async def test_an_account_of_the_book_is_reported_against_each_template(tmp_path: Path, key: str) -> None:
    async with framework_bench(tmp_path) as bench:
        told = await bench.desk.report(JANE, report(framework_id=key, account_number=ACCOUNT))
        held = holdings_of(DEMO, ACCOUNT)
        assert told.summary.total_value == pytest.approx(held.value.sum() + held.cash_value)
        assert sum(row["value"] for row in rows_of(told.holdings)) == pytest.approx(told.summary.total_value, abs=0.1)
        assert told.base_ccy == held.base_currency


async def test_an_accepted_portfolio_that_was_never_traded_is_all_cash(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        made = await bench.desk.build(JANE, ask.BuildPortfolio(framework_id="balanced", cash=1_000.0, accept=True))
        told = await bench.desk.report(JANE, report(portfolio_id=made.portfolio_id))
        assert told.summary.total_drift == pytest.approx(1.0)
        assert (told.summary.last_rebalance, told.summary.next_check) == ("2026-11-20", "2027-01-01")
        assert {row["code"] for row in rows_of(told.trades)} == {"VOO", "AGG", "VNQ"}
        assert "all cash" in told.basis.notes[0]
        with pytest.raises(NotFound, match="of yours"):
            await bench.desk.report(TOM, report(portfolio_id=made.portfolio_id))


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (report(framework=MINE), ["holdings"]),
        (report(framework=MINE, holdings=HELD, account_number=ACCOUNT), ["account_number", "holdings"]),
        (report(portfolio_id="pf_1", framework_id="growth"), ["framework_id"]),
        (report(framework=MINE, holdings=[*HELD, HELD[0]]), ["holdings[2].code"]),
        (report(framework=MINE, holdings=[{"code": "VOO", "value": 0.0}]), ["holdings"]),
    ],
)
async def test_what_can_not_be_reported_is_refused_with_its_place(
    tmp_path: Path, request_: ask.GetAllocationReport, fields: list[str]
) -> None:
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(InvalidInput) as refused:
            await bench.desk.report(JANE, request_)
        assert [each.field for each in refused.value.problems] == fields
