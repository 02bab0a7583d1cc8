"""Who did what when, in words: a line for each entry of a session's evidence, and one for orders that moved at once."""

import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import singledispatch
from itertools import groupby
from typing import Final

from pydantic import BaseModel, JsonValue

from trimtab.workflow.evidence_contents import Cancellation, Delivery, Execution, Inputs, KeptPlan, KeptState, Refusal
from trimtab.workflow.evidence_models import Happening, Said
from trimtab.workflow.evidence_moves import Move, of_cancellation, of_delivery, of_fill, of_moves, of_order, of_parked
from trimtab.workflow.evidence_reading import Reading, Readings, as_call, purpose_of, records, texts
from trimtab.workflow.evidence_terms import ANALYSTS, MODES, REMOVED, listed, plural, words_for
from trimtab.workflow.log import LogEntry
from trimtab.workflow.log_details import EXECUTE, OPEN, ORDERS_ENDED, RECORDED, REQUEST, UNDONE, UNFINISHED
from trimtab.workflow.ports.model_calls import ModelCall
from trimtab.workflow.ports.records import Approval, Fill, KeptSession, KillSwitch, OrderRow, Parked, Question, Undone

Detail = Mapping[str, JsonValue]

_CHANGED: Final = {
    "overrides": "override",
    "instrument_rules": "rule",
    "substitutions": "substitution",
    "gradual_exits": "gradual exit",
}


def timeline(readings: Readings) -> tuple[Happening, ...]:
    """Everything that happened, in the order it was recorded; log entries have the time at which they happened."""
    groups = (tuple(group) for _, group in groupby(readings.every, key=_moment))
    return tuple(_happening(*group) if len(group) == 1 else _moved_at_once(group) for group in groups)


def _moment(reading: Reading) -> Hashable:
    """Equal for what moved orders in the same moment by the same hand; of all else each is apart."""
    entry = reading.entry
    return (entry.at, entry.actor, entry.source) if isinstance(reading.content, Move) else entry.seq


def _moved_at_once(readings: tuple[Reading, ...]) -> Happening:
    headline, details = of_moves([each.content for each in readings if isinstance(each.content, Move)])
    return _happening(readings[0]).model_copy(
        update={"last_seq": readings[-1].entry.seq, "headline": headline, "details": details}
    )


def _happening(reading: Reading) -> Happening:
    content, entry = reading.content, reading.entry
    at, actor, source, request = reading.at, entry.actor, entry.source, dict[str, JsonValue]()
    if isinstance(content, LogEntry):
        at, actor, source = content.at, content.actor, content.source
        asked = content.detail.get(REQUEST)
        request = asked if isinstance(asked, dict) else {}
    unknown: Said = (f"{entry.kind.replace('_', ' ')} (shown as it was recorded)", ())
    headline, details = unknown if content is None else _said(content)
    return Happening(
        seq=entry.seq,
        last_seq=entry.seq,
        at=at,
        kind=entry.kind,
        actor=actor,
        source=source,
        headline=headline,
        details=details,
        request=request,
        content=entry.content if content is None else "",
    )


@singledispatch
def _said(content: BaseModel) -> Said:
    """What happened, in words, by what an entry holds."""
    raise AssertionError(f"{type(content).__name__} has no words")


@_said.register
def _(content: Inputs) -> Said:
    book = content.book
    details = (
        f"book {book.name} as of {book.as_of.isoformat()}, {plural(book.portfolios, 'portfolio')}",
        f"server version {content.server_version}",
    )
    return "Recorded what the session is computed from", details


@_said.register
def _(content: KeptState) -> Said:
    decisions = plural(len(content.decisions), "decision")
    return "Recorded the session's state", (f"phase {content.phase}, {decisions}",)


@_said.register
def _(content: KeptPlan) -> Said:
    counted = plural(len(content.trades.rows), "planned trade")
    return "Recorded the plan", (f"{counted}, digest {content.digest}",)


@_said.register
def _(content: KeptSession) -> Said:
    return f"Kept version {content.version} of the session", (f"with its own log up to entry {content.log_seq}",)


@_said.register
def _(content: Refusal) -> Said:
    rules = [name.replace("_", " ") for name in content.names]
    named = f"by the rules: {', '.join(rules)}" if rules else ""
    what = (content.what or "a request").replace("_", " ")
    return f"Refused: {what}", (*content.messages, *filter(None, (named,)))


@_said.register
def _(content: Question) -> Said:
    said = {None: "Asked a person to approve the plan", "approved": "The person approved when asked"}
    return said.get(content.answer, "The person declined when asked"), (_of_orders(content.plan_hash),)


@_said.register
def _(content: Approval) -> Said:
    used = "Used the approval of" if content.used else "Recorded the approval of"
    how = "asked by the client" if content.means == "client" else "by a secret of their own"
    return f"{used} {content.approver}", (how, _of_orders(content.plan_hash))


_said.register(OrderRow, of_order)
_said.register(Fill, of_fill)
_said.register(Parked, of_parked)
_said.register(Cancellation, of_cancellation)
_said.register(Delivery, of_delivery)


@_said.register
def _(content: KillSwitch) -> Said:
    return f"The kill switch was turned {'on' if content.on else 'off'}", (content.reason,)


@_said.register
def _(content: Execution) -> Said:
    by = f", approved by {listed(content.approvers)}" if content.approvers else ""
    return f"Recorded {plural(content.order_count, 'order')} of the plan{by}", (_of_orders(content.plan_hash),)


@_said.register
def _(content: Undone) -> Said:
    return "Gave up recording the orders: the session is opened again", (_of_orders(content.plan_hash),)


@_said.register
def _(content: LogEntry) -> Said:
    call = as_call(content)
    if call is not None:
        return _of_call(call)
    words = _ACTIONS.get(content.action)
    if words is not None:
        return words(content.detail)
    shown = {name: value for name, value in content.detail.items() if name != REQUEST}
    return content.action.replace("_", " "), (json.dumps(shown, sort_keys=True),) if shown else ()


def _of_call(call: ModelCall) -> Said:
    tokens = f"{call.usage.tokens:,} tokens, {call.latency_ms:,} ms"
    outcome = "answered" if call.outcome == "answered" else f"failed: {call.outcome.replace('_', ' ')}"
    details = (f"{call.model} {outcome}, {tokens}", *filter(None, (call.failure,)))
    return f"Asked a language model about {purpose_of(call)}", details


def _opened(detail: Detail) -> Said:
    mode = words_for(_text(detail, "workflow_mode"), MODES)
    return f"Opened the session over the book {_text(detail, 'book')}", (mode,)


def _analyzed(detail: Detail) -> Said:
    if detail.get("unchanged"):
        return "Asked for an analysis: nothing had changed, the last one stands", ()
    return "Had the trades analysed", tuple(_of_analysis(detail))


def _decided(detail: Detail) -> Said:
    return f"Decided {plural(_number(detail, 'lines'), 'line')}", tuple(_of_decided(detail))


def _adopted(detail: Detail) -> Said:
    return f"Made {plural(_number(detail, 'decisions'), 'proposal')} of the analysis decisions", ()


def _updated(detail: Detail) -> Said:
    return "Changed the session", tuple(_of_update(detail))


def _advanced(detail: Detail) -> Said:
    return f"Went on from {_text(detail, 'from')} to {_text(detail, 'to')}", tuple(_of_advance(detail))


def _unfinished(detail: Detail) -> Said:
    return "An analysis came to nothing", (f"its {plural(_number(detail, 'calls'), 'call')} of a model are kept",)


def _closed(detail: Detail) -> Said:
    return "Closed the session for decisions, to record its orders", tuple(_of_hash(detail))


def _noted(detail: Detail) -> Said:
    return "Noted in the session that its orders are recorded", tuple(_of_hash(detail))


def _ended(detail: Detail) -> Said:
    return "All orders of the session have ended", tuple(_of_hash(detail))


def _opened_again(detail: Detail) -> Said:
    return "Opened the session again: its orders were refused", tuple(_of_hash(detail))


def _of_hash(detail: Detail) -> Iterator[str]:
    if _text(detail, "plan_hash"):
        yield _of_orders(_text(detail, "plan_hash"))


def _of_orders(plan_hash: str) -> str:
    return f"hash of the orders {plan_hash}"


_ACTIONS: Final[Mapping[str, Callable[[Detail], Said]]] = {
    OPEN: _opened,
    UNFINISHED: _unfinished,
    EXECUTE: _closed,
    RECORDED: _noted,
    UNDONE: _opened_again,
    ORDERS_ENDED: _ended,
    "analyze_trades": _analyzed,
    "apply_recommendations": _decided,
    "apply_proposals": _adopted,
    "update_session": _updated,
    "advance_phase": _advanced,
}


def _of_analysis(detail: Detail) -> Iterator[str]:
    proposals = plural(_number(detail, "proposals"), "proposal")
    yield f"{words_for(_text(detail, 'analyst'), ANALYSTS)} judged the {_text(detail, 'side')} side: {proposals}"
    yield from _removed(detail)
    yield from (f"degraded: {note}" for note in texts(detail.get("degraded")))


def _of_decided(detail: Detail) -> Iterator[str]:
    held = list(records(detail.get("held_back")))
    if held:
        yield f"{plural(len(held), 'line')} held back or cut"
    yield from _removed(detail)


def _removed(detail: Detail) -> Iterator[str]:
    yield from (f"corrected: {words_for(rule, REMOVED)} ({count})" for rule, count in removed_in(detail))


def removed_in(detail: Detail) -> Iterator[tuple[str, int]]:
    """What a log entry counts as taken out or corrected, by rule."""
    counts = detail.get("removed")
    if isinstance(counts, dict):
        yield from ((rule, count) for rule, count in sorted(counts.items()) if isinstance(count, int))


def _of_update(detail: Detail) -> Iterator[str]:
    mode = _text(detail, "workflow_mode")
    if mode:
        yield f"mode {words_for(mode, MODES)}"
    for name, noun in _CHANGED.items():
        for record in records(detail.get(name)):
            account = _text(record, "account_number")
            where = f" for account {account}" if account else ""
            what = _text(record, "rule") or _text(record, "action") or _text(record, "substitute")
            reason = _text(record, "reason")
            yield f"{noun}: {_text(record, 'code')}{where} {what}".rstrip() + (f", because: {reason}" if reason else "")


def _of_advance(detail: Detail) -> Iterator[str]:
    reason = _text(detail, "reason")
    if reason:
        yield f"reason: {reason}"
    for analysis in records(detail.get("analyses")):
        yield from _of_analysis(analysis)


def _text(detail: Detail, name: str) -> str:
    value = detail.get(name)
    return value if isinstance(value, str) else ""


def _number(detail: Detail, name: str) -> int:
    value = detail.get(name)
    return value if isinstance(value, int) else 0
