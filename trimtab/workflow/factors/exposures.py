"""What an over-exposed factor is: a ticker, a factor group, or all ETFs of an industry, category or asset class."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput, TrimtabError
from trimtab.domain.factors.composites import composite
from trimtab.domain.factors.reference import OTHER_NAMES
from trimtab.domain.factors.universe import Entry
from trimtab.workflow.factors.membership import group_weights
from trimtab.workflow.factors.view import View
from trimtab.workflow.ports.reference import FactorGroup

_LABELS: Final[tuple[Callable[[Entry], str], ...]] = (
    lambda entry: entry.industry,
    lambda entry: entry.subindustry,
    lambda entry: entry.sector_group,
    lambda entry: entry.category,
    lambda entry: entry.asset_class,
)
"""What a name may mean, the closest first."""


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """The factor's usable members, all its members, and its monthly returns over the window."""

    name: str
    members: tuple[str, ...]
    every_member: tuple[str, ...]
    returns: FloatColumn


def exposure(view: View, name: str, *, group: FactorGroup | TrimtabError | None) -> Exposure:
    """The factor of this name.

    Args:
        view: where it is looked for.
        name: what it is called.
        group: the caller's factor group of that name, or why groups can't be read; a ticker comes before it.

    Raises:
        InvalidInput: nothing is called so, or nothing of it has enough data.
        TrimtabError: nothing else is called so, and groups can't be read.
    """
    weights, every = _weights(view, name, group=group if isinstance(group, FactorGroup) else None)
    if not every and isinstance(group, TrimtabError):
        raise group
    if not every:
        raise InvalidInput(
            "Nothing is called so: it is no ticker, no factor group of yours, and none of the labels "
            f"{', '.join(_known_labels(view))}.",
            field="overexposed_factor",
            next_action="Name one of these, or a ticker of the universe.",
        )
    if not weights:
        raise InvalidInput(
            f"Nothing of it has enough data in this window: {', '.join(every)}.",
            field="overexposed_factor",
            next_action="Name another factor, or an earlier or longer window.",
        )
    returns = composite(view.columns(list(weights)), np.array(list(weights.values())))
    return Exposure(name, tuple(weights), every, returns)


def _weights(view: View, name: str, *, group: FactorGroup | None) -> tuple[Mapping[str, float], tuple[str, ...]]:
    """The weights of the usable members, and all members."""
    usable = set(view.panel.tickers)
    if name in view.material.universe.tickers or name in view.material.panel.tickers:
        return ({name: 1.0} if name in usable else {}), (name,)
    if group is not None:
        return _group_weights(view, group), group.members
    wanted = OTHER_NAMES.get(name.strip().lower(), name.strip().lower())
    for label in _LABELS:
        every = sorted({each.ticker for each in view.material.universe.entries if label(each).lower() == wanted})
        if every:
            members = [ticker for ticker in every if ticker in usable]
            return dict.fromkeys(members, 1 / len(members) if members else 0.0), tuple(every)
    return {}, ()


def _group_weights(view: View, group: FactorGroup) -> Mapping[str, float]:
    try:
        return group_weights(view, group)
    except InvalidInput as error:
        raise InvalidInput(
            error.message,
            field="overexposed_factor",
            next_action="Update the group with weights equal or custom, or name another factor.",
        ) from None


def _known_labels(view: View) -> list[str]:
    return sorted({label(entry) for entry in view.material.universe.entries for label in _LABELS} - {""})
