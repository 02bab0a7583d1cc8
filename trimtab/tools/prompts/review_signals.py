"""`review_signals`."""

from collections.abc import Collection
from typing import Annotated, Final

from pydantic import Field

from trimtab.prompts import contexts
from trimtab.tools.context import ToolContext, signals_of
from trimtab.tools.prompts.definition import PromptDefinition
from trimtab.tools.prompts.facts import facts
from trimtab.tools.prompts.signal_facts import (
    COMPLETES,
    DECIMALS,
    OfStrategies,
    column,
    count,
    nothing,
    only,
    rounded,
    scope,
)
from trimtab.tools.strict import check
from trimtab.workflow.ports.results import Cell, Result, Table
from trimtab.workflow.ports.signal_requests import AllocateCapital, ComputeSignals
from trimtab.workflow.ports.signal_results import Allocated, BrokenStrategy, Signals, Unmet

MUCH_CONFLICT: Final = 0.25
LITTLE_CONFIDENCE: Final = 0.2
"""The template has both in words."""
MOST_SYMBOLS: Final = 40
MOST_SIGNALS: Final = 120
"""Rows of a prompt that one still reads."""


class ReviewSignals(OfStrategies):
    """Which strategies and symbols, and how much capital."""

    total_capital: Annotated[str, Field(description="Money to allocate", max_length=40)] = "1000000"


class Reviewing(Result):
    """What of both answers the reader needs."""

    combined: Table
    signals: Table
    allocations: Table
    cash_weight: float
    unmet: tuple[Unmet, ...]
    failed: tuple[BrokenStrategy, ...]
    notes: tuple[str, ...]
    market: str


async def review_signals(ctx: ToolContext, asked: ReviewSignals) -> contexts.ReviewSignals:
    """The signals of the last day with prices, and the weights that they come to."""
    computing = check(ComputeSignals, **scope(asked))
    allocating = check(AllocateCapital, total_capital=asked.total_capital, **scope(asked))
    desk, caller = await signals_of(ctx)
    signals = await desk.signals(caller, computing)
    allocated = await desk.allocate(caller, allocating)
    reviewing = _reviewing(signals, allocated)
    return contexts.ReviewSignals(
        day=signals.day,
        strategies=len(signals.basis.strategies),
        symbols=len(signals.combined.rows),
        shown=len(reviewing.combined.rows),
        conflicting=count(column(signals.combined, "conflict"), lambda share: share >= MUCH_CONFLICT),
        unsure=count(column(signals.combined, "confidence"), lambda share: share < LITTLE_CONFIDENCE),
        positions=len(_positions(allocated).rows),
        positions_shown=len(reviewing.allocations.rows),
        unmet=len(allocated.unmet),
        without_signal=len(signals.without_signal),
        failed=len(signals.basis.failed),
        left_out=len(signals.basis.left_out.rows),
        facts=facts(reviewing),
    )


def _reviewing(signals: Signals, allocated: Allocated) -> Reviewing:
    most = max(1, min(MOST_SYMBOLS, MOST_SIGNALS // max(1, len(signals.basis.strategies))))
    combined = _largest(signals.combined, "alpha", most=most)
    return Reviewing(
        combined=rounded(combined),
        signals=rounded(_of_symbols(signals.signals, column(combined, "symbol"))),
        allocations=rounded(_largest(_positions(allocated), "weight", most=MOST_SYMBOLS)),
        cash_weight=round(allocated.cash_weight, DECIMALS),
        unmet=allocated.unmet,
        failed=signals.basis.failed,
        notes=signals.basis.notes,
        market=signals.basis.market,
    )


def _positions(allocated: Allocated) -> Table:
    """What is held after the trade."""
    table = only(allocated.allocations, "symbol", "sector", "alpha", "confidence", "conflict", "weight", "value")
    return Table(columns=table.columns, rows=tuple(row for row in table.rows if row[5]))


def _largest(table: Table, name: str, *, most: int) -> Table:
    place = table.columns.index(name)
    rows = sorted(table.rows, key=lambda row: -_size(row[place]))
    return Table(columns=table.columns, rows=tuple(rows[:most]))


def _size(cell: Cell) -> float:
    return abs(cell) if isinstance(cell, int | float) else 0.0


def _of_symbols(table: Table, symbols: Collection[Cell]) -> Table:
    place = table.columns.index("symbol")
    return Table(columns=table.columns, rows=tuple(row for row in table.rows if row[place] in symbols))


PROMPT = PromptDefinition(
    function=review_signals,
    arguments=ReviewSignals,
    toolset="signals",
    title="Review the signals",
    description=(
        "Explains the signals of the last day with prices and the weights that they come to: what is strongest, where "
        "strategies contradict each other, where confidence is low, and of what nothing is known."
    ),
    completes={**COMPLETES, "total_capital": nothing},
)
