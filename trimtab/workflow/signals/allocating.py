"""Capital given to symbols by the signals of one day."""

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals.backtest.deciding_now import Decision, decide_at
from trimtab.domain.signals.watching import Watch, unwatched
from trimtab.workflow.factors.tables import number, table
from trimtab.workflow.ports.results import Table
from trimtab.workflow.ports.signal_records import AllocationRow
from trimtab.workflow.ports.signal_requests import AllocateCapital
from trimtab.workflow.ports.signal_results import Allocated, Recorded, Unmet
from trimtab.workflow.signals.asking import Asked, last_place
from trimtab.workflow.signals.basing import basis_of, digest_of, inputs_of, sized_rules
from trimtab.workflow.signals.checking import in_the_requests_terms, refuse_unlikely_holdings
from trimtab.workflow.signals.noting import day_notes, sector_notes, silent_notes
from trimtab.workflow.signals.run_tables import in_money, money

COLUMNS = (
    "symbol", "alpha", "confidence", "conflict", "held_weight", "weight", "value", "trade_value", "sector", "price",
)  # fmt: skip


def allocated(asked: Asked, request: AllocateCapital, *, watch: Watch = unwatched) -> tuple[Allocated, AllocationRow]:
    """The answer, and the row to keep.

    Raises:
        InvalidInput: a symbol is held that isn't looked at, contradicting constraints, or no day with prices.
    """
    watch(0.0)
    refuse_unlikely_holdings(request, frozenset(asked.prices.columns))
    rules = sized_rules(asked, request)
    with in_the_requests_terms():
        decision = decide_at(
            asked.prices, asked.panels, rules=rules, held=request.held, sectors=asked.sectors, day=request.as_of
        )
    notes = (
        *day_notes(asked, decision.day, as_of=request.as_of),
        *silent_notes(asked.panels, place=last_place(asked.prices, decision.day)),
        *sector_notes(asked, request),
    )
    row = _row(asked, decision, request=request)
    answer = Allocated(
        allocation_id=row.allocation_id,
        day=row.day.isoformat(),
        combination_method=request.combination_method,
        allocation_method=request.allocation_method,
        total_capital=request.total_capital,
        allocations=_table(asked, decision, request=request),
        cash_weight=decision.cash,
        cash_value=in_money(decision.cash * request.total_capital),
        unmet=tuple(Unmet(field=problem.field, message=problem.message) for problem in decision.unmet),
        without_estimate=decision.without_estimate,
        recorded=Recorded(kept=False),
        basis=basis_of(asked, request, notes=notes),
    )
    return answer, row


def _table(asked: Asked, decision: Decision, *, request: AllocateCapital) -> Table:
    """The symbols that have a weight before or after, the largest trade first."""
    weights = decision.weights.to_numpy()
    held = _held(decision, request)
    values = weights * request.total_capital
    trades = (weights - held) * request.total_capital
    closes = asked.quoted.closes.iloc[last_place(asked.prices, decision.day)].to_numpy()
    there = np.flatnonzero((weights != 0) | (held != 0))
    symbols = decision.symbols
    said = (decision.alpha, decision.confidence, decision.conflict)
    return table(
        COLUMNS,
        (
            (
                symbols[place],
                *(number(float(column[place])) for column in said),
                float(held[place]),
                float(weights[place]),  # to the last bit: with cash they sum to exactly 1
                *(money(float(column[place])) for column in (values, trades)),
                asked.sectors[symbols[place]],
                number(float(closes[place])),
            )
            for place in there[np.argsort(-np.abs(trades[there]), kind="stable")].tolist()
        ),
    )


def _held(decision: Decision, request: AllocateCapital) -> FloatColumn:
    given = request.held or {}
    return np.array([given.get(symbol, 0.0) for symbol in decision.symbols])


def _row(asked: Asked, decision: Decision, *, request: AllocateCapital) -> AllocationRow:
    weights = {symbol: weight for symbol, weight in decision.weights.items() if weight != 0}
    inputs = {
        **inputs_of(asked, request),
        "unmet": [{"field": problem.field, "message": problem.message} for problem in decision.unmet],
    }
    digest = asked.material.market.digest
    content = {"inputs": inputs, "day": decision.day.isoformat(), "weights": weights, "market": digest}
    return AllocationRow(
        allocation_id=digest_of(content),
        day=decision.day,
        combination_method=request.combination_method,
        allocations={str(symbol): float(weight) for symbol, weight in weights.items()},
        cash_weight=decision.cash,
        total_capital=request.total_capital,
        inputs=inputs,
        market_digest=digest,
    )
