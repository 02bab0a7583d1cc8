"""What a caller may ask of alpha signals: the arguments of every operation, checked before anything is read.

Weights, rates and costs are fractions where the name says nothing else: 0.05 is 5 %.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from trimtab.domain.given import DAY, MOST_NUMBER, NAME, NUMBER
from trimtab.domain.signals.methods import NAME_PATTERN, Cadence, CombiningMethod, SizingMethod
from trimtab.workflow.ports.factor_requests import Ticker, Tickers
from trimtab.workflow.ports.requests import Positive, Request

BacktestSection = Literal[
    "equity", "weights", "trades", "contributions", "scatter", "histogram", "confidence"
]  # fmt: skip
RecordKind = Literal["signals", "allocations", "performance"]

MOST_STRATEGIES = 20
MOST_HORIZONS = 10
MOST_SHOWN = 10_000

StrategyName = Annotated[str, Field(pattern=NAME_PATTERN)]
StrategyNames = Annotated[tuple[StrategyName, ...], Field(min_length=1, max_length=MOST_STRATEGIES)]
Number = Annotated[float, Field(ge=-MOST_NUMBER, le=MOST_NUMBER), NUMBER]
Parameters = Annotated[
    dict[StrategyName, Annotated[dict[StrategyName, Number], Field(max_length=50)]], Field(max_length=MOST_STRATEGIES)
]
StrategyWeights = Annotated[
    dict[StrategyName, Annotated[float, Field(ge=0, le=1_000), NUMBER]], Field(min_length=1, max_length=MOST_STRATEGIES)
]
Share = Annotated[float, Field(gt=0, le=1), NUMBER]
Limit = Annotated[float, Field(gt=0, le=16), NUMBER]
Held = Annotated[dict[Ticker, Annotated[float, Field(ge=-16, le=16), NUMBER]], Field(max_length=5_000)]
Horizon = Annotated[int, Field(ge=1, le=2_520), NUMBER]
Horizons = Annotated[tuple[Horizon, ...], Field(min_length=1, max_length=MOST_HORIZONS)]
Rate = Annotated[float, Field(gt=-1, le=1), NUMBER]


class SignalScope(Request):
    """Which strategies, with which parameters and weights, over which symbols; without names all that are installed,
    over all symbols of the market."""

    strategies: StrategyNames | None = None
    parameters: Parameters | None = None
    strategy_weights: StrategyWeights | None = None
    symbols: Tickers | None = None


class ComputeSignals(SignalScope):
    """The signals of one day: the last one with prices, or the last one up to `as_of`."""

    as_of: Annotated[date, DAY] | None = None
    combination_method: CombiningMethod = "weighted"
    include_indicators: bool = False


class Sized(SignalScope):
    """How positions are sized, and the limits they are held to.

    `max_turnover` is half the sum of absolute changes of weights at one decision. Constraints and estimates as in
    `docs/signal-allocation.md`.
    """

    combination_method: CombiningMethod = "weighted"
    allocation_method: SizingMethod = "proportional"
    estimate_days: Annotated[int, Field(ge=20, le=2_520), NUMBER] = 252
    kelly_fraction: Share = 0.5
    kelly_cap: Limit = 0.25
    risk_free: Rate = 0.0
    max_position_weight: Limit | None = None
    max_sector_weight: Limit | None = None
    min_positions: Annotated[int, Field(ge=0, le=5_000), NUMBER] = 0
    max_turnover: Annotated[float, Field(ge=0, le=32), NUMBER] | None = None
    min_trade_weight: Annotated[float, Field(ge=0, le=1), NUMBER] = 0.0
    long_only: bool = True
    gross_limit: Limit = 1.0


class AllocateCapital(Sized):
    """Weights and values for one day; `held` are the weights before the trade, all cash without them."""

    total_capital: Positive
    as_of: Annotated[date, DAY] | None = None
    held: Held | None = None


class Run(Request):
    """A range of days and how it is traded."""

    start_date: Annotated[date, DAY] | None = None
    end_date: Annotated[date, DAY] | None = None
    cadence: Cadence = "monthly"
    lag_days: Annotated[int, Field(ge=0, le=252), NUMBER] = 1
    cost_bps: Annotated[float, Field(ge=0, le=500), NUMBER] = 5.0
    initial_capital: Positive = 1_000_000.0
    benchmark: Ticker | None = None


class EvaluateStrategies(SignalScope, Run):
    """Each strategy alone: what its signals were worth, and its portfolio."""

    horizons: Horizons = (1, 5, 10, 21, 63)
    risk_free: Rate = 0.0
    long_only: bool = True


class BacktestPortfolio(Sized, Run):
    """All strategies together; with `compare` by every combination method.

    `n_trials` is how many variants were tried in all, for the deflated Sharpe ratio: at least those run here.
    """

    compare: bool = False
    folds: Annotated[int, Field(ge=1, le=50), NUMBER] = 4
    n_trials: Annotated[int, Field(ge=1, le=1_000_000), NUMBER] | None = None
    sections: tuple[BacktestSection, ...] = ()
    max_rows: Annotated[int, Field(ge=1, le=MOST_SHOWN), NUMBER] = 250


class ReadSignalRecords(Request):
    """What was kept: rows of a strategy (or combination method), of a symbol, between days, the newest first."""

    kind: RecordKind = "signals"
    name: StrategyName | None = None
    symbol: Annotated[Ticker, NAME] | None = None
    start_date: Annotated[date, DAY] | None = None
    end_date: Annotated[date, DAY] | None = None
    limit: Annotated[int, Field(ge=1, le=1_000), NUMBER] = 100
    offset: Annotated[int, Field(ge=0, le=1_000_000_000), NUMBER] = 0
