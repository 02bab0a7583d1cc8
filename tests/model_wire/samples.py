"""Questions as the product puts them: facts from the real formatters, and schemas that name what may be answered."""

from collections.abc import Sequence
from typing import Any, Final

from tests.model_wire.calls import Json
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.domain.trading.overview import (
    Batch,
    BuyBlock,
    BuyRow,
    ExchangeMomentum,
    HoldingRow,
    InstrumentMomentum,
    PortfolioBlock,
    Returns,
    SectorMomentum,
)
from trimtab.formatters.requirements import format_requirements
from trimtab.formatters.toon_buys import format_buys
from trimtab.formatters.toon_momentum import format_momentum
from trimtab.formatters.toon_portfolios import format_portfolios

SYSTEM: Final = "You judge trades. " * 300
"""Long enough to be kept by the provider."""

DIVIDEND, DIP, SECTOR, HOLDING_PERIOD = "div:8d/$2.40", "dip:-8%", "sec:Materials", "cgt:12d"
PORTFOLIOS: Final = format_portfolios(
    Batch(
        1,
        3,
        (
            PortfolioBlock(
                "ACC1",
                'Eve, "The" Client',
                "Growth",
                2.0,
                (
                    HoldingRow("CBA", 8.5, 6.0, 2.5, -4147, (DIVIDEND,)),
                    HoldingRow("BHP", 5.2, 4.0, 1.2, -2500, (SECTOR,), 1.0),
                    HoldingRow("A,2", 4.0, 3.0, 1.0, -900, (HOLDING_PERIOD,)),
                    HoldingRow("WBC", 1.0, 3.0, -2.0, 5000, (DIP,)),
                ),
            ),
            PortfolioBlock(
                "ACC2",
                "Bo",
                "Growth",
                2.0,
                (
                    HoldingRow("CBA", 9.0, 6.0, 3.0, -9000),
                    HoldingRow("BHP", 9.0, 4.0, 5.0, -2600, (DIP, HOLDING_PERIOD)),
                ),
            ),
        ),
    )
)
MARKETS: Final = format_momentum(
    (
        ExchangeMomentum(
            "ASX",
            Returns(9.0, 5.0, 1.0),
            (
                SectorMomentum(
                    "Financials",
                    Returns(8.0, 4.0, 1.0),
                    (InstrumentMomentum("CBA", Returns(-2.0, 3.0, -4.0), 8, 12, 0),),
                ),
            ),
        ),
        ExchangeMomentum("NYSE", Returns(12.0, None, 3.0), (SectorMomentum("Tech", Returns(None, None, None), ()),)),
    )
)
BUYS: Final = format_buys(
    (
        BuyBlock(
            "ACC1",
            "Eve",
            "Growth",
            1.0,
            500_000,
            25_000,
            40_000,
            15_000,
            (
                BuyRow("CBA", 8500, 2.1, 4.0, 1.9, 8, -3, 8),
                BuyRow("BHP", 12000, 1.5, 4.0, 2.5, None, -5, 12),
                BuyRow("WBC", 19500, 3.2, 4.0, 0.8, None, 1, 6, 0.5),
            ),
        ),
        BuyBlock("ACC2", "Bo", "Growth", 1.0, 1_000, 0, 600, 600, (BuyRow("NAB", 600, 0, 60, 60, None, None, None),)),
        BuyBlock("ACC3", "Cy", "Growth", 1.0, 1_000, 900, 600, 0, (BuyRow("NAB", 600, 0, 60, 60, None, None, None),)),
    )
)
WISHES: Final = format_requirements(
    Requirements("medium", 12, goals=("retirement",), exclusions=("tobacco",)),
    words={
        "tags": ("alternatives", "bonds", "equity", "tobacco"),
        "types": ("ETF", "Stock"),
        "regions": ("International", "US"),
        "sectors": (),
        "currencies": ("USD",),
        "asset classes": ("Bonds", "Equity"),
    },
)
ACTIONS: Final = ("proceed", "defer", "partial", "review")


def portfolio_verdicts() -> Json:
    """The schema of a portfolio question."""
    accounts = ("ACC1", "ACC2")
    verdict = {
        "action": one_of(ACTIONS),
        "proceed_percent": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "reason": {"type": "string"},
        "flags": many({"$ref": "#/$defs/Flag"}),
    }
    exception = record(account_number=one_of(accounts), **verdict)
    entry = record(symbol=one_of(("CBA", "BHP", "A,2")), **verdict, exceptions=many({"$ref": "#/$defs/Exception"}))
    flags = one_of((DIVIDEND, DIP, SECTOR, HOLDING_PERIOD))
    defs = {"$defs": {"Flag": flags, "Exception": exception}}
    return {"title": "PortfolioVerdicts", **record(recommendations=many(entry)), **defs}


def market_context() -> Json:
    """The schema of a momentum question."""
    text, maybe = {"type": "string"}, {"type": ["string", "null"]}
    exchange = one_of(("ASX", "NYSE"))
    exchanges = record(exchange=exchange, comment=text, cross_exchange_insight=maybe)
    sectors = record(
        exchange=exchange,
        sector=one_of(("Financials", "Tech")),
        comment=text,
        exchange_context=maybe,
        cross_exchange_insight=maybe,
    )
    return {"title": "MarketContext", **record(summary=text, exchanges=many(exchanges), sectors=many(sectors))}


def synthesis() -> Json:
    """The schema of a synthesis question."""
    note = record(symbol=one_of(("CBA", "BHP")), note={"type": "string"})
    return {"title": "Synthesis", **record(summary={"type": "string"}, notes=many(note))}


def buy_verdicts() -> Json:
    """The schema of a question of buys."""
    verdict = record(
        symbol=one_of(("CBA", "BHP", "WBC", "NAB")),
        action=one_of(ACTIONS),
        proceed_percent={"type": ["integer", "null"]},
        reason={"type": "string"},
    )
    portfolio = record(account_number=one_of(("ACC1", "ACC2", "ACC3")), recommendations=many(verdict))
    return {"title": "BuyVerdicts", **record(portfolios=many(portfolio))}


def framework_proposal() -> Json:
    """The schema of a question for a framework."""
    text, maybe = {"type": "string"}, {"anyOf": [{"type": "number"}, {"type": "null"}]}
    tags, regions = many(one_of(("alternatives", "bonds", "equity", "tobacco"))), many(one_of(("International", "US")))
    bucket = record(
        path=text,
        label=text,
        target_weight={"type": "number"},
        min_weight=maybe,
        max_weight=maybe,
        include_tags=tags,
        exclude_tags=tags,
        allowed_types=many(one_of(("ETF", "Stock"))),
        regions=regions,
        sectors=many(text),
    )
    constraint = record(kind=one_of(("min_bonds", "min_cash")), value=maybe, unit=text, currencies=many(text))
    proposal = record(
        name=text,
        description=text,
        dimension=one_of(("AssetClass", "Region", "Sector", "Sleeve")),
        buckets=many(bucket),
        cadence=one_of(("M", "Q", "S", "A", "none")),
        absolute_band_bps={"anyOf": [{"type": "integer"}, {"type": "null"}]},
        relative_band_pct=maybe,
        constraints=many(constraint),
        rationale=text,
    )
    return {"title": "FrameworkProposal", **proposal}


def record(**properties: Json) -> Json:
    """An object with these properties, all of them needed, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def many(item: Json) -> Json:
    """A list."""
    return {"type": "array", "items": item}


def one_of(values: Sequence[Any]) -> Json:
    """One of these texts."""
    return {"type": "string", "enum": list(values)}


QUESTIONS: Final = {
    "PortfolioVerdicts": (PORTFOLIOS, portfolio_verdicts()),
    "MarketContext": (MARKETS, market_context()),
    "Synthesis": (MARKETS, synthesis()),
    "BuyVerdicts": (BUYS, buy_verdicts()),
    "FrameworkProposal": (WISHES, framework_proposal()),
}
"""Prompt and schema by title."""
