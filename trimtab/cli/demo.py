"""`trimtab demo`: a whole AiPlan session over the demo book, or over somebody's own."""

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from trimtab.cli.console import print_json, table, terminal
from trimtab.domain.errors import InvalidInput
from trimtab.domain.outside_text import clean
from trimtab.server.callers import local_caller
from trimtab.server.late import open_desk
from trimtab.server.logs import log_to_stderr
from trimtab.settings import Settings, load_settings
from trimtab.workflow.ports.desk import Step, TradingDesk
from trimtab.workflow.ports.requests import AdvancePhase, AnalyzeTrades, GetSession, OpenSession
from trimtab.workflow.ports.results import Analysis, PhaseAdvanced, SessionSummaryResult

MOST_SHOWN = 12
_CALLER = local_caller("demo")


@dataclass(frozen=True, slots=True)
class Played:
    """What the session came to."""

    opened: SessionSummaryResult
    analysis: Analysis
    review: PhaseAdvanced
    summary: SessionSummaryResult
    plan: str


def demo(
    book: Annotated[
        Path | None, typer.Option(help="Folder or file of a book; without it the demo book.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object with the outcome.")] = False,
    plan: Annotated[bool, typer.Option("--plan", help="Print the whole plan as canonical JSON.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the session in the session store.")] = False,
) -> None:
    """Run a whole AiPlan session up to Review: analysis, sells, buys within the cash, summary. Nothing is sent."""
    if as_json and plan:
        raise InvalidInput("Choose one of --json and --plan.", field="--json", next_action="Leave one of them away.")
    settings = load_settings()
    log_to_stderr(settings.log_level)
    if book is not None:
        settings = settings.model_copy(update={"book": book})
    quiet = as_json or plan
    played = _played(settings, keep=keep, quiet=quiet)
    if plan:
        sys.stdout.write(played.plan + "\n")
    elif as_json:
        print_json(outcome(played))
    else:
        _show(played, keep=keep)


def _played(settings: Settings, *, keep: bool, quiet: bool) -> Played:
    """Plays the session; unless it is to be kept, in a store that is gone afterwards."""
    if keep:
        return asyncio.run(_play(settings, quiet=quiet))
    with tempfile.TemporaryDirectory(prefix="trimtab-demo-") as folder:
        return asyncio.run(_play(settings.model_copy(update={"sessions": Path(folder) / "sessions.db"}), quiet=quiet))


async def _play(settings: Settings, *, quiet: bool) -> Played:
    opened_desk = open_desk(settings)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True), disable=quiet
    )
    try:
        with bar:
            return await _steps(opened_desk.desk, bar)
    finally:
        await opened_desk.close()


async def _steps(desk: TradingDesk, bar: Progress) -> Played:
    opened = await desk.open_session(_CALLER, OpenSession(workflow_mode="AiPlan"))
    session_id = opened.session_id
    task = bar.add_task("Sells", total=None)

    async def report(step: Step) -> None:
        bar.update(task, completed=step.done, total=step.total, description=step.message)

    analysis = await desk.analyze(_CALLER, AnalyzeTrades(session_id=session_id), progress=report)
    task = bar.add_task("Buys", total=None)
    await desk.advance(_CALLER, AdvancePhase(session_id=session_id), progress=report)
    bar.update(task, completed=1, total=1)
    review = await desk.advance(_CALLER, AdvancePhase(session_id=session_id))
    summary = await desk.get_session(_CALLER, GetSession(session_id=session_id))
    assert isinstance(summary, SessionSummaryResult), "view=summary was asked for"
    return Played(opened, analysis, review, summary, await desk.export_plan(_CALLER, session_id))


def outcome(played: Played) -> dict[str, object]:
    """The outcome for scripts; values are positive, `orders` is null as long as nothing can be sent."""
    summary, totals = played.summary, played.summary.totals
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
        "orders": None,
        "summary": played.review.executive_summary,
    }


def _show(played: Played, *, keep: bool) -> None:
    opened, review = played.opened, played.review
    screen = terminal()
    screen.print(
        f"{clean(opened.book)} as of {opened.as_of}: {opened.portfolios} portfolios, analyst {opened.analyst},"
        f" execution {opened.execution_mode}\n",
        style="dim",
    )
    held = [entry for entry in played.analysis.recommendations if entry.action != "proceed"]
    rows = [
        (
            r.symbol,
            r.action,
            f"{r.proceed_percent:.0f} %",
            r.total_value,
            r.portfolio_count,
            ", ".join(r.flags[:2]),
            r.reason,
        )
        for r in held[:MOST_SHOWN]
    ]
    columns = ("symbol", "verdict", "proceeds", "value", "portfolios", "flags", "reason")
    more = f", {len(held) - MOST_SHOWN} more not shown" if len(held) > MOST_SHOWN else ""
    screen.print(table(columns, rows, title=f"Sells held back ({len(held)} instruments{more})"))
    findings = [
        f"{finding.rule}: {' '.join(filter(None, (finding.account_number, finding.symbol)))}: {finding.message}"
        for finding in (*review.hard_failures, *review.soft_warnings)
    ]
    unable = [f"unable to check {entry.account_number}: {entry.message}" for entry in opened.unable_to_check]
    findings = [*unable, *findings]
    for line in findings[:MOST_SHOWN]:
        screen.print(Text(clean(line, None), style="yellow"))
    if len(findings) > MOST_SHOWN:
        screen.print(f"and {len(findings) - MOST_SHOWN} more")
    screen.print(Text("\n" + review.executive_summary.replace("**", "") + "\n"))
    screen.print(
        f"Phase {review.phase}: {review.approved} buys approved. Nothing was sent: an order needs an approval."
    )
    if keep:
        screen.print(f"Session {opened.session_id}: trimtab session show {opened.session_id}")
