"""What a caller may ask of allocation frameworks: the arguments of every operation, checked before anything is read.

Weights, shares and rates are fractions where the name says nothing else: 0.05 is 5 %.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from trimtab.domain.frameworks.framework import Cadence, RiskBand
from trimtab.domain.frameworks.methods import Aim, Mode, Weighting
from trimtab.domain.given import DAY, NAME, NUMBER, PROSE
from trimtab.domain.trading.recommendation import Account
from trimtab.workflow.ports.factor_requests import Ticker
from trimtab.workflow.ports.requests import IdempotencyKey, Name, PortfolioId, Positive, Request

SaveAction = Literal["create", "update", "import", "export", "archive", "restore"]
DocumentFormat = Literal["json", "csv"]
BuildStep = Literal["profile", "framework", "mapping", "validation", "portfolio"]
BacktestTable = Literal["equity", "trades", "contributions"]
GeneratingAnalyst = Literal["configured", "rules"]

MOST_DOCUMENT = 5_000_000
MOST_OVERRIDES = 500
MOST_HOLDINGS = 5_000
MOST_FLOWS = 1_000

FrameworkId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
WorkflowId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
Version = Annotated[int, Field(ge=1, le=1_000_000), NUMBER]
CURRENCY_PATTERN = r"^[A-Z]{3}$"
Currency = Annotated[str, Field(pattern=CURRENCY_PATTERN)]
Path = Annotated[str, Field(min_length=1, max_length=500), NAME]
ProductCode = Annotated[str, Field(min_length=1, max_length=40), NAME]
Words = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200), PROSE], ...], Field(max_length=50)]
Names = Annotated[tuple[Name, ...], Field(max_length=500)]
Weight = Annotated[float, Field(ge=0, le=1), NUMBER]
Document = Annotated[dict[str, JsonValue], Field(max_length=50)]


class FrameworkScope(Request):
    """Which framework: a saved one (its newest version, or the one named), a template by its key, or one in full.

    Exactly one of `framework_id` and `framework`.
    """

    framework_id: FrameworkId | None = None
    version: Version | None = None
    framework: Document | None = None


class ListFrameworks(Request):
    """All of the caller's; or one in full, with what changed since an older version of it. `due`: what has to be looked
    at, or brought back, by now."""

    framework_id: FrameworkId | None = None
    version: Version | None = None
    changes_since: Version | None = None
    due: bool = False
    archived: bool = False


class Requirements(Request):
    """What a framework is made from."""

    risk_tolerance: RiskBand
    horizon_years: Annotated[int, Field(ge=1, le=100), NUMBER] = 10
    goals: Words = ()
    preferences: Words = ()
    exclusions: Words = ()
    base_ccy: Currency = "USD"


class GenerateFramework(Request):
    """A framework from requirements, by the configured analyst or by rules. Nothing is saved."""

    requirements: Requirements
    analyst: GeneratingAnalyst = "configured"


class SaveFramework(Request):
    """One thing done with a framework of the caller's.

    `create` takes `framework`, or a template's key (or a saved one to copy) as `framework_id`; `update` takes both and
    `expected_version`; `import` takes `document`, of CSV only the buckets; `export` gives it.
    """

    action: SaveAction
    framework_id: FrameworkId | None = None
    version: Version | None = None
    framework: Document | None = None
    name: Annotated[str, Field(min_length=1, max_length=255), NAME] | None = None
    document: Annotated[str, Field(max_length=MOST_DOCUMENT)] | None = None
    format: DocumentFormat = "json"
    expected_version: Version | None = None
    note: Annotated[str, Field(max_length=500), PROSE] = ""
    idempotency_key: IdempotencyKey | None = None


class ValidateFramework(FrameworkScope):
    """All that is wrong with a framework; nothing is saved."""


class MappingFilters(Request):
    """Which products come into question at all, for every bucket. An empty filter leaves all in."""

    types: Names = ()
    currencies: Names = ()
    regions: Names = ()
    sectors: Names = ()
    issuers: Names = ()
    include_tags: Names = ()
    exclude_tags: Names = ()
    exclude_codes: Names = ()
    min_adv_value: Annotated[float, Field(ge=0, le=1e15), NUMBER] | None = None
    min_aum_value: Annotated[float, Field(ge=0, le=1e15), NUMBER] | None = None
    min_history_months: Annotated[int, Field(ge=0, le=1_200), NUMBER] | None = None
    max_expense_ratio_pct: Annotated[float, Field(ge=0, le=100), NUMBER] | None = None
    priced: bool = False


class MapProducts(FrameworkScope):
    """The best products of each bucket."""

    filters: MappingFilters = MappingFilters()
    per_bucket: Annotated[int, Field(ge=1, le=25), NUMBER] = 5


class Override(Request):
    """Another product for a bucket, or a weight of the portfolio that a product shall have whatever its bucket says.

    With a weight it is locked: nothing scales it.
    """

    path: Path
    code: ProductCode
    weight: Weight | None = None


class Profile(Request):
    """Who invests; stored, and frameworks are suggested by it."""

    name: Annotated[str, Field(min_length=1, max_length=255), NAME]
    risk_band: RiskBand
    horizon_years: Annotated[int, Field(ge=1, le=100), NUMBER] = 10
    goals: Words = ()
    exclusions: Words = ()
    base_ccy: Currency = "USD"


class BuildPortfolio(FrameworkScope):
    """A portfolio from a framework; or a step of the workflow that makes one.

    Without `step` and `workflow_id` it is worked out at once, and stored with `accept`. The first step begins a
    workflow; `workflow_id` alone shows where it stands. The money is `cash`, or an account of the book.
    """

    cash: Positive | None = None
    account_number: Account | None = None
    products_per_bucket: Annotated[int, Field(ge=1, le=10), NUMBER] = 1
    weighting: Weighting = "equal"
    overrides: Annotated[tuple[Override, ...], Field(max_length=MOST_OVERRIDES)] = ()
    filters: MappingFilters = MappingFilters()
    accept: bool = False
    workflow_id: WorkflowId | None = None
    step: BuildStep | None = None
    skip: bool = False
    profile: Profile | None = None
    requirements: Requirements | None = None
    expected_version: Version | None = None
    idempotency_key: IdempotencyKey | None = None


class Holding(Request):
    """What is held of a product; cash has the code CASH."""

    code: ProductCode
    value: Annotated[float, Field(ge=0, le=1e15), NUMBER]


class GetAllocationReport(FrameworkScope):
    """Actual against target: of an accepted portfolio, or of a framework over an account of the book or `holdings`."""

    portfolio_id: PortfolioId | None = None
    account_number: Account | None = None
    holdings: Annotated[tuple[Holding, ...], Field(max_length=MOST_HOLDINGS)] = ()
    rebalance_to: Aim = "target"
    cost_bps: Annotated[float, Field(ge=0, le=500), NUMBER] = 5.0
    estimate_days: Annotated[int, Field(ge=20, le=2_520), NUMBER] = 252


class Flow(Request):
    """Money put in (above 0) or taken out on a date."""

    date: Annotated[date, DAY]
    amount: Annotated[float, Field(ge=-1e15, le=1e15), NUMBER]


class BacktestRun(Request):
    """How a framework is kept over past days. Bands and cadence are the framework's own where they aren't given."""

    start_date: Annotated[date, DAY] | None = None
    end_date: Annotated[date, DAY] | None = None
    cadence: Cadence | None = None
    absolute_band_bps: Annotated[int, Field(ge=0, le=10_000), NUMBER] | None = None
    relative_band_pct: Annotated[float, Field(ge=0, le=100), NUMBER] | None = None
    lag_days: Annotated[int, Field(ge=0, le=252), NUMBER] = 1
    cost_bps: Annotated[float, Field(ge=0, le=500), NUMBER] = 5.0
    initial_capital: Positive = 1_000_000.0
    flows: Annotated[tuple[Flow, ...], Field(max_length=MOST_FLOWS)] = ()
    benchmark: Ticker | None = None
    risk_free: Annotated[float, Field(gt=-1, le=1), NUMBER] = 0.0
    products: Annotated[dict[Path, ProductCode], Field(max_length=MOST_OVERRIDES)] | None = None


class BacktestFramework(FrameworkScope):
    """A framework, or an accepted portfolio, kept in several modes over the same past days."""

    portfolio_id: PortfolioId | None = None
    modes: Annotated[tuple[Mode, ...], Field(min_length=1)] = ("static", "periodic", "band", "cadence_and_band")
    run: BacktestRun = BacktestRun()
    sections: tuple[BacktestTable, ...] = ()
    max_rows: Annotated[int, Field(ge=1, le=10_000), NUMBER] = 250
