"""What a strategy says of one symbol on one day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from trimtab.domain.signals.strategies.ranges import refuse, whole, within

Direction = Literal["BUY", "SELL", "HOLD"]
MOST_HORIZON_DAYS: Final = 2520


def direction(alpha: float) -> Direction:
    """BUY above 0, SELL below, HOLD at 0.

    Raises:
        InvalidInput: alpha isn't a number within -1 and 1; NaN is no signal, and so no direction.
    """
    refuse(within("alpha", alpha, least=-1, most=1))
    if alpha == 0:
        return "HOLD"
    return "BUY" if alpha > 0 else "SELL"


@dataclass(frozen=True, slots=True)
class StrategySignal:
    """A strategy's view of a symbol.

    Attributes:
        timestamp: the date of the newest price it rests on.
        symbol: whose.
        strategy: the strategy's name.
        alpha_score: -1 (strong sell) to 1 (strong buy), 0 is neutral.
        confidence: 0 to 1.
        horizon_days: for how many trading days it is meant.
        volatility_adjusted: whether alpha is measured in the symbol's own volatility.
        metadata: indicators on that day, and thresholds, by name.

    Raises:
        InvalidInput: alpha, confidence or horizon out of their range.
    """

    timestamp: datetime
    symbol: str
    strategy: str
    alpha_score: float
    confidence: float
    horizon_days: int
    volatility_adjusted: bool
    metadata: Mapping[str, float] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        refuse(
            [
                *within("alpha_score", self.alpha_score, least=-1, most=1),
                *within("confidence", self.confidence, least=0, most=1),
                *whole("horizon_days", self.horizon_days, least=1, most=MOST_HORIZON_DAYS),
            ]
        )

    @property
    def direction(self) -> Direction:
        """What alpha's sign says."""
        return direction(self.alpha_score)
