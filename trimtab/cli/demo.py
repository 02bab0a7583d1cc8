"""`trimtab demo`: a whole AiPlan session over the demo book, or over somebody's own."""

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from trimtab.cli import demo_screen
from trimtab.cli.console import print_json, terminal
from trimtab.cli.demo_orders import CALLER, TICK_SECONDS, Executed, execute
from trimtab.domain.errors import Blocked, InvalidInput
from trimtab.domain.outside_text import clean
from trimtab.server.desks import OpenDesk
from trimtab.server.following import step_of
from trimtab.server.late import open_desk
from trimtab.server.logs import log_to_stderr
from trimtab.settings import Settings, load_settings
from trimtab.workflow.ports.desk import Step
from trimtab.workflow.ports.execution import ExecutionStatus
from trimtab.workflow.ports.requests import AdvancePhase, AnalyzeTrades, GetSession, OpenSession
from trimtab.workflow.ports.results import Analysis, PhaseAdvanced, SessionSummaryResult

End = Literal["plan", "review", "orders"]
"""How far it is played: to the whole plan, to a session in Review that is kept, or until all orders have ended."""


@dataclass(frozen=True, slots=True)
class Played:
    """What the session came to; `plan` and `orders` where it was played so far, `refused` says why not."""

    opened: SessionSummaryResult
    analysis: Analysis
    review: PhaseAdvanced
    summary: SessionSummaryResult
    plan: str = ""
    orders: Executed | None = None
    refused: Blocked | None = None


def demo(
    book: Annotated[
        Path | None, typer.Option(help="Folder or file of a book; without it the demo book.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object with the outcome.")] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Print the whole plan as canonical JSON; execute nothing.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the session in the session store, in Review; execute nothing.")
    ] = False,
) -> None:
    """Run a whole AiPlan session: analysis, sells, buys within the cash, simulated approval, orders on paper, fills.

    No order leaves this machine, whatever the settings say.
    """
    if as_json and plan:
        raise InvalidInput("Choose one of --json and --plan.", field="--json", next_action="Leave one of them away.")
    settings = load_settings()
    log_to_stderr(settings.log_level)
    if book is not None:
        settings = settings.model_copy(update={"book": book})
    played = _played(settings, end="plan" if plan else "review" if keep else "orders", keep=keep, quiet=as_json or plan)
    if plan:
        sys.stdout.write(played.plan + "\n")
    elif as_json:
        print_json(outcome(played))
        if played.refused is not None:
            typer.echo(f"Not executed: {clean(played.refused.message, None)}", err=True)
    else:
        _show(played, keep=keep)


def _played(settings: Settings, *, end: End, keep: bool, quiet: bool) -> Played:
    """Plays in a folder that is gone afterwards; only a session that is to be kept is in the settings' store."""
    with tempfile.TemporaryDirectory(prefix="trimtab-demo-") as folder:
        return asyncio.run(_play(_apart(settings, Path(folder), keep=keep), end=end, quiet=quiet))


def _apart(settings: Settings, folder: Path, *, keep: bool) -> Settings:
    """Settings that reach no order system, and nobody's records."""
    own = {"sessions": settings.sessions if keep else folder / "sessions.db"}
    records = SecretStr(f"sqlite:///{folder / 'records.db'}")
    paper = {"home": folder, "records": records, "oms": None, "execution": "simulated", "live_accounts": ()}
    return settings.model_copy(update={**own, **paper})


async def _play(settings: Settings, *, end: End, quiet: bool) -> Played:
    opened_desk = open_desk(settings, tick_seconds=TICK_SECONDS)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True), disable=quiet
    )
    try:
        with bar:
            return await _steps(opened_desk, bar, end=end)
    finally:
        await opened_desk.close()


async def _steps(opened_desk: OpenDesk, bar: Progress, *, end: End) -> Played:
    desk = opened_desk.desk
    opened = await desk.open_session(CALLER, OpenSession(workflow_mode="AiPlan"))
    session_id = opened.session_id
    task = bar.add_task("Sells", total=None)

    async def report(step: Step) -> None:
        bar.update(task, completed=step.done, total=step.total, description=step.message)

    analysis = await desk.analyze(CALLER, AnalyzeTrades(session_id=session_id), progress=report)
    task = bar.add_task("Buys", total=None)
    await desk.advance(CALLER, AdvancePhase(session_id=session_id), progress=report)
    bar.update(task, completed=1, total=1)
    review = await desk.advance(CALLER, AdvancePhase(session_id=session_id))
    plan = await desk.export_plan(CALLER, session_id) if end == "plan" else ""
    orders, refused = await _orders(opened_desk, session_id, bar=bar) if end == "orders" else (None, None)
    summary = await desk.get_session(CALLER, GetSession(session_id=session_id))
    assert isinstance(summary, SessionSummaryResult), "view=summary was asked for"
    return Played(opened, analysis, review, summary, plan, orders, refused)


async def _orders(opened_desk: OpenDesk, session_id: str, *, bar: Progress) -> tuple[Executed | None, Blocked | None]:
    """What became of the plan's orders, or why there are none: a book may have plans that can't be executed."""
    task = bar.add_task("Orders", total=None)

    async def tell(status: ExecutionStatus) -> None:
        step = step_of(status)
        bar.update(task, completed=step.done, total=step.total, description=step.message)

    try:
        return await execute(opened_desk, session_id, tell=tell), None
    except Blocked as refused:
        bar.remove_task(task)
        return None, refused


def outcome(played: Played) -> dict[str, object]:
    """The outcome for scripts; values are positive, `orders` is null where the plan wasn't executed."""
    summary, totals, orders = played.summary, played.summary.totals, played.orders
    return {
        "workflow_mode": summary.workflow_mode,
        "execution_mode": summary.execution_mode,
        "phase": summary.phase,
        "analyst": summary.analyst,
        "portfolios": summary.portfolios,
        "unable_to_check": [entry.model_dump() for entry in summary.unable_to_check],
        "sells": {
            "count": totals.sells.count,
            "value": totals.sells.value,
            "deferred_count": totals.sells.deferred_count,
            "deferred_value": totals.sells.deferred_value,
        },
        "buys": {
            "count": totals.buys.count,
            "original_value": totals.buys.original_value,
            "proceeding_value": totals.buys.value,
            "deferred_value": totals.buys.deferred_value,
        },
        "net_cash_flow": totals.net_cash_flow,
        "hard_failures": totals.hard_failures,
        "soft_warnings": totals.soft_warnings,
        "orders": None if orders is None else {"sent": orders.sent, "filled": orders.filled},
        "summary": played.review.executive_summary,
    }


def _show(played: Played, *, keep: bool) -> None:
    screen = terminal()
    demo_screen.show_opening(screen, played.opened)
    demo_screen.show_verdicts(screen, played.analysis)
    demo_screen.show_review(screen, played.opened, played.review)
    if played.orders is not None:
        demo_screen.show_orders(screen, played.orders)
    elif played.refused is not None:
        demo_screen.show_refusal(screen, played.refused)
    if keep:
        session_id = played.opened.session_id
        screen.print("Phase Review. Nothing was sent: the orders of a session that is kept are for people to approve.")
        screen.print(f"Session {session_id}: trimtab session show {session_id}")
