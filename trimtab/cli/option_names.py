"""Mistakes under the names of a command's options: who typed `--combine` never heard of `combination_method`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Final

from trimtab.domain.errors import InvalidInput, Problem

OTHERS: Final = "--option"
_NAMED_OTHERWISE: Final[Mapping[str, str]] = {
    "parameters": "set",
    "strategy_weights": "weights",
    "combination_method": "combine",
    "allocation_method": "size",
    "total_capital": "capital",
    "initial_capital": "capital",
    "start_date": "start",
    "end_date": "end",
    "include_indicators": "indicators",
    "max_rows": "rows",
    "factor_categories": "categories",
    "factor_universe": "tickers",
    "industry_granularity": "granularity",
    "top_n_per_matrix": "top",
    "composite_weighting_method": "weighting",
    "factor_groups": "groups",
    "overexposed_factor": "factor",
    "shift_pct": "shift",
    "portfolio_value": "value",
    "risk_tolerance": "risk",
    "horizon_years": "years",
    "goals": "goal",
    "preferences": "prefer",
    "exclusions": "exclude",
    "base_ccy": "currency",
    "changes_since": "since",
    "account_number": "account",
    "products_per_bucket": "per_bucket",
    "overrides": "override",
    "rebalance_to": "to",
    "estimate_days": "days",
    "portfolio_id": "portfolio",
    "modes": "mode",
    "absolute_band_bps": "band_bps",
    "relative_band_pct": "relative_band",
    "lag_days": "lag",
    "cost_bps": "cost",
    "flows": "flow",
    "products": "product",
}
"""Options by the argument of the tool, where they aren't called alike."""
_ARGUMENTS: Final[Mapping[str, str]] = {"kind": "KIND", "framework_id": "ID"}
"""What is given without a name."""
_PLACE: Final = re.compile(r"(?P<head>[a-z_]+)(?:\.(?P<key>.+)|(?P<index>\[\d+\].*))?", re.DOTALL)
_PLAIN: Final = re.compile(r"[A-Za-z0-9^][A-Za-z0-9_.=^-]{0,59}")
"""A name that may be shown again to whoever typed it."""
_WORD: Final = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def option_of(argument: str) -> str:
    """How the option for this argument of a tool is called, in commands that have one."""
    return _ARGUMENTS.get(argument) or f"--{_NAMED_OTHERWISE.get(argument, argument).replace('_', '-')}"


def in_options(error: InvalidInput, options: type) -> InvalidInput:
    """The error with its places and words as somebody typed them who used these options of a command."""
    own = {field.name for field in fields(options)}
    problems = [Problem(_place(each.field, own), _words(each.message, own), each.code) for each in error.problems]
    field = None if error.field is None else _place(error.field, own)
    message = error.message
    for before in filter(None, (error.field, *(each.field for each in error.problems[:1]))):
        if message.startswith(f"{before}: "):
            message = f"{_place(before, own)}{message.removeprefix(before)}"
            break
    return InvalidInput(
        _words(message, own), field=field, next_action=_words(error.next_action, own), problems=problems
    )


def place(option: str, name: str) -> str:
    """`--weights momentum_rank`; a name that isn't plain isn't shown."""
    return f"{option} {name}" if _PLAIN.fullmatch(name) else option


def refuse(problems: Sequence[Problem]) -> None:
    """Raises InvalidInput with all of them, if there are any."""
    if problems:
        first, more = problems[0], len(problems) - 1
        others = f" ({more} more problem{'s' if more > 1 else ''})" if more else ""
        raise InvalidInput(f"{first.field}: {first.message}{others}", problems=problems)


def _place(field: str, own: set[str]) -> str:
    """`strategy_weights.momentum_rank` as `--weights momentum_rank`; what is no argument stays as it is."""
    found = _PLACE.fullmatch(field)
    if found is None:
        return field
    head, key = found["head"], found["key"]
    unnamed = f"{OTHERS} {head}" if "option" in own else head
    option = option_of(head) if _has(head, own) else unnamed
    if option == head:
        return field
    return f"{option} {key}" if key else f"{option}{found['index'] or ''}"


def _words(text: str, own: set[str]) -> str:
    """Arguments that a text names, where the command has an option for them; words of one part may be plain words."""
    return _WORD.sub(lambda found: option_of(found[0]) if _has(found[0], own) else found[0], text)


def _has(argument: str, own: set[str]) -> bool:
    return _NAMED_OTHERWISE.get(argument, argument) in own
