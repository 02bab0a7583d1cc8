"""Checks a book as a person would want to know it: what refuses it, what stops single portfolios, what
is only odd.
"""

from dataclasses import dataclass
from pathlib import Path

from trimtab.adapters.books.load import read_book
from trimtab.domain.errors import Fault
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.valuation import UnableToCheck, find_unable

FINE, VALUATION_FAULTS, STRUCTURAL_FAULTS = 0, 1, 2


@dataclass(frozen=True, slots=True, eq=False)
class BookReport:
    """`faults` refuse the book, `unable` are portfolios that can't be checked and why, `warnings` change
    nothing.
    """

    book: Book | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    unable: tuple[UnableToCheck, ...]

    @property
    def exit_code(self) -> int:
        """0 fine, 1 portfolios that can't be checked, 2 the book is refused."""
        if self.book is None:
            return STRUCTURAL_FAULTS
        return VALUATION_FAULTS if self.unable else FINE


def check_book(path: Path, *, mapping: Path | None = None, policy: Policy) -> BookReport:
    """Reads the book at `path` and reports everything about it; never raises for what is wrong in its
    files.
    """
    reading = read_book(path, mapping=mapping)
    unable = () if reading.book is None else find_unable(reading.book, policy)
    return BookReport(reading.book, reading.faults, reading.warnings, unable)
