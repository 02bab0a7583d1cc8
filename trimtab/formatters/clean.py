"""Text from outside in a line-based format: cleaned, and quoted where it could pass for the format itself."""

import re
from typing import Final

from trimtab.domain.outside_text import TEXT_LIMIT, clean

__all__ = ["clean", "clean_quoted", "flag_field", "quote"]

_STRUCTURAL: Final = re.compile(r'[,:;=|"\\{}()\[\]`]|^\W|^$')
"""What ends a field, opens columns or a fence, looks like a flag, or starts a heading or a list; an empty text is
quoted too."""

_PLAIN_FLAG: Final = re.compile(r'(?!tol:)[a-z]+:[^,|"\\{}()\[\]]+|cash')


def quote(text: str) -> str:
    r"""A clean text as one field: as it is, or in quotes, where `\"` is a quote and `\\` a backslash."""
    return _in_quotes(text) if _STRUCTURAL.search(text) else text


def clean_quoted(text: str, limit: int = TEXT_LIMIT) -> str:
    """A text from outside as one field: cleaned, at most `limit` characters, quoted where needed."""
    return quote(clean(text, limit))


def flag_field(flag: str) -> str:
    """A flag as one entry of a line's flags: in quotes unless it is a plain `kind:detail` or `cash`."""
    text = clean(flag)
    return text if _PLAIN_FLAG.fullmatch(text) else _in_quotes(text)


def _in_quotes(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
