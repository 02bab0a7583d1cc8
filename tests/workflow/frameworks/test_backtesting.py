"""Frameworks and portfolios kept in several modes over past days."""

from pathlib import Path
from typing import Any

import pytest

from tests.workflow.desks import JANE
from tests.workflow.frameworks.framework_desks import MINE, demo_market, framework_bench, rows_of
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.methods import MODES
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.workflow.ports import framework_requests as ask
from trimtab.workflow.ports.desk import Step

RUN = {"start_date": "2020-01-02", "end_date": "2021-12-31"}


def backtest(**fields: Any) -> ask.BacktestFramework:
    return ask.BacktestFramework(**{"run": RUN, **fields})


@pytest.mark.parametrize("key", [key for key in TEMPLATES if key != "blank"])
async def test_each_template_is_kept_in_every_mode(tmp_path: Path, key: str) -> None:
    async with framework_bench(tmp_path) as bench:
        told = await bench.desk.backtest(JANE, backtest(framework_id=key))
        assert told.modes == MODES
        assert (told.first_day, told.last_day) == ("2020-01-02", "2021-12-31")
        assert [row["path"] for row in rows_of(told.products)] == [bucket.path for bucket in TEMPLATES[key].buckets]
        for mode in MODES:
            gain = told.final_value[mode] / 1_000_000.0 - 1.0
            assert sum(row[mode] for row in rows_of(told.buckets)) == pytest.approx(gain, abs=1e-8)


async def test_buy_and_hold_of_one_product_is_its_own_return(tmp_path: Path) -> None:
    prices = demo_market().prices
    document = {"name": "One", "buckets": [{"path": "AssetClass/Equity", "target_weight": 1}]}
    run = {**RUN, "lag_days": 0, "cost_bps": 0.0, "products": {"AssetClass/Equity": "SPY"}}
    async with framework_bench(tmp_path) as bench:
        told = await bench.desk.backtest(JANE, backtest(framework=document, modes=("static",), run=run))
    column = prices.adj_close[:, prices.tickers.index("SPY")]
    days = [str(day) for day in prices.dates]
    first, last = days.index(told.first_day), days.index(told.last_day)
    assert told.final_value["static"] == pytest.approx(1_000_000 * column[last] / column[first], abs=0.01)


async def test_a_better_product_without_past_prices_is_passed_over_and_told(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        rules = {"include_tags": ["equity"], "regions": ["Emerging"]}
        emerging: dict[str, Any] = {
            "name": "E",
            "buckets": [{"path": "Region/Emerging", "target_weight": 1, "rules": rules}],
        }
        mapped = await bench.desk.map_products(JANE, ask.MapProducts(framework=emerging))
        told = await bench.desk.backtest(JANE, backtest(framework=emerging))
        (row,) = rows_of(told.products)
        codes = [product.code for product in mapped.buckets[0].products]
        assert row["passed_over"] in (None, ", ".join(codes[: codes.index(row["code"])]))


async def test_an_accepted_portfolio_is_kept_with_its_own_products(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        built = ask.BuildPortfolio(framework_id="growth", cash=1_000.0, products_per_bucket=2, accept=True)
        made = await bench.desk.build(JANE, built)
        told = await bench.desk.backtest(
            JANE, backtest(portfolio_id=made.portfolio_id, sections=("contributions", "trades", "equity"), max_rows=3)
        )
        assert told.portfolio_id == made.portfolio_id
        assert {row["code"] for row in rows_of(told.products)} == {row["code"] for row in rows_of(made.positions)}
        shown = {row["section"]: (row["shown"], row["total"]) for row in rows_of(told.shown)}
        assert shown["contributions"] == (3, len(rows_of(told.products)) + 1)
        assert shown["equity"] == (3, told.n_days)
        assert rows_of(told.equity)[-1]["static"] == told.final_value["static"]
        assert {row["reason"] for row in rows_of(told.trades)} <= {"start", "cadence", "band"}


async def test_modes_that_lack_a_cadence_are_left_out_and_told(tmp_path: Path) -> None:
    document = {**MINE, "rebalancing": {"cadence": "none"}}
    async with framework_bench(tmp_path) as bench:
        told = await bench.desk.backtest(JANE, backtest(framework=document))
        assert told.modes == ("static", "band")
        assert "periodic, cadence_and_band" in told.basis.notes[0]
        with pytest.raises(InvalidInput, match="cadence is none"):
            await bench.desk.backtest(JANE, backtest(framework=document, modes=("periodic",)))


async def test_flows_and_a_benchmark_stand_beside_the_modes(tmp_path: Path) -> None:
    flows = [{"date": "2021-01-04", "amount": 50_000.0}, {"date": "2021-01-04", "amount": 50_000.0}]
    async with framework_bench(tmp_path) as bench:
        told = await bench.desk.backtest(
            JANE, backtest(framework_id="balanced", run={**RUN, "flows": flows, "benchmark": "SPY"})
        )
        without = await bench.desk.backtest(JANE, backtest(framework_id="balanced"))
        assert told.final_value["static"] - without.final_value["static"] >= 100_000.0
        beta = next(row for row in rows_of(told.metrics) if row["metric"] == "beta")
        assert all(0 < beta[mode] < 1 for mode in MODES)
        assert beta["SPY"] == pytest.approx(1.0)


async def test_progress_is_told(tmp_path: Path) -> None:
    told: list[int] = []

    async def hear(step: Step) -> None:
        told.append(step.done)

    async with framework_bench(tmp_path) as bench:
        await bench.desk.backtest(JANE, backtest(framework_id="growth"), progress=hear)
    assert told == [20, 90]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"run": {**RUN, "products": {"AssetClass/Equity": "NOPE"}}}, "run.products.AssetClass/Equity"),
        ({"run": {**RUN, "products": {"AssetClass/Gold": "SPY"}}}, "products.AssetClass/Gold"),
        ({"run": {**RUN, "benchmark": "NOPE"}}, "run.benchmark"),
        ({"run": {"start_date": "2030-01-01"}}, "run.start_date"),
        ({"portfolio_id": "pf_1"}, "framework_id"),
    ],
)
async def test_what_can_not_be_run_is_refused_with_its_place(tmp_path: Path, more: dict[str, Any], field: str) -> None:
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(InvalidInput) as refused:
            await bench.desk.backtest(JANE, backtest(framework_id="balanced", **more))
        assert refused.value.field == field
