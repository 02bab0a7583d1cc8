"""Numbers within what is allowed; what isn't is a problem, and all problems are told at once."""

import math
from collections.abc import Iterable

from trimtab.domain.errors import InvalidInput, Problem


def whole(field: str, value: float, *, least: int, most: int) -> list[Problem]:
    """A problem where a value isn't a whole number within the bounds."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return []
    return [Problem(field, f"{field} is {value!r}; give a whole number within {least} and {most}.")]


def within(field: str, value: float, *, least: float, most: float) -> list[Problem]:
    """A problem where a value isn't a number within the bounds; NaN never is."""
    if not isinstance(value, bool) and math.isfinite(value) and least <= value <= most:
        return []
    return [Problem(field, f"{field} is {value!r}; give a number within {least:g} and {most:g}.")]


def refuse(problems: Iterable[Problem]) -> None:
    """Nothing where there is no problem.

    Raises:
        InvalidInput: with all problems.
    """
    if found := list(problems):
        raise InvalidInput(" ".join(problem.message for problem in found), problems=found)
