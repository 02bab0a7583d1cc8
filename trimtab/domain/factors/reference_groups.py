"""Factor groups as they are kept: whether they are what could have been written."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

from trimtab.domain.factors.reference_checks import wrong_name, wrong_ticker

MOST_MEMBERS: Final = 500
WEIGHTS_TOLERANCE: Final = 1e-6
"""How far from 1 the sum of custom weights may be."""
GROUP_NAME_PATTERN: Final = r"^(\.{0,2}[^./\\][^/\\]*|\.{3}[^/\\]*)$"
"""A group's name is a part of its address: one with a slash, or that is `.` or `..`, couldn't be reached."""

_NAME: Final = re.compile(GROUP_NAME_PATTERN)


def wrong_group(
    name: str, members: Sequence[str], *, weights: Mapping[str, float], is_custom: bool
) -> Mapping[str, str]:
    """What is wrong with a group, by field: `name`, `members`, `weights`; without what nothing is wrong with.

    Args:
        name: what it is called.
        members: tickers; whether the market knows them isn't asked.
        weights: shares of the whole, by ticker.
        is_custom: whether it is weighed by these weights; else there are none.
    """
    said = {
        "name": wrong_group_name(name),
        "members": _wrong_members(members),
        "weights": _wrong_weights(members, weights) if is_custom else _needless(weights),
    }
    return {field: message for field, message in said.items() if message}


def wrong_group_name(text: str) -> str:
    """Says so where a text can't name a factor group."""
    return wrong_name(text) or ("" if _NAME.match(text) else "A group's name has no / and no \\, and isn't . or ...")


def _wrong_members(members: Sequence[str]) -> str:
    if not 0 < len(members) <= MOST_MEMBERS:
        return f"A group has 1 to {MOST_MEMBERS} members."
    if len(set(members)) < len(members):
        return "A member stands there twice."
    return next(filter(None, map(wrong_ticker, members)), "")


def _wrong_weights(members: Sequence[str], weights: Mapping[str, float]) -> str:
    if set(weights) != set(members):
        return "Every member has a weight, and nothing else has."
    if not all(math.isfinite(weight) and weight >= 0 for weight in weights.values()):
        return "A weight is a finite number, 0 or more."
    return "" if abs(sum(weights.values()) - 1) <= WEIGHTS_TOLERANCE else "The weights have to sum to 1."


def _needless(weights: Mapping[str, float]) -> str:
    return "Weights belong to the weighting method custom only." if weights else ""
