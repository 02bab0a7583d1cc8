"""The closed lists of how signals are combined, sized and traded."""

from typing import Literal

CombiningMethod = Literal["weighted", "confidence_weighted", "rank_average", "best"]
SizingMethod = Literal["proportional", "kelly", "kelly_of_trades", "risk_parity"]
Cadence = Literal["daily", "weekly", "monthly", "quarterly"]
