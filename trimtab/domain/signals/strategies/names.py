"""Names that strategies give: to themselves, their parameters, indicators and thresholds."""

import re
from typing import Final

from trimtab.domain.signals.methods import NAME_PATTERN, NAMES, RESERVED

_NAME: Final = re.compile(NAME_PATTERN)


def is_name(given: object) -> bool:
    """Whether it is a text that may be a name."""
    return isinstance(given, str) and _NAME.fullmatch(given) is not None


def why_not_a_strategys(name: str) -> str:
    """Why no strategy may be called so, with what is allowed; nothing where one may."""
    if not is_name(name):
        return f"isn't allowed; give {NAMES}."
    if name in RESERVED:
        return f"is reserved; give another one than {', '.join(sorted(RESERVED))}."
    return ""
