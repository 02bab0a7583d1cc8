"""A run: decisions, executions and what came of them. Sections 2 to 5 of `docs/signal-backtest.md`."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, TextColumn
from trimtab.domain.signals.backtest.calendar import Calendar
from trimtab.domain.signals.backtest.closes import Closes
from trimtab.domain.signals.backtest.crediting import credited
from trimtab.domain.signals.backtest.decider import Decided, Decider
from trimtab.domain.signals.backtest.executing import terms_of
from trimtab.domain.signals.backtest.ledger import Ledger
from trimtab.domain.signals.backtest.result import Backtest, Decisions, Trades
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.watching import Watch, unwatched


@dataclass(frozen=True, slots=True, eq=False)
class _Taken:
    """What was decided, and how many executions there were by then."""

    decided: Decided
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Where a run takes place.

    Attributes:
        calendar: T days, and the places of R decisions and executions among them.
        closes: T x N.
        symbols: N.
        strategies: S, in the order of the decider's credit.
    """

    calendar: Calendar
    closes: Closes
    symbols: TextColumn
    strategies: TextColumn = ()


def simulate(decider: Decider, stage: Stage, *, rules: Rules, watch: Watch = unwatched) -> Backtest:
    """Runs over all decisions, from one execution to the next.

    On a day that has both, an earlier decision is executed before the next is taken. After ruin none is taken, and what
    was decided but not yet executed never is.

    Args:
        decider: for the calendar's R decisions.
        stage: days, prices and names.
        rules: `initial_capital`, `cost_bps` and the gross limit of `constraints` are used.
        watch: told after each decision.
    """
    ledger = Ledger(stage.closes, stage.calendar, capital=rules.initial_capital, terms=terms_of(rules))
    decided: list[_Taken] = []
    days = stage.calendar.decided.tolist()
    for place, day in enumerate(days):
        _execute_until(day, ledger, decided=decided)
        if ledger.ruined is not None and ledger.ruined <= day:
            break
        decided.append(_Taken(decider.decide(place, ledger.held(day)), ledger.count))
        watch((place + 1) / len(days))
    _execute_until(len(stage.calendar.dates) - 1, ledger, decided=decided)
    watch(1.0)
    return _told(ledger, decider, stage=stage, decided=decided, rules=rules)


def _execute_until(day: int, ledger: Ledger, *, decided: list[_Taken]) -> None:
    """What is due up to a day, in the order in which it was decided."""
    while ledger.count < len(decided) and ledger.next_is_due(day):
        each = decided[ledger.count]
        ledger.execute_next(each.decided.weights, left=_left(each, ledger))


def _left(taken: _Taken, ledger: Ledger) -> BoolColumn | None:
    """N positions that the next execution leaves as they are; None for none."""
    decided = taken.decided
    if decided.stands_still:
        return np.ones(len(decided.weights), dtype=np.bool_)
    if decided.left is None:
        return None
    left: BoolColumn = decided.left & ~ledger.traded_since(taken.count)
    return left


def _told(ledger: Ledger, decider: Decider, *, stage: Stage, decided: list[_Taken], rules: Rules) -> Backtest:
    cost = terms_of(rules).cost
    return Backtest(
        dates=stage.calendar.dates,
        symbols=stage.symbols,
        strategies=stage.strategies,
        initial_capital=rules.initial_capital,
        equity=ledger.equity,
        cash=ledger.cash_by_day(),
        positions=ledger.units[: ledger.count + 1],
        prices=stage.closes.last,
        trades=_trades(ledger, stage, cost=cost),
        decisions=_decisions(ledger, decider, stage=stage, decided=[each.decided for each in decided]),
        contributions=_contributions(ledger, decider, stage=stage, cost=cost),
        ruined=ledger.ruined,
    )


def _trades(ledger: Ledger, stage: Stage, *, cost: float) -> Trades:
    traded = ledger.traded.ravel()
    places = np.flatnonzero(traded != 0)
    execution, symbol = np.divmod(places, len(stage.symbols))
    day = ledger.traded_on[execution]
    units, price = traded[places], stage.closes.valued[day, symbol]
    return Trades(day=day, symbol=symbol, units=units, price=price, cost_value=np.abs(units * price) * cost)


def _decisions(ledger: Ledger, decider: Decider, *, stage: Stage, decided: list[Decided]) -> Decisions:
    taken, count, days = len(decided), ledger.count, ledger.traded_on
    weights = np.array([each.weights for each in decided]).reshape(taken, len(stage.symbols))
    held, untraded = weights.copy(), np.zeros(taken, dtype=np.int64)
    worth = ledger.equity[days][:, None]
    values = ledger.units[1 : count + 1] * stage.closes.valued[days]
    held[:count] = np.divide(values, worth, out=np.zeros_like(values), where=worth > 0)
    meant = (weights[:count] != 0) | (ledger.units[:count] != 0)
    untraded[:count] = (meant & ~ledger.left[:count] & ~stage.closes.priced[days]).sum(axis=1)
    return Decisions(
        decided=stage.calendar.decided[:taken],
        executed=np.append(days, np.full(taken - count, len(stage.calendar.dates))),
        weights=weights,
        held=held,
        alpha=decider.alpha[:taken],
        confidence=decider.confidence[:taken],
        unmet={place: each.unmet for place, each in enumerate(decided) if each.unmet},
        without_estimate=np.array([each.without_estimate for each in decided], dtype=np.int64),
        untraded=untraded,
    )


def _contributions(ledger: Ledger, decider: Decider, *, stage: Stage, cost: float) -> FloatColumn:
    """(K + 1) x (S + 2) money; an execution's costs belong to the row that ends with it.

    What ruin wrote off is so much less lost by nobody in particular, or, where anything was left, eaten by costs.
    """
    count, days, closes = ledger.count, ledger.traded_on, stage.closes
    units, credit = ledger.units[1 : count + 1], decider.credit[:count]
    until = np.append(days[1:], ledger.last_day)[:count]
    gains = units * (closes.valued[until] - closes.valued[days])
    agreed = (np.sign(decider.alpha[:count]) == np.sign(units)) & (units != 0)
    spoken = agreed & closes.priced[days] & credit.any(axis=2)
    money = np.zeros((count + 1, len(stage.strategies) + 2))
    money[1:, :-1] = credited(gains, units, spoken=spoken, credit=credit)
    money[:count, -1] -= cost * np.abs(ledger.traded * closes.valued[days]).sum(axis=1)
    money[-1, -2] -= min(ledger.written_off, 0.0)
    money[-1, -1] -= max(ledger.written_off, 0.0)
    return money
