"""What a model's prose may say: the figures, names and flags that it was shown about the thing it writes of."""

from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np

from trimtab.domain.columns import EDGE_PCT
from trimtab.domain.trading.overview import (
    ExchangeMomentum,
    InstrumentMomentum,
    InstrumentVerdict,
    Returns,
    SectorMomentum,
)
from trimtab.domain.trading.prose import RETURN_MONTHS, Facts, facts_of_flags
from trimtab.domain.trading.repair import WHOLE_PCT, LineVerdict, OpenLine
from trimtab.workflow.planning import SessionPlan


def line_facts(plan: SessionPlan, line: OpenLine, *, verdict: LineVerdict) -> Facts:
    """Facts of one line and the verdict on it."""
    side = plan.side(line.side)
    row, drift, positions = int(side.offers.line[line.row]), plan.proposal.drift, plan.facts.positions
    variance, tolerance = float(drift.variance_pct[row]), float(drift.edge_pct[row]) - EDGE_PCT
    percents = (
        *(float(drift.actual_pct[row]), float(drift.target_pct[row]), variance, tolerance),
        *(abs(variance) - tolerance, line.curing_pct, line.tradable_pct),
        *(verdict.proceed_pct, WHOLE_PCT - verdict.proceed_pct),
    )
    instrument, portfolio = int(positions.instrument[row]), int(side.offers.portfolio[line.row])
    money = (line.planned_value, *line.amounts)
    signed = (-value for value in money) if line.side == "sell" else ()
    shown = Facts(pct=frozenset(percents), money=frozenset((*money, *signed)), names=line_names(plan, line))
    shown |= facts_of_flags(line.flags)
    return shown if line.side == "sell" else shown | _buy_facts(plan, instrument=instrument, portfolio=portfolio)


def line_names(plan: SessionPlan, line: OpenLine) -> frozenset[str]:
    """The names that a reason about a line may use: its instrument, sector and exchange."""
    row = int(plan.side(line.side).offers.line[line.row])
    instrument, instruments = int(plan.facts.positions.instrument[row]), plan.facts.book.instruments
    return frozenset((line.symbol, instruments.sector[instrument], instruments.exchange[instrument]))


def _buy_facts(plan: SessionPlan, *, instrument: int, portfolio: int) -> Facts:
    """What the buys' text also shows: cash, returns and the ex-date; for buys these speak for going ahead."""
    instruments, power, events = plan.facts.book.instruments, plan.power, plan.facts.events
    returns = (instruments.return_1m_pct[instrument], instruments.return_6m_pct[instrument])
    known = [float(value) for value in returns if np.isfinite(value)]
    days = int(events.ex_days[instrument]) if events.buy_window[instrument] else 0
    cash = (power.available[portfolio], power.demand[portfolio], power.deferral_needed[portfolio])
    return Facts(
        pct=frozenset(known),
        money=frozenset(map(float, cash)),
        days=frozenset((days,) if days else ()),
        months=RETURN_MONTHS,
        kinds=frozenset((*(("div",) if days else ()), *(("dip",) if any(value < 0 for value in known) else ()))),
    )


def exchange_facts(market: ExchangeMomentum, markets: Iterable[ExchangeMomentum]) -> Facts:
    """Facts of an exchange beside the others."""
    others = tuple(markets)
    return _of_returns(market.returns, [other.returns for other in others]) | Facts(
        names=frozenset(chain((other.code for other in others), (sector.name for sector in market.sectors))),
        pct=frozenset(chain.from_iterable(_values(sector.returns) for sector in market.sectors)),
    )


def sector_facts(market: ExchangeMomentum, sector: str, *, markets: Iterable[ExchangeMomentum]) -> Facts:
    """Facts of a sector beside its exchange, its instruments, and the same sector elsewhere."""
    own = next(each for each in market.sectors if each.name == sector)
    others = tuple(markets)
    elsewhere = [each.returns for other in others for each in other.sectors if each.name == sector]
    inside = [each.returns for each in own.instruments]
    names = (*(other.code for other in others), sector, *(each.symbol for each in own.instruments))
    return _of_returns(own.returns, [market.returns, *elsewhere, *inside]) | Facts(names=frozenset(names))


def note_facts(instrument: InstrumentMomentum, sector: SectorMomentum, *, market: ExchangeMomentum) -> Facts:
    """Facts of an instrument beside its sector and exchange."""
    days = frozenset((instrument.ex_dividend_days,)) if instrument.ex_dividend_days else frozenset[int]()
    return _of_returns(instrument.returns, [sector.returns, market.returns]) | Facts(
        days=days,
        counts=frozenset((instrument.sells, instrument.buys)),
        names=frozenset((instrument.symbol, sector.name, market.code)),
        kinds=frozenset(("div",) if days else ()),
    )


def market_summary_facts(markets: tuple[ExchangeMomentum, ...]) -> Facts:
    """Facts of all exchanges and sectors."""
    every = [exchange_facts(market, markets) for market in markets]
    counts = frozenset((len(markets), sum(len(market.sectors) for market in markets)))
    return _united(every) | Facts(counts=counts, months=RETURN_MONTHS)


def summary_facts(
    verdicts: tuple[InstrumentVerdict, ...], markets: tuple[ExchangeMomentum, ...], *, portfolios: int
) -> Facts:
    """Facts of all verdicts and markets."""
    by_action: dict[str, int] = {}
    for verdict in verdicts:
        by_action[verdict.action] = by_action.get(verdict.action, 0) + 1
    lines = [count for verdict in verdicts for _, count in verdict.counts]
    return (
        market_summary_facts(markets)
        | facts_of_flags(flag for verdict in verdicts for flag in verdict.flags)
        | Facts(
            counts=frozenset((portfolios, len(verdicts), *by_action.values(), *lines)),
            names=frozenset(verdict.symbol for verdict in verdicts),
            kinds=frozenset(("dip",)),
        )
    )


def _of_returns(own: Returns, others: Iterable[Returns]) -> Facts:
    """Own returns, the others', and how far own is from each."""
    compared = list(others)
    pct = {*_values(own), *chain.from_iterable(map(_values, compared)), *_differences(own, compared)}
    return Facts(pct=frozenset(pct), months=RETURN_MONTHS, kinds=frozenset(("dip",)))


def _values(returns: Returns) -> Iterator[float]:
    found = (returns.return_12m_pct, returns.return_6m_pct, returns.return_1m_pct)
    return (value for value in found if value is not None)


def _differences(own: Returns, others: Iterable[Returns]) -> Iterator[float]:
    for other in others:
        for mine, theirs in zip(_three(own), _three(other), strict=True):
            if mine is not None and theirs is not None:
                yield mine - theirs
                yield float(round(mine) - round(theirs))


def _three(returns: Returns) -> tuple[float | None, float | None, float | None]:
    return (returns.return_12m_pct, returns.return_6m_pct, returns.return_1m_pct)


def _united(facts: Iterable[Facts]) -> Facts:
    whole = Facts()
    for each in facts:
        whole |= each
    return whole
