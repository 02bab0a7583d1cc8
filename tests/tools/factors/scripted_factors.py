"""A factor desk that answers by script, with the real request and result models; it remembers what it was asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mcp.client import Client
from mcp_types import CallToolResult

from tests.tools.scripted import Nothing, Scripted
from tests.tools.scripted_desk import ScriptedDesk, with_no_store
from trimtab.server.app import build_server
from trimtab.server.desks import MakeFactors, OpenFactors
from trimtab.settings import Settings
from trimtab.workflow.ports import factor_requests as ask
from trimtab.workflow.ports import factor_results as answer
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.results import Table

MATRIX = answer.Matrix(
    labels=("AGG", "GLD", "SPY"),
    values=((1.0, 0.5, -0.25), (0.5, 1.0, 0.125), (-0.25, 0.125, 1.0)),
    n_months=60,
    indistinct_below=0.25,
)
NOTHING = Table(columns=("ticker", "category", "reason", "detail"), rows=())
QUALITY = answer.DataQuality(
    exclusions=Table(
        columns=("ticker", "category", "reason", "detail"), rows=(("JJC", "commodity", "thin_history", "19 of 24."),)
    ),
    counts=Table(columns=("category", "in_universe", "used", "coverage_pct"), rows=(("bond", 3, 3, 100.0),)),
    findings=Table(columns=("ticker", "date", "code", "count", "message"), rows=()),
    price_basis={"adj_close": 3},
    other_basis={},
    unavailable=(answer.Unavailable(section="overlays:rate", reason="the market data has no yields"),),
    notes=("Something to know.",),
)
METADATA = answer.AnalysisMetadata(
    universe_hash="a" * 64,
    universe_size=3,
    start_date="2021-11-01",
    end_date="2026-10-31",
    n_months=60,
    min_observations=24,
    thresholds_digest="c" * 64,
    data_source=answer.DataSource(
        market="small",
        market_digest="b" * 64,
        market_as_of="2026-11-20",
        reference="yaml",
        reference_note="The records' database isn't there yet.",
    ),
    performance={"total_corr_ms": 1.5, "per_category_corr_ms.bond": 0.5},
    warnings=("total_corr_ms took long.",),
    sizes={"matrices:bond": 3},
    stale_factor_candidates=NOTHING,
    options={"industry_granularity": "group"},
)
RATE = Table(
    columns=("ticker", "category", "maturity", "correlation", "slope", "n_months"),
    rows=(("AGG", "bond", "UST2Y", -0.9, -0.05, 60), ("AGG", "bond", "UST10Y", -0.95, None, 60)),
)
MARKET = Table(
    columns=("ticker", "category", "benchmark", "correlation", "beta", "n_months"),
    rows=(("XLK", "industry", "SPY", 0.86, 1.23, 60), ("XLU", "industry", "EEM", 0.5, 0.6, 60)),
)
CORRELATIONS = answer.Correlations(
    matrices={"bond": MATRIX},
    overlays=answer.Overlays(rate=RATE, market=MARKET),
    macro=answer.Macro(
        composite=MATRIX, etf=answer.MacroEtf(matrix=MATRIX, groups={"bond": ("AGG",)}, fallback="Too many ETFs.")
    ),
    rolling=Table(columns=("label", "other", "window_months", "mean"), rows=(("equity", "bond", 12, 0.25),)),
    regimes={"rates_rising": MATRIX},
    data_quality=QUALITY,
    analysis_metadata=METADATA,
)
FIGURES = ("annualized_return", "volatility", "sharpe_ratio", "max_drawdown", "beta_vs_benchmark", "dividend_yield")
PERFORMANCE = answer.Performance(
    benchmark="SPY",
    risk_free="the mean of BIL",
    profiles=Table(
        columns=("label", "category", *FIGURES, "n_months"),
        rows=(("AGG", "bond", 0.0213, 0.0597, -0.2, -0.1726, 0.07, 0.0395, 60),),
    ),
    composites={
        "macro": Table(
            columns=("label", "members", "n_members", *FIGURES, "n_months"),
            rows=(("bond", "AGG, BND", 2, 0.02, 0.06, None, -0.15, 0.12, None, 60),),
        )
    },
    data_quality=QUALITY,
    analysis_metadata=METADATA,
)
OFFSET = answer.Offset(
    ticker="GLD",
    category="commodity",
    asset_class="commodity",
    correlation=-0.4,
    t_stat=-3.32,
    n_months=60,
    distinguishable=True,
    verdict="offsets",
    volatility_change=-0.0046,
    beta_change=-0.04,
    max_drawdown_change=0.0077,
    liquidity="within",
    trades=(
        answer.OffsetTrade(ticker="SPY", weight_change=-0.05, value=-50_000.0, units=-100.0, cost=50.0),
        answer.OffsetTrade(ticker="GLD", weight_change=0.05, value=50_000.0, units=250.0, cost=50.0),
    ),
)
WEAK = OFFSET.model_copy(
    update={
        "ticker": "DBA",
        "correlation": 0.01,
        "t_stat": None,
        "distinguishable": False,
        "verdict": "diversifies",
        "trades": (answer.OffsetTrade(ticker="DBA", weight_change=0.05),),
    }
)
OFFSETS = answer.Offsets(
    overexposed_factor="Technology",
    factor_kind="subindustry",
    factor_members=("SMH", "XLK"),
    shift_pct=5.0,
    sold_from={"SPY": 0.05},
    benchmark="SPY",
    portfolio=answer.PortfolioRisk(
        volatility=0.0867, beta=None, max_drawdown=-0.1438, correlation_with_factor=0.77, n_months=60, cash_weight=0.0
    ),
    recommendations=(OFFSET, WEAK),
    total=46,
    left_out=Table(columns=("ticker", "reason", "detail"), rows=(("USO", "restricted", "It is restricted."),)),
    data_quality=QUALITY,
    analysis_metadata=METADATA,
)
GROUP = answer.Group(name="Techs", members=("XLK", "SMH"), weighting_method="equal", weights={"XLK": 0.5, "SMH": 0.5})


class ScriptedFactors(Scripted):
    """Answers every operation; `says` replaces single answers, and an exception among them is raised."""

    async def correlations(self, caller: Caller, request: ask.ComputeCorrelations) -> answer.Correlations:
        return self._answer("correlations", caller, request=request, result=CORRELATIONS)

    async def performance(self, caller: Caller, request: ask.ComputePerformance) -> answer.Performance:
        return self._answer("performance", caller, request=request, result=PERFORMANCE)

    async def offsets(self, caller: Caller, request: ask.RecommendOffsets) -> answer.Offsets:
        return self._answer("offsets", caller, request=request, result=OFFSETS)

    async def manage_group(self, caller: Caller, request: ask.ManageFactorGroup) -> answer.GroupAnswer:
        groups = () if request.action == "delete" else (GROUP,)
        return self._answer(
            "manage_group", caller, request=request, result=answer.GroupAnswer(action=request.action, groups=groups)
        )

    async def verify(self) -> answer.Verified:
        raise AssertionError("No tool asks for this.")


def factors_of(desk: ScriptedFactors) -> MakeFactors:
    """Opens this desk."""
    return lambda: OpenFactors(desk, Nothing())


@asynccontextmanager
async def client_of(make: MakeFactors) -> AsyncIterator[Client]:
    """Connects to a server whose factor desk is made so."""
    server = build_server(Settings(), make_desk=lambda: with_no_store(ScriptedDesk()), make_factors=make)
    async with Client(server) as client:
        yield client


async def call(tool: str, desk: ScriptedFactors | None = None, **arguments: object) -> CallToolResult:
    """One call and its answer."""
    async with client_of(factors_of(desk or ScriptedFactors())) as client:
        return await client.call_tool(tool, arguments)
