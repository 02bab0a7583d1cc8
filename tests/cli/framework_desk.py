"""A framework desk for commands: it answers by script, and lists what was kept."""

from collections.abc import Mapping

import pytest

from tests.tools.frameworks.scripted_frameworks import ScriptedFrameworks, frameworks_of
from trimtab.settings import Settings
from trimtab.workflow.ports import framework_results as answer
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.results import Table

PORTFOLIO = "pf_0123456789abcdef01234567"
PORTFOLIOS = answer.PortfolioList(
    portfolios=Table(
        columns=(
            "portfolio_id", "framework_id", "version", "account_number", "total_value", "base_ccy", "accepted_at",
            "last_rebalance", "sessions",
        ),
        rows=(
            (
                PORTFOLIO, "d3b4e90b70bd5c28f786ba1a3dff1261", 2, "FW-0123456789ab", 1e6, "USD",
                "2026-11-20T10:00:00Z", "2026-11-20", 1,
            ),
        ),
    )
)  # fmt: skip
PROFILES = answer.ProfileList(
    profiles=Table(
        columns=("name", "risk_band", "horizon_years", "goals", "base_ccy", "exclusions", "suggested", "saved_at"),
        rows=(("Ann", "low", 10, "income", "USD", "", "conservative", "2026-11-20T10:00:00Z"),),
    )
)
WORKFLOWS = answer.WorkflowList(
    workflows=Table(
        columns=("workflow_id", "version", "next_step", "created_at", "expires_at"),
        rows=(("wf_1", 2, "framework", "2026-11-20T10:00:00Z", "2026-11-21T10:00:00Z"),),
    )
)


class ListingFrameworks(ScriptedFrameworks):
    """The scripted desk, with its lists."""

    async def portfolios(self, caller: Caller) -> answer.PortfolioList:
        return self._answer("portfolios", caller, request=None, result=PORTFOLIOS)

    async def profiles(self, caller: Caller) -> answer.ProfileList:
        return self._answer("profiles", caller, request=None, result=PROFILES)

    async def workflows(self, caller: Caller) -> answer.WorkflowList:
        return self._answer("workflows", caller, request=None, result=WORKFLOWS)


def opened(monkeypatch: pytest.MonkeyPatch, says: Mapping[str, object] | None = None) -> ListingFrameworks:
    """The desk that commands open from here on."""
    desk = ListingFrameworks(says)

    def open_it(_settings: Settings) -> object:
        return frameworks_of(desk)()

    monkeypatch.setattr("trimtab.server.late.open_frameworks", open_it)
    return desk
