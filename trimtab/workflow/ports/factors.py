"""Factor intelligence: the operations that tools, REST and the command line call."""

from typing import Protocol

from trimtab.workflow.ports import factor_requests as ask
from trimtab.workflow.ports import factor_results as answer
from trimtab.workflow.ports.desk import Caller


class FactorDesk(Protocol):
    """Every operation raises the errors of `trimtab.domain.errors`; none answers a failure as data.

    A section that can't be computed doesn't fail the others: it stands in `data_quality.unavailable`.
    """

    async def correlations(self, caller: Caller, request: ask.ComputeCorrelations) -> answer.Correlations:
        """Matrices, overlays and macro views."""

    async def performance(self, caller: Caller, request: ask.ComputePerformance) -> answer.Performance:
        """Profiles and composites."""

    async def offsets(self, caller: Caller, request: ask.RecommendOffsets) -> answer.Offsets:
        """What would offset a factor that a portfolio has too much of."""

    async def manage_group(self, caller: Caller, request: ask.ManageFactorGroup) -> answer.GroupAnswer:
        """Creates, reads, updates, deletes, validates or lists the caller's factor groups."""

    async def verify(self) -> answer.Verified:
        """Who of the universe nobody should rely on any more."""
