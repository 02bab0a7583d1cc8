"""What the rules analyst says of the markets: trajectories in neutral words, numbers only as computed."""

from collections.abc import Iterator

from trimtab.domain.trading.overview import ExchangeMomentum, InstrumentMomentum, Returns, SectorMomentum
from trimtab.workflow.ports.analysts import (
    ExchangeRemark,
    MomentumAnswer,
    SectorRemark,
    SynthesisQuestion,
)

STEADY_PCT = 1.0
"""A month within this many points of the half year's monthly pace counts as steady."""
MONTHS_IN_HALF_YEAR = 6


def describe_markets(markets: tuple[ExchangeMomentum, ...]) -> MomentumAnswer:
    """One remark per exchange and per sector, and a summary of all."""
    return MomentumAnswer(
        summary=_summary(markets),
        exchanges=tuple(
            ExchangeRemark(market.code, _describe(market.returns), _ahead(market, markets)) for market in markets
        ),
        sectors=tuple(
            SectorRemark(market.code, sector.name, _describe(sector.returns), _against(sector, market))
            for market in markets
            for sector in market.sectors
        ),
    )


def _describe(returns: Returns) -> str:
    """`+9% over 12 months, +1% this month; momentum steady`."""
    parts = [
        f"{percent(value)} {span}"
        for value, span in ((returns.return_12m_pct, "over 12 months"), (returns.return_1m_pct, "this month"))
        if value is not None
    ]
    if not parts:
        return "No returns known"
    trend = _trajectory(returns)
    return ", ".join(parts) + (f"; momentum {trend}" if trend else "")


def _trajectory(returns: Returns) -> str:
    """This month against the half year's monthly pace."""
    if returns.return_1m_pct is None or returns.return_6m_pct is None:
        return ""
    change = returns.return_1m_pct - returns.return_6m_pct / MONTHS_IN_HALF_YEAR
    if abs(change) <= STEADY_PCT:
        return "steady"
    return "improving" if change > 0 else "deteriorating"


def _ahead(market: ExchangeMomentum, markets: tuple[ExchangeMomentum, ...]) -> str | None:
    """How the exchange's month compares with the strongest other one."""
    own = market.returns.return_1m_pct
    others = [
        (m.returns.return_1m_pct, m.code) for m in markets if m is not market and m.returns.return_1m_pct is not None
    ]
    if own is None or not others:
        return None
    best, code = max(others)
    return f"{_distance(own - best)} {code} this month"


def _against(sector: SectorMomentum, market: ExchangeMomentum) -> str | None:
    own, whole = sector.returns.return_1m_pct, market.returns.return_1m_pct
    if own is None or whole is None:
        return None
    return f"{_distance(own - whole)} the exchange this month"


def _distance(points: float) -> str:
    whole = abs(round(points))
    if not whole:
        return "in line with"
    return f"{whole} point{'' if whole == 1 else 's'} {'ahead of' if points > 0 else 'behind'}"


def percent(value: float) -> str:
    """`+9%`, `0%`, `-3%`: whole, and never -0."""
    whole = round(value)
    return f"{whole:+d}%" if whole else "0%"


def _summary(markets: tuple[ExchangeMomentum, ...]) -> str:
    known = sorted(
        ((m.returns.return_1m_pct, m.code) for m in markets if m.returns.return_1m_pct is not None),
        key=lambda pair: (-pair[0], pair[1]),
    )
    if not known:
        return "No returns are known for the exchanges of this book."
    listed = ", ".join(f"{code} {percent(value)}" for value, code in known)
    return f"This month {listed}."


def sum_up(question: SynthesisQuestion) -> str:
    """How many instruments go ahead, wait in part or in whole, or need a look."""
    counts = {
        action: sum(1 for v in question.verdicts if v.action == action)
        for action in ("proceed", "partial", "defer", "review")
    }
    parts = [
        f"{counts['proceed']} proceed",
        *(
            f"{count} {words}"
            for action, words in (("partial", "in part"), ("defer", "wait"), ("review", "need a look"))
            if (count := counts[action])
        ),
    ]
    market = f" {question.momentum.summary}" if question.momentum else ""
    instruments, portfolios = _count(len(question.verdicts), "instrument"), _count(question.portfolios, "portfolio")
    return f"{instruments} in {portfolios}: {', '.join(parts)}.{market}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def notes_for(question: SynthesisQuestion) -> tuple[tuple[str, str], ...]:
    """A momentum note for each instrument with a verdict, against its sector."""
    wanted = {verdict.symbol for verdict in question.verdicts}
    return tuple(
        (instrument.symbol, note)
        for sector, instrument in _instruments(question.markets)
        if instrument.symbol in wanted and (note := _note(instrument, sector))
    )


def _instruments(
    markets: tuple[ExchangeMomentum, ...],
) -> Iterator[tuple[SectorMomentum, InstrumentMomentum]]:
    for market in markets:
        for sector in market.sectors:
            for instrument in sector.instruments:
                yield sector, instrument


def _note(instrument: InstrumentMomentum, sector: SectorMomentum) -> str:
    own, whole = instrument.returns.return_1m_pct, sector.returns.return_1m_pct
    if own is None or whole is None:
        return ""
    trend = _trajectory(instrument.returns)
    return f"{_distance(own - whole)} its sector this month" + (f", momentum {trend}" if trend else "")
