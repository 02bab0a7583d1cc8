"""The tables of a book and their columns, as data: what a file may hold, and what each cell must be."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Kind(Enum):
    """What a cell is. A key names something (spaces around it are not part of it); a text is kept as it
    is.
    """

    KEY = "key"
    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `needed` cells may not be empty; `optional` columns may be absent; bounds are inclusive
    unless `above`.
    """

    kind: Kind
    needed: bool = True
    optional: bool = False
    choices: tuple[str, ...] = ()
    above: float | None = None
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns, the columns that name a row (none: rows have no name), and whether it must
    have a row.
    """

    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    filled: bool = False


RESERVED_CODE: Final = "CASH"
PENCE: Final = "GBX"
BOOK: Final = "book"
BOOK_COLUMNS: Final = ("name", "as_of")

EXCHANGES: Final = ("ASX", "NYSE", "NASDAQ", "LSE")
TYPES: Final = ("Stock", "ETF", "Fund", "Bond")
ENTITIES: Final = ("individual", "trust", "smsf", "company")
RULES: Final = ("do_not_buy", "do_not_sell", "hold")

_KEY: Final = Column(Kind.KEY)
_NAME: Final = Column(Kind.TEXT)
_TEXT: Final = Column(Kind.TEXT, needed=False)
_NUMBER: Final = Column(Kind.NUMBER, needed=False)
_POSITIVE: Final = Column(Kind.NUMBER, above=0)
_NOT_NEGATIVE: Final = Column(Kind.NUMBER, least=0)
_DATE: Final = Column(Kind.DATE, needed=False)
_PCT: Final = Column(Kind.NUMBER, least=0, most=100)

TABLES: Final[Mapping[str, Table]] = {
    "instruments": Table(
        {
            "code": _KEY,
            "exchange": Column(Kind.CHOICE, choices=EXCHANGES),
            "name": _NAME,
            "sector": _NAME,
            "industry": _TEXT,
            "type": Column(Kind.CHOICE, choices=TYPES),
            "currency": _KEY,
            "price": _NUMBER,
            "lot_size": _POSITIVE,
            "adv_value": Column(Kind.NUMBER, needed=False, least=0),
            "ex_date": _DATE,
            "dividend_per_share": Column(Kind.NUMBER, needed=False, least=0),
            "return_12m_pct": _NUMBER,
            "return_6m_pct": _NUMBER,
            "return_1m_pct": _NUMBER,
            "tags": _TEXT,
            "price_date": Column(Kind.DATE, needed=False, optional=True),
        },
        key=("code",),
        filled=True,
    ),
    "models": Table({"model": _KEY, "target_cash_pct": _PCT, "tolerance_pct": _PCT}, key=("model",)),
    "model_lines": Table(
        {
            "model": _KEY,
            "code": _KEY,
            "target_pct": _PCT,
            "tolerance_pct": Column(Kind.NUMBER, needed=False, least=0, most=100),
        },
        key=("model", "code"),
    ),
    "portfolios": Table(
        {
            "account_number": _KEY,
            "client_name": _TEXT,
            "entity": Column(Kind.CHOICE, choices=ENTITIES),
            "model": _KEY,
            "base_currency": _KEY,
            "cash": _NUMBER,
            "pending_withdrawal": Column(Kind.NUMBER, needed=False, least=0),
            "tax_country": Column(Kind.KEY, needed=False, optional=True),
        },
        key=("account_number",),
        filled=True,
    ),
    "lots": Table(
        {
            "account_number": _KEY,
            "code": _KEY,
            "units": _NOT_NEGATIVE,
            "acquired": Column(Kind.DATE),
            "cost_base": _NOT_NEGATIVE,
        }
    ),
    "fx": Table({"from_currency": _KEY, "to_currency": _KEY, "rate": _POSITIVE}, key=("from_currency", "to_currency")),
    "restrictions": Table(
        {
            "account_number": Column(Kind.KEY, needed=False),
            "code": _KEY,
            "rule": Column(Kind.CHOICE, choices=RULES),
            "reason": _TEXT,
            "until": _DATE,
        }
    ),
}
