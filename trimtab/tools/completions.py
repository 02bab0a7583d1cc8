"""What may stand in an argument that somebody is typing: sessions, instruments, the book, frameworks, strategies."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from mcp_types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from trimtab.domain.errors import TrimtabError
from trimtab.domain.outside_text import clean
from trimtab.tools.context import AppContext
from trimtab.tools.handles import handle
from trimtab.workflow.ports.framework_requests import ListFrameworks
from trimtab.workflow.ports.requests import GetSession
from trimtab.workflow.ports.results import SessionPage, Table

MOST_VALUES: Final = 100
"""The protocol's limit."""
MOST_SESSIONS: Final = 1_000
"""Older ones are neither offered nor counted."""
_PAGE: Final = 1_000
_WAITING: Final = ("sell_deferred_value", "buy_deferred_value", "under_review")

Known: TypeAlias = Mapping[str, str]
"""The arguments that are filled in already."""
Completer: TypeAlias = Callable[[AppContext, Known], Awaitable[tuple[str, ...]]]
"""Every value that an argument may have, the likeliest first."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Completions:
    """Answers for every prompt and address of a server; `completers` are by its name or template, then by argument.

    The SDK hands a completion no context of the request, so the server's own is used.
    """

    app: AppContext
    completers: Mapping[str, Mapping[str, Completer]]

    async def __call__(
        self,
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion:
        """The values that begin with what was typed.

        Where they can't be found out (the store is away, the session is gone) there are none: an error in the middle of
        typing helps nobody, and the call itself will give it.
        """
        about = ref.name if isinstance(ref, PromptReference) else ref.uri
        completer = self.completers.get(about, {}).get(argument.name)
        if completer is None:
            return _beginning_with(argument.value, ())
        try:
            values = await completer(self.app, (context and context.arguments) or {})
        except TrimtabError as error:
            logger.info("nothing to complete with: %s", error.code)
            values = ()
        return _beginning_with(argument.value, values)


def _beginning_with(typed: str, values: tuple[str, ...]) -> Completion:
    start = typed.casefold()
    fitting = [value for value in values if value.casefold().startswith(start)]
    return Completion(values=fitting[:MOST_VALUES], total=len(fitting), has_more=len(fitting) > MOST_VALUES)


async def session_ids(app: AppContext, _known: Known) -> tuple[str, ...]:
    """The caller's sessions, the newest first."""
    desk = await app.desk()
    found = await desk.list_sessions(app.caller, limit=MOST_SESSIONS)
    return tuple(entry.session_id for entry in found.sessions)


async def book_names(app: AppContext, _known: Known) -> tuple[str, ...]:
    """The book that the server works on."""
    desk = await app.desk()
    return (clean((await desk.status(app.caller)).book.name),)


async def strategy_names(app: AppContext, _known: Known) -> tuple[str, ...]:
    """The strategies that are installed."""
    desk = await app.signals()
    return tuple(strategy.name for strategy in (await desk.strategies()).strategies)


async def framework_ids(app: AppContext, _known: Known) -> tuple[str, ...]:
    """The caller's frameworks, and the keys of templates."""
    desk = await app.frameworks()
    found = await desk.frameworks(app.caller, ListFrameworks())
    return (*_column(found.frameworks, "framework_id"), *_column(found.templates, "key"))


async def symbols(app: AppContext, known: Known) -> tuple[str, ...]:
    """The instruments that a session trades, those first of which something is held back."""
    if "session_id" not in known:
        return ()
    desk = await app.desk()
    waiting: list[str] = []
    others: list[str] = []
    cursor: str | None = None
    while True:
        asked = GetSession(session_id=handle(known["session_id"]), view="trades", limit=_PAGE, cursor=cursor)
        page = await desk.get_session(app.caller, asked)
        assert isinstance(page, SessionPage), "a view that is a list was asked for"
        for code, waits in _instruments(page.items):
            (waiting if waits else others).append(code)
        cursor = page.next_cursor
        if cursor is None:
            return (*waiting, *others)


def _instruments(table: Table) -> tuple[tuple[str, bool], ...]:
    code = table.columns.index("code")
    amounts = [table.columns.index(name) for name in _WAITING]
    return tuple((str(row[code]), any(row[column] for column in amounts)) for row in table.rows)


def _column(table: Table | None, name: str) -> tuple[str, ...]:
    if table is None:
        return ()
    place = table.columns.index(name)
    return tuple(str(row[place]) for row in table.rows)
