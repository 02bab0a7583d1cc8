"""Fills a prompt's template. Text can't get in as anything but one clean line, or as data between fences."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, Undefined

from trimtab.domain.outside_text import clean
from trimtab.prompts.contexts import Data, PromptContext, TwoPartPrompt

LONGEST_LINE: Final = 200
MOST_LISTED: Final = 30
SEPARATOR: Final = "\n\n"
"""Stands between the two parts where a prompt is one text."""
_FENCE: Final = "`"
_SHORTEST_FENCE: Final = 3


@dataclass(frozen=True, slots=True)
class PromptParts:
    """A model's prompt for a provider that keeps its beginning: `stable` is the same bytes for every call."""

    stable: str
    task: str


def render(context: PromptContext) -> str:
    """The prompt's text; the same context always gives the same text."""
    return Renderer().whole(context)


def render_parts(context: TwoPartPrompt) -> PromptParts:
    """The prompt's two parts; `render` gives them as one text."""
    return Renderer().parts(context)


def environment() -> Environment:
    """Strict: a name that the context lacks is an error, and so is a value of a kind that isn't expected.

    Nothing is escaped, because a prompt is no HTML: what keeps text from outside harmless is `finalize`.
    """
    made = Environment(
        loader=PackageLoader("trimtab.prompts", ""),
        undefined=StrictUndefined,
        finalize=_safe,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["listed"] = _listed
    return made


@dataclass(frozen=True, slots=True)
class Renderer:
    """Fills templates and keeps them as they were compiled, for whoever renders many prompts."""

    templates: Environment = field(default_factory=environment)

    def whole(self, context: PromptContext) -> str:
        """The prompt as one text."""
        return self._template(context).render(_names(context))

    def parts(self, context: TwoPartPrompt) -> PromptParts:
        """The prompt in two; a variable in the stable part is an error, for it is filled with nothing."""
        template = self._template(context)
        return PromptParts(
            stable=_block(template, "stable", names={}), task=_block(template, "task", names=_names(context))
        )

    def _template(self, context: PromptContext) -> Template:
        return self.templates.get_template(context.template)


def _names(context: PromptContext) -> dict[str, object]:
    return {each.name: getattr(context, each.name) for each in fields(context)}


def _block(template: Template, name: str, *, names: Mapping[str, object]) -> str:
    return "".join(template.blocks[name](template.new_context(dict(names))))


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


def _listed(texts: Sequence[str]) -> Data:
    """The texts as a list, one clean line each; of more than `MOST_LISTED` the first, and how many more there are."""
    shown = [clean(text, LONGEST_LINE) for text in texts[:MOST_LISTED]]
    more = len(texts) - len(shown)
    return Data("\n".join(f"- {line}" for line in (*shown, *([f"and {more} more"] if more else []))))


def _fenced(text: str) -> str:
    """The text between fences that are longer than any row of their mark in it, so that it can't close them."""
    longest = max(map(len, re.findall(f"{_FENCE}+", text)), default=0)
    fence = _FENCE * max(_SHORTEST_FENCE, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
