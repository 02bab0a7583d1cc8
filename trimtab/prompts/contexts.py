"""What each prompt is filled with: one frozen class per template, which it names."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Data:
    """Facts that a formatter made text of. They stand in the prompt between fences, as data and not as instructions."""

    text: str


@dataclass(frozen=True, slots=True)
class PromptContext:
    """Base of what a template is filled with: text is cleaned to one line, and several lines are `Data`."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSession(PromptContext):
    """A session to look over."""

    template: ClassVar[str] = "review_session.j2"

    session_id: str
    workflow_mode: str
    phase: str
    version: int
    execution_mode: str
    analyzed: bool
    hard_failures: int
    soft_warnings: int
    under_review: int
    unable_to_check: int
    held_back: int
    held_back_shown: int
    facts: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainDeferral(PromptContext):
    """An instrument of which something is held back."""

    template: ClassVar[str] = "explain_deferral.j2"

    session_id: str
    symbol: str
    phase: str
    version: int
    execution_mode: str
    lines: int
    lines_shown: int
    outside: int
    facts: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistant:
    """The session in which an assistant judges in an analyst's place, as it stood when the facts were read."""

    session_id: str
    phase: str
    version: int
    execution_mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPartPrompt(PromptContext):
    """Base of what a model is asked: its template has a block that never changes, and one that does.

    `complaints` say in our words what was wrong with the answer before.
    """

    complaints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalystPrompt(TwoPartPrompt):
    """Base of what an analyst is asked about a session; `assistant` is given where the reader is one."""

    assistant: Assistant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgePortfolios(AnalystPrompt):
    """A batch of portfolios of which sells are judged; `lines` counts those sells."""

    template: ClassVar[str] = "judge_portfolios.j2"

    batch: int
    batches: int
    portfolios: int
    lines: int
    facts: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeMomentum(AnalystPrompt):
    """Markets to describe."""

    template: ClassVar[str] = "describe_momentum.j2"

    facts: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesize(AnalystPrompt):
    """Verdicts and markets to sum up; `facts` are the markets' figures, `market` what was said of them, if anything."""

    template: ClassVar[str] = "synthesize.j2"

    portfolios: int
    verdicts: Data
    facts: Data
    market: Data | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeBuys(AnalystPrompt):
    """A batch of portfolios that are short of cash; `lines` counts the buys to judge."""

    template: ClassVar[str] = "judge_buys.j2"

    batch: int
    batches: int
    portfolios: int
    lines: int
    facts: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeFramework(TwoPartPrompt):
    """Requirements for which a framework is proposed; `facts` are those, and the words that products bear."""

    template: ClassVar[str] = "propose_framework.j2"

    facts: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildFramework(PromptContext):
    """Requirements to build a framework from; `short` of the `buckets` that the rules propose lack products."""

    template: ClassVar[str] = "build_framework.j2"

    risk_tolerance: str
    horizon_years: int
    base_ccy: str
    templates: int
    buckets: int
    short: int
    products: int
    market_as_of: str
    facts: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFactorMatrix(PromptContext):
    """A correlation matrix to read; `facts` hold its values, and what they rest on."""

    template: ClassVar[str] = "read_factor_matrix.j2"

    section: str
    start_date: str
    end_date: str
    n_months: int
    labels: int
    indistinct_below: str
    left_out: int
    facts: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareStrategies(PromptContext):
    """Strategies to judge by what they did; `indistinct` of the `coefficients` can't be told from zero, and `unproven`
    of the `methods` have no deflated Sharpe ratio above what is asked for."""

    template: ClassVar[str] = "compare_strategies.j2"

    strategies: int
    symbols: int
    first_day: str
    last_day: str
    n_days: int
    n_decisions: int
    cadence: str
    lag_days: int
    cost_bps: str
    coefficients: int
    indistinct: int
    methods: int
    unproven: int
    n_trials: int
    failed: int
    left_out: int
    facts: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSignals(PromptContext):
    """A day's signals and the weights that they come to; of `symbols` with a signal `shown` are in the facts, the
    strongest."""

    template: ClassVar[str] = "review_signals.j2"

    day: str
    strategies: int
    symbols: int
    shown: int
    conflicting: int
    unsure: int
    positions: int
    positions_shown: int
    unmet: int
    without_signal: int
    failed: int
    left_out: int
    facts: Data
