"""What is answered of a plan's orders: the preview, the question to the person who approves, and what was recorded."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from trimtab.workflow.approving import counting
from trimtab.workflow.judging import as_results
from trimtab.workflow.order_plan import largest_orders, order_accounts, order_table
from trimtab.workflow.ordered import Ordered, checked, recorded
from trimtab.workflow.ports.cursors import decode_cursor, encode_cursor
from trimtab.workflow.ports.records import Question, Standing
from trimtab.workflow.ports.requests import PreviewOrders
from trimtab.workflow.ports.results import (
    ApprovalNeed,
    ExecutionMode,
    GivenApproval,
    OrderPreview,
    OrdersExecuted,
)
from trimtab.workflow.sessions import Open

MOST_NAMED: Final = 3
"""Orders that the question names."""
BY_CLIENT: Final = "Call execute_orders: the person at this client is asked, where the client can ask"
BY_SECRET: Final = "A person runs `trimtab approve SESSION_ID` and proves who they are by a secret of their own"


def order_preview(ordered: Ordered, request: PreviewOrders, *, standing: Standing, now: datetime) -> OrderPreview:
    """A page of the orders, with every check, limit and the approval that they need."""
    opened, totals = ordered.opened, ordered.orders.totals
    offset = decode_cursor(request.cursor, opened.version) if request.cursor else 0
    limits, hard = checked(ordered, standing)
    following, killed = offset + request.limit, standing.kill is not None and standing.kill.on
    return OrderPreview(
        execution_mode=ordered.mode,
        phase=opened.plan.state.phase,
        version=opened.version,
        total=totals.orders,
        next_cursor=encode_cursor(opened.version, following) if following < totals.orders else None,
        plan_hash=ordered.orders.plan_hash,
        executable=not hard and not killed and opened.plan.state.phase == "Review",
        kill_switch=killed,
        totals=totals,
        limits=limits,
        hard_failures=as_results(hard),
        soft_warnings=as_results(ordered.orders.soft),
        approval=_need(ordered, standing, now=now),
        items=order_table(ordered.orders, offset=offset, limit=request.limit),
    )


def _need(ordered: Ordered, standing: Standing, *, now: datetime) -> ApprovalNeed:
    people = ordered.people(standing)
    of_plan = (each for each in standing.approvals if each.plan_hash == ordered.orders.plan_hash)
    counted = counting(standing, ordered.wanted, now=now, people=people)
    return ApprovalNeed(
        approvers=people,
        given=tuple(
            GivenApproval(
                approver=each.approver,
                means=each.means,
                expires_at=_second(each.expires_at),
                used=each.used,
                counts=each in counted,
            )
            for each in of_plan
            if now < each.expires_at
        ),
        missing=0 if recorded(standing, ordered.orders.plan_hash) else max(people - len(counted), 0),
        minutes=ordered.limits.approval_minutes,
        price_move_pct=ordered.limits.price_move_pct,
        how=(BY_CLIENT, BY_SECRET) if people == 1 else (f"{BY_SECRET}; {people} different people",),
    )


def question_text(ordered: Ordered, asked: Question) -> str:
    """What the person at the client is asked: our words and computed figures only.

    It names the question and the plan, so an answer to one can't be taken for another's.
    """
    return "\n".join(_question_lines(ordered, asked))


def _question_lines(ordered: Ordered, asked: Question) -> Iterator[str]:
    totals, opened = ordered.orders.totals, ordered.opened
    yield f"Approve {totals.orders} {ordered.mode} orders of session {ordered.session_id}?"
    yield (
        f"{totals.sells} sells for {totals.sell_value:,.2f}, {totals.buys} buys for {totals.buy_value:,.2f}, in all "
        f"{totals.total_value:,.2f} {totals.currency}: {totals.turnover_pct:.1f} % of the portfolios' value."
    )
    largest = "; ".join(largest_orders(ordered.orders, most=MOST_NAMED))
    yield f"They are of {order_accounts(ordered.orders)} portfolios. The largest: {largest}."
    yield f"Book {opened.plan.state.book} as of {opened.plan.state.as_of.isoformat()}."
    yield from _warned(ordered)
    yield (
        f"Your approval is for exactly this plan, good for one execution until {_second(asked.expires_at)}, and void "
        f"if a price moves against an order by more than {ordered.limits.price_move_pct:g} %."
    )
    yield f"Plan {asked.plan_hash}, question {asked.question_id}."


def _warned(ordered: Ordered) -> Iterator[str]:
    rules = Counter(finding.rule for finding in ordered.orders.soft)
    if rules:
        counts = ", ".join(f"{count} x {rule}" for rule, count in sorted(rules.items()))
        yield f"Warnings that stand: {counts}."


def on_the_way(system: str, *, trouble: str) -> str:
    """What happens to recorded orders next."""
    if trouble:
        return f"The orders are recorded, and leave as soon as that is possible: {trouble}"
    return f"Orders go to {system}: sells first, buys as their cash arrives. Call get_execution_status to follow them."


def executed_orders(
    opened: Open, standing: Standing, *, plan_hash: str, mode: ExecutionMode, note: str
) -> OrdersExecuted:
    """The recorded orders of a plan, counted by state."""
    orders = [order for order in standing.orders if order.plan_hash == plan_hash]
    approvals = (each for each in standing.approvals if each.plan_hash == plan_hash and each.used)
    return OrdersExecuted(
        execution_mode=mode,
        phase=opened.plan.state.phase,
        version=opened.version,
        plan_hash=plan_hash,
        orders=len(orders),
        states=dict(sorted(Counter(order.state for order in orders).items())),
        total_value=float(sum((order.reported_value for order in orders), Decimal(0))),
        currency=orders[0].reporting_currency,
        approved_by=tuple(each.approver for each in approvals),
        note=note,
    )


def _second(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
