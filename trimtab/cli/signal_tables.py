"""What `trimtab signals` prints of strategies, of one day, and of what was kept."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

import typer

from trimtab.cli.printing import print_lines, print_rows, print_table
from trimtab.domain.outside_text import clean, clean_lines
from trimtab.workflow.ports.results import Cell, Table
from trimtab.workflow.ports.signal_results import (
    Allocated,
    Basis,
    BrokenStrategy,
    Recorded,
    SignalRecordsPage,
    Signals,
    Strategies,
    StrategyInfo,
    UsedStrategy,
)

MOST_NAMED: Final = 5
_OWN: Final = "trimtab"
_FOR_SCRIPTS: Final = frozenset({"metadata", "inputs", "metrics", "run_id", "kind"})
"""Columns of kept rows that are JSON text, or that nobody reads: `--json` has them."""
_ID: Final = "allocation_id"
_ID_LETTERS: Final = 8
_MINUTES: Final = len("2026-11-20T00:00")
_DIGITS: Final = 4


def print_strategies(found: Strategies) -> None:
    """Prints what is installed."""
    rows: list[tuple[object, ...]] = [
        (each.name, clean(each.package) or _OWN, "yes", each.history_days, _numbers(each.parameters))
        for each in found.strategies
    ]
    rows += [(each.name, clean(each.package), "no", None, "") for each in found.broken]
    print_rows("", ("strategy", "from", "works", "prices needed", "parameters"), rows=rows)
    print_lines([f"{_named(each)} can't be used: {each.reason}" for each in found.broken])


def print_strategy(found: StrategyInfo) -> None:
    """Prints the text of a strategy."""
    typer.echo(clean_lines(found.readme))
    print_lines([f"Parameters: {_numbers(found.parameters) or 'none'}. Prices needed: {found.history_days}."])


def print_signals(found: Signals) -> None:
    """Prints the signals of a day: a line for each symbol, with the alpha of each strategy."""
    print_head(found.day, found.basis)
    names = [used.name for used in found.basis.strategies]
    alphas = {(row[0], row[1]): row[2] for row in found.signals.rows}
    shown = ("symbol", "direction", "alpha", "confidence", "conflict")
    rows = [
        (*(row[column] for column in shown), *(alphas.get((row["symbol"], name)) for name in names))
        for row in by_name(found.combined)
    ]
    print_rows(f"Combined by {found.combination_method}, and the alpha of each", (*shown, *names), rows=rows)
    for name, indicators in (found.indicators or {}).items():
        print_table(f"Indicators of {name}", indicators, digits=_DIGITS)
    without = f"Without a signal: {', '.join(map(clean, found.without_signal))}"
    print_foot(found.recorded, found.basis, lines=[without] if found.without_signal else [])


def print_allocated(found: Allocated) -> None:
    """Prints weights and values."""
    print_head(found.day, found.basis)
    columns = ("symbol", "sector", "alpha", "held %", "weight %", "value", "trade value", "price")
    rows = [
        (
            row["symbol"],
            row["sector"],
            row["alpha"],
            percent(row["held_weight"]),
            percent(row["weight"]),
            row["value"],
            row["trade_value"],
            row["price"],
        )
        for row in by_name(found.allocations)
    ]
    cash = ("(cash)", "", None, None, percent(found.cash_weight), found.cash_value, None, None)
    method = found.allocation_method.replace("_", " ")
    print_rows(f"{found.total_capital:,.2f} by {method}", columns, rows=[*rows, cash])
    lines = [f"Not kept: {each.field}: {each.message}" for each in found.unmet]
    if found.without_estimate:
        lines.append(f"Without an estimate: {', '.join(map(clean, found.without_estimate))}")
    print_foot(found.recorded, found.basis, lines=[*lines, "Nothing is ordered."])


def print_page(found: SignalRecordsPage) -> None:
    """Prints kept rows; ids in a few letters, and times to the minute."""
    shown = [place for place, column in enumerate(found.rows.columns) if column not in _FOR_SCRIPTS]
    columns = [found.rows.columns[place] for place in shown]
    rows = [tuple(_kept(found.rows.columns[place], row[place]) for place in shown) for row in found.rows.rows]
    if rows:
        print_rows("", [column.replace("_", " ") for column in columns], rows=rows, digits=_DIGITS)
    more = "" if found.next_offset is None else f"; --offset {found.next_offset} goes on"
    print_lines([f"{len(rows)} of {found.total}{more}. --json shows all that was kept of each."])


def print_head(days: str, basis: Basis) -> None:
    """What an answer rests on, in a few lines."""
    typer.echo(f"{clean(basis.market)} as of {basis.market_as_of}: {basis.n_symbols} symbols; {days}.")
    typer.echo(f"Strategies: {'; '.join(map(_used, basis.strategies))}.")
    if basis.rules:
        typer.echo(f"Rules: {', '.join(f'{name} {_rule(value)}' for name, value in basis.rules.items())}.")


def print_foot(recorded: Recorded, basis: Basis, *, lines: Sequence[str] = ()) -> None:
    """Who was left out, what failed, what to know, and whether it was kept."""
    if basis.left_out.rows:
        print_table("Left out", basis.left_out)
    failed = [f"{_named(each)} gave nothing: {each.reason}" for each in basis.failed]
    print_lines([*lines, *failed, *basis.notes, " ".join(filter(None, (_kept_as(recorded), recorded.note)))])


def by_name(found: Table) -> list[Mapping[str, Cell]]:
    """Rows whose cells are found by their column."""
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def percent(cell: Cell) -> Cell:
    """A fraction in percent."""
    return 100 * cell if isinstance(cell, int | float) else cell


def _kept_as(recorded: Recorded) -> str:
    if not recorded.kept:
        return "Not kept in the records."
    return f"Kept in the records: {recorded.new_rows:,} new." if recorded.new_rows else "It is in the records already."


def _rule(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.12g}"
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else clean(str(value))


def _kept(column: str, cell: Cell) -> Cell:
    """Weights as a few words, ids in a few letters, times to the minute; anything else as it is."""
    if not isinstance(cell, str):
        return cell
    if column == _ID:
        return cell[:_ID_LETTERS]
    if column == "recorded_at":
        return cell[:_MINUTES].replace("T", " ")
    return _largest(cell) if column == "allocations" else cell


def _largest(cell: str) -> str:
    weights: dict[str, float] = json.loads(cell)
    largest = sorted(weights.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    named = [f"{symbol} {100 * weight:.1f} %" for symbol, weight in largest[:MOST_NAMED]]
    more = [f"{len(largest) - MOST_NAMED} more"] if len(largest) > MOST_NAMED else []
    return ", ".join([*named, *more])


def _used(strategy: UsedStrategy) -> str:
    parameters = f" ({_numbers(strategy.parameters)})" if strategy.parameters else ""
    return f"{strategy.name} x {strategy.weight:g}{parameters}"


def _numbers(parameters: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in parameters.items())


def _named(strategy: BrokenStrategy) -> str:
    return f"{strategy.name} of {strategy.package}" if strategy.package else strategy.name
