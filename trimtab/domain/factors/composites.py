"""Composites: weighted means of several tickers' returns. Section 6 of the factors' maths."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.factors.panel import Panel
from trimtab.domain.factors.reference_groups import WEIGHTS_TOLERANCE
from trimtab.domain.factors.tickers import listed, shown_ticker
from trimtab.domain.factors.universe import Entry

Weighting = Literal["equal", "cap", "custom"]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """L labelled columns over M months, and the tickers of which each was made.

    Attributes:
        labels: L labels.
        values: M x L returns, fractions; NaN where there is none.
        members: by label, the tickers.
    """

    labels: tuple[str, ...]
    values: FloatColumn
    members: Mapping[str, tuple[str, ...]]


def composite(values: FloatColumn, weights: FloatColumn) -> FloatColumn:
    """The weighted mean of each month over the members that have a return in it.

    Args:
        values: M x K returns; NaN where there is none.
        weights: K weights, 0 or more; each month those of the members with a return are scaled to sum to 1.

    Returns:
        M returns; NaN where no member with a weight has one.
    """
    return _weighted(values, weights[:, None])[:, 0]


def composites(panel: Panel, members: Mapping[str, Mapping[str, float]]) -> Columns:
    """One composite per label, in the order given.

    Args:
        panel: M months x N tickers.
        members: by label, the weights of tickers of the panel.
    """
    column_of = {ticker: column for column, ticker in enumerate(panel.tickers)}
    weights = np.zeros((len(panel.tickers), len(members)))
    for place, of_label in enumerate(members.values()):
        weights[[column_of[ticker] for ticker in of_label], place] = list(of_label.values())
    return Columns(
        labels=tuple(members),
        values=_weighted(panel.returns, weights),
        members={label: tuple(of_label) for label, of_label in members.items()},
    )


def equal_weights(tickers: Sequence[str]) -> dict[str, float]:
    """The same weight for each."""
    return dict.fromkeys(tickers, 1.0 / max(1, len(tickers)))


def member_weights(
    entries: Iterable[Entry], *, method: Weighting, custom: Mapping[str, float] | None, label: str
) -> dict[str, float]:
    """The weights of a composite's members, which sum to 1, by ticker.

    Args:
        entries: its members; a ticker that stands in several categories counts once.
        method: `equal` weighs alike, `cap` by assets under management, `custom` as given.
        custom: weights by ticker, for the method custom; a member that isn't in it has no part.
        label: the composite's name, for messages.

    Raises:
        InvalidInput: `cap`, and assets under management are missing, in several currencies, or some in an unknown
            one beside a known one; `custom`, and there are
            no weights, or of no member, below 0, or not summing to 1. It carries all problems.
    """
    of_ticker = {entry.ticker: entry for entry in sorted(entries, key=lambda entry: entry.ticker)}
    if method == "cap":
        return _cap_weights(of_ticker, label=label)
    if method == "custom":
        return _custom_weights(of_ticker, custom or {}, label=label)
    return equal_weights(tuple(of_ticker))


def _weighted(values: FloatColumn, weights: FloatColumn) -> FloatColumn:
    """M x K values by K x L weights: M x L means."""
    known = np.isfinite(values)
    total = known.astype(np.float64) @ weights
    summed = np.where(known, values, 0.0) @ weights
    return np.where(total > 0, summed / np.where(total > 0, total, 1.0), np.nan)


def _cap_weights(members: Mapping[str, Entry], *, label: str) -> dict[str, float]:
    sizes = {ticker: entry.aum_value or 0.0 for ticker, entry in members.items()}
    unknown = [ticker for ticker, size in sizes.items() if size <= 0]
    nowhere = [ticker for ticker, entry in members.items() if sizes[ticker] > 0 and not entry.currency]
    currencies = sorted({entry.currency for entry in members.values() if entry.currency})
    problems = []
    if unknown:
        problems.append(f"{label} can't be weighted by cap: no assets under management of {listed(unknown)}.")
    if len(currencies) > 1:
        problems.append(f"{label} can't be weighted by cap: its assets under management are in {listed(currencies)}.")
    if currencies and nowhere:
        problems.append(
            f"{label} can't be weighted by cap: no currency of the assets under management of {listed(nowhere)}."
        )
    next_action = "Use equal or custom weights, or give aum_value and currency."
    _refuse("composite_weighting_method", problems, next_action=next_action)
    total = sum(sizes.values())
    return {ticker: size / total for ticker, size in sizes.items()}


def _custom_weights(members: Mapping[str, Entry], given: Mapping[str, float], *, label: str) -> dict[str, float]:
    strange = sorted(set(given) - set(members))
    below = sorted(ticker for ticker, weight in given.items() if not weight >= 0)
    total = sum(given.values())
    problems = []
    if not given:
        problems.append(f"No custom weights are given for {label}.")
    if strange:
        allowed = listed(tuple(members)) or "none"
        named = listed([*map(shown_ticker, strange)])
        problems.append(f"No member of {label}: {named}; members are {allowed}.")
    if below:
        named = listed([*map(shown_ticker, below)])
        problems.append(f"Weights of {label} must be 0 or more; below are {named}.")
    if given and not abs(total - 1.0) <= WEIGHTS_TOLERANCE:
        problems.append(f"The weights of {label} sum to {total:g}, not to 1.")
    _refuse(f"custom_weights.{label}", problems, next_action="Give each member a weight of 0 or more, 1 in sum.")
    return {ticker: given[ticker] for ticker in members if ticker in given}


def _refuse(field: str, problems: Sequence[str], *, next_action: str) -> None:
    if problems:
        raise InvalidInput(
            " ".join(problems),
            field=field,
            next_action=next_action,
            problems=[Problem(field, message) for message in problems],
        )
