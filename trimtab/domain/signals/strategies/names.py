"""Names that strategies give: to themselves, their parameters, indicators and thresholds."""

import re
from typing import Final

from trimtab.domain.signals.methods import NAME_PATTERN

_NAME: Final = re.compile(NAME_PATTERN)


def is_name(given: object) -> bool:
    """Whether it is a text that may be a name."""
    return isinstance(given, str) and _NAME.fullmatch(given) is not None
