"""A session once more, from its log: every request again, and in place of a model what it answered then."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from pydantic import JsonValue

from trimtab.domain.errors import BrokenRecord
from trimtab.workflow.log import LogEntry
from trimtab.workflow.log_details import EXECUTE, MODEL_CALL, OPEN, ORDERS_ENDED, RECORDED, REQUEST, UNDONE, UNFINISHED
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports.desk import Caller, TradingDesk
from trimtab.workflow.ports.model_calls import ModelCall

OWNER: Final = "replay"
DECIDES_NOTHING: Final = frozenset({UNFINISHED, EXECUTE, RECORDED, UNDONE, ORDERS_ENDED})


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did: the entry of the log, and the calls of a model that led to it."""

    entry: LogEntry
    calls: tuple[ModelCall, ...]

    @property
    def analyses(self) -> tuple[Mapping[str, JsonValue], ...]:
        """What the log says of the analyses that were part of it."""
        found = self.entry.detail.get("analyses", [self.entry.detail])
        return tuple(cast("list[dict[str, JsonValue]]", found))


def deeds(entries: Iterable[LogEntry]) -> Iterator[Deed]:
    """The log as deeds, in order, without analyses that came to nothing or weren't needed, and without
    executions: they decide nothing."""
    calls: list[ModelCall] = []
    for entry in entries:
        if entry.action == MODEL_CALL:
            calls.append(ModelCall.model_validate(entry.detail))
            continue
        if entry.action not in DECIDES_NOTHING and not entry.detail.get("unchanged"):
            yield Deed(entry, tuple(calls))
        calls = []


async def replay(log: Sequence[LogEntry], desk_for: Callable[[Deed], TradingDesk]) -> str:
    """The plan that the log leads to, as canonical JSON.

    Args:
        log: a session's whole log.
        desk_for: a desk for each deed, all over the same empty store, whose analyst answers from the deed's calls.

    Raises:
        BrokenRecord: The log holds something that can't be done again.
    """
    session_id = ""
    desk = None
    for deed in deeds(log):
        desk = desk_for(deed)
        caller = Caller(owner=OWNER, actor=deed.entry.actor, source=cast("Any", deed.entry.source))
        session_id = await _repeated(desk, caller, deed=deed, session_id=session_id)
    if desk is None:
        raise BrokenRecord("The log is empty.", field="session_id")
    return await desk.export_plan(Caller(owner=OWNER, actor=OWNER), session_id)


async def _repeated(desk: TradingDesk, caller: Caller, *, deed: Deed, session_id: str) -> str:
    """Does it again; gives the session's id, which opening makes."""
    asked = cast("dict[str, JsonValue] | None", deed.entry.detail.get(REQUEST))
    if asked is None:
        raise BrokenRecord(
            f"Entry {deed.entry.seq} of the log doesn't hold what was asked for.",
            field="session_id",
            next_action="Only sessions that this version opened can be replayed.",
        )
    if deed.entry.action == OPEN:
        return (await desk.open_session(caller, ask.OpenSession.model_validate(asked))).session_id
    given = {**asked, "session_id": session_id}
    match deed.entry.action:
        case "analyze_trades":
            await desk.analyze(caller, ask.AnalyzeTrades.model_validate(given))
        case "apply_recommendations" | "apply_proposals":
            await desk.apply(caller, ask.ApplyRecommendations.model_validate(given))
        case "update_session":
            await desk.update(caller, ask.UpdateSession.model_validate(given))
        case "advance_phase":
            await desk.advance(caller, ask.AdvancePhase.model_validate(given))
        case _:
            raise BrokenRecord(f"Entry {deed.entry.seq} of the log is of a kind that this version doesn't know.")
    return session_id
