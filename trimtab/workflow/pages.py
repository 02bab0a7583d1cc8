"""Pages of long lists: which rows, from where, and the cursor of the next page."""

import numpy as np

from trimtab.domain.columns import BoolColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.trading.checks import account_of
from trimtab.domain.trading.valuation import UnableToCheck
from trimtab.workflow.groups import group_table
from trimtab.workflow.log import LogEntry
from trimtab.workflow.log_details import shown
from trimtab.workflow.plan_document import plan_digest
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.cursors import decode_cursor, encode_cursor
from trimtab.workflow.ports.requests import GetSession, GetTolerance, Page
from trimtab.workflow.ports.results import ExecutionMode, SessionPage, Table, ToleranceStatus
from trimtab.workflow.sessions import Open
from trimtab.workflow.summaries import unable_results
from trimtab.workflow.tolerance import count_status, select_rows, status_table
from trimtab.workflow.trades import plan_table
from trimtab.workflow.why_not import why_not_table

LOG_COLUMNS = ("seq", "at", "actor", "source", "action", "detail", "hash")


def portfolio_mask(
    plan: SessionPlan, accounts: tuple[str, ...] | None, *, unable: tuple[UnableToCheck, ...]
) -> BoolColumn:
    """The session's portfolios that are asked for, shape (p,).

    Raises:
        InvalidInput: An account that isn't in the session.
    """
    count = len(plan.facts.positions.portfolio_row)
    if accounts is None:
        return np.ones(count, dtype=np.bool_)
    every = [account_of(plan.facts, row) for row in range(count)]
    known = frozenset(every) | {entry.account_number for entry in unable}
    problems = [
        Problem(f"portfolios[{number}]", "this session has no such portfolio", "unknown_portfolio")
        for number, account in enumerate(accounts)
        if account not in known
    ]
    if problems:
        raise InvalidInput(
            f"{len(problems)} of the portfolios given aren't in this session.",
            problems=problems,
            next_action="Call get_session view=trades group_by=portfolio to see the session's portfolios.",
        )
    wanted = frozenset(accounts)
    return np.array([account in wanted for account in every], dtype=np.bool_)


def tolerance_page(
    opened: Open, request: GetTolerance, *, execution_mode: ExecutionMode, unable: tuple[UnableToCheck, ...]
) -> ToleranceStatus:
    """A page of lines against their bands."""
    plan = opened.plan
    mask = portfolio_mask(plan, request.portfolios, unable=unable)
    rows = select_rows(plan, status=request.status, portfolios=mask)
    offset = _offset(request, opened.version)
    shown = unable if request.portfolios is None else tuple(u for u in unable if u.account_number in request.portfolios)
    return ToleranceStatus(
        execution_mode=execution_mode,
        phase=plan.state.phase,
        version=opened.version,
        as_of=plan.state.as_of.isoformat(),
        summary=count_status(plan, portfolios=mask, unable=len(shown)),
        unable_to_check=unable_results(shown),
        lines=status_table(plan, rows, offset=offset, limit=request.limit),
        total=len(rows.line),
        next_cursor=_next(opened.version, offset + request.limit, total=len(rows.line)),
    )


def session_page(
    opened: Open,
    request: GetSession,
    *,
    execution_mode: ExecutionMode,
    table: Table,
    total: int | None = None,
) -> SessionPage:
    """A page of a view that is a list; `total` where the table holds only the page (the log)."""
    offset = _offset(request, opened.version)
    rows = table.rows if total is not None else table.rows[offset : offset + request.limit]
    count = len(table.rows) if total is None else total
    return SessionPage(
        execution_mode=execution_mode,
        phase=opened.plan.state.phase,
        version=opened.version,
        session_id=request.session_id,
        view=request.view,
        group_by=request.group_by if request.view == "trades" else None,
        plan_digest=plan_digest(opened.plan) if request.view == "plan" else None,
        items=Table.model_construct(columns=table.columns, rows=rows),
        total=count,
        next_cursor=_next(opened.version, offset + request.limit, total=count),
    )


def view_table(opened: Open, request: GetSession, *, unable: tuple[UnableToCheck, ...]) -> Table:
    """The rows of a view but the log's, for the portfolios asked for."""
    plan = opened.plan
    if request.view == "trades":
        table = group_table(plan, request.group_by)
    else:
        table = plan_table(plan) if request.view == "plan" else why_not_table(plan)
    if request.portfolios is None:
        return table
    portfolio_mask(plan, request.portfolios, unable=unable)
    if "account_number" not in table.columns:
        raise InvalidInput(
            "This view isn't by portfolio.",
            field="portfolios",
            next_action="Use group_by=portfolio or view=plan.",
        )
    column, wanted = table.columns.index("account_number"), frozenset(request.portfolios)
    return Table.model_construct(columns=table.columns, rows=tuple(row for row in table.rows if row[column] in wanted))


def log_table(entries: tuple[LogEntry, ...]) -> Table:
    """Log entries as rows; details as JSON text, without what is too long to read."""
    rows = tuple(
        (
            entry.seq,
            entry.at.isoformat(timespec="milliseconds"),
            entry.actor,
            entry.source,
            entry.action,
            shown(entry.detail),
            entry.hash,
        )
        for entry in entries
    )
    return Table.model_construct(columns=LOG_COLUMNS, rows=rows)


def _offset(request: Page, version: int) -> int:
    return decode_cursor(request.cursor, version) if request.cursor else 0


def _next(version: int, offset: int, *, total: int) -> str | None:
    return encode_cursor(version, offset) if offset < total else None
