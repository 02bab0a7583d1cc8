"""Strategies with the parameters that somebody asked for."""

import dataclasses
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.outside_text import clean
from trimtab.domain.signals.strategies.ranges import refuse
from trimtab.domain.signals.strategies.strategy import Strategy
from trimtab.domain.signals.strategies.strategy_failed import ENDS, MOST_SAID, words_of

WHOLE: Final[frozenset[object]] = frozenset({int, "int"})
"""How a parameter is declared that is a whole number; as text where annotations are put off."""
_UNKNOWN: Final = "(unknown name)"


def with_parameters(strategy: Strategy, given: Mapping[str, float]) -> Strategy:
    """The same strategy with other parameters; those that aren't given stay as they are.

    Raises:
        InvalidInput: unknown names, numbers of the wrong kind, or what the strategy itself refuses.
    """
    if not given:
        return strategy
    kinds = {field.name: field.type in WHOLE for field in dataclasses.fields(strategy.parameters)}
    numbers = {name: _number(value, whole=kinds[name]) for name, value in given.items() if name in kinds}
    asked = {name: number for name, number in numbers.items() if number is not None}
    problems = (
        [] if len(numbers) == len(given) else [Problem(_UNKNOWN, f"There is no such parameter. {_allowed(strategy)}")]
    )
    made = strategy
    if len(asked) < len(numbers):
        # Without some of the numbers, what is said of how the others fit together would be of the defaults.
        problems += [_wrong_kind(name, whole=kinds[name]) for name in numbers if name not in asked]
    else:
        made, refused = _tried(strategy, asked)
        problems += refused
    refuse(_placed(strategy, problems))
    return made


def _tried(strategy: Strategy, asked: Mapping[str, float]) -> tuple[Strategy, list[Problem]]:
    """The strategy made anew; the one there was, and what it says, where it refuses."""
    kind: Any = type(strategy)
    try:
        parameters = dataclasses.replace(strategy.parameters, **asked)
        made: Strategy = kind(parameters)
        taken, named = made.parameters == parameters, made.name == strategy.name
    except ENDS:
        raise
    except InvalidInput as error:
        return strategy, list(error.problems) or [Problem("", error.message)]
    except BaseException as error:  # noqa: BLE001 - the code of a plug-in may raise anything
        return strategy, [Problem("", f"It refuses these ({words_of(error)}). {_allowed(strategy)}")]
    if not named:
        return strategy, [Problem("", "With these it has another name than its own; leave them out.")]
    return made, [] if taken else [Problem("", "It has parameters, but takes no others; leave them out.")]


def _placed(strategy: Strategy, problems: Iterable[Problem]) -> list[Problem]:
    """The problems at their place among the arguments, with the default where there is one."""
    defaults = strategy.parameters.by_name
    return [
        Problem(
            ".".join(filter(None, ("parameters", strategy.name, clean(problem.field)))),
            clean(problem.message, 2 * MOST_SAID) + _default(defaults.get(problem.field)),
        )
        for problem in problems
    ]


def _default(value: float | None) -> str:
    return "" if value is None else f" The default is {value!r}."


def _allowed(strategy: Strategy) -> str:
    listed = ", ".join(f"{name} ({value!r})" for name, value in strategy.parameters.by_name.items())
    return f"Parameters of {strategy.name}, with their defaults: {listed or 'none'}."


def _wrong_kind(name: str, *, whole: bool) -> Problem:
    return Problem(name, f"{name} isn't a {'whole ' if whole else ''}number; give one.")


def _number(value: object, *, whole: bool) -> float | None:
    """The number as the parameter is declared, None where it isn't one; 20.0 is the whole number 20."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    if whole:
        return int(value) if number.is_integer() else None
    return number if math.isfinite(number) else None
