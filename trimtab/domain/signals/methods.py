"""The closed lists of how signals are combined, sized and traded, and what their strategies may be called."""

from typing import Final, Literal

CombiningMethod = Literal["weighted", "confidence_weighted", "rank_average", "best"]
SizingMethod = Literal["proportional", "kelly", "kelly_of_trades", "risk_parity"]
Cadence = Literal["daily", "weekly", "monthly", "quarterly"]

NAME_PATTERN: Final = r"^[a-z][a-z0-9_]{0,63}$"
"""Of strategies, their parameters, indicators and thresholds."""
NAMES: Final = "small letters, digits and underscores, a letter first, at most 64"
