"""How commands ask about signals: options that strategies take, and a desk that says how far it is."""

from collections.abc import Awaitable, Callable, Sequence
from difflib import get_close_matches
from typing import Final

from trimtab.cli.asking import Answer, ask_desk, finite, numbers_by_name
from trimtab.cli.option_names import place, refuse
from trimtab.cli.watching import watched
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.server import late
from trimtab.server.strategy_named import strategy_named
from trimtab.workflow.ports import desk as told
from trimtab.workflow.ports.signal_results import Strategies, StrategyInfo
from trimtab.workflow.ports.signals import SignalDesk

LISTED_BY: Final = "`trimtab signals strategies`"
SET: Final = "--set"
FORM: Final = "Must be STRATEGY.PARAMETER=NUMBER, such as momentum_rank.lookback_days=126; once for each parameter."


def ask_signals(ask: Callable[[SignalDesk], Awaitable[Answer]], *, read_only: bool | None = None) -> Answer:
    """What the desk of the settings answers; with `read_only` it keeps nothing."""
    return ask_desk(late.open_signals, ask, read_only=read_only)


def ask_watching(ask: Callable[[SignalDesk, told.Progress], Awaitable[Answer]]) -> Answer:
    """The same, with a bar on standard error meanwhile, where that is a terminal."""
    return ask_signals(watched(ask, first="Reading the market..."))


def parameters_of(texts: Sequence[str] | None) -> dict[str, dict[str, float]] | None:
    """`momentum_rank.lookback_days=126`, once or several times, as parameters by strategy.

    Raises:
        InvalidInput: texts of another form, or parameters that are there twice, all of them.
    """
    found: dict[str, dict[str, float]] = {}
    problems: list[Problem] = []
    for text in texts or ():
        name, _, given = (part.strip() for part in text.partition("="))
        strategy, _, parameter = (part.strip() for part in name.partition("."))
        number = finite(given)
        if number is None or not strategy or not parameter:
            problems.append(Problem(place(SET, name), FORM))
        elif parameter in found.get(strategy, {}):
            problems.append(Problem(place(SET, name), "Given twice."))
        else:
            found.setdefault(strategy, {})[parameter] = number
    refuse(problems)
    return found or None


def numbers_of(text: str | None, *, option: str, example: str) -> dict[str, float] | None:
    """`a=2,b=1` as numbers by name; None where nothing was given."""
    return None if text is None else numbers_by_name(text, option=option, example=example)


def installed_one(installed: Strategies, name: str) -> StrategyInfo:
    """The strategy of this name.

    Raises:
        InvalidInput: there is none; says which come near.
        NotFound: it can't be used; says why.
    """
    names = [each.name for each in installed.strategies]
    if name not in {*names, *(each.name for each in installed.broken)}:
        near = [each for each in names if name in each] or get_close_matches(name, names, n=1)
        nearest = f" Nearest: {', '.join(near)}." if near and name else ""
        message = f"There is no such strategy.{nearest} There are {', '.join(names)}."
        raise InvalidInput(message, field="NAME", next_action=f"{LISTED_BY} lists all.")
    return strategy_named(installed, name, listed_by=LISTED_BY)
