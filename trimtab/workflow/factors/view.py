"""What a request looks at: some entries of the universe over a window, without what has too little data."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.factors.eligibility import Eligible, Exclusion, eligible
from trimtab.domain.factors.panel import Panel
from trimtab.domain.factors.ranking import Ranking, ranking
from trimtab.domain.factors.reference import AssetClass, Category
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.domain.factors.tickers import listed, nearest, nearest_hint, shown_ticker
from trimtab.domain.factors.universe import Entry
from trimtab.domain.factors.windows import Window, choose_window
from trimtab.workflow.factors.material import Material
from trimtab.workflow.ports.factor_requests import Scope

MOST_HINTS: Final = 5
"""Problems that say what may have been meant; looking that up takes a while."""


@dataclass(frozen=True, eq=False)
class View:
    """The entries looked at, and a panel over the window of every usable ticker of the universe and those beside it.

    `beside` are tickers that are needed although nobody looks at them, such as a benchmark.
    """

    material: Material
    entries: tuple[Entry, ...]
    beside: tuple[str, ...]
    window: Window
    min_observations: int
    usable: Eligible

    @cached_property
    def key(self) -> Hashable:
        """Two views with the same key give the same numbers."""
        entries = self.material.universe.only(self.entries)
        return self.material.key, entries.digest, self.beside, self.window, self.min_observations

    @property
    def panel(self) -> Panel:
        """The usable columns over the window."""
        return self.usable.panel

    @property
    def exclusions(self) -> tuple[Exclusion, ...]:
        """Who of those looked at, or needed beside them, is left out."""
        looked_at = {entry.ticker for entry in self.entries} | set(self.beside)
        return tuple(each for each in self.usable.exclusions if each.ticker in looked_at)

    def of(self, categories: Iterable[Category]) -> tuple[Entry, ...]:
        """The usable entries of these categories, in the order of categories and tickers."""
        usable = set(self.panel.tickers)
        return tuple(
            entry
            for category in categories
            for entry in self.entries
            if entry.category == category and entry.ticker in usable
        )

    def all_usable(self) -> tuple[Entry, ...]:
        """The usable entries of all categories."""
        usable = set(self.panel.tickers)
        return tuple(entry for entry in self.entries if entry.ticker in usable)

    @cached_property
    def ranking(self) -> Ranking:
        """Which usable tickers come first where only some are kept."""
        return ranking(self.panel, history=self.material.panel, entries=self.material.universe.entries)

    def why_unusable(self, ticker: str) -> str:
        """Why a ticker that was looked at isn't usable, without a final stop."""
        reasons = {each.ticker: each.detail for each in self.usable.exclusions}
        return f"{ticker} can't be used: {reasons[ticker].rstrip('.')}"

    def column(self, ticker: str) -> FloatColumn | None:
        """The returns of a usable ticker."""
        if ticker not in self.panel.tickers:
            return None
        return self.panel.returns[:, self.panel.tickers.index(ticker)]

    def columns(self, tickers: Sequence[str]) -> FloatColumn:
        """The returns of usable tickers, a column each, in the given order."""
        place = {ticker: number for number, ticker in enumerate(self.panel.tickers)}
        return self.panel.returns[:, np.array([place[ticker] for ticker in tickers], dtype=np.int64)]


def look(
    material: Material,
    scope: Scope,
    *,
    beside: Sequence[str] = (),
    today: date,
    thresholds: FactorThresholds,
) -> View:
    """The view of this scope.

    Raises:
        InvalidInput: filters that leave nothing, or a window without enough months.
    """
    entries = _filtered(material, scope)
    min_observations = scope.min_observations or thresholds.min_observations
    window = choose_window(
        material.panel,
        start=scope.start_date,
        end=scope.end_date,
        today=today,
        thresholds=thresholds,
        min_observations=min_observations,
    )
    usable = eligible(
        material.panel,
        window,
        tickers=sorted({*material.universe.tickers, *beside}),
        min_observations=min_observations,
        min_coverage_pct=thresholds.min_coverage_pct,
        findings=material.market.findings,
    )
    return View(material, entries, tuple(beside), window, min_observations, usable)


def require_known(material: Material, scope: Scope, *, named: Iterable[tuple[str, str]] = ()) -> None:
    """Comes back where every ticker that was named is known.

    Args:
        material: what is known.
        scope: its `factor_universe` has to be of the universe.
        named: field and ticker of others that were asked for; they have to be of the universe or to have prices.

    Raises:
        InvalidInput: with a problem for each that isn't.
    """
    universe = set(material.universe.tickers)
    known = {*universe, *material.panel.tickers}
    outside = [(place, ticker) for place, ticker in enumerate(scope.factor_universe or ()) if ticker not in universe]
    problems = [
        Problem(
            f"factor_universe[{place}]",
            f"{shown_ticker(ticker)} isn't in the universe.{_allowed(universe, ticker) if number < MOST_HINTS else ''}",
        )
        for number, (place, ticker) in enumerate(outside)
    ]
    unknown = [(field, ticker) for field, ticker in named if ticker not in known]
    problems += [
        Problem(field, unknown_ticker(ticker, known if place < MOST_HINTS else ()))
        for place, (field, ticker) in enumerate(unknown)
    ]
    if problems:
        raise InvalidInput(f"{problems[0].field}: {problems[0].message}", problems=problems)


def unknown_ticker(ticker: str, known: Iterable[str]) -> str:
    """What to say of a ticker that nobody knows."""
    return f"{shown_ticker(ticker)} is neither in the universe nor in the market data.{nearest_hint(ticker, known)}"


def _allowed(universe: set[str], ticker: str) -> str:
    near = nearest(ticker, sorted(universe)) or sorted(universe)
    return f" Allowed are tickers of the universe, such as {listed(near)}."


def _filtered(material: Material, scope: Scope) -> tuple[Entry, ...]:
    if not material.universe.entries:
        raise InvalidInput(
            "The universe is empty: neither the market data nor the reference data names an ETF.",
            field="factor_universe",
            next_action="Add proxies to the reference data (`trimtab ref`), or a universe.csv to the market data.",
        )
    tickers = None if scope.factor_universe is None else set(scope.factor_universe)
    categories: set[Category] | None = None if scope.factor_categories is None else set(scope.factor_categories)
    classes: set[AssetClass] | None = None if scope.asset_class_filters is None else set(scope.asset_class_filters)
    entries = tuple(
        entry
        for entry in material.universe.entries
        if (tickers is None or entry.ticker in tickers)
        and (categories is None or entry.category in categories)
        and (classes is None or entry.asset_class in classes)
    )
    if not entries:
        raise InvalidInput(
            "The filters together leave no ETF of the universe.",
            field="factor_categories",
            next_action="Leave out factor_universe, factor_categories or asset_class_filters, or name others.",
        )
    return entries
