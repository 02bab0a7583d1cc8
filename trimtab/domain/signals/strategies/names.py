"""Names that strategies give: to themselves, their parameters, indicators and thresholds."""

import re
from typing import Final

NAMES: Final = "small letters, digits and underscores, a letter first, at most 64"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


def is_name(given: object) -> bool:
    """Whether it is a text that may be a name."""
    return isinstance(given, str) and _NAME.fullmatch(given) is not None
