"""Allocation frameworks: the operations that tools, REST and the command line call."""

from typing import Protocol

from trimtab.workflow.ports import framework_requests as ask
from trimtab.workflow.ports import framework_results as answer
from trimtab.workflow.ports.desk import Caller, Progress, no_progress


class FrameworkDesk(Protocol):
    """Every operation raises the errors of `trimtab.domain.errors`; none answers a failure as data.

    Frameworks, portfolios, profiles and workflows belong to who made them: to others they don't exist.
    """

    async def frameworks(self, caller: Caller, request: ask.ListFrameworks) -> answer.Frameworks:
        """Templates and saved ones; one in full by id and version; what is due."""

    async def generate(
        self, caller: Caller, request: ask.GenerateFramework, *, progress: Progress = no_progress
    ) -> answer.Generated:
        """A valid framework from requirements; nothing is saved."""

    async def save(self, caller: Caller, request: ask.SaveFramework) -> answer.SavedFramework:
        """Creates, updates, imports, exports, archives or restores; an invalid framework is refused as a whole."""

    async def validate(self, caller: Caller, request: ask.ValidateFramework) -> answer.Validation:
        """All that is wrong with a framework, and where products lack."""

    async def map_products(self, caller: Caller, request: ask.MapProducts) -> answer.MappedProducts:
        """The best products of each bucket."""

    async def build(
        self, caller: Caller, request: ask.BuildPortfolio, *, progress: Progress = no_progress
    ) -> answer.PortfolioBuilt:
        """A portfolio, or a step towards one."""

    async def report(self, caller: Caller, request: ask.GetAllocationReport) -> answer.AllocationReport:
        """Actual against target, with what would bring it back."""

    async def backtest(
        self, caller: Caller, request: ask.BacktestFramework, *, progress: Progress = no_progress
    ) -> answer.FrameworkBacktest:
        """Modes of keeping it, side by side."""

    async def portfolios(self, caller: Caller) -> answer.PortfolioList:
        """The caller's accepted portfolios."""

    async def profiles(self, caller: Caller) -> answer.ProfileList:
        """The caller's profiles."""

    async def workflows(self, caller: Caller) -> answer.WorkflowList:
        """The caller's portfolio workflows."""
