"""Flags as text: how a computed fact about a line is written, and how a cited one is understood."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, get_args

from trimtab.domain.decimal_text import fixed
from trimtab.domain.outside_text import TEXT_LIMIT, clean

FlagKind = Literal["div", "dip", "cgt", "sec", "cash", "tol"]

_KINDS: Final[dict[str, FlagKind]] = {
    **{kind: kind for kind in get_args(FlagKind)},
    "dividend_approaching": "div",
    "price_dip": "dip",
    "cgt_threshold": "cgt",
    "tolerance_concern": "tol",
}
_SEPARATORS: Final = re.compile(r'[,:;|"\\{}()\[\]]')
_SECTOR_LIMIT: Final = TEXT_LIMIT - len("sec:")
_SMALL_DIVIDEND: Final = Decimal("0.10")


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag as somebody cites it: `text` is the kind alone (`div`) or the whole flag (`div:8d/$2.40`)."""

    kind: FlagKind
    text: str

    def cites(self, present: str) -> bool:
        """Whether this names the flag `present` of a line: the kind alone names every flag of its kind."""
        return present == self.text or (self.text == self.kind and present.partition(":")[0] == self.kind)


def dividend_flag(days: int, amount_per_share: float | Decimal) -> str:
    """`div:8d/$2.40`: the ex-date is `days` ahead; below 10 cents a share the amount has 4 decimals."""
    places = 4 if amount_per_share < _SMALL_DIVIDEND else 2
    return f"div:{days}d/${fixed(amount_per_share, places)}"


def dip_flag(return_1m_pct: float) -> str:
    """`dip:-8%`: the 1-month return in whole percent."""
    return f"dip:{fixed(return_1m_pct, 0)}%"


def cgt_flag(days: int) -> str:
    """`cgt:12d`: a lot in gain reaches its holding period in `days`."""
    return f"cgt:{days}d"


def sector_flag(sector: str) -> str:
    """`sec:Materials`: the sector's clean name without characters that end a flag or could forge another."""
    return f"sec:{clean(_SEPARATORS.sub(' ', clean(sector)), _SECTOR_LIMIT)}"


def parse_flag(text: str) -> Flag | None:
    """Understands a cited flag: a kind, a whole flag or a long name; None where it is none of them.

    Whether a line has the flag is another question: `Flag.cites` answers it.
    """
    name, colon, detail = clean(text, None).partition(":")
    kind = _KINDS.get(name.strip().casefold())
    if kind is None:
        return None
    detail = detail.strip()
    return Flag(kind, f"{kind}:{detail}" if colon and detail else kind)
