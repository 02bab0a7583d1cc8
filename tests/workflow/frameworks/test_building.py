"""Portfolios worked out at once, and kept where they are accepted."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.workflow.desks import DEMO, JANE, TOM
from tests.workflow.frameworks.framework_desks import MINE, demo_goods, framework_bench, rows_of, without_prices
from trimtab.domain.errors import InvalidInput, NotFound, WrongPhase
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.trading.holdings import holdings_of
from trimtab.workflow.frameworks.accepted import accepted_of
from trimtab.workflow.ports import framework_requests as ask

ACCOUNT = DEMO.portfolios.account_number[0]

WRONG = [{"path": "AssetClass/Gold", "code": "SPY"}, {"path": "AssetClass/Bonds", "code": "???"}]


def build(**fields: Any) -> ask.BuildPortfolio:
    return ask.BuildPortfolio(**fields)


@pytest.mark.parametrize("key", [key for key in TEMPLATES if key != "blank"])
async def test_each_template_becomes_a_portfolio_whose_weights_are_whole(tmp_path: Path, key: str) -> None:
    async with framework_bench(tmp_path) as bench:
        made = await bench.desk.build(JANE, build(framework_id=key, cash=100_000.0))
        assert (made.valid, made.findings, made.portfolio_id) == (True, (), None)
        rows = rows_of(made.positions)
        assert [row["weight"] for row in rows] == [float(bucket.target_weight) for bucket in TEMPLATES[key].buckets]
        assert sum(row["value"] for row in rows) == pytest.approx(100_000.0)
        assert not (tmp_path / "records.db").exists()


async def test_an_accepted_template_is_saved_once_and_its_version_is_recorded(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        first = await bench.desk.build(JANE, build(framework_id="balanced", cash=100_000.0, accept=True))
        again = await bench.desk.build(JANE, build(framework_id="balanced", cash=100_000.0, accept=True))
        other = await bench.desk.build(
            JANE, build(framework_id="balanced", cash=100_000.0, accept=True, idempotency_key="another-client")
        )
        assert first.portfolio_id == again.portfolio_id != other.portfolio_id
        row = await bench.kept.records.portfolio(JANE.owner, first.portfolio_id or "")
        assert (row.framework_version, row.account_number) == (1, first.account_number)
        saved = await bench.kept.records.list(JANE.owner)
        assert [head.framework_id for head in saved] == [row.framework_id]
        assert (await bench.kept.records.read(JANE.owner, row.framework_id)).framework == TEMPLATES["balanced"]
        listed = rows_of((await bench.desk.portfolios(JANE)).portfolios)
        assert {each["portfolio_id"] for each in listed} == {first.portfolio_id, other.portfolio_id}
        assert rows_of((await bench.desk.portfolios(TOM)).portfolios) == []


async def test_the_model_of_new_money_has_no_band_so_wide_that_nothing_is_bought(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        made = await bench.desk.build(JANE, build(framework_id="balanced", cash=100_000.0, accept=True))
        row = await bench.kept.records.portfolio(JANE.owner, made.portfolio_id or "")
        model = accepted_of(row).part.model
        assert {line.code: (line.target_pct, line.tolerance_pct) for line in model.lines} == {
            "VOO": (60.0, 5.0),
            "AGG": (35.0, 5.0),
            "VNQ": (5.0, 2.5),
        }
        assert model.target_cash_pct == 0.0


async def test_an_account_of_the_book_is_worth_what_it_holds(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        made = await bench.desk.build(JANE, build(framework_id="balanced", account_number=ACCOUNT, accept=True))
        held = holdings_of(DEMO, ACCOUNT)
        assert made.total_value == pytest.approx(held.value.sum() + held.cash_value)
        assert (made.account_number, made.base_ccy) == (ACCOUNT, held.base_currency)
        assert made.basis is not None
        assert "the framework in USD" in made.basis.notes[0]
        row = await bench.kept.records.portfolio(JANE.owner, made.portfolio_id or "")
        assert [line.tolerance_pct for line in accepted_of(row).part.model.lines] == [5.0, 2.5, 5.0]


async def test_another_product_and_a_locked_weight_are_kept(tmp_path: Path) -> None:
    overrides = [
        {"path": "AssetClass/Equity", "code": "SPY"},
        {"path": "AssetClass/Bonds", "code": "TLT", "weight": 0.2},
    ]
    async with framework_bench(tmp_path) as bench:
        made = await bench.desk.build(JANE, build(framework=MINE, overrides=overrides, cash=1_000.0))
        rows = {row["code"]: (row["weight"], row["locked"]) for row in rows_of(made.positions)}
        assert rows["TLT"] == (0.2, True)
        assert sum(weight for weight, _ in rows.values()) + (made.cash_weight or 0.0) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (build(framework_id="balanced", cash=1.0, account_number=ACCOUNT), ["cash"]),
        (build(framework_id="balanced", accept=True), ["cash"]),
        (build(framework_id="balanced", skip=True, requirements={"risk_tolerance": "low"}), ["skip", "requirements"]),
        (build(cash=1.0), ["framework_id"]),
        (build(framework_id="blank"), ["buckets"]),
        (
            build(framework=MINE, overrides=WRONG),
            ["overrides[0].path", "overrides[1].code"],
        ),
    ],
)  # fmt: skip
async def test_what_can_not_be_meant_is_refused_with_its_place(
    tmp_path: Path, request_: ask.BuildPortfolio, fields: list[str]
) -> None:
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(InvalidInput) as refused:
            await bench.desk.build(JANE, request_)
        found = [each.field for each in refused.value.problems] or [refused.value.field or ""]
        assert found == fields


async def test_what_has_no_price_is_told_and_never_accepted(tmp_path: Path) -> None:
    override = [{"path": "AssetClass/Equity", "code": "VOO"}]
    async with framework_bench(tmp_path, goods=without_prices("VOO")) as bench:
        request = build(framework=MINE, overrides=override, cash=1_000.0)
        shown = await bench.desk.build(JANE, request)
        assert ("unpriced", "AssetClass/Equity") in [(each.code, each.path) for each in shown.warnings]
        with pytest.raises(InvalidInput) as refused:
            await bench.desk.build(JANE, request.model_copy(update={"accept": True}))
        assert [each.code for each in refused.value.problems] == ["unpriced"]
        assert rows_of((await bench.desk.portfolios(JANE)).portfolios) == []


async def test_a_bucket_without_a_product_leaves_its_weight_unplaced_and_is_never_accepted(tmp_path: Path) -> None:
    nothing = {"path": "AssetClass/Gold", "target_weight": 0.1, "rules": {"include_tags": ["moon"]}}
    document = {"name": "With a hole", "buckets": [{**MINE["buckets"][0], "target_weight": 0.9}, nothing]}
    async with framework_bench(tmp_path) as bench:
        made = await bench.desk.build(JANE, build(framework=document, cash=1_000.0))
        assert (made.valid, [each.code for each in made.findings]) == (False, ["no_product"])
        assert [row["weight"] for row in rows_of(made.positions)] == [0.9]
        with pytest.raises(InvalidInput, match="nothing was stored"):
            await bench.desk.build(JANE, build(framework=document, cash=1_000.0, accept=True))


async def test_constraints_over_products_keep_a_portfolio_from_being_accepted(tmp_path: Path) -> None:
    limited = {**MINE, "constraints": [{"kind": "max_single_name", "value": 0.5, "unit": "percentage"}]}
    async with framework_bench(tmp_path) as bench:
        made = await bench.desk.build(JANE, build(framework=limited, cash=1_000.0))
        assert [each.code for each in made.findings] == ["max_single_name"]
        spread = build(framework=limited, cash=1_000.0, products_per_bucket=2, accept=True)
        assert (await bench.desk.build(JANE, spread)).portfolio_id


async def test_a_read_only_desk_accepts_nothing(tmp_path: Path) -> None:
    async with framework_bench(tmp_path, keeps=False) as bench:
        with pytest.raises(InvalidInput, match="read-only"):
            await bench.desk.build(JANE, build(framework_id="balanced", cash=1.0, accept=True))


async def test_an_account_that_the_book_lacks_is_not_found(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(NotFound):
            await bench.desk.build(JANE, build(framework_id="balanced", account_number="ACC0"))


async def test_one_key_is_one_portfolio_however_often_and_however_many_ask_at_once(tmp_path: Path) -> None:
    request = build(framework_id="balanced", cash=100_000.0, accept=True, idempotency_key="key-00000001")
    async with framework_bench(tmp_path) as bench:
        made = await asyncio.gather(*(bench.desk.build(JANE, request) for _ in range(4)))
        assert len({each.portfolio_id for each in made}) == 1
        assert len(await bench.kept.records.list(JANE.owner)) == 1
        with pytest.raises(InvalidInput, match="different portfolio"):
            await bench.desk.build(JANE, request.model_copy(update={"cash": 200_000.0}))


async def test_the_same_call_days_later_gets_what_was_kept(tmp_path: Path) -> None:
    keyed = build(framework_id="balanced", cash=100_000.0, accept=True, idempotency_key="key-00000001")
    bare = keyed.model_copy(update={"idempotency_key": None})
    async with framework_bench(tmp_path) as bench:
        first = [await bench.desk.build(JANE, request) for request in (keyed, bare)]
    goods = demo_goods()
    moved = replace(goods.universe.products, price=goods.universe.products.price * 1.01)
    later = replace(goods, universe=replace(goods.universe, products=moved, digest="other"))
    async with framework_bench(tmp_path, goods=later) as bench:
        bench.clock.advance(timedelta(days=3))
        again = [await bench.desk.build(JANE, request) for request in (keyed, bare)]
    assert [each.portfolio_id for each in again] == [each.portfolio_id for each in first]


async def test_what_is_refused_leaves_no_framework_behind(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(InvalidInput, match="no money yet"):
            await bench.desk.build(JANE, build(framework_id="growth", accept=True))
        assert await bench.kept.records.list(JANE.owner) == ()


@pytest.mark.parametrize(("days", "code"), [(None, "undated_price"), (6, "stale_price")])
async def test_a_price_that_trading_would_refuse_is_refused_before(tmp_path: Path, days: int | None, code: str) -> None:
    goods = demo_goods()
    products, day = goods.universe.products, np.datetime64(DEMO.as_of, "D")
    dates = products.price_date.copy()
    dates[products.code.index("VOO")] = np.datetime64("NaT") if days is None else day - np.timedelta64(days, "D")
    old = replace(goods, universe=replace(goods.universe, products=replace(products, price_date=dates)))
    override = [{"path": "AssetClass/Equity", "code": "VOO"}]
    async with framework_bench(tmp_path, goods=old) as bench:
        with pytest.raises(InvalidInput) as refused:
            await bench.desk.build(JANE, build(framework=MINE, overrides=override, cash=1_000.0, accept=True))
        assert [each.code for each in refused.value.problems] == [code]


async def test_what_the_policy_will_refuse_and_what_buys_no_unit_is_told_before(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        made = await bench.desk.build(JANE, build(framework_id="balanced", cash=1_000.0))
        codes = {each.code: each.message for each in made.warnings}
        assert "about 100 % of the portfolio" in codes["over_turnover"]
        assert "VNQ" in codes["below_one_lot"]
        account = await bench.desk.build(JANE, build(framework_id="balanced", account_number=ACCOUNT))
        assert "over_turnover" in {each.code for each in account.warnings}


async def test_a_second_portfolio_for_an_account_takes_the_place_of_the_first(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        first = await bench.desk.build(JANE, build(framework_id="balanced", account_number=ACCOUNT, accept=True))
        bench.clock.advance(timedelta(minutes=1))
        second = await bench.desk.build(JANE, build(framework_id="growth", account_number=ACCOUNT, accept=True))
        told = {each.code: each.message for each in second.warnings}
        assert first.portfolio_id is not None
        assert first.portfolio_id in told["superseded"]
        with pytest.raises(WrongPhase, match="Another portfolio"):
            await bench.handing.part(JANE.owner, first.portfolio_id)
