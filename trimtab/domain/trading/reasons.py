"""The reasons of verdicts in our own words: what the rules say, and what stands in for a model's prose that can't."""

from collections.abc import Iterable
from typing import Final

from trimtab.domain.trading.recommendation import Action

NO_FLAG_REASON: Final = "No flag speaks for waiting."
_BECAUSE: Final = {
    "div": "an ex-date is near",
    "dip": "the price dipped",
    "cgt": "a lot in gain soon completes its holding period",
}
_BUY_REASONS: Final[dict[Action, str]] = {
    "proceed": "There is cash for it.",
    "partial": "Cash is short: a part waits.",
    "defer": "Cash is short, and nothing speaks for buying this first.",
    "review": "Somebody has to decide.",
}


def because(flags: Iterable[str]) -> str:
    """What flags say in words: `an ex-date is near and the price dipped`; empty for other kinds."""
    kinds = dict.fromkeys(flag.partition(":")[0] for flag in flags)
    return " and ".join(_BECAUSE[kind] for kind in kinds if kind in _BECAUSE)


def sell_reason(action: Action, flags: Iterable[str]) -> str:
    """Why a sell goes ahead, waits, or wants a look."""
    if action == "proceed":
        return NO_FLAG_REASON
    if action == "review":
        return _BUY_REASONS["review"]
    waits = f"Wait with {'a part' if action == 'partial' else 'it'}"
    return f"{waits}: {because(flags)}."


def buy_reason(action: Action) -> str:
    """Why a buy goes ahead, waits, or wants a look."""
    return _BUY_REASONS[action]
