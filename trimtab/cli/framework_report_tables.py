"""What `trimtab framework report` prints; drift as a small bar, whose ends are the edges of the band."""

from collections.abc import Mapping
from typing import Final

import typer

from trimtab.cli.framework_tables import CADENCES, basis_lines, called
from trimtab.cli.printing import print_lines, print_rows
from trimtab.cli.signal_tables import by_name, percent
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.framework_results import AllocationReport, AllocationSummary
from trimtab.workflow.ports.results import Cell

HALF: Final = 5
"""Cells of a bar on either side of the target."""
REASONS: Final[Mapping[str, str]] = {
    "band": "something is out of its band",
    "cadence": "it is time",
    "both": "it is time, and something is out of its band",
}


def print_report(found: AllocationReport) -> None:
    """Prints the summary, the buckets and the trades."""
    of = f", {found.portfolio_id}" if found.portfolio_id else ""
    account = f", account {clean(found.account_number)}" if found.account_number else ""
    money = f"{found.summary.total_value:,.2f} {found.base_ccy}"
    typer.echo(f"{called(found.framework)}{of}{account}: {money}.")
    for line in _summary(found.summary):
        typer.echo(line)
    _print_buckets(found)
    _print_trades(found)
    print_lines([*basis_lines(found.basis), "Nothing is ordered."])


def _summary(found: AllocationSummary) -> list[str]:
    reason = REASONS.get(found.reason, clean(found.reason, None).rstrip("."))
    needed = f"Rebalancing is due: {reason}." if found.rebalance_needed else "Nothing has to be done."
    dates = [f"last rebalance {found.last_rebalance or 'not known'}", f"next check {found.next_check or 'at no date'}"]
    volatility = "not known" if found.volatility is None else f"{100 * found.volatility:.2f} % a year"
    return [
        f"{needed} {100 * found.total_drift:.2f} % is in the wrong place; {found.out_of_band} out of band.",
        f"Checked {CADENCES[found.cadence]}: {', '.join(dates)}. Volatility {volatility}.",
    ]


def _print_buckets(found: AllocationReport) -> None:
    of_band = {row["path"]: row["drift_of_band"] for row in by_name(found.heatmap)}
    rows = [
        (
            row["path"],
            percent(row["actual_weight"]),
            percent(row["target_weight"]),
            percent(row["drift"]),
            bar(of_band.get(row["path"])),
            _from_nothing(row["low_weight"]),
            percent(row["high_weight"]),
            row["status"],
            percent(row["risk_contribution"]),
        )
        for row in by_name(found.buckets)
    ]
    columns = ("bucket", "actual %", "target %", "drift %", "in its band", "low %", "high %", "status", "risk %")
    print_rows("Buckets", columns, rows=rows)


def _from_nothing(low: Cell) -> Cell:
    """The lower edge in percent; nothing can weigh less than 0."""
    return max(0.0, 100.0 * low) if isinstance(low, int | float) else low


def bar(of_band: Cell) -> str:
    """How far a weight is from its target: `[.....|###..]`; `<` or `>` in the last cell where it is out of its band.

    Empty where there is no band on that side.
    """
    if not isinstance(of_band, int | float):
        return ""
    cells = min(HALF, round(abs(of_band) * HALF))
    filled = "#" * cells + "." * (HALF - cells)
    if abs(of_band) > 1:
        filled = filled[:-1] + ">"
    left, right = ("." * HALF, filled) if of_band >= 0 else (filled[::-1].replace(">", "<"), "." * HALF)
    return f"[{left}|{right}]"


def _print_trades(found: AllocationReport) -> None:
    if not found.trades.rows:
        print_lines(["No trades."])
        return
    rows = [
        (
            row["path"],
            row["code"],
            row["action"],
            percent(row["weight"]),
            percent(row["target_weight"]),
            row["value"],
            row["cost_value"],
        )
        for row in by_name(found.trades)
    ]
    columns = ("bucket", "code", "action", "weight %", "then %", "value", "cost")
    print_rows("What would bring it back", columns, rows=rows)
    print_lines([f"Turnover {100 * found.summary.turnover:.2f} %, costs {found.summary.cost_value:,.2f}."])
