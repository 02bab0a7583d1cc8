"""The closed lists of how signals are combined, sized and traded, and what their strategies may be called."""

from typing import Final, Literal, get_args

CombiningMethod = Literal["weighted", "confidence_weighted", "rank_average", "best"]
SizingMethod = Literal["proportional", "kelly", "kelly_of_trades", "risk_parity"]
Cadence = Literal["daily", "weekly", "monthly", "quarterly"]

NAME_PATTERN: Final = r"^[a-z][a-z0-9_]{0,63}$"
"""Of strategies, their parameters, indicators and thresholds."""
NAMES: Final = "small letters, digits and underscores, a letter first, at most 64"

RESERVED: Final = frozenset(
    {
        *get_args(CombiningMethod),
        *("portfolio", "equal_weight", "combined", "walk_forward", "unattributed", "costs", "cash"),
        *("day", "metric", "source", "symbol", "strategy", "alpha_from", "alpha_to"),
    }
)
"""What no strategy may be called: what stands beside strategies in answers and records, and columns of their tables."""
