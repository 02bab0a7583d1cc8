"""A framework desk that answers by script, with the real request and result models; it remembers what it was asked."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from mcp.client import Client
from mcp_types import CallToolResult

from tests.tools.scripted import Nothing, Scripted
from tests.tools.scripted_desk import ScriptedDesk, with_no_store
from tests.tools.serving import Mode, error_of
from trimtab.server.app import build_server
from trimtab.server.desks import MakeFrameworks, OpenFrameworks
from trimtab.settings import Settings
from trimtab.workflow.ports import framework_requests as ask
from trimtab.workflow.ports import framework_results as answer
from trimtab.workflow.ports.desk import Caller, Progress, no_progress
from trimtab.workflow.ports.results import Table

Wrong = tuple[dict[str, object], str, str]
"""Arguments of a call, how the field that is named begins, and a part of what is said."""

DOCUMENT: dict[str, object] = {
    "name": "Two halves",
    "buckets": [
        {"path": "AssetClass/Equity", "label": "Equity", "target_weight": 0.6, "rules": {"include_tags": ["equity"]}},
        {"path": "AssetClass/Bonds", "label": "Bonds", "target_weight": 0.4, "max_weight": 0.5},
    ],
    "rebalancing": {"cadence": "Q", "absolute_band_bps": 500, "relative_band_pct": None},
    "constraints": [{"kind": "max_single_name", "value": 0.4, "unit": "percentage"}],
}
NAMED = answer.FrameworkNamed(framework_id="fw_1", version=2, name="Two halves")
BASIS = answer.ProductBasis(
    products="small",
    products_digest="a" * 64,
    n_products=60,
    market="small",
    market_digest="b" * 64,
    market_as_of="2026-11-20",
    notes=("Something to know.",),
)
TEMPLATES = Table(
    columns=("key", "name", "risk_band", "targets", "description"),
    rows=(
        ("conservative", "Conservative", "low", "Bonds 60 %, Equity 35 %, Alternatives 5 %", "Bonds carry it."),
        ("balanced", "Balanced", "medium", "Equity 60 %, Bonds 35 %, Alternatives 5 %", "Equity leads."),
        ("blank", "Custom Framework", None, "", "No buckets yet."),
    ),
)
SAVED = Table(
    columns=(
        "framework_id",
        "name",
        "method",
        "base_ccy",
        "risk_band",
        "version",
        "buckets",
        "archived",
        "saved_at",
    ),
    rows=(("fw_1", "Two halves", "custom", "USD", None, 2, 2, False, "2026-11-20T10:00:00Z"),),
)
CHANGES = Table(columns=("path", "field", "before", "after"), rows=(("AssetClass/Equity", "target_weight", 0.5, 0.6),))
FRAMEWORKS = answer.Frameworks(templates=TEMPLATES, frameworks=SAVED)
IN_FULL = answer.Frameworks(
    framework=answer.FrameworkFull(
        framework_id="fw_1",
        version=2,
        saved_at="2026-11-20T10:00:00Z",
        framework=DOCUMENT,  # type: ignore[arg-type]  # JSON as it comes
    ),
    versions=Table(
        columns=("version", "saved_at", "actor", "note"),
        rows=((2, "2026-11-20T10:00:00Z", "assistant", "More equity."), (1, "2026-11-19T10:00:00Z", "assistant", "")),
    ),
    changes=CHANGES,
)
NARROW = answer.FrameworkFinding(code="narrow_band", path="rebalancing", message="Take 10 bp or more.")
VALIDATION = answer.Validation(
    valid=False,
    errors=(
        answer.FrameworkFinding(
            code="weight_sum", path="AssetClass", message="The targets sum to 0.9; they have to sum to 1."
        ),
    ),
    warnings=(NARROW,),
    framework=NAMED,
)
VALID = answer.Validation(valid=True, errors=(), warnings=(NARROW,), framework=NAMED)
GENERATED = answer.Generated(
    framework=DOCUMENT,  # type: ignore[arg-type]  # JSON as it comes
    validation=VALID,
    rationale="Begins with Balanced, as risk is medium.\nBonds were raised for the short horizon.",
    source="rules",
    analyst="rules",
)
STORED = answer.SavedFramework(
    action="update", framework_id="fw_1", version=2, name="Two halves", changes=CHANGES, warnings=(NARROW,)
)
PARTS = answer.ScoreParts(liquidity=1.0, cost=0.9, fit=1.0, history=0.75, tracking=0.5, data_health=0.9)
EQUITY = answer.MappedBucket(
    path="AssetClass/Equity",
    label="Equity",
    target_weight=0.6,
    candidates=12,
    products=(
        answer.MappedProduct(code="SPY", name="Large caps", score=0.912345678901, score_parts=PARTS, share=1.0),
        answer.MappedProduct(code="MIX", name="A bit of all", score=0.5, score_parts=PARTS, share=0.6),
    ),
    data_health=answer.DataHealth(score=0.9, price_age_days=3, missing_months=0, missing_fields={}),
    coverage_gaps=(),
)
BONDS = answer.MappedBucket(
    path="AssetClass/Bonds",
    label="Bonds",
    target_weight=0.4,
    candidates=1,
    products=(answer.MappedProduct(code="AGG", name="All bonds", score=0.75, score_parts=PARTS, share=1.0),),
    data_health=answer.DataHealth(
        score=0.4, price_age_days=None, missing_months=30, missing_fields={"AGG": ("issuer", "aum_value")}
    ),
    coverage_gaps=(
        answer.CoverageGap(
            rule="min_adv_value", candidates=12, lost=9, message="12 candidates, 9 lost to min_adv_value."
        ),
    ),
)
MAPPED = answer.MappedProducts(framework=NAMED, buckets=(EQUITY, BONDS), basis=BASIS)
WORKFLOW = answer.PortfolioWorkflow(
    workflow_id="wf_1",
    version=3,
    steps=(
        answer.WorkflowStep(step="profile", status="skipped", optional=True),
        answer.WorkflowStep(step="framework", status="done", optional=False, done="Two halves, version 2."),
        answer.WorkflowStep(step="mapping", status="ready", optional=False),
        answer.WorkflowStep(step="validation", status="waiting", optional=False, waits_for=("mapping",)),
        answer.WorkflowStep(step="portfolio", status="waiting", optional=False, waits_for=("validation",)),
    ),
    next_step="mapping",
    suggested=("balanced",),
    expires_at="2026-11-27T10:00:00Z",
)
BUILT = answer.PortfolioBuilt(
    portfolio_id="fp_1",
    framework=NAMED,
    account_number="FP-1",
    total_value=1_000_000.0,
    base_ccy="USD",
    positions=Table(
        columns=(
            "path", "label", "code", "name", "weight", "target_weight", "tolerance_weight", "score", "locked", "price",
            "price_date", "currency", "value",
        ),
        rows=(
            (
                "AssetClass/Equity", "Equity", "SPY", "Large caps", 0.6, 0.6, 0.05, 0.912345678901, False, 650.5,
                "2026-11-20", "USD", 600_000.0,
            ),
            (
                "AssetClass/Bonds", "Bonds", "AGG", "All bonds", 0.35, 0.4, 0.05, 0.75, True, 98.25, "2026-11-20",
                "USD", 350_000.0,
            ),
        ),
    ),
    cash_weight=0.05,
    cash_value=50_000.0,
    valid=True,
    warnings=(NARROW,),
    workflow=WORKFLOW,
    basis=BASIS,
)  # fmt: skip
REPORT = answer.AllocationReport(
    framework=NAMED,
    portfolio_id="fp_1",
    account_number="FP-1",
    base_ccy="USD",
    summary=answer.AllocationSummary(
        total_value=1_000_000.0,
        total_drift=0.06,
        rebalance_needed=True,
        reason="AssetClass/Equity is out of its band.",
        out_of_band=1,
        last_rebalance=None,
        next_check="2027-01-01",
        cadence="Q",
        turnover=0.06,
        cost_value=60.0,
        volatility=0.123456789012,
    ),
    buckets=Table(
        columns=(
            "path", "label", "level", "actual_weight", "target_weight", "drift", "drift_pct", "status", "low_weight",
            "high_weight", "volatility", "risk_contribution",
        ),
        rows=(
            ("AssetClass/Equity", "Equity", 1, 0.66, 0.6, 0.06, 10.0, "over", 0.55, 0.65, 0.18, 0.95),
            ("AssetClass/Bonds", "Bonds", 1, 0.34, 0.4, -0.06, -15.0, "under", 0.35, 0.45, None, None),
        ),
    ),
    heatmap=Table(
        columns=("path", "label", "level", "drift", "drift_of_band", "status"),
        rows=(
            ("AssetClass/Equity", "Equity", 1, 0.06, 1.2, "over"),
            ("AssetClass/Bonds", "Bonds", 1, -0.06, -1.2, "under"),
        ),
    ),
    holdings=Table(
        columns=("code", "path", "weight", "value"),
        rows=(("SPY", "AssetClass/Equity", 0.66, 660_000.0), ("AGG", "AssetClass/Bonds", 0.34, 340_000.0)),
    ),
    trades=Table(
        columns=("path", "code", "action", "weight", "target_weight", "value", "cost_value"),
        rows=(
            ("AssetClass/Equity", "SPY", "sell", 0.66, 0.6, -60_000.0, 30.0),
            ("AssetClass/Bonds", "AGG", "buy", 0.34, 0.4, 60_000.0, 30.0),
        ),
    ),
    basis=BASIS,
)  # fmt: skip
BACKTEST = answer.FrameworkBacktest(
    framework=NAMED,
    first_day="2016-01-04",
    last_day="2026-11-20",
    n_days=2740,
    modes=("static", "band"),
    final_value={"static": 1_500_000.0, "band": 1_550_000.0},
    metrics=Table(
        columns=("metric", "static", "band", "benchmark"),
        rows=(("total_return", 0.5, 0.55, 0.6), ("sharpe", 0.75, None, 0.5)),
    ),
    keeping=Table(columns=("metric", "static", "band"), rows=(("n_executions", 1, 12), ("turnover", 0.0, 0.25))),
    buckets=Table(
        columns=("path", "static", "band"),
        rows=(("AssetClass/Equity", 0.4, 0.45), ("AssetClass/Bonds", 0.11, 0.12), ("costs", -0.01, -0.02)),
    ),
    products=Table(
        columns=("path", "code", "weight", "first_day", "passed_over"),
        rows=(("AssetClass/Equity", "SPY", 1.0, "2015-01-02", ""), ("AssetClass/Bonds", "AGG", 1.0, "2016-01-04", "X")),
    ),
    ended={"band": "prices_missing"},
    rules={"cadence": "Q", "cost_bps": 5.0, "lag_days": 1},
    basis=BASIS,
)


class ScriptedFrameworks(Scripted):
    """Answers every operation; `says` replaces single answers, and an exception among them is raised."""

    async def frameworks(self, caller: Caller, request: ask.ListFrameworks) -> answer.Frameworks:
        found = FRAMEWORKS if request.framework_id is None else IN_FULL
        return self._answer("frameworks", caller, request=request, result=found)

    async def generate(
        self, caller: Caller, request: ask.GenerateFramework, *, progress: Progress = no_progress
    ) -> answer.Generated:
        await self._steps(progress)
        return self._answer("generate", caller, request=request, result=GENERATED)

    async def save(self, caller: Caller, request: ask.SaveFramework) -> answer.SavedFramework:
        return self._answer("save", caller, request=request, result=STORED)

    async def validate(self, caller: Caller, request: ask.ValidateFramework) -> answer.Validation:
        return self._answer("validate", caller, request=request, result=VALIDATION)

    async def map_products(self, caller: Caller, request: ask.MapProducts) -> answer.MappedProducts:
        return self._answer("map_products", caller, request=request, result=MAPPED)

    async def build(
        self, caller: Caller, request: ask.BuildPortfolio, *, progress: Progress = no_progress
    ) -> answer.PortfolioBuilt:
        await self._steps(progress)
        return self._answer("build", caller, request=request, result=BUILT)

    async def report(self, caller: Caller, request: ask.GetAllocationReport) -> answer.AllocationReport:
        return self._answer("report", caller, request=request, result=REPORT)

    async def backtest(
        self, caller: Caller, request: ask.BacktestFramework, *, progress: Progress = no_progress
    ) -> answer.FrameworkBacktest:
        await self._steps(progress)
        return self._answer("backtest", caller, request=request, result=BACKTEST)

    async def portfolios(self, caller: Caller) -> answer.PortfolioList:
        raise AssertionError("No tool asks for this.")

    async def profiles(self, caller: Caller) -> answer.ProfileList:
        raise AssertionError("No tool asks for this.")

    async def workflows(self, caller: Caller) -> answer.WorkflowList:
        raise AssertionError("No tool asks for this.")


def frameworks_of(desk: ScriptedFrameworks) -> MakeFrameworks:
    """Opens this desk."""
    return lambda: OpenFrameworks(desk, Nothing(), Nothing())


@asynccontextmanager
async def client_of(desk: ScriptedFrameworks, mode: Mode = "auto", *, read_only: bool = False) -> AsyncIterator[Client]:
    """Connects to a server with this framework desk."""
    server = build_server(
        Settings(read_only=read_only),
        make_desk=lambda: with_no_store(ScriptedDesk()),
        make_frameworks=frameworks_of(desk),
    )
    async with Client(server, mode=mode) as client:
        yield client


async def call(tool: str, desk: ScriptedFrameworks | None = None, **arguments: object) -> CallToolResult:
    """One call and its answer."""
    async with client_of(desk or ScriptedFrameworks()) as client:
        return await client.call_tool(tool, arguments)


async def all_refused(tool: str, wrong: Iterable[Wrong]) -> None:
    """Fails unless each call is refused before the desk is asked, with the field and what is allowed there."""
    desk = ScriptedFrameworks()
    async with client_of(desk) as client:
        for given, field, says in wrong:
            said = error_of(await client.call_tool(tool, given))
            assert said["code"] == "invalid_argument", given
            assert str(said["field"]).startswith(field), (given, said)
            assert says in str(said["message"]), (given, said)
    assert desk.asked == []
