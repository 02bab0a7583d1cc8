"""Replays a session from its log, over a scratch store, with what a language model answered then."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from trimtab.adapters.analysts.budget import Budget, ModelLimits
from trimtab.adapters.analysts.model_analyst import Means, ModelAnalyst
from trimtab.adapters.analysts.questions import Questions
from trimtab.adapters.analysts.recorded import RecordedClient
from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.adapters.clock import SystemClock
from trimtab.adapters.sessions.sqlite import SqliteSessionStore
from trimtab.domain.errors import BrokenRecord
from trimtab.server.compose import desk_facts, open_desk, open_shelf
from trimtab.settings import Settings
from trimtab.workflow.analysis import Panel
from trimtab.workflow.books import BookShelf
from trimtab.workflow.desk import Desk
from trimtab.workflow.log import LogEntry, verify
from trimtab.workflow.log_details import FRAMEWORK
from trimtab.workflow.log_reading import whole_log
from trimtab.workflow.opening import KnownPortfolio, NoPortfolios
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.framework_parts import FrameworkPart
from trimtab.workflow.ports.stores import SessionStore
from trimtab.workflow.replay import Deed, deeds, replay
from trimtab.workflow.state import SCHEMA_VERSION

NO_LIMIT: Final = 10**12
_TTL: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Replayed:
    """The plan that the log leads to, the plan that the session has, and how many recorded calls went into it."""

    plan: str
    stored_plan: str
    calls: int

    @property
    def same(self) -> bool:
        """Byte for byte."""
        return self.plan == self.stored_plan


async def replayed(settings: Settings, session_id: str, *, caller: Caller) -> Replayed:
    """The session once more. No network is needed, and no key.

    Raises:
        BrokenRecord: The log was changed, or can't be replayed by this version.
        NotFound: There is no such session.
    """
    opened = open_desk(settings.model_copy(update={"analyst": "rules"}))
    try:
        stored_plan = await opened.desk.export_plan(caller, session_id)
        log = await _whole_log(opened.store, session_id, caller=caller)
    finally:
        await opened.close()
    with tempfile.TemporaryDirectory(prefix="trimtab-replay-") as folder:
        scratch = SqliteSessionStore(
            Path(folder) / "replay.db", clock=SystemClock(), ttl=_TTL, schema_version=SCHEMA_VERSION
        )
        stage = _Stage(settings, scratch)
        try:
            plan = await replay(log, stage.desk_for)
        finally:
            await scratch.close()
    stage.require_all_known()
    return Replayed(plan, stored_plan, sum(len(deed.calls) for deed in deeds(log)))


async def _whole_log(store: SessionStore, session_id: str, *, caller: Caller) -> Sequence[LogEntry]:
    """The log, after a look whether it is what was written."""
    session = await store.look(session_id, caller.owner)
    log = await whole_log(store, session)
    broken = verify(session_id, log, head=session.log_head)
    if broken is not None:
        raise BrokenRecord(
            f"The session's log isn't what was written: {broken.message}",
            field="session_id",
            next_action="Don't trust this session's record; look at what changed it.",
        )
    return log


class _Stage:
    """Makes a desk for each deed, all over one store."""

    def __init__(self, settings: Settings, store: SessionStore) -> None:
        self._shelf: BookShelf = open_shelf(settings)
        self._facts = desk_facts(settings)
        self._store = store
        self._clients: list[RecordedClient] = []

    def desk_for(self, deed: Deed) -> Desk:
        """A desk whose analyst is the one that judged then."""
        found = deed.entry.detail.get(FRAMEWORK)
        portfolios = NoPortfolios() if found is None else KnownPortfolio(FrameworkPart.model_validate(found))
        return Desk(
            store=self._store,
            shelf=self._shelf,
            panel=self._panel(deed),
            clock=SystemClock(),
            facts=self._facts,
            portfolios=portfolios,
        )

    def _panel(self, deed: Deed) -> Panel:
        rules = RulesAnalyst()
        named = next((str(each["analyst"]) for each in deed.analyses if "analyst" in each), rules.name)
        if named == rules.name:
            return Panel(rules, rules)
        client = RecordedClient(deed.calls, provider=named)
        self._clients.append(client)
        votes = max(int(str(each.get("votes", 1))) for each in deed.analyses)
        return Panel(_from_record(client), rules, votes)

    def require_all_known(self) -> None:
        """Raises BrokenRecord where the replay asked something else than was asked then."""
        unknown, unused = (sum(getattr(c, name) for c in self._clients) for name in ("unknown", "unused"))
        if unknown or unused:
            raise BrokenRecord(
                f"The record doesn't fit: {unknown} prompts were never asked, {unused} recorded calls weren't needed.",
                field="session_id",
                next_action="Replay with the release, the book and the policy that the session was made with.",
            )


def _from_record(client: RecordedClient) -> ModelAnalyst:
    """Without limits: what was sent then was within them."""
    means = Means(
        client=client,
        questions=Questions(),
        count=lambda _prompt: 0,
        price=lambda _usage: None,
        seats=asyncio.Semaphore(1),
    )
    return ModelAnalyst(means, Budget(ModelLimits(output_tokens=0, session_tokens=NO_LIMIT)))
