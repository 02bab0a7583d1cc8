"""How a portfolio of target weights is kept in a backtest. Section 4 of `docs/framework-maths.md`."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Final, get_args

import numpy as np

from trimtab.domain.columns import FloatColumn, TextColumn
from trimtab.domain.errors import Problem
from trimtab.domain.frameworks.bands import Bands, bands_of, half_widths
from trimtab.domain.frameworks.framework import Cadence
from trimtab.domain.frameworks.methods import MODES, Mode
from trimtab.domain.outside_text import clean
from trimtab.domain.signals.backtest.rules import MOST_COST_BPS, MOST_LAG_DAYS
from trimtab.domain.signals.strategies.ranges import refuse, whole, within

MOST_MONEY: Final = 1e15
SUM_ALLOWANCE: Final = 1e-9
"""By which target weights may sum to more than 1: noise of adding, never a weight."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is held, when it is brought back, and what that costs.

    Attributes:
        targets: weights by asset, in the order of the results; what lacks to 1 is cash.
        cadence: monthly, quarterly, half-yearly, yearly, or none.
        absolute_band_bps: how far a weight may be from its target, in basis points of the portfolio; None for no band.
        relative_band_pct: the same in percent of the target; the smaller counts.
        min_weights: the least weight by asset, where it has one; it always counts.
        max_weights: the largest one.
        lag_days: trading days from a decision to its execution.
        cost_bps: of the value traded.
        initial_capital: money at the start.
        flows: money by date, below 0 where it is taken out; it moves on the first day of the run from that date on.

    Raises:
        InvalidInput: with all that are out of range.
    """

    targets: Mapping[str, float]
    cadence: Cadence = "Q"
    absolute_band_bps: float | None = 500.0
    relative_band_pct: float | None = None
    min_weights: Mapping[str, float] = field(default_factory=dict)
    max_weights: Mapping[str, float] = field(default_factory=dict)
    lag_days: int = 1
    cost_bps: float = 5.0
    initial_capital: float = 1_000_000.0
    flows: Mapping[date, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what can't be."""
        refuse(chain(_bad_targets(self), _bad_edges(self), _bad_numbers(self), _bad_flows(self)))

    @property
    def assets(self) -> TextColumn:
        """N names."""
        return tuple(self.targets)

    @property
    def weights(self) -> FloatColumn:
        """N targets."""
        return np.array(list(self.targets.values()), dtype=np.float64)

    @property
    def bands(self) -> Bands:
        """Those around the targets."""
        width = half_widths(
            self.weights, absolute_band_bps=self.absolute_band_bps, relative_band_pct=self.relative_band_pct
        )
        return bands_of(
            self.weights,
            half_width=width,
            min_weight=self._by_asset(self.min_weights),
            max_weight=self._by_asset(self.max_weights),
        )

    def _by_asset(self, given: Mapping[str, float]) -> FloatColumn:
        return np.array([given.get(asset, math.nan) for asset in self.targets], dtype=np.float64)


def unfit_mode(plan: Plan, mode: Mode) -> list[Problem]:
    """What a mode needs and the plan doesn't have."""
    if mode not in MODES:
        return [Problem("mode", f"mode is {clean(str(mode))}; give one of {', '.join(MODES)}.")]
    problems = []
    if mode in {"periodic", "cadence_and_band"} and plan.cadence == "none":
        problems.append(Problem("cadence", f"cadence is none, and {mode} needs one; give M, Q, S or A."))
    if mode in {"band", "cadence_and_band"} and not plan.bands.has_edges:
        said = f"There is no band, and {mode} needs one; give absolute_band_bps or relative_band_pct."
        problems.append(Problem("absolute_band_bps", said))
    return problems


def _bad_targets(plan: Plan) -> Iterator[Problem]:
    if not plan.targets:
        yield Problem("targets", "targets has no asset; give weights of at least one.")
        return
    sizes = list(chain.from_iterable(_bad_weights(plan.targets, "targets")))
    yield from sizes
    total = math.fsum(plan.targets.values()) if not sizes else 1.0
    if not 0 < total <= 1 + SUM_ALLOWANCE:
        yield Problem(
            "targets", f"targets sum to {total:g}; give weights of 0 or more that sum to at most 1, not to 0."
        )


def _bad_edges(plan: Plan) -> Iterator[Problem]:
    for name, edges, sign in (("min_weights", plan.min_weights, 1.0), ("max_weights", plan.max_weights, -1.0)):
        yield from chain.from_iterable(_bad_weights(edges, name))
        for asset, edge in edges.items():
            said = f"{name}.{clean(asset)}"
            if asset not in plan.targets:
                yield Problem(
                    said, f"{said} is of an asset that targets doesn't name; give it a target, or leave it out."
                )
            elif sign * (plan.targets[asset] - edge) < 0:
                side = "below" if sign > 0 else "above"
                target = plan.targets[asset]
                yield Problem(
                    said, f"The target of {clean(asset)}, {target:g}, is {side} {said}, {edge:g}; change one."
                )


def _bad_weights(weights: Mapping[str, float], name: str) -> Iterator[list[Problem]]:
    for asset, weight in weights.items():
        yield within(f"{name}.{clean(asset)}", weight, least=0, most=1)


def _bad_numbers(plan: Plan) -> Iterator[Problem]:
    if plan.cadence not in get_args(Cadence):
        said = f"cadence is {clean(str(plan.cadence))}; give one of {', '.join(get_args(Cadence))}."
        yield Problem("cadence", said)
    if plan.absolute_band_bps is not None:
        yield from within("absolute_band_bps", plan.absolute_band_bps, least=0, most=10_000)
    if plan.relative_band_pct is not None:
        yield from within("relative_band_pct", plan.relative_band_pct, least=0, most=100)
    yield from whole("lag_days", plan.lag_days, least=0, most=MOST_LAG_DAYS)
    yield from within("cost_bps", plan.cost_bps, least=0, most=MOST_COST_BPS)
    if not 0 < plan.initial_capital <= MOST_MONEY:
        said = f"initial_capital is {plan.initial_capital}; give an amount above 0, at most {MOST_MONEY:g}."
        yield Problem("initial_capital", said)


def _bad_flows(plan: Plan) -> Iterator[Problem]:
    for day, amount in plan.flows.items():
        yield from within(f"flows.{day}", amount, least=-MOST_MONEY, most=MOST_MONEY)
