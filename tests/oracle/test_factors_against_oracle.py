"""Every number of factor intelligence beside a second, plain computation, over made-up markets full of trouble.

Where TRIMTAB_TEST_MARKET names a folder of market data, the same goes for that one.
"""

import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from tests.clock import FixedClock
from tests.oracle import oracle_factor_answers as oracle
from tests.oracle import oracle_factors as slow
from tests.oracle.factor_compare import Rows, told_of_correlations, told_of_offsets, told_of_performance, told_of_rows
from tests.oracle.factor_desks import SOMEBODY, TODAY, open_factors
from tests.oracle.factor_markets import FUNDS, Shape, ragged_funds, write_market
from tests.oracle.oracle_factor_data import Data, ReferenceRows, read_data
from trimtab.adapters import reference
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.domain.trading.policy import Policy
from trimtab.server.compose import open_factor_desk
from trimtab.settings import Settings
from trimtab.workflow.factors.desk import Factors
from trimtab.workflow.ports.factor_requests import ComputeCorrelations, ComputePerformance, RecommendOffsets, Section
from trimtab.workflow.ports.reference import FactorGroup

REAL = os.environ.get("TRIMTAB_TEST_MARKET")
ALL: tuple[Section, ...] = ("matrices", "overlays", "macro", "rolling", "regimes")
ROWS = ReferenceRows(
    asset=(
        ("equity", "SPY", True, 10),
        ("bond", "AGG", True, 10),
        ("commodity", "GLD", True, 20),
        ("commodity", "IAU", False, 30),
        ("real_estate", "XLRE", True, 50),
        ("crypto", "NEW", True, 10),
        ("crypto", "PEG", False, 10),
    ),
    industry=(
        ("Software", "XLK", "equity", "sensitive"),
        ("Land", "VNQ", "real_estate", ""),
        ("Rails", "IYT", "equity", ""),
    ),
    cash=(("EUR", "SHV"), ("USD", "BIL")),
)  # fmt: skip
NO_ROWS = ReferenceRows()
CORRELATIONS = {
    "as it comes": ComputeCorrelations(sections=ALL),
    "industries": ComputeCorrelations(sections=ALL, industry_granularity="industry", start_date=date(2019, 1, 1)),
    "subindustries": ComputeCorrelations(
        sections=ALL, industry_granularity="subindustry", start_date=date(2021, 1, 2), end_date=date(2024, 4, 30)
    ),
    "the whole history": ComputeCorrelations(sections=ALL, start_date=date(2010, 1, 1), end_date=date(2026, 6, 30)),
    "short and lenient": ComputeCorrelations(
        sections=ALL, start_date=date(2022, 6, 1), end_date=date(2024, 5, 30), min_observations=6,
        rolling_windows=(3, 12), macro_max_per_group=2, macro_min_group_coverage_pct=10,
    ),
    "other benchmarks": ComputeCorrelations(
        sections=ALL, market_benchmarks=("VLUE", "SPY"), market_sensitivity_categories=("market", "bond", "crypto"),
        rate_maturities=("UST30Y", "UST2Y"), rate_sensitivity_categories=("cash", "commodity", "style"),
    ),
    "some classes": ComputeCorrelations(
        sections=ALL, macro_groups=("bond", "equity", "commodity"), macro_max_per_group=10,
        macro_deduplicate_threshold=0.7, macro_min_group_coverage_pct=0, regime="rates",
    ),
    "too many": ComputeCorrelations(sections=ALL, macro_max_per_group=20, regime="volatility"),
    "at most four, the strong pairs": ComputeCorrelations(sections=ALL, max_factors=4, correlation_threshold=0.4),
    "only bonds": ComputeCorrelations(sections=ALL, factor_categories=("bond", "cash")),
    "only equity": ComputeCorrelations(sections=ALL, asset_class_filters=("equity", "real_estate")),
}  # fmt: skip
GROUPS = {"Mine": {"SPY": 0.5, "TLT": 0.3, "GLD": 0.2}}
MINE = FactorGroup("Mine", ("GLD", "SPY", "TLT"), "custom", GROUPS["Mine"])


USUAL = FactorThresholds()
LENIENT = FactorThresholds(
    window_months=90, min_observations=30, min_coverage_pct=20, macro_budget=7, min_regime_months=20, max_yield_pct=3,
    benchmark="EFA", macro_max_per_group=2,
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A market, its reference rows, and the policy; without a shape it is the real one."""

    shape: Shape | None
    rows: ReferenceRows = NO_ROWS
    ragged: bool = True
    thresholds: FactorThresholds = USUAL


MARKETS = {
    "whole": Case(Shape(), ROWS, ragged=False),
    "ragged": Case(Shape(1, zipped=True)),
    "ragged, leniently": Case(Shape(2, last="2024-05-31"), thresholds=LENIENT),
    "ragged, leniently, without yields": Case(Shape(3, yields=False), ROWS, thresholds=LENIENT),
    **({"real": Case(None, ROWS, ragged=False)} if REAL else {}),
}


@dataclass(frozen=True)
class Place:
    """What the oracle read of a folder, and the desk that all requests of it are asked: what it keeps must not mix."""

    data: Data
    terms: slow.Terms
    desk: Factors


def place_of(case: Case, folder: Path) -> Place:
    if case.shape is None:
        folder = Path(str(REAL))
    else:
        write_market(folder, case.shape, funds=ragged_funds(case.shape.seed) if case.ragged else FUNDS)
    terms = slow.Terms(**case.thresholds.model_dump(exclude={"cache_minutes", "slow_section_ms"}))
    desk = open_factors(folder, rows=case.rows, policy=Policy(factors=case.thresholds), groups=[MINE])
    return Place(read_data(folder, case.rows), terms, desk)


@pytest.fixture(scope="module", params=MARKETS)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return place_of(MARKETS[request.param], tmp_path_factory.mktemp("market"))


@pytest.mark.parametrize("name", CORRELATIONS)
async def test_every_number_of_the_correlations_is_that_of_the_plain_computation(place: Place, name: str) -> None:
    request = CORRELATIONS[name]
    expected = oracle.correlations(place.data, request, today=TODAY.date(), terms=place.terms)
    found = await place.desk.correlations(SOMEBODY, request)
    assert not list(told_of_correlations(found, expected))


PERFORMANCES = {
    "as it comes": ComputePerformance(),
    "by size": ComputePerformance(composite_weighting_method="cap", industry_granularity="industry"),
    "by given weights": ComputePerformance(
        composite_weighting_method="custom",
        custom_weights={"bond": {"AGG": 0.7, "TLT": 0.3}, "equity": {"SPY": 0.8, "XLK": 0.2, "MTUM": 0.0}},
        factor_groups=("Mine",),
    ),
    "two of each": ComputePerformance(composite_max_per_group=2, factor_groups=("Mine",), benchmark="TLT"),
    "the whole history": ComputePerformance(start_date=date(2010, 1, 1), industry_granularity="subindustry"),
    "short and lenient": ComputePerformance(
        start_date=date(2022, 6, 1), end_date=date(2024, 5, 31), min_observations=6, composite_weighting_method="cap"
    ),
    "when cash was young": ComputePerformance(
        start_date=date(2020, 5, 1), end_date=date(2021, 1, 31), min_observations=6
    ),
    "only bonds": ComputePerformance(factor_categories=("bond",)),
}


def profile_of(place: Place, name: str) -> ComputePerformance:
    """The request, its custom weights spread over the members that have enough data in this market."""
    request = PERFORMANCES[name]
    if request.composite_weighting_method == "cap" and any(m.aum_value is None for m in place.data.members):
        return request.model_copy(update={"composite_weighting_method": "equal"})
    if request.custom_weights is None:
        return request
    sight = oracle.look(place.data, request, today=TODAY.date(), terms=place.terms)
    usable = {
        label: {ticker: weight for ticker, weight in weights.items() if ticker in sight.used.returns}
        for label, weights in request.custom_weights.items()
    }
    custom = {
        label: {ticker: weight / sum(own.values()) for ticker, weight in own.items()}
        for label, own in usable.items()
        if sum(own.values())
    }
    return request.model_copy(update={"custom_weights": custom})


@pytest.mark.parametrize("name", PERFORMANCES)
async def test_every_number_of_the_performance_is_that_of_the_plain_computation(place: Place, name: str) -> None:
    request = profile_of(place, name)
    groups = GROUPS if request.factor_groups else {}
    expected = oracle.performance(place.data, request, today=TODAY.date(), terms=place.terms, groups=groups)
    found = await place.desk.performance(SOMEBODY, request)
    assert not list(told_of_performance(found, expected))


@dataclass(frozen=True)
class Shift:
    """A request, and what its factor's name means: `attribute` of a member, "" for a ticker or a group."""

    request: RecommendOffsets
    attribute: str = ""


OFFSETS = {
    "a ticker": Shift(
        RecommendOffsets(
            portfolio={"SPY": 0.5, "XLK": 0.3, "AGG": 0.1}, overexposed_factor="SPY", limit=200, portfolio_value=1e6
        )
    ),
    "an asset class": Shift(
        RecommendOffsets(
            portfolio={"SPY": 0.5, "XLU": 0.1, "VLUE": 0.2, "TLT": 0.2}, overexposed_factor="equity", shift_pct=40,
            limit=3, end_date=date(2023, 12, 31),
        ),
        "asset_class",
    ),
    "a category of which nothing is held": Shift(
        RecommendOffsets(
            portfolio={"AGG": 0.4, "GLD": 0.4, "SPY": 0.1}, overexposed_factor="style", shift_pct=90, limit=200,
            portfolio_value=5e9, cost_bps=25,
        ),
        "category",
    ),
    "a sector group": Shift(
        RecommendOffsets(
            portfolio={"SPY": 0.02, "XLE": 0.03, "XLP": 0.5}, overexposed_factor="sensitive", shift_pct=10,
            limit=200, portfolio_value=20_000.0, asset_class_filters=("equity", "bond", "crypto"), min_observations=6,
        ),
        "sector_group",
    ),
    "a group of mine": Shift(
        RecommendOffsets(
            portfolio={"SPY": 0.02, "GLD": 0.98}, overexposed_factor="Mine", shift_pct=10, limit=200,
            factor_categories=("bond", "cash"), start_date=date(2010, 1, 1), restricted=("TLT", "EFA"),
        )
    ),
}  # fmt: skip


def shift_of(place: Place, name: str) -> tuple[RecommendOffsets, dict[str, float]]:
    """The request without holdings that have too little data in this market, and the members of its factor."""
    shift = OFFSETS[name]
    request = shift.request
    sight = oracle.look(place.data, request, today=TODAY.date(), terms=place.terms, beside=request.portfolio)
    portfolio = {ticker: weight for ticker, weight in request.portfolio.items() if sight.series(ticker) is not None}
    request = request.model_copy(update={"portfolio": portfolio})
    if not shift.attribute:
        return request, GROUPS.get(request.overexposed_factor, {request.overexposed_factor: 1.0})
    named = request.overexposed_factor
    return request, {m.ticker: 1.0 for m in place.data.members if getattr(m, shift.attribute) == named}


@pytest.mark.parametrize("name", OFFSETS)
async def test_every_number_of_the_offsets_is_that_of_the_plain_computation(place: Place, name: str) -> None:
    request, members = shift_of(place, name)
    expected = oracle.offsets(place.data, request, members=members, today=TODAY.date(), terms=place.terms)
    found = await place.desk.offsets(SOMEBODY, request)
    assert not list(told_of_offsets(found, expected))


def shipped_rows() -> ReferenceRows:
    """The files that ship, read plainly."""
    folder = Path(reference.__file__).parent
    assets, industries, cash = (
        yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
        for name in ("asset_etf_proxies", "industry_proxies", "cash_proxies")
    )
    return ReferenceRows(
        asset=tuple(
            (asset_class, row["etf_ticker"], True, row["priority"])
            for asset_class, keys in assets.items()
            for row in keys.values()
        ),
        industry=tuple(
            (industry, row["etf_ticker"], row.get("asset_class", "equity"), row.get("group", ""))
            for industry, row in industries.items()
        ),
        cash=tuple(cash.items()),
    )


def only_with_prices(data: Data, folder: Path) -> Data:
    """Files that stand in for a database add nothing that the market has no prices of."""
    listed = {member.ticker for member in read_data(folder, ReferenceRows()).members}
    held = listed | set(data.close.columns) | data.faulty
    return replace(data, members=tuple(member for member in data.members if member.ticker in held))


async def test_the_desk_that_settings_open_agrees_too_with_the_reference_files_that_ship(tmp_path: Path) -> None:
    folder, request = tmp_path / "market", ComputeCorrelations(sections=ALL)
    write_market(folder, Shape())
    settings = Settings(market=folder, records=SecretStr(f"sqlite:///{tmp_path / 'records.db'}"))
    opened = open_factor_desk(settings, clock=FixedClock(TODAY))
    found = await opened.desk.correlations(SOMEBODY, request)
    await opened.close()
    data = only_with_prices(read_data(folder, shipped_rows()), folder)
    expected = oracle.correlations(data, request, today=TODAY.date(), terms=slow.Terms())
    assert found.analysis_metadata.data_source.reference == "yaml"
    assert not list(told_of_correlations(found, expected))


def test_the_comparison_tells_of_a_number_that_is_wrong_by_little_and_of_a_ticker_that_is_missing() -> None:
    row: Rows = {("SPY",): {"beta": 1.0, "n_months": 60}}
    assert not list(told_of_rows("x", row, row))
    assert list(told_of_rows("x", row, {("SPY",): {"beta": 1.0 + 2e-10, "n_months": 60}}))
    assert list(told_of_rows("x", row, {("SPY",): {"beta": None}}))
    assert list(told_of_rows("x", {("SPY",): {"beta": float("nan")}}, row))
    assert list(told_of_rows("x", row, {}))
    assert list(told_of_rows("x", {}, row))
