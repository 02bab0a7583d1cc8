"""Facts for a prompt: a result as TOON, its texts short enough that none takes the prompt over."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

from trimtab.domain.outside_text import clean
from trimtab.formatters.tables import to_toon
from trimtab.prompts.contexts import Data
from trimtab.tools.payload import dump

LONGEST_TEXT: Final = 200


def facts(result: BaseModel) -> Data:
    """The result's fields as a prompt shows them."""
    return Data(to_toon({name: _short(value) for name, value in dump(result).items()}))


def listed(text: str) -> list[str] | None:
    """What stands between the commas of an argument; None where nothing does."""
    return [name for part in text.split(",") if (name := part.strip())] or None


def _short(value: object) -> object:
    if isinstance(value, str):
        return clean(value, LONGEST_TEXT)
    if isinstance(value, Mapping):
        return {name: _short(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_short(inner) for inner in value]
    return value
