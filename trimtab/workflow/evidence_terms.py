"""Codes of the records in words that a reader who never saw the product understands."""

from collections.abc import Mapping
from typing import Final

from trimtab.domain.trading.order_states import ENDED

DECIDED: Final[Mapping[str, str]] = {
    "person": "by a person",
    "assistant": "by an AI assistant",
    "model": "by a language model",
    "rules": "by the built-in rules",
    "tiers": "by the buying order for short cash",
    "default": "as computed, without anybody's decision",
}
"""Who a line's source stands for."""
ANALYSTS: Final[Mapping[str, str]] = {"rules": "the built-in rules"}
MODES: Final[Mapping[str, str]] = {
    "AiPlan": "AI plan (an analyst's proposals become decisions)",
    "Manual": "manual (a person decides)",
    "QuickRebalance": "quick rebalance (everything that is triggered trades)",
}
EXECUTION_MODES: Final[Mapping[str, str]] = {
    "simulated": "simulated (no order reached a market)",
    "live": "live",
}
FLAGS: Final[Mapping[str, str]] = {
    "div": "dividend approaching",
    "dip": "price dip",
    "cgt": "close to a tax benefit for long holdings",
    "sec": "sector",
    "cash": "cash is short",
    "tol": "outside its tolerance",
}
NOTES: Final[Mapping[str, str]] = {
    "no_flag": "waiting had no supported fact, so it goes ahead",
    "fallback": "the built-in rules judged it in the analyst's place",
    "unstable": "the analyst's verdict changed when asked again",
    "cash_overdrawn": "waiting would have left a withdrawal unpaid",
}
REMOVED: Final[Mapping[str, str]] = {
    "unsupported_flag": "cited facts that the data doesn't have: they counted for nothing",
    "no_flag": "waiting without a supported fact: the trade goes ahead instead",
    "unknown_symbol": "instruments that aren't in the book: left out",
    "nothing_pending": "instruments without a trade: left out",
    "duplicate_symbol": "an instrument twice: the first verdict stood",
    "duplicate_portfolio": "a portfolio twice: the first verdict stood",
    "unknown_portfolio": "portfolios without that trade: left out",
    "missing_instrument": "instruments without a verdict: asked again, then judged by the rules",
    "percent_out_of_range": "percents that can't be: corrected to the one that ends the breach",
    "percent_ignored": "percents that contradict their action: they counted for nothing",
    "amount_ignored": "amounts of money stated by a model: they counted for nothing",
    "wrong_schema": "answers in another form than asked for: left out or asked again",
    "wrong_direction": "verdicts in the other direction: left out",
    "bad_json": "answers that couldn't be read: asked again",
    "cash_overdrawn": "waiting that left a withdrawal unpaid: the trades go ahead instead",
    "number_in_prose": "prose with a number that isn't a fact: replaced by our own words",
    "symbol_in_prose": "prose that names another instrument: replaced by our own words",
    "flag_in_prose": "prose with a fact the line doesn't have: replaced by our own words",
    "markup_in_prose": "prose with markup: replaced by our own words",
    "judgement_word": "prose that judges markets: replaced by our own words",
    "unknown_remark": "remarks on what isn't in the book: left out",
    "duplicate_remark": "remarks twice on the same: the first stood",
    "missing_remark": "remarks that were missing: our own words",
}
REASONS: Final[Mapping[str, str]] = {
    "do_not_buy": "a rule forbids buying it",
    "do_not_sell": "a rule forbids selling it",
    "hold": "a rule forbids trading it",
    "under_one_lot": "less than one lot",
    "gradual_exit": "the gradual exit allows no more",
    "below_minimum": "smaller than the smallest trade",
    "inside_wide_band": "inside a band as wide as its target, so it is never bought",
    "substituted": "another instrument is bought instead",
    "sold_for_cash": "sold to raise cash",
    "deferred": "put off",
    "under_review": "waits for a person's review",
    "no_cash": "there is no cash for it",
    "reduced_to_cash": "cut to the cash there is",
}


def words_for(code: str, terms: Mapping[str, str]) -> str:
    """The words for a code; a code without any is said as it is, with spaces."""
    return terms.get(code) or code.replace("_", " ")


def set_aside(rule: str) -> str:
    """What was wrong with something of the order system: `oms_overfilled` is `overfilled`."""
    return rule.removeprefix("oms_").replace("_", " ")


def state_words(state: str, *, cancel: str | bool) -> str:
    """An order's state, and whether it is still to be cancelled: `Accepted (to be cancelled)`."""
    return f"{state} (to be cancelled)" if cancel and state not in ENDED else state


def flag_words(flag: str) -> str:
    """A flag with what it means: `div:8d/$2.40` is `dividend approaching (8d/$2.40)`."""
    kind, colon, detail = flag.partition(":")
    words = FLAGS.get(kind)
    if words is None:
        return flag
    return f"{words} ({detail})" if colon else words


def plural(count: int, noun: str) -> str:
    """`1 order`, `2 orders`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(texts: tuple[str, ...] | list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}" if texts else ""
