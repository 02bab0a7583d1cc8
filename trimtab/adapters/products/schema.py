"""The tables of products and their columns, in the terms of a book's tables."""

from collections.abc import Mapping
from typing import Final

from trimtab.adapters.books.schema import EXCHANGES, LONGEST_KEY, TYPES, Column, Kind, Table
from trimtab.domain.frameworks.framework import DIMENSIONS
from trimtab.domain.outside_text import TEXT_LIMIT

PRODUCTS: Final = "products"
LOOK_THROUGH: Final = "lookthrough"

_CODE: Final = Column(Kind.KEY, longest=LONGEST_KEY)
_NAME: Final = Column(Kind.KEY, longest=TEXT_LIMIT)
_LABEL: Final = Column(Kind.KEY, needed=False, longest=TEXT_LIMIT)
_PCT: Final = Column(Kind.NUMBER, needed=False, least=0, most=100)
_NOT_NEGATIVE: Final = Column(Kind.NUMBER, needed=False, least=0)

TABLES: Final[Mapping[str, Table]] = {
    PRODUCTS: Table(
        {
            "code": _CODE,
            "name": Column(Kind.TEXT),
            "type": Column(Kind.CHOICE, choices=TYPES),
            "asset_class": _NAME,
            "region": _LABEL,
            "sector": _LABEL,
            "sector_group": _LABEL,
            "sleeve": _LABEL,
            "issuer": _LABEL,
            "currency": _LABEL,
            "adv_value": _NOT_NEGATIVE,
            "expense_ratio_pct": _PCT,
            "aum_value": _NOT_NEGATIVE,
            "tracking_error_pct": _PCT,
            "history_months": Column(Kind.NUMBER, needed=False, least=0, most=1_200),
            "price_date": Column(Kind.DATE, needed=False),
            "tags": Column(Kind.TEXT, needed=False),
            "exchange": Column(Kind.CHOICE, needed=False, optional=True, choices=EXCHANGES),
            "price": Column(Kind.NUMBER, needed=False, optional=True, above=0),
        },
        key=("code",),
    ),
    LOOK_THROUGH: Table(
        {
            "code": _CODE,
            "dimension": Column(Kind.CHOICE, choices=DIMENSIONS),
            "key": _NAME,
            "share": Column(Kind.NUMBER, least=0, most=1),
        },
        key=("code", "dimension", "key"),
    ),
}
