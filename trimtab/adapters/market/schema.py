"""The tables of market data and their columns, in the terms of a book's tables."""

from collections.abc import Mapping
from typing import Final

from trimtab.adapters.books.schema import Column, Kind, Table
from trimtab.domain.factors.market import MATURITIES
from trimtab.domain.factors.reference_checks import TICKER_LIMIT
from trimtab.domain.outside_text import TEXT_LIMIT

PRICES: Final = "prices"
YIELDS: Final = "yields"
UNIVERSE: Final = "universe"

_DAY: Final = Column(Kind.DATE)
_TICKER: Final = Column(Kind.KEY, longest=TICKER_LIMIT)
_OF_CLOSED_LIST: Final = Column(Kind.KEY)
_LABEL: Final = Column(Kind.KEY, needed=False, optional=True, longest=TEXT_LIMIT)
_NOT_NEGATIVE: Final = Column(Kind.NUMBER, needed=False, optional=True, least=0)

TABLES: Final[Mapping[str, Table]] = {
    PRICES: Table(
        {
            "ticker": _TICKER,
            "date": _DAY,
            "close": Column(Kind.NUMBER),
            "adj_close": Column(Kind.NUMBER, needed=False, optional=True),
            "dividend": _NOT_NEGATIVE,
            "volume": _NOT_NEGATIVE,
        },
    ),
    YIELDS: Table(
        {"date": _DAY, **{maturity: Column(Kind.NUMBER, needed=False, optional=True) for maturity in MATURITIES}}
    ),
    UNIVERSE: Table(
        {
            "ticker": _TICKER,
            "name": Column(Kind.TEXT, needed=False, optional=True, longest=TEXT_LIMIT),
            "category": _OF_CLOSED_LIST,
            "asset_class": _OF_CLOSED_LIST,
            "industry": _LABEL,
            "sector_group": _LABEL,
            "subindustry": _LABEL,
            "aum_value": Column(Kind.NUMBER, needed=False, optional=True, above=0),
            "currency": _LABEL,
        },
        key=("category", "ticker"),
    ),
}
