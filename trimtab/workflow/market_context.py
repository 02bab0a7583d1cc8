"""The market context of an analysis: asked for once, kept in the session, and only ever text."""

from collections import Counter
from dataclasses import dataclass, field

from trimtab.domain.trading.overview import ExchangeMomentum
from trimtab.workflow.asking import failure
from trimtab.workflow.guarding import guard_market
from trimtab.workflow.ports.analysts import Analyst, ExchangeRemark, MomentumAnswer, SectorRemark
from trimtab.workflow.state import AnalysisRecord, Remark


@dataclass(frozen=True, slots=True)
class MarketContext:
    """What was said of the markets; None where the analyst failed."""

    answer: MomentumAnswer | None
    degraded: tuple[str, ...] = ()
    removed: Counter[str] = field(default_factory=Counter)


async def market_context(
    seen: tuple[ExchangeMomentum, ...], *, analyst: Analyst, fallback: Analyst, known: AnalysisRecord | None
) -> MarketContext:
    """The analyst's words on the markets, or those that are known; what they can't say is replaced and counted."""
    if known is not None and known.market and _is_by(analyst, known) and not known.degraded:
        return MarketContext(_remembered(known))
    try:
        answer = await analyst.momentum(seen)
    except Exception as error:  # noqa: BLE001 - market context is optional, verdicts stand without it
        return MarketContext(None, (f"momentum: {failure(analyst, error)}",))
    if analyst.source != "model":
        return MarketContext(answer)
    guarded, removed = guard_market(answer, seen, template=await fallback.momentum(seen))
    return MarketContext(guarded, removed=removed)


def _is_by(analyst: Analyst, known: AnalysisRecord) -> bool:
    return (known.analyst, known.model) == (analyst.name, analyst.model)


def as_remarks(answer: MomentumAnswer | None) -> tuple[Remark, ...]:
    """The stored form of what was said."""
    if answer is None:
        return ()
    exchanges = (Remark(exchange=r.exchange, comment=r.comment, across=r.across) for r in answer.exchanges)
    sectors = (
        Remark(exchange=r.exchange, sector=r.sector, comment=r.comment, within=r.within, across=r.across)
        for r in answer.sectors
    )
    return (*exchanges, *sectors)


def _remembered(record: AnalysisRecord) -> MomentumAnswer:
    exchanges = (ExchangeRemark(r.exchange, r.comment, r.across) for r in record.remarks if r.sector is None)
    sectors = (
        SectorRemark(r.exchange, r.sector, r.comment, r.within, r.across)
        for r in record.remarks
        if r.sector is not None
    )
    return MomentumAnswer(record.market, tuple(exchanges), tuple(sectors))
