"""What allocation frameworks answer. Field names are promises: clients bind to them.

Weights, shares, drifts, returns and scores are fractions: 0.05 is 5 %; `_pct` is percent, `_bps` basis points,
`_value` money. Numbers have 12 significant digits. What isn't defined is null.
"""

from pydantic import JsonValue

from trimtab.domain.frameworks.framework import Cadence
from trimtab.domain.frameworks.methods import Mode
from trimtab.workflow.ports.framework_requests import BuildStep, SaveAction
from trimtab.workflow.ports.results import Result, Table


class FrameworkNamed(Result):
    """Which framework an answer is about; `framework_id` is null for one that was given in full, `version` 1 for a
    template."""

    framework_id: str | None = None
    version: int | None = None
    name: str


class ProductBasis(Result):
    """The products and the market that an answer rests on; `market_as_of` is the last day with prices."""

    products: str
    products_digest: str
    n_products: int
    market: str
    market_digest: str
    market_as_of: str
    notes: tuple[str, ...] = ()


class FrameworkFinding(Result):
    """Something that is wrong with a framework or a portfolio, at a bucket's path or a field, and how to mend it."""

    code: str
    path: str
    message: str


class Validation(Result):
    """Whether a framework may be used: errors have to be mended, warnings are worth a second look."""

    valid: bool
    errors: tuple[FrameworkFinding, ...]
    warnings: tuple[FrameworkFinding, ...]
    framework: FrameworkNamed


class FrameworkFull(Result):
    """A framework in full; `framework` is the document that `save_framework` takes."""

    framework_id: str | None
    version: int
    archived: bool = False
    saved_at: str | None = None
    framework: dict[str, JsonValue]


class Frameworks(Result):
    """Templates and saved frameworks; one in full where one was asked for.

    `templates` has columns key, name, risk_band, targets, description; `frameworks` framework_id, name, method,
    base_ccy, risk_band, version, buckets, archived, saved_at. `versions` of the one in full: version, saved_at, actor,
    note; `changes` path, field, before, after. `due`: portfolio_id, framework_id, version, account_number,
    last_rebalance, next_check, total_drift, out_of_band, reason (cadence, band, both, unchecked), note; money that was
    never put to work is never due. `portfolios` and `workflows` are those that were accepted and begun: portfolio_id,
    framework_id, version, account_number, total_value, base_ccy, accepted_at, last_rebalance, sessions; workflow_id,
    version, next_step, created_at, expires_at.
    """

    templates: Table | None = None
    frameworks: Table | None = None
    framework: FrameworkFull | None = None
    versions: Table | None = None
    changes: Table | None = None
    due: Table | None = None
    portfolios: Table | None = None
    workflows: Table | None = None


class Generated(Result):
    """A framework that was made from requirements, valid, and not saved.

    `source` says who made it: a model, or the rules (asked for, or as the fallback: then `note` says why). `attempts`
    counts how often the model was asked, `complaints` what was wrong with its answers.
    """

    framework: dict[str, JsonValue]
    validation: Validation
    rationale: str
    source: str
    analyst: str
    note: str = ""
    attempts: int = 0
    complaints: tuple[str, ...] = ()


class SavedFramework(Result):
    """What was done with a framework, and its version then; `document` is what was exported."""

    action: SaveAction
    framework_id: str
    version: int
    name: str
    archived: bool = False
    changes: Table | None = None
    warnings: tuple[FrameworkFinding, ...] = ()
    document: str | None = None


class ScoreParts(Result):
    """Where a score comes from: parts from 0 to 1, of which the score is the weighted mean. What isn't known is 0."""

    liquidity: float
    cost: float
    fit: float
    history: float
    tracking: float
    data_health: float


class MappedProduct(Result):
    """A product of a bucket; `share` is how much of it lies there, where it is a fund over several."""

    code: str
    name: str
    score: float
    score_parts: ScoreParts
    share: float


class DataHealth(Result):
    """How well a bucket's products are known: `price_age_days` of the oldest price among them, null where one has none;
    `missing_months` that lack to a full history; `missing_fields` by product."""

    score: float
    price_age_days: int | None
    missing_months: int
    missing_fields: dict[str, tuple[str, ...]]


class CoverageGap(Result):
    """Why a bucket is short of products: a rule, how many candidates were left before it, and how many it took."""

    rule: str
    candidates: int
    lost: int
    message: str


class MappedBucket(Result):
    """A leaf with its best products, the best first."""

    path: str
    label: str
    target_weight: float
    candidates: int
    products: tuple[MappedProduct, ...]
    data_health: DataHealth
    coverage_gaps: tuple[CoverageGap, ...]


class MappedProducts(Result):
    """Every leaf with its products."""

    framework: FrameworkNamed
    buckets: tuple[MappedBucket, ...]
    basis: ProductBasis


class WorkflowStep(Result):
    """A step: `done`, `skipped`, `ready`, or `waiting` for others. An `optional` one may be skipped; `done` says what
    came of it."""

    step: BuildStep
    status: str
    optional: bool
    waits_for: tuple[BuildStep, ...] = ()
    done: str = ""


class PortfolioWorkflow(Result):
    """Where the making of a portfolio stands. `suggested` are keys of templates that fit the profile."""

    workflow_id: str
    version: int
    steps: tuple[WorkflowStep, ...]
    next_step: BuildStep | None
    suggested: tuple[str, ...] = ()
    expires_at: str


class PortfolioBuilt(Result):
    """A portfolio from a framework, as it is worked out so far.

    `positions` has columns path, label, code, name, weight, target_weight (the leaf's), tolerance_weight, score,
    locked, price, price_date, currency, value; weights with `cash_weight` sum to exactly 1. `findings` are constraints
    that it breaks and buckets without a product: with an error nothing is stored. `portfolio_id` is there once it is
    accepted: open_session takes it.
    """

    portfolio_id: str | None = None
    framework: FrameworkNamed | None = None
    account_number: str | None = None
    total_value: float | None = None
    base_ccy: str | None = None
    positions: Table | None = None
    cash_weight: float | None = None
    cash_value: float | None = None
    valid: bool | None = None
    findings: tuple[FrameworkFinding, ...] = ()
    warnings: tuple[FrameworkFinding, ...] = ()
    workflow: PortfolioWorkflow | None = None
    mapping: tuple[MappedBucket, ...] | None = None
    generated: Generated | None = None
    basis: ProductBasis | None = None


class AllocationSummary(Result):
    """`total_drift` is half the sum of absolute drifts of leaves; `volatility` a year; `turnover` of the suggested
    trades, half their values."""

    total_value: float
    total_drift: float
    rebalance_needed: bool
    reason: str
    out_of_band: int
    last_rebalance: str | None
    next_check: str | None
    cadence: Cadence
    turnover: float
    cost_value: float
    volatility: float | None


class AllocationReport(Result):
    """Actual against target.

    `buckets` has columns path, label, level, actual_weight, target_weight, drift, drift_pct, status (within, over,
    under), low_weight, high_weight, volatility, risk_contribution: every bucket in the tree's order, then Unassigned
    and Cash where something is there. `heatmap` has columns path, label, level, drift, drift_of_band (1 is the band's
    edge), status. `holdings` has columns code, path, weight, value. `trades` has columns path, code, action, weight,
    target_weight, value, cost_value: what brings weights back.
    """

    framework: FrameworkNamed
    portfolio_id: str | None = None
    account_number: str | None = None
    base_ccy: str
    summary: AllocationSummary
    buckets: Table
    heatmap: Table
    holdings: Table
    trades: Table
    basis: ProductBasis


class FrameworkBacktest(Result):
    """Modes side by side on the same prices.

    `metrics` has a row per metric and a column per mode, and the benchmark where there is one; `keeping` the same for
    n_executions, turnover, largest_turnover, cost_value, time_out_of_band. `products` has columns path, code, weight,
    first_day, passed_over: which product stands for each leaf. `buckets` has columns path and a contribution per mode,
    with costs last: a mode's sum to its gain. Sections: `equity` has columns day and a mode each; `trades` mode, day,
    decided, reason, path, code, units, price, value; `contributions` is `buckets` with every asset.
    """

    framework: FrameworkNamed
    portfolio_id: str | None = None
    first_day: str
    last_day: str
    n_days: int
    modes: tuple[Mode, ...]
    final_value: dict[str, float]
    metrics: Table
    keeping: Table
    buckets: Table
    products: Table
    ended: dict[str, str] | None = None
    pending: dict[str, str] | None = None
    equity: Table | None = None
    trades: Table | None = None
    contributions: Table | None = None
    shown: Table | None = None
    rules: dict[str, str | int | float | bool | None]
    basis: ProductBasis


class PortfolioList(Result):
    """Accepted portfolios of the caller: columns portfolio_id, framework_id, version, account_number, total_value,
    base_ccy, accepted_at, last_rebalance, sessions."""

    portfolios: Table


class ProfileList(Result):
    """Stored profiles: columns name, risk_band, horizon_years, goals, base_ccy, exclusions, suggested, saved_at."""

    profiles: Table


class WorkflowList(Result):
    """The caller's portfolio workflows, the newest first: columns workflow_id, version, next_step, created_at,
    expires_at."""

    workflows: Table
