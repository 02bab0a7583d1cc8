"""`trimtab approve`."""

import asyncio
from typing import Annotated, Final

import typer

from trimtab.cli.console import print_json, table, terminal
from trimtab.cli.secrets import ask_secret
from trimtab.domain.errors import InvalidInput
from trimtab.server import late
from trimtab.server.callers import local_caller
from trimtab.server.logs import log_to_stderr
from trimtab.settings import Settings, load_settings
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import ExecuteOrders, PreviewOrders
from trimtab.workflow.ports.results import Finding, OrderPreview
from trimtab.workflow.ports.secrets import Proof

_CALLER: Final = local_caller("command line")
MOST_SHOWN: Final = 15


def approve(
    session_id: Annotated[str, typer.Argument(help="The session's id.")],
    approver: Annotated[str, typer.Option("--as", help="Your name as an approver; you are asked for your secret.")],
    plan: Annotated[
        str | None,
        typer.Option("--plan", help="The plan's hash, if you have seen the plan; else it is shown and you are asked."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan's preview as JSON, for scripts.")] = False,
) -> None:
    """Approve the orders of a session's plan: exactly this plan, for a limited time, for one execution."""
    settings = load_settings(analyst="rules")
    log_to_stderr(settings.log_level)
    asked = check(PreviewOrders, session_id=session_id, limit=MOST_SHOWN)
    if plan is None:
        plan = _looked_at(asyncio.run(_preview(settings, asked)))
    request = check(ExecuteOrders, session_id=session_id, plan_hash=plan)
    found = asyncio.run(_approve(settings, request, proof=ask_secret(approver)))
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        need = found.approval
        more = (
            "It can be executed."
            if not need.missing
            else f"{need.missing} more approval, of another person, is needed."
        )
        typer.echo(f"Approved by {approver}, for {need.minutes} minutes and one execution. {more}")


async def _preview(settings: Settings, asked: PreviewOrders) -> OrderPreview:
    opened = late.open_desk(settings)
    try:
        return await opened.office.orders.preview(_CALLER, asked)
    finally:
        await opened.close()


async def _approve(settings: Settings, request: ExecuteOrders, *, proof: Proof) -> OrderPreview:
    opened = late.open_desk(settings)
    try:
        return await opened.office.orders.approve(_CALLER, request, proof=proof)
    finally:
        await opened.close()


def _looked_at(found: OrderPreview) -> str:
    """Shows the plan, and gives its hash once the person has said that this is the one."""
    show(found)
    if not typer.confirm("Is this the plan that you approve?", default=False):
        raise InvalidInput("The plan was not approved.", field="--plan", next_action="Nothing was changed.")
    return found.plan_hash


def show(found: OrderPreview) -> None:
    """The plan for whoever approves it: what it comes to, what it is checked against, and its first orders."""
    totals = found.totals
    facts = (
        ("Plan", found.plan_hash),
        ("Orders", f"{totals.orders}, {found.execution_mode}"),
        ("Sells", f"{totals.sells} for {totals.sell_value:,.2f} {totals.currency}"),
        ("Buys", f"{totals.buys} for {totals.buy_value:,.2f} {totals.currency}"),
        ("In all", f"{totals.total_value:,.2f} {totals.currency}, {totals.turnover_pct:.1f} % of the value"),
        ("Needs", f"{found.approval.approvers} approver(s), {found.approval.missing} missing"),
    )
    limits = [
        (each.rule, each.allowed, each.value, each.unit, "ok" if each.passed else "EXCEEDED") for each in found.limits
    ]
    terminal().print(table(("", ""), facts))
    terminal().print(table(("limit", "allowed", "this plan", "unit", ""), limits))
    _findings("Hard failures", found.hard_failures)
    _findings("Warnings that stand", found.soft_warnings)
    terminal().print(table(found.items.columns, found.items.rows, title=f"The first {len(found.items.rows)} orders"))


def _findings(title: str, findings: tuple[Finding, ...]) -> None:
    rows = [(each.rule, each.symbol, each.account_number, each.message) for each in findings[:MOST_SHOWN]]
    if rows:
        more = f", the first {MOST_SHOWN} of {len(findings)}" if len(findings) > MOST_SHOWN else ""
        terminal().print(table(("rule", "symbol", "account", "message"), rows, title=f"{title}{more}"))
