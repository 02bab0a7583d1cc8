"""The factor desk: reads the material, finds the view of the request, and has its sections computed on a thread."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import anyio.to_thread

from trimtab.domain.errors import TrimtabError
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.domain.factors.tickers import shown_ticker
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.factors.correlating import SectionCache, correlations, numbers_in
from trimtab.workflow.factors.groups import Groups
from trimtab.workflow.factors.kept import MOST_NUMBERS, MOST_PANELS, KeptForAWhile
from trimtab.workflow.factors.material import Material, Materials
from trimtab.workflow.factors.offsetting import offsets
from trimtab.workflow.factors.options import chosen_options
from trimtab.workflow.factors.performing import performance
from trimtab.workflow.factors.quality import Gathered, source_of, stale_table
from trimtab.workflow.factors.view import View, look, require_known
from trimtab.workflow.ports import factor_requests as ask
from trimtab.workflow.ports import factor_results as answer
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.market import SourceOf
from trimtab.workflow.ports.reference import FactorGroup, FactorGroups, ReferenceData

R = TypeVar("R")


class Factors:
    """Implements `FactorDesk` over a market, reference data and factor groups; what it keeps is shared by all."""

    def __init__(
        self, market_of: SourceOf, reference: ReferenceData, *, groups: FactorGroups, policy: Policy, clock: Clock
    ) -> None:
        thresholds = policy.factors
        lasts = timedelta(minutes=thresholds.cache_minutes)
        self._materials = Materials(market_of, reference, thresholds=thresholds, clock=clock)
        self._groups = Groups(groups)
        self._policy = policy
        self._clock = clock
        self._views: KeptForAWhile[View] = KeptForAWhile(MOST_PANELS, lasts=lasts, clock=clock)
        self._sections: SectionCache = KeptForAWhile(MOST_NUMBERS, lasts=lasts, clock=clock, size_of=numbers_in)
        self._market_digest = ""

    async def correlations(self, caller: Caller, request: ask.ComputeCorrelations) -> answer.Correlations:  # noqa: ARG002 - the market is everybody's
        """See `FactorDesk.correlations`."""
        options = chosen_options(request, self._thresholds)

        named = [(f"market_benchmarks[{place}]", each) for place, each in enumerate(request.market_benchmarks or ())]

        def compute(material: Material, gathered: Gathered) -> answer.Correlations:
            require_known(material, request, named=named)
            view = self._view(material, request, beside=options.benchmarks, gathered=gathered)
            return correlations(view, options, thresholds=self._thresholds, cache=self._sections, gathered=gathered)

        return await self._computed(compute)

    async def performance(self, caller: Caller, request: ask.ComputePerformance) -> answer.Performance:
        """See `FactorDesk.performance`."""
        groups = await self._groups.all_of(caller, request.factor_groups or ())
        beside = (request.benchmark or self._thresholds.benchmark, *(each for one in groups for each in one.members))

        def compute(material: Material, gathered: Gathered) -> answer.Performance:
            require_known(material, request, named=_benchmark(request.benchmark))
            view = self._view(material, request, beside=beside, gathered=gathered)
            return performance(view, request, groups=groups, thresholds=self._thresholds, gathered=gathered)

        return await self._computed(compute)

    async def offsets(self, caller: Caller, request: ask.RecommendOffsets) -> answer.Offsets:
        """See `FactorDesk.offsets`."""
        group = await self._own_group(caller, request.overexposed_factor)
        members = group.members if isinstance(group, FactorGroup) else ()
        named = [(f"portfolio.{shown_ticker(ticker)}", ticker) for ticker in request.portfolio]
        named += [(f"restricted[{place}]", ticker) for place, ticker in enumerate(request.restricted)]
        needed = (request.benchmark or self._thresholds.benchmark, *request.portfolio, *members)

        def compute(material: Material, gathered: Gathered) -> answer.Offsets:
            require_known(material, request, named=(*_benchmark(request.benchmark), *named))
            factor = request.overexposed_factor
            beside = (*needed, factor) if factor in material.panel.tickers else needed
            view = self._view(material, request, beside=beside, gathered=gathered)
            return offsets(view, request, group=group, policy=self._policy, gathered=gathered)

        return await self._computed(compute)

    async def manage_group(self, caller: Caller, request: ask.ManageFactorGroup) -> answer.GroupAnswer:
        """See `FactorDesk.manage_group`."""
        return await self._groups.manage(caller, request, read=self._materials.now)

    async def verify(self) -> answer.Verified:
        """See `FactorDesk.verify`."""
        material = await self._materials.now()
        return answer.Verified(
            universe_size=len(material.universe.entries),
            data_source=source_of(material),
            candidates=await anyio.to_thread.run_sync(stale_table, material, self._thresholds),
        )

    @property
    def _thresholds(self) -> FactorThresholds:
        return self._policy.factors

    async def _computed(self, compute: Callable[[Material, Gathered], R]) -> R:
        """Reads what there is, and computes on a thread: the event loop stays free meanwhile."""
        gathered = Gathered()
        material = await self._materials.now()
        gathered.timings.add("returns_panel_build_ms", material.panel_ms)
        self._forget_all_but(material.market.digest)
        return await anyio.to_thread.run_sync(compute, material, gathered)

    def _forget_all_but(self, market_digest: str) -> None:
        """Lets go of what was made of another market, and with it of that market."""
        if self._market_digest != market_digest:
            self._market_digest = market_digest
            self._views.clear()
            self._sections.clear()

    def _view(self, material: Material, scope: ask.Scope, *, beside: Sequence[str], gathered: Gathered) -> View:
        """The view of this scope, kept for others who look at the same."""
        today = self._clock.now().date()
        asked = ask.Scope(**{name: getattr(scope, name) for name in ask.Scope.model_fields if name != "format"})
        needed = tuple(dict.fromkeys(beside))
        with gathered.timings.of("returns_panel_build_ms"):
            view, was_kept = self._views.get(
                (material.key, asked, needed, today),
                lambda: look(material, scope, beside=needed, today=today, thresholds=self._thresholds),
            )
        if was_kept:
            gathered.cached.append("panel")
        return replace(view, material=material)  # which may be from another source, with the same content

    async def _own_group(self, caller: Caller, name: str) -> FactorGroup | TrimtabError | None:
        """The caller's factor group of this name; the error, where groups can't be read: other factors still work."""
        try:
            return await self._groups.find(caller, name)
        except TrimtabError as trouble:
            return trouble


def _benchmark(asked: str | None) -> tuple[tuple[str, str], ...]:
    """Field and ticker of the benchmark that was asked for; nobody asked for the policy's."""
    return () if asked is None else (("benchmark", asked),)
