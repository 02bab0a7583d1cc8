"""Whether an object is a strategy: what is wrong with one of another package, all at once."""

import dataclasses
import math
from collections.abc import Iterator
from typing import Any, Final

from trimtab.domain.outside_text import clean
from trimtab.domain.signals.methods import NAMES
from trimtab.domain.signals.strategies import Parameters
from trimtab.domain.signals.strategies.names import is_name
from trimtab.domain.signals.strategies.strategy_failed import ENDS, words_of

MOST_README: Final = 20_000
_ATTRIBUTES: Final = ("name", "parameters", "readme", "history_days", "signals")
_WHOLE: Final[tuple[object, ...]] = (int, "int")
_NUMBERS: Final[tuple[object, ...]] = (*_WHOLE, float, "float")


def faults_of(strategy: object, *, name: str) -> list[str]:
    """What is wrong with an object that should be the strategy of this name; nothing where it is."""
    faults: list[str] = []
    held: dict[str, Any] = {}
    for attribute in _ATTRIBUTES:
        try:
            held[attribute] = getattr(strategy, attribute)
        except AttributeError:
            faults.append(f"It has no {attribute}.")
        except ENDS:
            raise
        except BaseException as error:  # noqa: BLE001 - a property runs code that isn't ours
            faults.append(f"Its {attribute} can't be read: {words_of(error)}.")
    faults.extend(_of_held(held, name=name))
    return faults or list(_of_making(strategy, held["parameters"], name=name))


def _of_held(held: dict[str, Any], *, name: str) -> Iterator[str]:
    """What is wrong with the attributes that are there."""
    if held.get("name", name) != name:
        yield "Its name is another than its entry point's; give both the same."
    if "parameters" in held:
        yield from _of_parameters(held["parameters"])
    readme = held.get("readme", "-")
    if not (isinstance(readme, str) and clean(readme) and len(readme) <= MOST_README):
        yield f"Its readme is no text, empty, or longer than {MOST_README:,} characters."
    days = held.get("history_days", 1)
    if not isinstance(days, int) or isinstance(days, bool) or days < 1:
        yield "Its history_days is no whole number of at least 1."
    if not callable(held.get("signals", print)):
        yield "Its signals is no method."


def _of_parameters(parameters: object) -> Iterator[str]:
    kind = type(parameters)
    if not isinstance(parameters, Parameters):
        yield "Its parameters aren't made from Parameters."
    elif "__dataclass_params__" not in vars(kind):
        yield "Its parameters aren't a dataclass of their own; put @dataclass(frozen=True) above the class."
    else:
        for field in dataclasses.fields(parameters):
            if not is_name(field.name):
                yield f"The name of a parameter isn't allowed; give {NAMES}."
            elif not _is_number(getattr(parameters, field.name), declared=field.type):
                yield f"Its parameter {field.name} isn't declared int or float, with such a number as its default."


def _is_number(value: object, *, declared: object) -> bool:
    if declared not in _NUMBERS or isinstance(value, bool):
        return False
    if declared in _WHOLE:
        return isinstance(value, int)
    return isinstance(value, int | float) and math.isfinite(value)


def _of_making(strategy: object, parameters: Parameters, *, name: str) -> Iterator[str]:
    """Whether it can be made with its parameters, as it will be for each call."""
    make: Any = type(strategy)
    try:
        made = make(parameters).name
    except ENDS:
        raise
    except BaseException as error:  # noqa: BLE001 - making it runs code that isn't ours
        yield f"It can't be made with its parameters as the only argument: {words_of(error)}."
        return
    if made != name:
        yield "Its name is another when it is made with its parameters; it has to stay the same."
