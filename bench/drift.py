"""Drift and planned trades of a large book: beside one bare pass in NumPy, and beside table engines."""

import resource
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from bench.drift_peers import Lines, joined, peers
from bench.measure import Work, fastest
from bench.report import milliseconds, print_table, verdict
from bench.synthetic import TAX_RULES, make_book
from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.drift import compute_drift
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.positions import build_positions
from trimtab.domain.trading.rules import SessionRules
from trimtab.domain.trading.sell_plan import TradingFacts, propose, trading_facts
from trimtab.domain.trading.tax_lots import lot_facts

PORTFOLIOS: Final = 100_000
REPETITIONS: Final = 25
"""Enough to outlast what a neighbour on the machine does for a few seconds."""
TOLERANCES: Final = {1.0: "tolerance 1.0, as in the demo book", 1.5: "tolerance 1.5, nearly every withdrawal is raised"}
DRIFT_WANTED: Final = 3
PROPOSE_WANTED: Final = 8
SCALE_WANTED: Final = 11
MEMORY_WANTED_GB: Final = 2
RULES: Final = SessionRules()
COLUMNS: Final = ("", "ms", "times the bare pass", "wanted")


@dataclass(frozen=True, slots=True, eq=False)
class BarePass:
    """What a bare pass knows of each line and of each portfolio."""

    actual_pct: FloatColumn
    variance_pct: FloatColumn
    breached: BoolColumn
    total: FloatColumn
    largest_pct: FloatColumn
    turnover_pct: FloatColumn
    breaches: IntColumn


def bare_pass(lines: Lines, *, start: IntColumn, net_cash: FloatColumn) -> BarePass:
    """Weights, drift and breaches of every line, four sums per portfolio: the least that anybody computes."""
    first = start[:-1]
    total = np.add.reduceat(lines.value, first) + net_cash
    actual = lines.value * np.repeat(100 / total, np.diff(start))
    variance = actual - lines.target
    size = np.abs(variance)
    breached = size > lines.edge
    return BarePass(
        actual_pct=actual,
        variance_pct=variance,
        breached=breached,
        total=total,
        largest_pct=np.maximum.reduceat(size, first),
        turnover_pct=np.add.reduceat(size, first) / 2,
        breaches=np.add.reduceat(breached, first, dtype=np.int64),
    )


def facts_of(book: Book) -> TradingFacts:
    """The book, prepared: joined lines, tax lots in order."""
    every = np.arange(len(book.portfolios.account_number))
    return trading_facts(book, every, policy=Policy(), tax_rules=TAX_RULES, rules=RULES)


def report() -> None:
    """Prints all tables of the book. Memory goes first: a child inherits the peak of a large parent."""
    peak = float(subprocess.run([sys.executable, "-m", __name__], capture_output=True, check=True, text=True).stdout)
    for tolerance_pct, setting in TOLERANCES.items():
        facts = facts_of(make_book(PORTFOLIOS, tolerance_pct=tolerance_pct))
        _report_beside_bare(facts, setting=setting)
    _report_peers(facts)
    _report_prepared(facts)
    _report_scale(facts, peak_gb=peak)


def _bare(facts: TradingFacts) -> Work:
    positions = facts.positions
    net_cash = positions.cash - positions.pending_withdrawal
    return partial(bare_pass, joined(positions), start=positions.start, net_cash=net_cash)


def _report_beside_bare(facts: TradingFacts, *, setting: str) -> None:
    triggered, raising = _shares(facts)
    taken = fastest(
        {
            "bare": _bare(facts),
            "drift": lambda: compute_drift(facts.positions),
            "propose": lambda: propose(facts, RULES),
        },
        repetitions=REPETITIONS,
    )
    base = taken["bare"]
    print_table(
        f"{PORTFOLIOS:,} portfolios of 20 lines: {setting}",
        COLUMNS,
        [
            ("bare NumPy pass: weights, drift, breaches, sums", milliseconds(base), "1.00", ""),
            ("`compute_drift`: drift and status", *_beside(taken["drift"], base, wanted=DRIFT_WANTED)),
            (
                "`propose`: drift, trades, lots, cash raising, flags",
                *_beside(taken["propose"], base, wanted=PROPOSE_WANTED),
            ),
        ],
        notes=f"Fastest of {REPETITIONS} runs each, in turns. {triggered:.0%} of the lines trade, "
        f"{raising:.0%} of the portfolios sell more to raise cash.",
    )


def _shares(facts: TradingFacts) -> tuple[float, float]:
    """Shares of lines that trade and of portfolios that raise cash.

    The proposal must not outlive this: while it is held the allocator gives memory back after each run, and the bare
    pass takes half as long again, for page faults.
    """
    proposal = propose(facts, RULES)
    raising = np.unique(facts.positions.portfolio[proposal.cash_units > 0])
    return len(proposal.planned.line) / len(proposal.sell_units), len(raising) / len(proposal.missing_cash)


def _beside(seconds: float, base: float, *, wanted: float) -> tuple[str, str, str]:
    ratio, most = verdict(seconds / base, wanted).split(" ", 1)
    return milliseconds(seconds), ratio, most


def _report_peers(facts: TradingFacts) -> None:
    others = peers(joined(facts.positions))
    ours = compute_drift(facts.positions).status
    for name, compute in others.items():
        if not np.array_equal(compute(), ours):
            raise RuntimeError(f"{name} gives other statuses")
    taken = fastest({"trimtab": lambda: compute_drift(facts.positions), **others}, repetitions=REPETITIONS)
    base = taken["trimtab"]
    print_table(
        "The same drift and status by table engines",
        ("", "ms", "times Trimtab", "wanted"),
        [
            ("Trimtab, `compute_drift`", milliseconds(base), "1.00", ""),
            *((name, milliseconds(taken[name]), f"{taken[name] / base:.1f}", "> 1") for name in others),
        ],
        notes=f"Fastest of {REPETITIONS} runs each, in turns, from each engine's own loaded and sorted table; "
        "before that all gave the same statuses. polars and DuckDB use all cores, Trimtab and pandas one.",
    )


def _report_prepared(facts: TradingFacts) -> None:
    book, every = facts.book, facts.positions.portfolio_row
    taken = fastest(
        {
            "join": lambda: build_positions(book, every),
            "lots": lambda: lot_facts(book, facts.positions, tax_rules=TAX_RULES, policy=Policy()),
            "all": lambda: facts_of(book),
            "bare": _bare(facts),
        },
        repetitions=5,
    )
    print_table(
        "Prepared once, when a book is loaded, and in none of the times above",
        ("", "ms", "times the bare pass"),
        [
            (name, milliseconds(taken[key]), f"{taken[key] / taken['bare']:.0f}")
            for key, name in {
                "join": "join of holdings and models, sorted",
                "lots": "tax lots: gains, holding periods, selling order",
                "all": "everything, these two included",
            }.items()
        ],
        notes="Fastest of 5 runs each, in turns.",
    )


def _report_scale(facts: TradingFacts, *, peak_gb: float) -> None:
    tenth = facts_of(make_book(PORTFOLIOS // 10, tolerance_pct=1.5))
    taken = fastest(
        {"whole": lambda: propose(facts, RULES), "tenth": lambda: propose(tenth, RULES)}, repetitions=REPETITIONS
    )
    print_table(
        "Scale",
        ("", "measured, wanted"),
        [
            ("time of `propose`, ten times the portfolios", verdict(taken["whole"] / taken["tenth"], SCALE_WANTED)),
            ("peak memory of a process that makes, prepares and proposes, GB", verdict(peak_gb, MEMORY_WANTED_GB)),
        ],
        notes=f"{PORTFOLIOS // 10:,} and {PORTFOLIOS:,} portfolios, tolerance 1.5; fastest of {REPETITIONS} runs "
        "each, in turns.",
    )


def _peak_gb() -> float:
    propose(facts_of(make_book(PORTFOLIOS, tolerance_pct=1.5)), RULES)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e9 if sys.platform == "darwin" else 1e6)


if __name__ == "__main__":
    print(_peak_gb())
