"""The tables of a book and their columns, as data: what a file may hold, and what each cell must be."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from trimtab.domain.outside_text import TEXT_LIMIT

LONGEST_TEXT: Final = 500
LONGEST_KEY: Final = 40
LONGEST_ACCOUNT: Final = 60
LONGEST_NAME: Final = TEXT_LIMIT
"""What a caller can still name, and what views show whole."""


class Kind(Enum):
    """What a cell is. A key names something, and must be clean (spaces around it are not part of it): two keys
    never become one. A text is for reading and is cleaned. A UUID is one however its letters are written.
    """

    KEY = "key"
    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    UUID = "uuid"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `needed` cells may not be empty; `optional` columns may be absent; bounds are inclusive
    unless `above`. `longest` is the most characters: a longer key is refused, a longer text is cut.
    """

    kind: Kind
    needed: bool = True
    optional: bool = False
    choices: tuple[str, ...] = ()
    above: float | None = None
    least: float | None = None
    most: float | None = None
    longest: int = LONGEST_TEXT


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

_KEY: Final = Column(Kind.KEY, longest=LONGEST_KEY)
_ACCOUNT: Final = Column(Kind.KEY, longest=LONGEST_ACCOUNT)
_MODEL: Final = Column(Kind.KEY, longest=LONGEST_NAME)
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
            "instrument_key": Column(Kind.UUID, needed=False, optional=True),
        },
        key=("code",),
        filled=True,
    ),
    "models": Table({"model": _MODEL, "target_cash_pct": _PCT, "tolerance_pct": _PCT}, key=("model",)),
    "model_lines": Table(
        {
            "model": _MODEL,
            "code": _KEY,
            "target_pct": _PCT,
            "tolerance_pct": Column(Kind.NUMBER, needed=False, least=0, most=100),
        },
        key=("model", "code"),
    ),
    "portfolios": Table(
        {
            "account_number": _ACCOUNT,
            "client_name": _TEXT,
            "entity": Column(Kind.CHOICE, choices=ENTITIES),
            "model": _MODEL,
            "base_currency": _KEY,
            "cash": _NUMBER,
            "pending_withdrawal": Column(Kind.NUMBER, needed=False, least=0),
            "tax_country": Column(Kind.KEY, needed=False, optional=True, longest=LONGEST_KEY),
        },
        key=("account_number",),
        filled=True,
    ),
    "lots": Table(
        {
            "account_number": _ACCOUNT,
            "code": _KEY,
            "units": _NOT_NEGATIVE,
            "acquired": Column(Kind.DATE),
            "cost_base": _NOT_NEGATIVE,
        }
    ),
    "fx": Table({"from_currency": _KEY, "to_currency": _KEY, "rate": _POSITIVE}, key=("from_currency", "to_currency")),
    "restrictions": Table(
        {
            "account_number": Column(Kind.KEY, needed=False, longest=LONGEST_ACCOUNT),
            "code": _KEY,
            "rule": Column(Kind.CHOICE, choices=RULES),
            "reason": _TEXT,
            "until": _DATE,
        }
    ),
}
