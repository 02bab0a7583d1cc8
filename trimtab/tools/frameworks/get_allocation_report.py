"""`get_allocation_report`."""

from typing import Annotated

from pydantic import Field

from trimtab.domain.frameworks.methods import Aim
from trimtab.tools.arguments import Objects
from trimtab.tools.context import ToolContext, frameworks_of
from trimtab.tools.definition import Definition, reads
from trimtab.tools.factors.arguments import Count, Share
from trimtab.tools.frameworks.arguments import Framework, FrameworkId, asked
from trimtab.tools.frameworks.report_fitting import fitting_report
from trimtab.workflow.ports.framework_requests import GetAllocationReport
from trimtab.workflow.ports.framework_results import AllocationReport


async def get_allocation_report(
    ctx: ToolContext,
    *,
    framework_id: FrameworkId | None = None,
    version: Count | None = None,
    framework: Framework | None = None,
    portfolio_id: str | None = None,
    account_number: str | None = None,
    holdings: Annotated[Objects, Field(description="{code or CASH, value}")] | None = None,
    rebalance_to: Aim = "target",
    cost_bps: Share = 5.0,
    estimate_days: Count = 252,
) -> AllocationReport:
    """Actual against target."""
    request = asked(GetAllocationReport, locals())
    desk, caller = await frameworks_of(ctx)
    return fitting_report(await desk.report(caller, request))


TOOL = Definition(
    function=get_allocation_report,
    toolset="frameworks",
    title="Allocation report",
    description=(
        "Actual against target of an accepted portfolio, or of a framework over an account of the book or holdings: "
        "drift (fraction) and band status per bucket, risk, trades that bring it back. Nothing is ordered."
    ),
    results=(AllocationReport,),
    annotations=reads(),
    rest="REST and trimtab framework report give all.",
)
