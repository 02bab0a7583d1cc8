"""What an over-exposed factor is: a ticker, a factor group, or all ETFs of an industry, category or asset class."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput, TrimtabError
from trimtab.domain.factors.composites import composite, equal_weights
from trimtab.domain.factors.reference import OTHER_NAMES
from trimtab.domain.factors.tickers import listed
from trimtab.domain.factors.universe import Entry
from trimtab.workflow.factors.membership import group_weights
from trimtab.workflow.factors.view import View
from trimtab.workflow.ports.factor_results import FactorKind
from trimtab.workflow.ports.reference import FactorGroup

_MOST_LABELS: Final = 40
_LABELS: Final[Mapping[FactorKind, Callable[[Entry], str]]] = {
    "industry": lambda entry: entry.industry,
    "subindustry": lambda entry: entry.subindustry,
    "sector_group": lambda entry: entry.sector_group,
    "category": lambda entry: entry.category,
    "asset_class": lambda entry: entry.asset_class,
}
"""What a label may mean, the closest first; tickers and factor groups come before."""


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """What a name turned out to be: its usable members, all its members, and its monthly returns over the window."""

    name: str
    kind: FactorKind
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
    meant = _meant(view, name, group=group if isinstance(group, FactorGroup) else None)
    if meant is None and isinstance(group, TrimtabError):
        raise group
    if meant is None:
        raise InvalidInput(
            "Nothing is called so: it is no ticker, no factor group of yours, and none of the labels "
            f"{listed(_known_labels(view), most=_MOST_LABELS)}.",
            field="overexposed_factor",
            next_action="Name one of these, or a ticker of the universe.",
        )
    kind, weights, every = meant
    if not weights:
        raise InvalidInput(
            f"Nothing of it has enough data in this window: {listed(every)}.",
            field="overexposed_factor",
            next_action="Name another factor, or an earlier or longer window.",
        )
    returns = composite(view.columns(list(weights)), np.array(list(weights.values())))
    return Exposure(name, kind, tuple(weights), every, returns)


Meant = tuple[FactorKind, Mapping[str, float], tuple[str, ...]]
"""What a name means: of which kind it is, the weights of its usable members, and all its members."""


def _meant(view: View, name: str, *, group: FactorGroup | None) -> Meant | None:
    usable = set(view.panel.tickers)
    if name in view.material.universe.tickers or name in view.material.panel.tickers:
        return "ticker", ({name: 1.0} if name in usable else {}), (name,)
    if group is not None:
        return "factor_group", _group_weights(view, group), group.members
    wanted = OTHER_NAMES.get(name.strip().lower(), name.strip().lower())
    for kind, label in _LABELS.items():
        every = sorted({each.ticker for each in view.material.universe.entries if label(each).lower() == wanted})
        if every:
            return kind, equal_weights([ticker for ticker in every if ticker in usable]), tuple(every)
    return None


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
    return sorted({label(entry) for entry in view.material.universe.entries for label in _LABELS.values()} - {""})
