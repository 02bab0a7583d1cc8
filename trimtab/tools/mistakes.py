"""What is wrong with an argument, in our words: a validator's own may repeat what was given."""

from collections.abc import Mapping
from typing import Final

from trimtab.domain.factors.reference_checks import TICKER_PATTERN
from trimtab.domain.factors.reference_groups import GROUP_NAME_PATTERN
from trimtab.domain.given import BOOLEAN, NOT_A_DAY, UNSEEN
from trimtab.domain.signals.methods import NAME_PATTERN, NAMES
from trimtab.workflow.ports.framework_requests import CURRENCY_PATTERN

ANY_OTHER: Final = "This value isn't allowed here."
_TEXT: Final = "Must be text."
_LIST: Final = "Must be a list."
_OBJECT: Final = "Must be an object."
_NUMBER: Final = "Must be a number."
_WHOLE: Final = "Must be a whole number."
_YES_OR_NO: Final = "Must be true or false."
_DAY: Final = "Must be a date such as 2026-11-20 (year-month-day)."
_TOO_MANY: Final = "At most {max_length} entries are allowed."
"""Of an object: nobody counts its entries beyond that."""
_FINITE: Final = "Must be a finite number."

WORDS: Final[Mapping[str, str]] = {
    "missing": "Required, and missing.",
    "too_long": "At most {max_length} entries are allowed, not {actual_length}.",
    "too_short": "At least {min_length} entry is needed.",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "invalid_key": "Names of fields must be text.",
    "string_type": _TEXT,
    "string_unicode": "Must be text of valid characters.",
    "string_too_short": "Must have at least {min_length} characters.",
    "string_too_long": "Must have at most {max_length} characters.",
    "string_pattern_mismatch": "Must be an id as a tool gave it: letters, digits, _ and -, at most 100.",
    "literal_error": "Must be {expected}.",
    "enum": "Must be {expected}.",
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "Must be a smaller whole number.",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _FINITE,
    "greater_than": "Must be above {gt}.",
    "greater_than_equal": "Must be at least {ge}.",
    "less_than": "Must be below {lt}.",
    "less_than_equal": "Must be at most {le}.",
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "recursion_loop": "Must not contain itself.",
    "recursion_depth_exceeded": "Nested too deeply.",
    BOOLEAN: "Must be a number, not true or false.",
    NOT_A_DAY: _DAY,
    UNSEEN: "Must have no characters that can't be seen, and no spaces around or in a row.",
}
"""By the validator's kind of error: every kind that the models of requests can raise."""

_PATTERNS: Final[Mapping[object, str]] = {
    TICKER_PATTERN: "Must be a ticker: letters, digits, spaces and . = ^ _ -, at most 32.",
    NAME_PATTERN: f"Must be a strategy's name, or a parameter's: {NAMES}.",
    CURRENCY_PATTERN: "Must be a currency's three capital letters, such as USD.",
    GROUP_NAME_PATTERN: "Must have no / and no \\, and can't be . or .. alone: it is a part of the group's address.",
}
"""What a pattern allows that isn't an id's."""
_OURS: Final = frozenset({"max_length", "actual_length", "min_length", "expected", "gt", "ge", "lt", "le"})
"""What the validator knows from the model, and a count: nothing that was given."""


def in_our_words(kind: str, context: Mapping[str, object]) -> str:
    """The sentence for a validator's kind of error; an unknown kind has one that says nothing of the value."""
    if kind == "string_pattern_mismatch" and context.get("pattern") in _PATTERNS:
        return _PATTERNS[context["pattern"]]
    known = {name: _bound(value) for name, value in context.items() if name in _OURS}
    try:
        if kind == "too_long" and context.get("actual_length", 0) is None:
            return _TOO_MANY.format(**known)
        return WORDS[kind].format(**known)
    except KeyError:
        return ANY_OTHER


def _bound(value: object) -> object:
    return f"{value:g}" if isinstance(value, float) else value
