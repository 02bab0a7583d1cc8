"""What `trimtab framework backtest` prints."""

from collections.abc import Iterator
from typing import Final

import typer

from trimtab.cli.framework_tables import basis_lines, called
from trimtab.cli.printing import print_lines, print_rows, print_table
from trimtab.cli.signal_tables import by_name, percent
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.framework_results import FrameworkBacktest
from trimtab.workflow.ports.results import Cell

DIGITS: Final = 4
SECTIONS: Final = {
    "equity": "Equity, in money",
    "trades": "Trades, at adjusted prices",
    "contributions": "Contributions of products, as fractions of the capital",
}
UNITS: Final = (
    "Returns, drawdowns, volatility, contributions, turnover and time_out_of_band are fractions: 0.05 is 5 %.",
    "Few days, or small differences, are no evidence that one mode is better.",
)


def print_backtested(found: FrameworkBacktest) -> None:
    """Prints the modes side by side."""
    of = f", {found.portfolio_id}" if found.portfolio_id else ""
    typer.echo(f"{called(found.framework)}{of}: {found.n_days} days, {found.first_day} to {found.last_day}.")
    rules = ", ".join(f"{name} {_said(value)}" for name, value in found.rules.items() if value is not None)
    typer.echo(f"Rules: {rules}.")
    rows = [
        (row["path"], row["code"], percent(row["weight"]), row["first_day"], row["passed_over"])
        for row in by_name(found.products)
    ]
    print_rows("What stands for each bucket", ("bucket", "code", "weight %", "since", "passed over"), rows=rows)
    print_table("Metrics", found.metrics, digits=DIGITS)
    print_rows("How it was kept", found.keeping.columns, rows=[*map(_counts, found.keeping.rows)], digits=DIGITS)
    print_table("Contributions of buckets", found.buckets, digits=DIGITS)
    for name, title in SECTIONS.items():
        table = getattr(found, name)
        if table is not None:
            print_table(title, table, digits=DIGITS)
    print_lines([*_outcome(found), *UNITS, *basis_lines(found.basis)])


def _counts(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """What is counted has no digits behind the point."""
    if not str(row[0]).startswith("n_"):
        return row
    return tuple(round(cell) if isinstance(cell, float) else cell for cell in row)


def _outcome(found: FrameworkBacktest) -> Iterator[str]:
    ends = ", ".join(f"{mode} {value:,.2f}" for mode, value in found.final_value.items())
    yield f"At the end: {ends}."
    for mode, why in (found.ended or {}).items():
        yield f"{mode} ended early: {why}"
    for mode, day in (found.pending or {}).items():
        yield f"{mode}: what was decided on {day} isn't executed yet."
    if found.shown is not None:
        for row in by_name(found.shown):
            yield f"{row['section']}: {row['shown']} of {row['total']} rows are shown."


def _said(value: object) -> str:
    return f"{value:,.12g}" if isinstance(value, float) else clean(str(value), None)
