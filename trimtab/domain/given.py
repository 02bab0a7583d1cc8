"""Values as callers give them: what pydantic would kindly turn into another kind is refused before it does."""

import re
from typing import Final

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from trimtab.domain.outside_text import clean

MOST_NUMBER: Final = 1e15
"""No amount, price or count is larger; below it a float still holds cents, and what is computed stays finite."""
BOOLEAN: Final = "boolean_number"
NOT_A_DAY: Final = "not_a_day"
UNSEEN: Final = "unseen_characters"

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _no_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError(BOOLEAN, "true and false are no numbers")
    return value


def _day(value: object) -> object:
    if isinstance(value, int | float) or (isinstance(value, str) and not _DAY.fullmatch(value)):
        raise PydanticCustomError(NOT_A_DAY, "a date is written year-month-day")
    return value


def _seen(value: object) -> object:
    if isinstance(value, str) and value != clean(value, None):
        raise PydanticCustomError(UNSEEN, "characters that can't be seen")
    return value


def _cleaned(value: object) -> object:
    return clean(value, None) if isinstance(value, str) else value


NUMBER: Final = BeforeValidator(_no_boolean)
"""For numbers: `true` isn't 1."""
DAY: Final = BeforeValidator(_day)
"""For dates: year-month-day, and neither a time nor a count of seconds."""
NAME: Final = BeforeValidator(_seen)
"""For text that names something: two names never become one, so what isn't clean is refused."""
PROSE: Final = BeforeValidator(_cleaned)
"""For text to read: cleaned before its length counts."""
