"""Symbols as the market spells them, and what is wrong with those that it doesn't have."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from trimtab.domain.errors import Problem
from trimtab.domain.factors.tickers import nearest_hint, shown_ticker
from trimtab.workflow.factors.material import Material
from trimtab.workflow.ports.signal_requests import SignalScope

MOST_HINTS: Final = 5
"""Problems that say what may have been meant; looking that up takes a while."""
OTHER: Final = "other"
"""The sector of symbols of which nobody says one."""
R = TypeVar("R", bound=SignalScope)


def spelled_as_the_market(request: R, tickers: Sequence[str]) -> R:
    """The request with its symbols in the market's spelling, where their case alone differs and leaves no choice."""
    folded = Counter(ticker.upper() for ticker in tickers)
    ours = {ticker.upper(): ticker for ticker in tickers if folded[ticker.upper()] == 1}
    known = set(tickers)

    def spelled(symbol: str) -> str:
        return symbol if symbol in known else ours.get(symbol.upper(), symbol)

    found: dict[str, Any] = {}
    if request.symbols is not None:
        found["symbols"] = tuple(spelled(symbol) for symbol in request.symbols)
    for field in ("benchmark", "held"):
        given = getattr(request, field, None)
        if isinstance(given, str):
            found[field] = spelled(given)
        elif given:
            found[field] = _renamed(given, {symbol: spelled(symbol) for symbol in given})
    return request.model_copy(update=found)


def _renamed(held: Mapping[str, float], names: Mapping[str, str]) -> dict[str, float]:
    """Weights under the market's spelling; two that would fall together stay as they are, and one is unknown then."""
    counts = Counter(names.values())
    return {names[symbol] if counts[names[symbol]] == 1 else symbol: weight for symbol, weight in held.items()}


def chosen_symbols(material: Material, request: SignalScope) -> tuple[tuple[str, ...], list[Problem]]:
    """The symbols asked for, sorted, each once, and what is wrong with them, and with a benchmark."""
    priced = material.market.prices.tickers
    known = set(priced)
    named = [(f"symbols[{place}]", symbol) for place, symbol in enumerate(request.symbols or ())]
    if (benchmark := getattr(request, "benchmark", None)) is not None:
        named.append(("benchmark", benchmark))
    unknown = [(field, symbol) for field, symbol in named if symbol not in known]
    problems = [
        Problem(field, _unknown(symbol, priced if place < MOST_HINTS else ()))
        for place, (field, symbol) in enumerate(unknown)
    ]
    return tuple(sorted({*(request.symbols or priced)})), problems


def sectors_of(material: Material, symbols: Iterable[str]) -> dict[str, str]:
    """The sector group of each symbol, or where it has none its asset class, or `other`."""
    found: dict[str, str] = {}
    for entry in material.universe.entries:
        found[entry.ticker] = entry.sector_group or found.get(entry.ticker) or entry.asset_class
    return {symbol: found.get(symbol, OTHER) for symbol in symbols}


def _unknown(symbol: str, known: Iterable[str]) -> str:
    return f"{shown_ticker(symbol)} isn't in the market data.{nearest_hint(symbol, known)}"
