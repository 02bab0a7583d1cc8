"""The factor desk: what it reads, what it keeps, whom it refuses, and what it answers when data is hostile."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.clock import FixedClock
from tests.workflow.factors.memory import GivenGroups, GivenMarket, GivenReference
from tests.workflow.factors.small_markets import (
    FAST,
    LAST_MONTH,
    LISTED,
    MEDIUM,
    MONTHS,
    NONE,
    RETURNS,
    SLOW,
    THRESHOLDS,
    YIELD_CHANGES,
    entry,
    market_of,
    small_market,
)
from trimtab.adapters.reference.kinds import ASSETS
from trimtab.adapters.reference.store import SqlReference
from trimtab.domain.errors import InvalidInput, NotFound, Unavailable
from trimtab.domain.factors.market import Market
from trimtab.domain.factors.reference import AssetProxy, Reference
from trimtab.domain.factors.reference_edits import with_asset_proxy
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.factors.desk import Factors
from trimtab.workflow.factors.kept import MOST_PANELS
from trimtab.workflow.ports import factor_requests as ask
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.factors import FactorDesk
from trimtab.workflow.ports.reference import FactorGroup
from trimtab.workflow.ports.results import Result

ANN, BOB = Caller("ann", "ann"), Caller("bob", "bob")
EVERYTHING: tuple[ask.Section, ...] = ("matrices", "overlays", "macro", "rolling", "regimes")
MARKET_ONLY = ask.ComputeCorrelations(sections=("matrices:market",))
GOLD = AssetProxy("commodity", "gold", "IAU")


@dataclass
class Bench:
    """A desk and what it stands on."""

    source: GivenMarket = field(default_factory=lambda: GivenMarket(small_market()))
    reference: GivenReference = field(default_factory=GivenReference)
    groups: GivenGroups = field(default_factory=GivenGroups)
    clock: FixedClock = field(default_factory=FixedClock)
    thresholds: FactorThresholds = THRESHOLDS

    def desk(self) -> Factors:
        policy = Policy(factors=self.thresholds)
        return Factors(self.source.of, self.reference, groups=self.groups, policy=policy, clock=self.clock)


def desk_over(market: Market, **more: Any) -> Factors:
    return Bench(GivenMarket(market), **more).desk()


async def test_every_operation_answers() -> None:
    desk: FactorDesk = Bench().desk()
    correlations = await desk.correlations(ANN, ask.ComputeCorrelations(sections=EVERYTHING))
    assert [each.section for each in correlations.data_quality.unavailable] == ["matrices:crypto"]
    performance = await desk.performance(ANN, ask.ComputePerformance())
    assert performance.benchmark == "SPY"
    request = ask.RecommendOffsets(portfolio={"SPY": 0.5, "AGG": 0.5}, overexposed_factor="market")
    assert [each.ticker for each in (await desk.offsets(ANN, request)).recommendations][:2] == ["XLU", "TLT"]
    made = await desk.manage_group(ANN, ask.ManageFactorGroup(action="create", name="g", members=("SPY",)))
    assert made.groups[0].weights == {"SPY": 1.0}


async def test_the_event_loop_stays_free_while_something_is_computed() -> None:
    bench = Bench()
    desk, ticks = bench.desk(), 0
    task = asyncio.ensure_future(desk.correlations(ANN, ask.ComputeCorrelations(sections=EVERYTHING)))
    while not task.done():
        await asyncio.sleep(0)
        ticks += 1
    assert ticks > 3
    assert (await task).matrices is not None


async def test_what_was_computed_for_one_caller_is_kept_for_all() -> None:
    bench = Bench()
    desk = bench.desk()
    first = await desk.correlations(ANN, MARKET_ONLY)
    second = await desk.correlations(BOB, MARKET_ONLY)
    assert first.analysis_metadata.cached == ()
    assert second.analysis_metadata.cached == ("panel", "matrices:market")
    assert second.matrices == first.matrices
    assert bench.source.reads == 1


async def test_the_format_does_not_matter_to_what_is_kept() -> None:
    desk = Bench().desk()
    await desk.correlations(ANN, MARKET_ONLY)
    again = await desk.correlations(ANN, MARKET_ONLY.model_copy(update={"format": "table"}))
    assert again.analysis_metadata.cached == ("panel", "matrices:market")


async def test_what_is_kept_is_forgotten_when_its_time_is_over() -> None:
    bench = Bench()
    desk = bench.desk()
    await desk.correlations(ANN, MARKET_ONLY)
    bench.clock.advance(timedelta(minutes=THRESHOLDS.cache_minutes))
    assert (await desk.correlations(ANN, MARKET_ONLY)).analysis_metadata.cached == ()
    assert bench.source.reads == 1  # the same market is still the same


async def test_a_policy_that_keeps_nothing_computes_every_answer_anew() -> None:
    bench = Bench(thresholds=FactorThresholds(cache_minutes=0))
    desk = bench.desk()
    await desk.correlations(ANN, MARKET_ONLY)
    assert (await desk.correlations(ANN, MARKET_ONLY)).analysis_metadata.cached == ()


async def test_only_so_many_views_are_kept() -> None:
    desk = Bench().desk()
    universes = [ask.ComputeCorrelations(factor_universe=(ticker,), sections=("rolling",)) for ticker in RETURNS]
    benchmarks = [ask.ComputeCorrelations(market_benchmarks=(ticker,), sections=("rolling",)) for ticker in RETURNS]
    requests = [*universes, *benchmarks]
    assert len(requests) > MOST_PANELS
    for request in requests:
        await desk.correlations(ANN, request)
    assert "panel" not in (await desk.correlations(ANN, requests[0])).analysis_metadata.cached
    assert "panel" in (await desk.correlations(ANN, requests[-1])).analysis_metadata.cached


async def test_with_the_month_the_window_moves_at_once_though_the_view_is_kept() -> None:
    longer = {name: [*each, 0.01] for name, each in RETURNS.items()}
    market = small_market(returns=longer, yield_changes=None, last=LAST_MONTH + 1)
    bench = Bench(GivenMarket(market), clock=FixedClock(datetime(2026, 3, 31, 23, 50, tzinfo=UTC)))
    desk = bench.desk()
    assert (await desk.correlations(ANN, MARKET_ONLY)).analysis_metadata.end_date == "2026-02-28"
    bench.clock.advance(timedelta(minutes=20))
    assert (await desk.correlations(ANN, MARKET_ONLY)).analysis_metadata.end_date == "2026-03-31"
    assert bench.source.reads == 1


async def test_another_market_gives_another_answer_at_once() -> None:
    bench = Bench()
    desk = bench.desk()
    first = await desk.correlations(ANN, MARKET_ONLY)
    swapped = {**RETURNS, "EFA": -RETURNS["SPY"]}
    bench.source.market = small_market(returns=swapped, digest="another")
    second = await desk.correlations(ANN, MARKET_ONLY)
    assert second.analysis_metadata.cached == ()
    assert second.analysis_metadata.data_source.market_digest == "another"
    assert first.matrices is not None
    assert second.matrices is not None
    assert np.array(first.matrices["market"].values)[0, 1] == pytest.approx(0.5**0.5)
    assert np.array(second.matrices["market"].values)[0, 1] == pytest.approx(-1)


async def test_a_write_to_the_reference_data_changes_hash_and_answer_at_once() -> None:
    bench = Bench(GivenMarket(small_market(returns={**RETURNS, "IAU": 0.01 * MEDIUM})))
    desk = bench.desk()
    asked = ask.ComputeCorrelations(sections=("matrices:commodity",))
    before = await desk.correlations(ANN, asked)
    bench.reference.reference = Reference(asset_proxies=(GOLD,))
    after = await desk.correlations(ANN, asked)
    assert before.analysis_metadata.universe_hash != after.analysis_metadata.universe_hash
    assert after.analysis_metadata.cached == ()
    assert before.matrices is not None
    assert after.matrices is not None
    assert before.matrices["commodity"].labels == ("GLD",)
    assert after.matrices["commodity"].labels == ("GLD", "IAU")
    assert bench.source.reads == 1


async def test_what_another_process_wrote_to_the_database_counts_in_the_next_answer(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    records, other = SqlReference(url), SqlReference(url)
    source = GivenMarket(small_market(returns={**RETURNS, "NEW": 0.01 * MEDIUM}))
    desk = Factors(source.of, records, groups=records, policy=Policy(), clock=FixedClock())
    before = (await desk.correlations(ANN, MARKET_ONLY)).analysis_metadata
    assert (before.data_source.reference, before.cached) == ("yaml", ())
    assert "isn't there yet" in before.data_source.reference_note
    wanted = AssetProxy("equity", "new thing", "NEW")
    await other.change(ASSETS, lambda rows: with_asset_proxy(rows, wanted))
    found = await desk.correlations(ANN, MARKET_ONLY)
    after = found.analysis_metadata
    assert after.data_source.reference == "database"
    assert after.universe_size > before.universe_size  # the database also took over what ships
    assert after.cached == ()
    assert after.universe_hash != before.universe_hash
    assert found.matrices is not None
    assert "NEW" in found.matrices["market"].labels
    await records.close()
    await other.close()


async def test_groups_in_the_database_belong_to_their_owners(tmp_path: Path) -> None:
    records = SqlReference(f"sqlite:///{tmp_path / 'records.db'}")
    source = GivenMarket(small_market())
    desk = Factors(source.of, records, groups=records, policy=Policy(), clock=FixedClock())
    create = ask.ManageFactorGroup(action="create", name="mine", members=("SPY", "AGG"))
    assert await desk.manage_group(ANN, create) == await desk.manage_group(ANN, create)
    performance = await desk.performance(ANN, ask.ComputePerformance(factor_groups=("mine",)))
    assert performance.composites is not None
    assert performance.composites["factor_groups"].rows[0][:2] == ("mine", "AGG, SPY")
    with pytest.raises(NotFound, match="You have no factor group of that name"):
        await desk.performance(BOB, ask.ComputePerformance(factor_groups=("mine",)))
    offsets = ask.RecommendOffsets(portfolio={"SPY": 1.0}, overexposed_factor="mine")
    assert (await desk.offsets(ANN, offsets)).factor_members == ("SPY", "AGG")
    with pytest.raises(InvalidInput, match="Nothing is called so"):
        await desk.offsets(BOB, offsets)
    assert (await desk.manage_group(BOB, ask.ManageFactorGroup(action="list"))).groups == ()
    await records.close()


async def test_while_the_groups_are_away_only_what_needs_them_fails() -> None:
    bench = Bench(groups=GivenGroups(trouble=Unavailable("The records can't be reached.")))
    desk = bench.desk()
    portfolio = {"SPY": 0.5}
    by_label = ask.RecommendOffsets(portfolio=portfolio, overexposed_factor="bond")
    assert (await desk.offsets(ANN, by_label)).factor_members == ("AGG", "TLT")
    assert (await desk.performance(ANN, ask.ComputePerformance())).profiles is not None
    for failing in (
        desk.offsets(ANN, ask.RecommendOffsets(portfolio=portfolio, overexposed_factor="mine")),
        desk.performance(ANN, ask.ComputePerformance(factor_groups=("mine",))),
        desk.manage_group(ANN, ask.ManageFactorGroup(action="create", name="mine", members=("SPY",))),
    ):
        with pytest.raises(Unavailable):
            await failing


async def test_members_and_factors_that_are_not_of_the_universe_have_data_all_the_same() -> None:
    groups = GivenGroups({("ann", "odd"): FactorGroup("odd", ("ODD",))})
    desk = desk_over(small_market(returns={**RETURNS, "ODD": FAST * 0.01}), groups=groups)
    performance = await desk.performance(ANN, ask.ComputePerformance(factor_groups=("odd",)))
    assert performance.composites is not None
    assert performance.composites["factor_groups"].rows[0][1] == "ODD"
    for factor in ("odd", "ODD"):
        request = ask.RecommendOffsets(portfolio={"SPY": 1.0}, overexposed_factor=factor)
        found = await desk.offsets(ANN, request)
        assert found.factor_members == ("ODD",)
        assert found.portfolio.correlation_with_factor == pytest.approx(1)


async def test_a_factor_is_itself_where_it_is_the_benchmark_and_all_of_the_portfolio() -> None:
    request = ask.RecommendOffsets(portfolio={"SPY": 1.0}, overexposed_factor="SPY", benchmark="SPY")
    found = await Bench().desk().offsets(ANN, request)
    assert (found.portfolio.beta, found.portfolio.n_months) == pytest.approx((1, 24))


async def refused(asking: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        await asking
    return caught.value


async def test_every_ticker_that_nobody_knows_is_told_with_its_argument() -> None:
    desk = Bench().desk()
    correlations = ask.ComputeCorrelations(factor_universe=("SPY", "XXX"), market_benchmarks=("SPY", "YYY"))
    found = await refused(desk.correlations(ANN, correlations))
    assert [each.field for each in found.problems] == ["factor_universe[1]", "market_benchmarks[1]"]
    performance = ask.ComputePerformance(factor_universe=("XXX",), benchmark="YYY")
    found = await refused(desk.performance(ANN, performance))
    assert [each.field for each in found.problems] == ["factor_universe[0]", "benchmark"]
    offsets = ask.RecommendOffsets(portfolio={"XXX": 0.5, "SPY": 0.5}, overexposed_factor="SPY", benchmark="YYY")
    found = await refused(desk.offsets(ANN, offsets))
    assert [each.field for each in found.problems] == ["benchmark", "portfolio.XXX"]


async def test_what_nobody_knows_is_refused_again_though_the_same_view_is_kept() -> None:
    desk = desk_over(small_market(), thresholds=FactorThresholds(benchmark="ZZZ"))
    await desk.performance(ANN, ask.ComputePerformance())
    assert (await refused(desk.performance(ANN, ask.ComputePerformance(benchmark="ZZZ")))).field == "benchmark"


async def test_a_market_without_the_policys_benchmark_answers_all_that_needs_none() -> None:
    returns = {name: each for name, each in RETURNS.items() if name != "SPY"}
    listed = [each for each in LISTED if each.ticker != "SPY"]
    desk = desk_over(small_market(returns=returns, listed=listed))
    found = await desk.correlations(ANN, ask.ComputeCorrelations())
    missing = {each.section: each.reason for each in found.data_quality.unavailable}
    assert missing["overlays:market"] == "SPY can't be used: The market has no prices of it"
    assert found.macro is not None
    assert found.macro.composite is not None
    assert ("SPY", "", "no_data", "The market has no prices of it.") in found.data_quality.exclusions.rows
    performance = await desk.performance(ANN, ask.ComputePerformance())
    assert (performance.benchmark, len(performance.profiles.rows if performance.profiles else ())) == (None, 9)
    request = ask.RecommendOffsets(portfolio={"AGG": 1.0}, overexposed_factor="bond")
    assert (await refused(desk.offsets(ANN, request))).field == "benchmark"
    request = request.model_copy(update={"benchmark": "EFA"})
    assert (await desk.offsets(ANN, request)).benchmark == "EFA"


async def test_a_window_that_can_not_be_is_refused_with_the_argument_at_fault() -> None:
    desk = Bench().desk()
    asked: dict[str, Any]
    for asked, at_fault in (
        ({"start_date": "2025-01-01", "end_date": "2024-12-31"}, "start_date"),
        ({"start_date": "2026-05-01"}, "start_date"),
        ({"end_date": "2020-12-31"}, "end_date"),
        ({"start_date": "2025-12-01"}, "start_date"),
    ):
        found = await refused(desk.correlations(ANN, ask.ComputeCorrelations.model_validate(asked)))
        assert found.field == at_fault


async def test_a_market_that_can_not_be_read_fails_every_operation_by_its_own_error() -> None:
    bench = Bench(GivenMarket(small_market(), trouble=Unavailable("The market is away.")))
    desk = bench.desk()
    for failing in (
        desk.correlations(ANN, MARKET_ONLY),
        desk.performance(ANN, ask.ComputePerformance()),
        desk.offsets(ANN, ask.RecommendOffsets(portfolio={"SPY": 1.0}, overexposed_factor="SPY")),
        desk.manage_group(ANN, ask.ManageFactorGroup(action="create", name="mine", members=("SPY",))),
    ):
        with pytest.raises(Unavailable, match="The market is away"):
            await failing
    assert (await desk.manage_group(ANN, ask.ManageFactorGroup(action="list"))).groups == ()
    bench.source.trouble = None
    assert (await desk.correlations(ANN, MARKET_ONLY)).matrices is not None


async def test_the_universe_is_verified_without_a_request() -> None:
    gone = AssetProxy("crypto", "bitcoin", "BTC")
    bench = Bench(reference=GivenReference(Reference(asset_proxies=(gone,))))
    found = await bench.desk().verify()
    assert (found.universe_size, found.data_source.market_digest) == (len(LISTED) + 1, "digest")
    assert [row[:3] for row in found.candidates.rows] == [("BTC", "crypto", "no_data")]


async def test_reading_is_part_of_the_time_that_is_told() -> None:
    desk = Bench().desk()
    first = (await desk.correlations(ANN, MARKET_ONLY)).analysis_metadata.performance
    assert first["total_ms"] >= first["returns_panel_build_ms"] > 0
    assert set(first) == {"returns_panel_build_ms", "per_category_corr_ms.market", "total_corr_ms", "total_ms"}
    performance = (await desk.performance(ANN, ask.ComputePerformance())).analysis_metadata.performance
    assert set(performance) == {
        "returns_panel_build_ms",
        "performance_profiles_ms",
        "composite_performance_ms",
        "total_ms",
    }


def hostile_markets() -> dict[str, Market]:
    """Markets of which little or nothing can be computed."""
    still, nothing = np.full(MONTHS, 0.01), np.full(MONTHS, NONE)
    moving = list(RETURNS)
    alone = {each.category: each for each in reversed(LISTED)}
    coins = {"BTC": 0.3 * FAST, "ETH": 0.5 * FAST + 0.1 * SLOW}
    crash = np.where(np.arange(MONTHS) == 12, -0.999999, 0.02 * FAST)
    leap = np.where(np.arange(MONTHS) == 12, 1e6, 0.02 * FAST)
    return {
        "nothing moves": small_market(returns=dict.fromkeys(moving, still)),
        "nothing has a price but the benchmark": small_market(
            returns={name: RETURNS["SPY"] if name == "SPY" else nothing for name in moving}
        ),
        "one ETF per category": small_market(listed=tuple(alone.values())),
        "coins alone": market_of(coins, [entry("crypto", name, "crypto") for name in coins]),
        "24 month-ends": small_market(
            returns={name: each[1:] for name, each in RETURNS.items()},
            yield_changes={name: each[1:] for name, each in YIELD_CHANGES.items()},
        ),
        "everything is the same": small_market(returns=dict.fromkeys(moving, RETURNS["SPY"])),
        "a crash and a leap": small_market(returns={**RETURNS, "SPY": crash, "AGG": leap, "BIL": crash}),
        "yields that stand still": small_market(yield_changes={"UST10Y": np.zeros(MONTHS)}),
        "yields of one month": small_market(yield_changes={"UST10Y": [NONE] * 23 + [0.1]}),
        "nobody is listed": small_market(listed=()),
        "no ticker at all": market_of({"SPY": [NONE] * MONTHS}),
        "dividends without end": small_market(dividends=dict.fromkeys(moving, 1e9), unadjusted=moving),
        "in turns": small_market(
            returns={
                name: np.where(np.arange(MONTHS) % 12 < 4 + place % 8, each, NONE)
                for place, (name, each) in enumerate(RETURNS.items())
            }
        ),
    }


HOSTILE = hostile_markets()
ASKED: dict[str, ask.Scope] = {
    "correlations": ask.ComputeCorrelations(sections=EVERYTHING, correlation_threshold=0.5),
    "few months": ask.ComputeCorrelations(sections=EVERYTHING, min_observations=4, rolling_windows=(3, 4, 12)),
    "performance": ask.ComputePerformance(industry_granularity="subindustry"),
    "performance of few months": ask.ComputePerformance(min_observations=4, composite_max_per_group=1),
    "offsets": ask.RecommendOffsets(
        portfolio={"SPY": 0.5, "AGG": 0.3}, overexposed_factor="equity", portfolio_value=1e6, min_observations=4
    ),
    "offsets of a coin": ask.RecommendOffsets(portfolio={"BTC": 1.0}, overexposed_factor="crypto", benchmark="BTC"),
}


async def answered(desk: Factors, request: ask.Scope) -> Result:
    if isinstance(request, ask.ComputeCorrelations):
        return await desk.correlations(ANN, request)
    if isinstance(request, ask.ComputePerformance):
        return await desk.performance(ANN, request)
    assert isinstance(request, ask.RecommendOffsets)
    return await desk.offsets(ANN, request)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("market", HOSTILE)
@pytest.mark.parametrize("lenient", [False, True])
async def test_an_answer_never_holds_a_number_that_is_none(market: str, asked: str, *, lenient: bool) -> None:
    thresholds = FactorThresholds(min_coverage_pct=0, min_regime_months=4) if lenient else THRESHOLDS
    desk = desk_over(HOSTILE[market], thresholds=thresholds)
    try:
        found = await answered(desk, ASKED[asked])
    except InvalidInput:
        return
    json.dumps(found.model_dump(), allow_nan=False)


@pytest.mark.parametrize("market", [name for name in HOSTILE if name not in ("nobody is listed", "no ticker at all")])
async def test_of_whatever_market_correlations_and_performance_are_answered(market: str) -> None:
    desk = desk_over(HOSTILE[market])
    correlations = await desk.correlations(
        ANN, ask.ComputeCorrelations(sections=EVERYTHING, min_observations=4, rolling_windows=(6,))
    )
    computed = set(correlations.analysis_metadata.sizes)
    told = {each.section for each in correlations.data_quality.unavailable}
    assert not computed & told
    assert len(computed | told) == 7 + 2 + 2 + 2
    performance = await desk.performance(ANN, ask.ComputePerformance(min_observations=4))
    assert performance.profiles is not None


async def test_coins_alone_have_their_matrix_and_no_benchmark() -> None:
    desk = desk_over(HOSTILE["coins alone"])
    found = await desk.correlations(ANN, ask.ComputeCorrelations(sections=EVERYTHING))
    assert list(found.matrices or {}) == ["crypto"]
    assert found.macro is not None
    assert found.macro.composite is not None
    assert found.macro.composite.labels == ("crypto",)
    asked = ask.RecommendOffsets(portfolio={"BTC": 0.9}, overexposed_factor="ETH", benchmark="BTC", shift_pct=50)
    assert (await desk.offsets(ANN, asked)).recommendations == ()


async def test_of_24_month_ends_there_are_23_returns_and_those_are_one_too_few() -> None:
    desk = desk_over(HOSTILE["24 month-ends"])
    found = await desk.correlations(ANN, ask.ComputeCorrelations())
    assert (found.analysis_metadata.n_months, found.matrices) == (24, {})
    assert {row[2] for row in found.data_quality.exclusions.rows} == {"thin_history"}
    enough = await desk.correlations(ANN, ask.ComputeCorrelations(min_observations=23))
    assert enough.matrices is not None
    assert enough.matrices["market"].n_months == 23


async def test_the_answer_says_where_reference_data_comes_from_now() -> None:
    """The numbers may be kept; what is said of the source may not."""
    bench = Bench()
    bench.reference.source = "yaml"
    desk = bench.desk()
    first = (await desk.correlations(ANN, MARKET_ONLY)).analysis_metadata
    bench.reference.source = "database"
    second = (await desk.correlations(ANN, MARKET_ONLY)).analysis_metadata
    assert (first.data_source.reference, second.data_source.reference) == ("yaml", "database")
    assert second.cached == ("panel", "matrices:market")


async def test_a_restriction_that_means_nothing_is_refused_and_not_ignored() -> None:
    desk = desk_over(small_market())
    asked = ask.RecommendOffsets(portfolio={"SPY": 1.0}, overexposed_factor="SPY", restricted=("AGG", "agg", "NOSUCH"))
    with pytest.raises(InvalidInput) as caught:
        await desk.offsets(ANN, asked)
    assert [each.field for each in caught.value.problems] == ["restricted[1]", "restricted[2]"]


async def test_what_a_factors_name_was_taken_for_is_told() -> None:
    desk = desk_over(small_market())
    kinds = {}
    for name in ("SPY", "Energy", "sensitive", "bond", "reit"):
        asked = ask.RecommendOffsets(portfolio={"SPY": 1.0}, overexposed_factor=name)
        with suppress(InvalidInput):
            kinds[name] = (await desk.offsets(ANN, asked)).factor_kind
    assert (
        kinds.items()
        >= {"SPY": "ticker", "Energy": "industry", "sensitive": "sector_group", "bond": "category"}.items()
    )


async def test_many_unknown_tickers_are_all_told_and_only_some_with_what_may_have_been_meant() -> None:
    desk = desk_over(small_market())
    asked = ask.ComputeCorrelations(factor_universe=tuple(f"NO{number}" for number in range(9)))
    with pytest.raises(InvalidInput) as caught:
        await desk.correlations(ANN, asked)
    assert len(caught.value.problems) == 9
    assert [" Allowed are" in each.message for each in caught.value.problems] == [True] * 5 + [False] * 4
