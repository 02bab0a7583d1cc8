"""Fills a prompt's template. Text can't get in as anything but one clean line, or as data between fences."""

import re
from dataclasses import fields
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Undefined

from trimtab.domain.outside_text import clean
from trimtab.prompts.contexts import Data, PromptContext

LONGEST_LINE: Final = 200
_FENCE: Final = "`"
_SHORTEST_FENCE: Final = 3


def render(context: PromptContext) -> str:
    """The prompt's text; the same context always gives the same text."""
    template = environment().get_template(context.template)
    return template.render({field.name: getattr(context, field.name) for field in fields(context)})


def environment() -> Environment:
    """Strict: a name that the context lacks is an error, and so is a value of a kind that isn't expected.

    Nothing is escaped, because a prompt is no HTML: what keeps text from outside harmless is `finalize`.
    """
    return Environment(
        loader=PackageLoader("trimtab.prompts", ""),
        undefined=StrictUndefined,
        finalize=_safe,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _safe(value: object) -> str | int:
    """What a template prints in place of a value."""
    if isinstance(value, Data):
        return _fenced(value.text)
    if isinstance(value, str):
        return clean(value, LONGEST_LINE)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, Undefined):
        return str(value)  # raises, and names what is missing
    raise TypeError(f"a prompt can't print a {type(value).__name__}; give text, a whole number or Data")


def _fenced(text: str) -> str:
    """The text between fences that are longer than any row of their mark in it, so that it can't close them."""
    longest = max(map(len, re.findall(f"{_FENCE}+", text)), default=0)
    fence = _FENCE * max(_SHORTEST_FENCE, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
