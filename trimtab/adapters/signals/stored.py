"""What a row of signals, allocations or performance may hold in the database, whoever wrote it there."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Json

from trimtab.domain.factors.reference_checks import TICKER_LIMIT
from trimtab.domain.signals.strategies.strategy_signal import MOST_HORIZON_DAYS
from trimtab.workflow.ports.records import moment

OWNER_LIMIT: Final = 255
NAME_LIMIT: Final = 64
_MOST_DAYS: Final = 1_000_000
_NO_NUL: Final = r"^[^\x00]*$"
"""PostgreSQL keeps every character but this one."""


def _is_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("JSON is text here, and never bytes.")
    return value


def _is_day(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError("It isn't a date as it is spelled here.")
    return text


def _is_moment(text: str) -> str:
    if moment(datetime.fromisoformat(text)) != text:
        raise ValueError("It isn't a time as it is spelled here.")
    return text


_TEXT: Final = BeforeValidator(_is_text)
Owner = Annotated[str, Field(min_length=1, max_length=OWNER_LIMIT, pattern=_NO_NUL)]
Name = Annotated[str, Field(min_length=1, max_length=NAME_LIMIT, pattern=_NO_NUL)]
Symbol = Annotated[str, Field(min_length=1, max_length=TICKER_LIMIT, pattern=_NO_NUL)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Day = Annotated[str, AfterValidator(_is_day)]
Moment = Annotated[str, AfterValidator(_is_moment)]
Days = Annotated[int, Field(ge=0, le=_MOST_DAYS)]


class Stored(BaseModel):
    """The columns of a row, with nothing made of their values that they aren't; JSON is read."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)

    owner: Owner
    content_hash: Sha256
    market_digest: Sha256
    recorded_at: Moment


class StoredSignal(Stored):
    """A row of `signals`."""

    strategy: Name
    symbol: Symbol
    day: Day
    alpha_score: Annotated[float, Field(ge=-1, le=1)]
    confidence: Annotated[float, Field(ge=0, le=1)]
    horizon_days: Annotated[int, Field(ge=1, le=MOST_HORIZON_DAYS)]
    volatility_adjusted: bool
    metadata: Annotated[Json[dict[str, float]], _TEXT]


class StoredAllocation(Stored):
    """A row of `signal_allocations`."""

    allocation_id: Sha256
    day: Day
    combination_method: Name
    allocations: Annotated[Json[dict[Symbol, float]], _TEXT]
    cash_weight: float
    total_capital: float
    inputs: Annotated[Json[dict[str, Any]], _TEXT]


class StoredPerformance(Stored):
    """A row of `strategy_performance`."""

    run_id: Sha256
    subject: Name
    kind: Literal["strategy", "portfolio"]
    evaluation_day: Day
    lookback_days: Days
    sharpe_ratio: float | None
    total_return: float | None
    max_drawdown: float | None
    win_rate: float | None
    ic_mean: float | None
    metrics: Annotated[Json[dict[str, float | None]], _TEXT]
    inputs: Annotated[Json[dict[str, Any]], _TEXT]
