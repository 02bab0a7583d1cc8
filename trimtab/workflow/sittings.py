"""The analyses of one call: each asked for once, however often the call has to try its change, and all calls of a
model kept, whatever becomes of the change."""

from collections.abc import Collection
from dataclasses import replace

from pydantic import JsonValue

from trimtab.workflow.analysis import Analyzed, Panel, analyze_sells, inputs_digest
from trimtab.workflow.buy_analysis import analyze_buys
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.model_calls import Ledger, ModelCall, add_up
from trimtab.workflow.progress import Rising
from trimtab.workflow.sessions import Change
from trimtab.workflow.state import SessionState


class Sitting:
    """Made for one call, with the analyst's seat at its ledger."""

    def __init__(self, panel: Panel, rising: Rising) -> None:
        self._ledger = Ledger()
        self._panel = replace(panel, analyst=panel.analyst.seated(self._ledger))
        self._rising = rising
        self._stored = False
        self._known: dict[tuple[str, str], Analyzed] = {}

    @property
    def loose(self) -> tuple[ModelCall, ...]:
        """Every call so far, those for a change that came too late included; none once a change is stored."""
        return () if self._stored else tuple(self._ledger.calls)

    def change(
        self, state: SessionState, action: str, *, detail: dict[str, JsonValue], used: Collection[Analyzed]
    ) -> Change:
        """A change by these analyses, that pays for the others too: the session had changed before they ended."""
        others = (found for found in self._known.values() if all(found is not each for each in used))
        return Change(
            self.paid(state),
            action,
            detail,
            calls=tuple(call for found in used for call in found.calls),
            wasted=tuple(call for found in others for call in found.calls),
            stored=self._kept,
        )

    def _kept(self) -> None:
        self._stored = True

    async def analyzed(self, plan: SessionPlan, *, refresh: bool = False) -> Analyzed:
        """The analysis of the plan's open side; the same as before where it would see the same."""
        key = (plan.open_side, inputs_digest(plan))
        if key not in self._known:
            self._known[key] = await self._analyze(plan, refresh=refresh)
        return self._known[key]

    async def _analyze(self, plan: SessionPlan, *, refresh: bool) -> Analyzed:
        ledger, progress = self._ledger, self._rising.stage()
        ledger.spent_tokens, ledger.spent_usd = plan.state.spent_tokens, plan.state.spent_usd
        before = len(ledger.calls)
        if plan.open_side == "buy":
            found = await analyze_buys(plan, panel=self._panel, progress=progress)
        else:
            found = await analyze_sells(plan, panel=self._panel, progress=progress, refresh=refresh)
        calls = tuple(ledger.calls[before:])
        return replace(found, record=found.record.model_copy(update={"usage": add_up(calls)}), calls=calls)

    def paid(self, state: SessionState) -> SessionState:
        """The state with what all these calls took."""
        if not self._ledger.calls:
            return state
        usages = [call.usage for call in self._ledger.calls]
        return state.changed(
            spent_tokens=state.spent_tokens + sum(usage.tokens for usage in usages),
            spent_usd=state.spent_usd + sum(usage.cost_usd or 0.0 for usage in usages),
        )
