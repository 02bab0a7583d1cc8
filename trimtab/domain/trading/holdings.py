"""What a portfolio of the book holds, by code, as money."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import FloatColumn, TextColumn
from trimtab.domain.errors import InvalidInput, NotFound, Problem
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.valuation import base_currencies, unit_values


@dataclass(frozen=True, slots=True, eq=False)
class AccountHoldings:
    """H codes with their values, sorted by code; all money in `base_currency`. Unknown cash is NaN."""

    code: TextColumn
    value: FloatColumn
    cash_value: float
    base_currency: str


def holdings_of(book: Book, account_number: str) -> AccountHoldings:
    """What a portfolio holds, lots of one code together.

    Raises:
        NotFound: the book has no such portfolio.
        InvalidInput: something that it holds can't be valued: all that can't.
    """
    portfolios = book.portfolios
    if account_number not in portfolios.account_number:
        raise NotFound(
            "The book has no portfolio of this account number.",
            field="account_number",
            next_action="Name an account of the book: the lines of get_tolerance_status have their account_number.",
        )
    row = portfolios.account_number.index(account_number)
    base = portfolios.base_currency[row]
    own = np.flatnonzero(book.lots.portfolio == row)
    codes = tuple(sorted({book.lots.code[lot] for lot in own}))
    place = {code: number for number, code in enumerate(codes)}
    per_unit = np.append(unit_values(book)[base_currencies(book).index(base)], np.nan)
    values = np.zeros(len(codes))
    np.add.at(
        values, [place[book.lots.code[lot]] for lot in own], book.lots.units[own] * per_unit[book.lots.instrument[own]]
    )
    problems = [
        Problem(f"holdings.{clean(code)}", f"{clean(code)} has no usable price or rate to {base}", "missing_price")
        for code, value in zip(codes, values.tolist(), strict=True)
        if not np.isfinite(value)
    ]
    if problems:
        raise InvalidInput(
            f"{problems[0].message}, so what the portfolio is worth isn't known.",
            problems=problems,
            next_action="Complete the book, or give holdings instead.",
        )
    return AccountHoldings(codes, values, float(portfolios.cash[row]), base)
