"""What `trimtab demo` shows a person."""

from collections import Counter
from typing import Final

from rich.console import Console
from rich.text import Text

from trimtab.cli.console import table
from trimtab.cli.demo_orders import Executed
from trimtab.domain.errors import Blocked
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.execution import SideProgress
from trimtab.workflow.ports.results import Analysis, PhaseAdvanced, SessionSummaryResult

MOST_SHOWN: Final = 12


def show_opening(screen: Console, opened: SessionSummaryResult) -> None:
    """What is played over, and by whom."""
    screen.print(
        f"{clean(opened.book)} as of {opened.as_of}: {opened.portfolios} portfolios, analyst {opened.analyst},"
        f" execution {opened.execution_mode}\n",
        style="dim",
    )


def show_verdicts(screen: Console, analysis: Analysis) -> None:
    """The sells that the analyst holds back."""
    held = [entry for entry in analysis.recommendations if entry.action != "proceed"]
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


def show_review(screen: Console, opened: SessionSummaryResult, review: PhaseAdvanced) -> None:
    """What was found about the plan, and what it comes to."""
    screen.print()
    unable = [f"unable to check {entry.account_number}: {entry.message}" for entry in opened.unable_to_check]
    findings = [
        f"{finding.rule}: {' '.join(filter(None, (finding.account_number, finding.symbol)))}: {finding.message}"
        for finding in (*review.hard_failures, *review.soft_warnings)
    ]
    _warn(screen, [*unable, *findings])
    screen.print(Text("\n" + review.executive_summary.replace("**", "") + "\n"))


def show_orders(screen: Console, orders: Executed) -> None:
    """What became of the orders."""
    status = orders.status
    names = ", ".join(orders.approved_by)
    screen.print(f"Approved by the demo's simulated approvers ({names}), in a records database of the demo's own.\n")
    sides = (("sells", "sell", status.sells), ("buys", "buy", status.buys))
    rows = [(name, *_counts(orders, side), *_values(progress)) for name, side, progress in sides]
    columns = ("", "orders", "filled", "partly", "unfilled", "ordered value", "filled value", "share")
    screen.print(table(columns, rows, title=f"Orders at the embedded paper OMS, in {clean(status.currency)}"))
    if len(status.states) > 1:
        screen.print("By state: " + ", ".join(f"{state} {count}" for state, count in status.states.items()))
    cash = status.sells.filled_value - status.buys.filled_value
    screen.print(f"\nCash effect: {cash:+,.2f} {clean(status.currency)}, sells less buys as they were filled.")
    screen.print(f"Phase {status.phase}. Simulated: no order left this machine.")


def show_refusal(screen: Console, refused: Blocked) -> None:
    """Why the plan wasn't executed."""
    screen.print(Text(f"Not executed: {clean(refused.message, None)}"))
    _warn(screen, [f"{problem.code}: {problem.message}" for problem in refused.problems])
    screen.print("Phase Review. Nothing was sent.")


def _counts(orders: Executed, side: str) -> tuple[int, ...]:
    """How many orders of a side there are: all, those filled, those filled partly, and those not at all."""
    of_side = [line for line in orders.lines if line.side == side]
    counts = Counter("filled" if line.state == "Filled" else bool(line.filled_quantity) for line in of_side)
    return len(of_side), counts["filled"], counts[True], counts[False]


def _values(progress: SideProgress) -> tuple[float, float, str]:
    """A side's money: what was ordered, what was filled, and the share of it."""
    share = progress.filled_value / progress.ordered_value if progress.ordered_value else 0.0
    return progress.ordered_value, progress.filled_value, f"{share:.0%}"


def _warn(screen: Console, lines: list[str]) -> None:
    for line in lines[:MOST_SHOWN]:
        screen.print(Text(clean(line, None), style="yellow"))
    if len(lines) > MOST_SHOWN:
        screen.print(f"and {len(lines) - MOST_SHOWN} more")
