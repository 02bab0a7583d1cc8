"""What alpha signals answer. Field names are promises: clients bind to them.

Numbers have 12 significant digits. Alphas, confidences, returns, drawdowns and weights are fractions: 0.05 is 5 %;
`_value` is money. What isn't defined is null.
"""

from trimtab.domain.signals.methods import CombiningMethod, SizingMethod
from trimtab.workflow.ports.results import Result, Table


class StrategyInfo(Result):
    """A strategy that can be asked for; `package` brings it, empty for our own. `history_days` prices without a gap are
    needed for its first signal."""

    name: str
    package: str
    history_days: int
    parameters: dict[str, int | float]
    readme: str


class BrokenStrategy(Result):
    """A strategy that can't be used, or failed, and why; the others go on."""

    name: str
    package: str = ""
    reason: str


class Strategies(Result):
    """All strategies that are installed."""

    strategies: tuple[StrategyInfo, ...]
    broken: tuple[BrokenStrategy, ...] = ()


class UsedStrategy(Result):
    """A strategy as it was asked."""

    name: str
    weight: float
    parameters: dict[str, int | float]
    horizon_days: int
    volatility_adjusted: bool
    package: str = ""


class Basis(Result):
    """What an answer rests on.

    `failed` are strategies that were asked for, or would have been, and gave nothing. `left_out` has columns symbol,
    reason, detail: symbols that were asked for or are in the market, and have no usable prices. `rules` are those of
    the run or the allocation, by the names of the arguments.
    """

    market: str
    market_digest: str
    market_as_of: str
    n_symbols: int
    strategies: tuple[UsedStrategy, ...]
    failed: tuple[BrokenStrategy, ...] = ()
    left_out: Table
    rules: dict[str, str | int | float | bool]
    notes: tuple[str, ...] = ()


class Recorded(Result):
    """Whether the answer was kept, how many rows were new, and why it wasn't, where it wasn't."""

    kept: bool
    new_rows: int = 0
    note: str = ""


class Signals(Result):
    """The signals of one day.

    `signals` has columns symbol, strategy, alpha_score, confidence, direction; `combined` symbol, alpha, confidence,
    horizon_days, conflict, direction. `indicators` by strategy has a column per indicator behind symbol.
    """

    day: str
    combination_method: CombiningMethod
    signals: Table
    combined: Table
    without_signal: tuple[str, ...] = ()
    indicators: dict[str, Table] | None = None
    recorded: Recorded
    basis: Basis


class Unmet(Result):
    """A constraint that isn't kept, with those that it contradicts."""

    field: str
    message: str


class Allocated(Result):
    """Weights and values for one day; with cash they sum to exactly 1.

    `allocations` has columns symbol, alpha, confidence, conflict, held_weight, weight, value, trade_value, sector,
    price: a row for each symbol with a weight before or after; the price is that day's close.
    """

    allocation_id: str
    day: str
    combination_method: CombiningMethod
    allocation_method: SizingMethod
    total_capital: float
    allocations: Table
    cash_weight: float
    cash_value: float
    unmet: tuple[Unmet, ...] = ()
    without_estimate: tuple[str, ...] = ()
    recorded: Recorded
    basis: Basis


class Evaluation(Result):
    """Each strategy alone.

    `metrics` has a row per metric, and before them first_day and n_days, and a column per strategy, equal_weight, and
    the benchmark where there is one; strategies begin with their own first signal.
    `signals` has columns strategy, n_signals, coverage (share of days and symbols with a signal), buy_share,
    sell_share, mean_confidence; `decay` strategy, horizon_days, ic_mean, t_stat, n_dates; `histogram` alpha_from,
    alpha_to and a column per strategy.
    """

    first_day: str
    last_day: str
    n_days: int
    metrics: Table
    signals: Table
    decay: Table
    histogram: Table
    strategies_without_signal: tuple[str, ...] = ()
    recorded: Recorded
    basis: Basis


class Scatter(Result):
    """Alpha at decisions against the return over the horizon after their execution.

    `points` has columns day, symbol, alpha, realized_return.
    """

    horizon_days: int
    n: int
    pearson: float | None
    spearman: float | None
    points: Table


class Comparison(Result):
    """All combination methods on the same data.

    `metrics` has a row per metric and a column per method; `deflated` columns method, sharpe_ratio, deflated_sharpe;
    `walk_forward` fold, first_day, last_day, chosen, informed (false where there was nothing to choose by, and the
    first method stood in), total_return, sharpe_ratio. `joined` are the metrics of the
    folds' returns one after another: what choosing would have earned.
    """

    n_trials: int
    metrics: Table
    deflated: Table
    walk_forward: Table
    joined: dict[str, float | None]


class Shown(Result):
    """How many rows of a section are shown, of how many."""

    section: str
    shown: int
    total: int


class Backtested(Result):
    """A portfolio of strategies over past days.

    `metrics` has a row per metric and the columns portfolio, a strategy each (alone), equal_weight, and the benchmark
    where there is one. `contributions` has columns source, value, contribution: strategies, unattributed and costs,
    which sum to the total return. `pending` are changes that were decided and couldn't be executed yet: columns
    decided, symbol, held_weight, weight. `stuck` are positions at the end whose symbol has no price any more: columns
    symbol, last_price_day, weight. `unmet` has columns day, field, message.

    Sections: `equity` has columns day, equity_value, cash_value, drawdown, and the equity of each strategy alone and of
    equal_weight; `weights` day, symbol, weight, cash with the symbol (cash); `trades` day, symbol, units,
    adjusted_price, value, cost_value; `contributions_over_time` day and a column per source; `histogram` alpha_from,
    alpha_to, combined and a column per strategy; `confidence` day, combined and a column per strategy.
    """

    run_id: str
    first_day: str
    last_day: str
    n_days: int
    combination_method: CombiningMethod
    allocation_method: SizingMethod
    final_value: float
    metrics: Table
    contributions: Table
    n_decisions: int
    n_trades: int
    cost_value: float
    untraded: int
    without_estimate: int
    ruined_on: str | None = None
    unmet: Table
    pending: Table
    stuck: Table
    comparison: Comparison | None = None
    equity: Table | None = None
    weights: Table | None = None
    trades: Table | None = None
    contributions_over_time: Table | None = None
    scatter: Scatter | None = None
    histogram: Table | None = None
    confidence: Table | None = None
    shown: tuple[Shown, ...] = ()
    recorded: Recorded
    basis: Basis


class SignalRecordsPage(Result):
    """Kept rows, the newest day first; `total` counts all that there are.

    Columns of signals: day, strategy, symbol, alpha_score, confidence, horizon_days, volatility_adjusted, metadata,
    recorded_at; of allocations: allocation_id, day, combination_method, total_capital, cash_weight, allocations,
    inputs, recorded_at; of performance: run_id, evaluation_day, subject, kind, lookback_days, sharpe_ratio,
    total_return, max_drawdown, win_rate, ic_mean, metrics, inputs, recorded_at. Metadata, allocations, metrics and
    inputs are JSON text.
    """

    kind: str
    rows: Table
    total: int
    next_offset: int | None = None
