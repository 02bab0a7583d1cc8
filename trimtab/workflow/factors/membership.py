"""Which ETFs a composite is made of, and by which weights."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.factors.composites import member_weights
from trimtab.domain.factors.industries import industry_columns
from trimtab.domain.factors.macro import macro_members
from trimtab.domain.factors.reference import CATEGORIES
from trimtab.domain.factors.tickers import listed
from trimtab.domain.factors.universe import Entry
from trimtab.workflow.factors.view import View
from trimtab.workflow.ports.factor_requests import ComputePerformance, Granularity
from trimtab.workflow.ports.reference import FactorGroup, WeightingMethod

KINDS: Final = ("macro", "category", "industry")

Members = dict[str, tuple[str, ...]]
"""Tickers by the composite's label."""
Weighted = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Weighting:
    """How members are weighed; `custom` are weights by the composite's label."""

    method: WeightingMethod
    custom: Mapping[str, Mapping[str, float]]
    most: int | None = None


def weighting_of(request: ComputePerformance) -> Weighting:
    """How this request wants members weighed.

    Raises:
        InvalidInput: custom weights without the method `custom`, or the other way round.
    """
    custom = request.custom_weights or {}
    if (request.composite_weighting_method == "custom") != bool(custom):
        raise InvalidInput(
            "custom_weights belong to composite_weighting_method custom, and it needs them.",
            field="custom_weights",
            next_action='Give both, such as {"bond": {"AGG": 0.6, "TLT": 0.4}}, or neither.',
        )
    return Weighting(request.composite_weighting_method, custom, request.composite_max_per_group)


def members_by_kind(view: View, *, granularity: Granularity) -> dict[str, Members]:
    """The members of every composite that this view has, by kind."""
    industries = industry_columns(view.of(["industry"]), view.panel, granularity=granularity)
    return {
        "macro": {str(name): tickers for name, tickers in macro_members(view.entries, view.panel).items()},
        "category": {
            name: tuple(entry.ticker for entry in entries) for name in CATEGORIES if (entries := view.of([name]))
        },
        "industry": dict(industries.members),
    }


def weighted(view: View, members: Mapping[str, Members], *, weighting: Weighting) -> dict[str, Weighted]:
    """The weights of every composite, by kind and label; with `custom` only of those that were given some.

    Raises:
        InvalidInput: weights for a composite that isn't there, or that don't sum to 1; `cap` without what it needs.
    """
    known = {label for kind in members.values() for label in kind}
    problems = [
        Problem("custom_weights.(unknown name)", f"There is no such composite. Allowed are: {listed(sorted(known))}.")
        for label in weighting.custom
        if label not in known
    ]
    entries = {entry.ticker: entry for entry in reversed(view.entries)}
    found: dict[str, Weighted] = {kind: {} for kind in members}
    for kind, label, tickers in _all(members):
        if weighting.method != "custom" or label in weighting.custom:
            try:
                found[kind][label] = _weights(view, [entries[one] for one in tickers], label=label, weighting=weighting)
            except InvalidInput as error:
                problems += error.problems
    if problems:
        unique = list(dict.fromkeys(problems))
        raise InvalidInput(f"{unique[0].field}: {unique[0].message}", problems=unique)
    return found


def _all(members: Mapping[str, Members]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for kind, labelled in members.items():
        for label, tickers in labelled.items():
            yield kind, label, tickers


def usable_members(view: View, group: FactorGroup) -> list[Entry]:
    """A factor group's members with enough data; one that isn't of the universe counts as equity."""
    entries = {entry.ticker: entry for entry in reversed(view.material.universe.entries)}
    usable = [ticker for ticker in group.members if ticker in view.panel.tickers]
    return [entries.get(ticker) or Entry("market", ticker, asset_class="equity") for ticker in usable]


def group_weights(view: View, group: FactorGroup) -> dict[str, float]:
    """The weights of a factor group's usable members; empty where none is, or none of these has a weight.

    Raises:
        InvalidInput: the group is weighted by cap, and its members can't be, any more.
    """
    known = usable_members(view, group)
    if group.weighting_method == "custom":
        weights = {entry.ticker: group.weights[entry.ticker] for entry in known}
        return weights if sum(weights.values()) > 0 else {}
    return member_weights(known, method=group.weighting_method, custom={}, label=group.name) if known else {}


def _weights(view: View, entries: Sequence[Entry], *, label: str, weighting: Weighting) -> dict[str, float]:
    if weighting.most is not None:
        kept = set(view.ranking.order(entry.ticker for entry in entries)[: weighting.most])
        entries = [entry for entry in entries if entry.ticker in kept]
    return member_weights(entries, method=weighting.method, custom=weighting.custom.get(label, {}), label=label)
