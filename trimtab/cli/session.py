"""`trimtab session`."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeVar

import typer

from trimtab.cli.console import print_json, table, terminal
from trimtab.server import late
from trimtab.server.callers import LOCAL_OWNER, local_caller
from trimtab.server.desks import OpenDesk
from trimtab.server.logs import log_to_stderr
from trimtab.settings import Settings, load_settings
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import GetSession
from trimtab.workflow.ports.results import SessionPage, SessionSummaryResult, SideTotals
from trimtab.workflow.ports.stores import SessionStore

Answer = TypeVar("Answer")
Opened = TypeVar("Opened", OpenDesk, SessionStore)
SessionId = Annotated[str, typer.Argument(help="The session's id.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_sessions(as_json: AsJson = False) -> None:
    """List your sessions that haven't expired, the newest first."""
    found = _ask(late.open_store, lambda store: store.list(LOCAL_OWNER))
    columns = ("session_id", "version", "created_at", "expires_at")
    rows = [(info.session_id, info.version, *map(_moment, (info.created_at, info.expires_at))) for info in found]
    if as_json:
        print_json({"sessions": [dict(zip(columns, row, strict=True)) for row in rows]})
    elif rows:
        terminal().print(table(columns, rows))
    else:
        typer.echo("No sessions. `trimtab call open_session` opens one.")


@app.command()
def show(session_id: SessionId, as_json: AsJson = False) -> None:
    """Show where a session stands."""
    request = check(GetSession, session_id=session_id)
    found = _ask(late.open_desk, lambda opened: opened.desk.get_session(_CALLER, request))
    assert isinstance(found, SessionSummaryResult)
    if as_json:
        print_json(found.model_dump(mode="json", exclude_none=True))
    else:
        _show(found)


@app.command()
def plan(session_id: SessionId) -> None:
    """Print the whole plan as canonical JSON: the same plan is the same bytes."""
    asked = check(GetSession, session_id=session_id).session_id
    typer.echo(_ask(late.open_desk, lambda opened: opened.desk.export_plan(_CALLER, asked)))


@app.command()
def log(session_id: SessionId, as_json: AsJson = False) -> None:
    """Print who did what, oldest first."""
    pages = _ask(late.open_desk, lambda opened: _log_pages(opened, session_id))
    columns = pages[0].items.columns
    entries = [dict(zip(columns, row, strict=True)) for page in pages for row in page.items.rows]
    if as_json:
        print_json({"session_id": session_id, "entries": entries})
    else:
        shown = [column for column in columns if column != "hash"]
        terminal().print(table(shown, [[entry[column] for column in shown] for entry in entries]))


_CALLER = local_caller("command line")


def _ask(open_it: Callable[[Settings], Opened], work: Callable[[Opened], Awaitable[Answer]]) -> Answer:
    settings = load_settings()
    log_to_stderr(settings.log_level)

    async def run() -> Answer:
        opened = open_it(settings)
        try:
            return await work(opened)
        finally:
            await opened.close()

    return asyncio.run(run())


async def _log_pages(opened: OpenDesk, session_id: str) -> list[SessionPage]:
    pages: list[SessionPage] = []
    request = check(GetSession, session_id=session_id, view="log", limit=1000)
    while True:
        page = await opened.desk.get_session(_CALLER, request)
        assert isinstance(page, SessionPage)
        pages.append(page)
        if page.next_cursor is None:
            return pages
        request = request.model_copy(update={"cursor": page.next_cursor})


def _moment(at: datetime) -> str:
    return at.isoformat("T", "seconds")


def _show(found: SessionSummaryResult) -> None:
    facts = (
        ("Session", found.session_id),
        ("Mode", f"{found.workflow_mode}, {found.execution_mode}"),
        ("Phase", f"{found.phase}, version {found.version}"),
        ("Book", f"{found.book} as of {found.as_of}, {found.portfolios} portfolios"),
        ("Expires", found.expires_at),
    )
    totals = (_side("Sells", found.totals.sells), _side("Buys", found.totals.buys))
    terminal().print(table(("", ""), facts))
    terminal().print(table(("", "trades", "value", "deferred", "deferred value", "to review"), totals))
    for step in found.next_steps:
        typer.echo(f"Next: {step}")


def _side(name: str, side: SideTotals) -> tuple[object, ...]:
    return (name, side.count, side.value, side.deferred_count, side.deferred_value, side.review_count)
