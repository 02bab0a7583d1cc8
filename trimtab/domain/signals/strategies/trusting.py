"""Signals of strategies that aren't ours: nothing that they answer is taken for granted."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

import numpy as np
import pandas as pd

from trimtab.domain.errors import InvalidInput
from trimtab.domain.outside_text import clean
from trimtab.domain.signals.methods import NAMES
from trimtab.domain.signals.strategies.names import is_name
from trimtab.domain.signals.strategies.panel import SignalPanel, framed
from trimtab.domain.signals.strategies.prices import checked_prices
from trimtab.domain.signals.strategies.strategy import Strategy
from trimtab.domain.signals.strategies.strategy_failed import ENDS, MOST_SAID, StrategyFailed, words_of

_FIELDS: Final = tuple(field.name for field in fields(SignalPanel))


def checked_signals(strategy: Strategy, prices: pd.DataFrame) -> SignalPanel:
    """The signals of a strategy, in frames that are ours.

    Raises:
        InvalidInput: the prices aren't such that any strategy could work on them.
        StrategyFailed: the strategy raised something, changed the prices, or answered what isn't signals for them.
    """
    values = checked_prices(prices)
    # Always one block of floats: how numbers lie in memory changes the last bit of a sum, and so of a signal.
    given = framed(values.copy(), prices)
    said = _said(strategy, given)
    wrong = [*_misunderstood(said, strategy=strategy), *_misshapen(said, prices)]
    if not given.equals(framed(values, prices)):
        wrong.append("It changed the prices that it was given.")
    if wrong:
        raise StrategyFailed(strategy.name, " ".join(wrong))
    return _ours(said, prices)


def _said(strategy: Strategy, prices: pd.DataFrame) -> dict[str, Any]:
    """The fields of a strategy's answer, in containers that run no code of its own."""
    make: Any = type(strategy)
    try:
        # One made for this call alone: what an instance keeps reaches no other call, and no thread beside this one.
        answer: object = make(strategy.parameters).signals(prices)
        # Whoever made the panel may have gone round its checks, so that even a field may be missing.
        said = {name: _plain(getattr(answer, name, None)) for name in _FIELDS}
    except ENDS:
        raise
    except BaseException as error:
        raise StrategyFailed(strategy.name, f"It raised {words_of(error)}.") from error
    if type(answer) is not SignalPanel:
        raise StrategyFailed(strategy.name, f"It answered a {clean(type(answer).__name__)}, not a SignalPanel.")
    return said


def _plain(value: object) -> object:
    if isinstance(value, pd.DataFrame):
        return pd.DataFrame(value)
    return {name: _plain(each) for name, each in value.items()} if isinstance(value, Mapping) else value


def _misunderstood(said: Mapping[str, Any], *, strategy: Strategy) -> Iterator[str]:
    """What is wrong beside the frames."""
    if said["strategy"] != strategy.name:
        yield "Its signals are under another name than its own."
    if not isinstance(said["volatility_adjusted"], bool):
        yield "volatility_adjusted is neither True nor False."
    for field in ("indicators", "thresholds"):
        if not (isinstance(said[field], Mapping) and all(map(is_name, said[field]))):
            yield f"{field} aren't by names ({NAMES})."
    if isinstance(said["thresholds"], Mapping) and not all(map(_is_number, said["thresholds"].values())):
        yield "A threshold isn't a finite number."
    yield from _named_twice(said, strategy=strategy)


def _named_twice(said: Mapping[str, Any], *, strategy: Strategy) -> Iterator[str]:
    """Indicators under the name of a parameter or a threshold: records keep them side by side, by name."""
    known = {"parameter": strategy.parameters.by_name, "threshold": said["thresholds"]}
    for kind, others in known.items():
        for name in said["indicators"] if isinstance(said["indicators"], dict) else ():
            if isinstance(others, Mapping) and name in others:
                yield f"Its indicator {name} has the name of its {kind} {name}; give the indicator another one."


def _misshapen(said: Mapping[str, Any], prices: pd.DataFrame) -> Iterator[str]:
    """What is wrong with the frames; all have the labels of the prices."""
    indicators = said["indicators"] if isinstance(said["indicators"], Mapping) else {}
    for name, frame in {"alpha": said["alpha"], "confidence": said["confidence"], **indicators}.items():
        if not isinstance(frame, pd.DataFrame):
            yield f"{clean(str(name))} isn't a DataFrame."
        elif not (frame.index.equals(prices.index) and frame.columns.equals(prices.columns)):
            yield f"{clean(str(name))} has other dates or symbols than the prices."
        elif not all(isinstance(kind, np.dtype) and kind.kind == "f" for kind in frame.dtypes):
            yield f"{clean(str(name))} holds something else than floats."


def _ours(said: Mapping[str, Any], prices: pd.DataFrame) -> SignalPanel:
    """A panel of our own, so that its checks are gone through, and nobody changes it later."""
    frames = {name: _copied(said[name], prices) for name in ("alpha", "confidence")}
    indicators = {name: _copied(frame, prices) for name, frame in said["indicators"].items()}
    thresholds = {name: float(value) for name, value in said["thresholds"].items()}
    try:
        panel = SignalPanel(**{**said, **frames, "indicators": indicators, "thresholds": thresholds})
    except InvalidInput as error:
        raise StrategyFailed(said["strategy"], clean(error.message, MOST_SAID)) from error
    unpriced = panel.alpha.notna() & prices.isna()
    if unpriced.any(axis=None):
        symbol = clean(prices.columns[int(unpriced.any(axis=0).argmax())])
        raise StrategyFailed(said["strategy"], f"It gives {symbol} a signal on a day on which that has no price.")
    return panel


def _copied(frame: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    return framed(frame.to_numpy(dtype=np.float64, copy=True), prices)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))
