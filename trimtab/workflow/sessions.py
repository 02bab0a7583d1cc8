"""Sessions as the desk works with them: loaded with their plan, and changed by compare-and-set."""

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar

import anyio
from pydantic import BaseModel, JsonValue

from trimtab.domain.errors import Conflict, InvalidInput
from trimtab.workflow.books import BookShelf
from trimtab.workflow.log import LogEvent, LogHead, chain, first_head
from trimtab.workflow.log_details import MODEL_CALL, OPEN, REQUEST, UNFINISHED, as_asked
from trimtab.workflow.planning import SessionPlan, plan_session
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.model_calls import ModelCall
from trimtab.workflow.ports.requests import OpenSession, Write
from trimtab.workflow.ports.stores import SessionInfo, SessionStore, StoredSession
from trimtab.workflow.state import MOST_REMEMBERED_ANSWERS, MOST_REMEMBERED_KEYS, RememberedAnswer, SessionState

KEPT_LINES: Final = 100_000
"""Lines of the plans that are kept in memory, about a kilobyte each; the plan used last is always kept."""
MOST_TRIES: Final = 60
"""How often a change without an expected version is tried again on a fresh session."""

A = TypeVar("A", bound=BaseModel)


@dataclass(frozen=True, slots=True, eq=False)
class Open:
    """A session as it stands, with its plan."""

    stored: SessionInfo
    plan: SessionPlan

    @property
    def version(self) -> int:
        """The version that answers carry."""
        return self.stored.version


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A new state, and what the log says of it.

    `calls` of a language model are entries of their own before it, and before these, as an analysis that came to
    nothing, the `wasted` ones. `stored` is called once it is stored.
    """

    state: SessionState
    action: str
    detail: dict[str, JsonValue]
    calls: tuple[ModelCall, ...] = ()
    wasted: tuple[ModelCall, ...] = ()
    stored: Callable[[], None] | None = None


class Sessions:
    """Loads and changes sessions; the plans of those used last are kept, each of the version read last."""

    def __init__(self, store: SessionStore, *, shelf: BookShelf, clock: Clock) -> None:
        self._store = store
        self._shelf = shelf
        self._clock = clock
        self._plans: OrderedDict[str, tuple[LogHead, SessionPlan]] = OrderedDict()

    def new_id(self) -> str:
        """An id that nobody can guess, for `create`."""
        return self._store.new_id()

    async def create(
        self,
        caller: Caller,
        request: OpenSession,
        *,
        session_id: str,
        state: SessionState,
        detail: dict[str, JsonValue],
    ) -> Open:
        """Stores a new session of the caller's; a repeated idempotency key gives the session that it opened."""
        key = request.idempotency_key
        if key is not None:
            state = state.changed(opened_by=_fingerprint(request))
        self.plan(state)
        log = chain(first_head(session_id), self._events(caller, Change(state, OPEN, detail), request=request))
        stored = await self._store.create(
            session_id, owner=caller.owner, state=state.model_dump_json(), log=log, key=key
        )
        opened = self._open(stored)
        if opened.plan.state.opened_by != state.opened_by:
            raise _key_of_another_call()
        return opened

    async def load(self, caller: Caller, session_id: str) -> Open:
        """The session and its plan; the state, which is large, is read only where the plan isn't known."""
        if session_id in self._plans:
            known = self._known(await self._store.look(session_id, caller.owner))
            if known is not None:
                return known
        return self._open(await self._store.read(session_id, caller.owner))

    async def state(self, caller: Caller, session_id: str) -> tuple[SessionInfo, SessionState]:
        """The session without its plan, which can't be computed any more once the book has changed."""
        if session_id in self._plans:
            known = self._known(await self._store.look(session_id, caller.owner))
            if known is not None:
                return known.stored, known.plan.state
        stored = await self._store.read(session_id, caller.owner)
        return stored, SessionState.model_validate_json(stored.state)

    def _known(self, stored: SessionInfo) -> Open | None:
        """The session with the plan that is kept. A version may come twice, after a server lost its last changes."""
        head, plan = self._plans.get(stored.session_id, (None, None))
        if plan is None or head != stored.log_head:
            return None
        self._plans.move_to_end(stored.session_id)
        return Open(stored, plan)

    def _open(self, stored: StoredSession) -> Open:
        known = self._known(stored)
        return known or self._keep(Open(stored, self.plan(SessionState.model_validate_json(stored.state))))

    def _keep(self, opened: Open) -> Open:
        """Keeps the plan as the session's, and as the one used last."""
        session_id = opened.stored.session_id
        self._plans[session_id] = (opened.stored.log_head, opened.plan)
        self._plans.move_to_end(session_id)
        lines = sum(len(plan.trade_amount) for _, plan in self._plans.values())
        while lines > KEPT_LINES and len(self._plans) > 1:
            _, (_, dropped) = self._plans.popitem(last=False)
            lines -= len(dropped.trade_amount)
        return opened

    def plan(self, state: SessionState) -> SessionPlan:
        """The plan of a state, stored or not."""
        facts, rules = self._shelf.facts_for(state)
        return plan_session(facts, state, rules=rules)

    async def change(
        self,
        caller: Caller,
        request: Write,
        *,
        answer_type: type[A],
        decide: Callable[[Open], Awaitable[Change | None]],
        answer: Callable[[Open], A],
    ) -> A:
        """Decides on the session as it stands, stores, and answers with what then stands.

        Without an expected version a lost race is decided again on the fresh session; with one the loser gets the
        conflict, unless it lost to itself: a repeated idempotency key always gets its first answer, which is stored
        with the change it belongs to. Where nothing is to change (None) the answer is of what stands, and nothing is
        stored.
        """
        tries = 0
        while True:
            found = await self.load(caller, request.session_id)
            known = _remembered(found.plan.state, request)
            if known is not None:
                return answer_type.model_validate_json(known)
            if request.expected_version not in (None, found.version):
                raise Conflict("The session has changed since it was read.", version=found.version)
            change = await decide(found)
            if change is None:
                return answer(found)
            try:
                return await self._store_change(caller, request, found=found, change=change, answer=answer)
            except Conflict:
                tries += 1  # an expected version is refused above, unless it was this very call that was faster
                if tries == MOST_TRIES:
                    raise

    async def _store_change(
        self, caller: Caller, request: Write, *, found: Open, change: Change, answer: Callable[[Open], A]
    ) -> A:
        after = Open(replace(found.stored, version=found.version + 1), self.plan(change.state))
        reply = answer(after)
        state = _remember(change.state, request, reply=reply)
        with anyio.CancelScope(shield=True):  # a caller who leaves now still has to know what was stored
            stored = await self._store.replace(
                request.session_id,
                caller.owner,
                expected_version=found.version,
                state=state.model_dump_json(),
                log=chain(found.stored.log_head, self._events(caller, change, request=request)),
            )
            if change.stored is not None:
                change.stored()
        self._keep(Open(stored, replace(after.plan, state=state)))
        return reply

    def _events(self, caller: Caller, change: Change, *, request: Write | OpenSession) -> Iterator[LogEvent]:
        """What the log keeps of a change: the calls of a model that led to it, what was asked for, and what it did."""
        now, asked = self._clock.now(), as_asked(request)

        def event(action: str, detail: dict[str, JsonValue]) -> LogEvent:
            asked_and_done = {**detail, REQUEST: asked}
            return LogEvent(at=now, actor=caller.actor, source=caller.source, action=action, detail=asked_and_done)

        if change.wasted:
            yield from _calls(change.wasted, now)
            yield event(UNFINISHED, {"calls": len(change.wasted)})
        yield from _calls(change.calls, now)
        yield event(change.action, change.detail)


def _calls(calls: Iterable[ModelCall], at: datetime) -> Iterator[LogEvent]:
    for call in calls:
        detail = call.model_dump(mode="json")
        yield LogEvent(at=at, actor=call.provider, source="model", action=MODEL_CALL, detail=detail)


def _fingerprint(request: Write | OpenSession) -> str:
    """What the key stands for: the operation and its arguments, the key and the expected version apart."""
    asked = request.model_dump_json(exclude={"idempotency_key", "expected_version"})
    return hashlib.sha256(f"{type(request).__name__} {asked}".encode()).hexdigest()


def _key_of_another_call() -> InvalidInput:
    return InvalidInput(
        "This idempotency_key was used for a different call.",
        field="idempotency_key",
        next_action="Use a new key for a new change; repeat a key only with the same arguments.",
    )


def _remembered(state: SessionState, request: Write) -> str | None:
    """The first answer to the request's key, as JSON; None for a key that is new."""
    known = next((entry for entry in state.remembered if entry.key == request.idempotency_key), None)
    if known is None:
        return None
    if known.fingerprint != _fingerprint(request):
        raise _key_of_another_call()
    if known.answer is None:
        raise InvalidInput(
            "The call with this idempotency_key was carried out long ago; its answer isn't kept any more.",
            field="idempotency_key",
            next_action="Call get_session to see what stands; use a new key for a new change.",
        )
    return known.answer


def _remember(state: SessionState, request: Write, *, reply: BaseModel) -> SessionState:
    if request.idempotency_key is None:
        return state
    entry = RememberedAnswer(
        key=request.idempotency_key, fingerprint=_fingerprint(request), answer=reply.model_dump_json()
    )
    older = state.remembered[-MOST_REMEMBERED_KEYS + 1 :]
    bare = len(older) + 1 - MOST_REMEMBERED_ANSWERS
    forgotten = tuple(each.model_copy(update={"answer": None}) for each in older[: max(bare, 0)])
    return state.changed(remembered=(*forgotten, *older[len(forgotten) :], entry))
