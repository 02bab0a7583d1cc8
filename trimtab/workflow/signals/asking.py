"""What a request is about: its strategies with their parameters, its symbols with their prices, the signals of both."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.factors.tickers import listed
from trimtab.domain.signals.strategies import SignalPanel, Strategy
from trimtab.domain.signals.strategies.asked import with_parameters
from trimtab.domain.signals.strategies.looking_ahead import proven_signals
from trimtab.domain.signals.strategies.strategy_failed import StrategyFailed
from trimtab.domain.signals.strategies.trusting import checked_signals
from trimtab.domain.signals.watching import Watch, unwatched
from trimtab.workflow.factors.kept import KeptForAWhile
from trimtab.workflow.factors.material import Material
from trimtab.workflow.ports.signal_requests import SignalScope
from trimtab.workflow.ports.signal_results import BrokenStrategy
from trimtab.workflow.ports.strategies import Found, Shelf
from trimtab.workflow.signals.quoting import Quoted, quoted
from trimtab.workflow.signals.symbols_asked import chosen_symbols, sectors_of

QuotedCache = KeptForAWhile[Quoted]
PanelCache = KeptForAWhile[SignalPanel]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What an answer is made of.

    Attributes:
        material: market and universe.
        quoted: prices of the symbols, up to the newest.
        panels: the signals of each strategy that gave some, over the same dates and symbols.
        strategies: those strategies as they were asked.
        packages: the package that brings each, by name.
        weights: of each, by name.
        failed: those that gave none.
        sectors: by symbol.
        benchmark: prices of the benchmark under its symbol, where one was asked for.
    """

    material: Material
    quoted: Quoted
    panels: tuple[SignalPanel, ...]
    strategies: tuple[Strategy, ...]
    packages: Mapping[str, str]
    weights: Mapping[str, float]
    failed: tuple[BrokenStrategy, ...]
    sectors: Mapping[str, str]
    benchmark: "pd.Series[float] | None"

    @property
    def prices(self) -> pd.DataFrame:
        """Dates x symbols."""
        return self.quoted.prices


class Asking:
    """Finds what requests are about, and keeps prices and signals for who asks next."""

    def __init__(self, shelf: Shelf, *, quotes: QuotedCache, panels: PanelCache) -> None:
        self._shelf = shelf
        self._quotes = quotes
        self._panels = panels

    def about(self, material: Material, request: SignalScope, *, watch: Watch = unwatched) -> Asked:
        """What this request is about.

        Args:
            material: the market and its universe.
            request: strategies and symbols, and a benchmark where it has one.
            watch: asked before each strategy whether anybody still waits.

        Raises:
            InvalidInput: unknown strategies, parameters or symbols, all of them; or nothing is left to compute.
        """
        chosen, problems = self._chosen(request)
        symbols, unknown = chosen_symbols(material, request)
        if problems or unknown:
            raise _refused([*problems, *unknown])
        prices = self._quoted(material, symbols)
        asked, failed = {}, [*self._unusable(request)]
        for strategy in chosen:
            watch(0.0)
            panel = self._panel(material, strategy, quoted=prices, symbols=symbols)
            if isinstance(panel, str):
                failed.append(BrokenStrategy(name=strategy.name, package=self._package(strategy), reason=panel))
            else:
                asked[strategy.name] = (strategy, panel)
        if not asked:
            raise _none_left(failed)
        given = request.strategy_weights or {}
        weights = {name: given.get(name, 1.0) for name in asked}
        if not any(weights.values()):
            raise _all_silent(weights)
        return Asked(
            material,
            prices,
            panels=tuple(panel for _, panel in asked.values()),
            strategies=tuple(strategy for strategy, _ in asked.values()),
            packages={name: self._shelf.found[name].package for name in asked},
            weights=weights,
            failed=tuple(failed),
            sectors=sectors_of(material, prices.prices.columns),
            benchmark=self._benchmark(material, request),
        )

    def _benchmark(self, material: Material, request: SignalScope) -> "pd.Series[float] | None":
        """Its prices; all missing where it has no usable ones."""
        symbol: str | None = getattr(request, "benchmark", None)
        if symbol is None:
            return None
        found = self._quoted(material, (symbol,)).prices
        return found[symbol] if symbol in found.columns else pd.Series(np.nan, index=found.index, name=symbol)

    def _chosen(self, request: SignalScope) -> tuple[list[Strategy], list[Problem]]:
        """The strategies with their parameters, and what is wrong with how they were named."""
        names = request.strategies or tuple(self._shelf.found)
        known = {*self._shelf.found, *(each.name for each in self._shelf.broken)}
        problems = [
            Problem(f"strategies[{place}]", f"{why}. {self._allowed()}")
            for place, name in enumerate(names)
            if (why := _wrong_name(name, place, names=names, known=known))
        ]
        for field, given in (("parameters", request.parameters), ("strategy_weights", request.strategy_weights)):
            problems += [
                Problem(f"{field}.(unknown strategy)", f"It isn't one of the strategies asked for: {listed(names)}.")
                for name in given or {}
                if name not in names
            ]
        found, wrong = _with_parameters(
            # By name: in whatever order they were asked, sums come out the same to the bit.
            [self._shelf.found[name] for name in sorted({*names}) if name in self._shelf.found],
            request,
        )
        return found, [*problems, *wrong]

    def _allowed(self) -> str:
        return f"Installed are {listed(tuple(self._shelf.found))}."

    def _unusable(self, request: SignalScope) -> Iterable[BrokenStrategy]:
        """Broken ones that were asked for by name, or all where none was named."""
        for each in self._shelf.broken:
            if request.strategies is None or each.name in request.strategies:
                yield BrokenStrategy(name=each.name, package=each.package, reason=each.reason)

    def _package(self, strategy: Strategy) -> str:
        return self._shelf.found[strategy.name].package

    def _quoted(self, material: Material, symbols: tuple[str, ...]) -> Quoted:
        found, _ = self._quotes.get((material.market.digest, symbols), lambda: quoted(material.market, symbols))
        return found

    def _panel(
        self, material: Material, strategy: Strategy, *, quoted: Quoted, symbols: tuple[str, ...]
    ) -> SignalPanel | str:
        key: Hashable = (
            material.market.digest, symbols, strategy.name, tuple(strategy.parameters.by_name.items())
        )  # fmt: skip
        ours = not self._package(strategy)
        signals_of = checked_signals if ours else proven_signals
        try:
            found, _ = self._panels.get(key, lambda: signals_of(strategy, quoted.prices))
        except StrategyFailed as failure:
            return failure.reason  # which isn't kept: what has failed may work the next time
        return found


def numbers_in(panel: SignalPanel) -> int:
    """How many numbers a panel holds."""
    return int(panel.alpha.size) * (2 + len(panel.indicators))


def prices_in(found: Quoted) -> int:
    """How many prices there are."""
    return int(found.prices.size)


def _with_parameters(found: Sequence[Found], request: SignalScope) -> tuple[list[Strategy], list[Problem]]:
    strategies: list[Strategy] = []
    problems: list[Problem] = []
    for each in found:
        try:
            strategies.append(with_parameters(each.strategy, (request.parameters or {}).get(each.strategy.name, {})))
        except InvalidInput as error:
            problems += error.problems
    return strategies, problems


def _wrong_name(name: str, place: int, *, names: Sequence[str], known: set[str]) -> str:
    if name not in known:
        return "There is no such strategy"
    return "It is there twice" if name in names[:place] else ""


def _refused(problems: Sequence[Problem]) -> InvalidInput:
    said = "; ".join(f"{problem.field}: {problem.message}" for problem in problems[:1])
    return InvalidInput(said, problems=list(problems), field=problems[0].field)


def _all_silent(weights: Mapping[str, float]) -> InvalidInput:
    return InvalidInput(
        f"The weights of all strategies that gave signals, {listed(tuple(weights))}, are 0.",
        field="strategy_weights",
        next_action="Give one of them a weight above 0.",
    )


def _none_left(failed: Sequence[BrokenStrategy]) -> InvalidInput:
    problems = [Problem(f"strategies.{each.name}", each.reason) for each in failed]
    return InvalidInput(
        f"None of the strategies gave signals. {failed[0].name}: {failed[0].reason}",
        field="strategies",
        problems=problems,
        next_action="Ask for other strategies, other symbols, or mend the strategy's package.",
    )


def last_place(prices: pd.DataFrame, day: object) -> int:
    """The place of the last date that isn't after the day; -1 where there is none."""
    return int(np.searchsorted(prices.index.to_numpy(), np.datetime64(str(day)), side="right")) - 1
