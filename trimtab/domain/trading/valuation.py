"""What a unit is worth in each base currency, and which portfolios can't be valued, with every reason."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import CENT, BoolColumn, FloatColumn, IntColumn
from trimtab.domain.errors import Problem
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.segments import grouped_sum

PENCE = "GBX"
UNKNOWN_CASH_WEIGHT = 0.02
"""Share of the total that unknown cash is taken to be."""


@dataclass(frozen=True, slots=True)
class UnableToCheck:
    """A portfolio without lines and trades, and why."""

    account_number: str
    reasons: tuple[Problem, ...]


def rate(book: Book, *, from_currency: str, to_currency: str) -> float:
    """Units of `to_currency` for one of `from_currency`; NaN when the book has neither the pair nor its inverse."""
    pence_from, pence_to = from_currency == PENCE, to_currency == PENCE
    pair = ("GBP" if pence_from else from_currency, "GBP" if pence_to else to_currency)
    if pair[0] == pair[1]:
        plain = 1.0
    elif pair in book.fx:
        plain = book.fx[pair]
    elif pair[::-1] in book.fx:
        plain = 1.0 / book.fx[pair[::-1]]
    else:
        plain = float("nan")
    return plain * (0.01 if pence_from else 1.0) * (100.0 if pence_to else 1.0)


def base_currencies(book: Book) -> tuple[str, ...]:
    """The base currencies of the book's portfolios, sorted."""
    return tuple(sorted(set(book.portfolios.base_currency)))


def rates_to_base(book: Book) -> FloatColumn:
    """Rate from each instrument's currency to each base currency, shape (bases, instruments); NaN unknown."""
    currencies = sorted(set(book.instruments.currency))
    column = {currency: row for row, currency in enumerate(currencies)}
    table = np.array(
        [[rate(book, from_currency=c, to_currency=base) for c in currencies] for base in base_currencies(book)]
    )
    picked = np.array([column[c] for c in book.instruments.currency], dtype=np.int64)
    return table.reshape(-1, len(currencies))[:, picked]


def unit_values(book: Book) -> FloatColumn:
    """Price of one unit in each base currency, shape (bases, instruments); NaN without a usable price or rate."""
    price = book.instruments.price
    return np.where(price > 0, price, np.nan) * rates_to_base(book)


def base_rows(book: Book) -> IntColumn:
    """Row of each portfolio's base currency in `base_currencies`, shape (portfolios,)."""
    row = {currency: n for n, currency in enumerate(base_currencies(book))}
    return np.array([row[c] for c in book.portfolios.base_currency], dtype=np.int64)


def reporting_currency(book: Book) -> str:
    """The currency of totals over portfolios: the base currency of most, of several the first by name."""
    counts = Counter(book.portfolios.base_currency)
    return min(counts, key=lambda currency: (-counts[currency], currency))


def reporting_rates(book: Book) -> FloatColumn:
    """Rate from each portfolio's base currency to the reporting currency, shape (portfolios,); NaN unknown."""
    reporting = reporting_currency(book)
    rates = [rate(book, from_currency=base, to_currency=reporting) for base in base_currencies(book)]
    return np.array(rates)[base_rows(book)]


def stale_instruments(book: Book, policy: Policy) -> BoolColumn:
    """Whose price is more than `stale_price_days` older than the book; a price that is missing can't be old."""
    age = (np.datetime64(book.as_of, "D") - book.instruments.price_date).astype("timedelta64[D]")
    return np.asarray((age > np.timedelta64(policy.stale_price_days, "D")) & ~np.isnan(book.instruments.price))


@dataclass(frozen=True, slots=True, eq=False)
class _Needed:
    """Every (portfolio, instrument) that a portfolio's valuation or model needs, duplicates included.

    Instrument -1 unknown.
    """

    portfolio: IntColumn
    instrument: IntColumn
    code: tuple[str, ...]


def find_unable(book: Book, policy: Policy) -> tuple[UnableToCheck, ...]:
    """The portfolios that can't be checked, sorted by account number; each with all its reasons.

    Reasons: `unknown_instrument`, `missing_price`, `stale_price`, `unknown_currency`, `unknown_model`,
    `withdrawal_over_total`.
    """
    problems: dict[int, list[Problem]] = {}
    for row in np.flatnonzero(book.portfolios.model < 0):
        name = book.portfolios.model_name[row]
        message = f"model {name!r} isn't in the book's models"
        problems.setdefault(int(row), []).append(Problem("model", message, "unknown_model"))
    for needed in (_held(book), _modelled(book, policy)):
        _add_instrument_problems(book, policy, needed=needed, problems=problems)
    _add_withdrawals(book, problems)
    return tuple(
        UnableToCheck(book.portfolios.account_number[row], tuple(dict.fromkeys(problems[row])))
        for row in sorted(problems)
    )


def _held(book: Book) -> _Needed:
    return _Needed(book.lots.portfolio, book.lots.instrument, book.lots.code)


def _modelled(book: Book, policy: Policy) -> _Needed:
    """The model lines with a fault somewhere, for each portfolio of their model: usually none, so nothing is spread."""
    models = book.models
    usable = np.isfinite(unit_values(book)).all(axis=0) & ~stale_instruments(book, policy)
    usable = np.append(usable, False)
    faulty = np.flatnonzero(~usable[models.line_instrument])
    portfolio = [np.flatnonzero(book.portfolios.model == models.line_model[row]) for row in faulty]
    return _Needed(
        np.concatenate([np.zeros(0, dtype=np.int64), *portfolio]),
        np.repeat(models.line_instrument[faulty], [len(rows) for rows in portfolio]),
        tuple(models.line_code[row] for row, rows in zip(faulty, portfolio, strict=True) for _ in rows),
    )


def _add_instrument_problems(
    book: Book, policy: Policy, *, needed: _Needed, problems: dict[int, list[Problem]]
) -> None:
    instruments = book.instruments
    known = needed.instrument >= 0
    priced = np.append(instruments.price > 0, True)[needed.instrument]
    fresh = np.append(~stale_instruments(book, policy), True)[needed.instrument]
    base = base_rows(book)[needed.portfolio]
    converts = np.isfinite(np.hstack([rates_to_base(book), np.ones((len(base_currencies(book)), 1))]))
    convertible = converts[base, needed.instrument]
    for row in np.flatnonzero(~(known & priced & fresh & convertible)):
        portfolio, code = int(needed.portfolio[row]), needed.code[row]
        found = problems.setdefault(portfolio, [])
        if not known[row]:
            found.append(Problem(code, f"{code!r} isn't in the book's instruments", "unknown_instrument"))
            continue
        if not priced[row]:
            found.append(Problem(code, f"{code!r} has no price above 0", "missing_price"))
        if not fresh[row]:
            dated = instruments.price_date[needed.instrument[row]]
            message = f"the price of {code!r} is of {dated}, more than {policy.stale_price_days} days old"
            found.append(Problem(code, message, "stale_price"))
        if not convertible[row]:
            currency = instruments.currency[needed.instrument[row]]
            message = f"no rate from {currency} to {book.portfolios.base_currency[portfolio]} for {code!r}"
            found.append(Problem(code, message, "unknown_currency"))


def _add_withdrawals(book: Book, problems: dict[int, list[Problem]]) -> None:
    """Only for portfolios that could be valued: a missing price would make the total a guess."""
    portfolios, lots = book.portfolios, book.lots
    per_unit = np.hstack([unit_values(book), np.full((len(base_currencies(book)), 1), np.nan)])
    value = lots.units * per_unit[base_rows(book)[lots.portfolio], lots.instrument]
    holdings = grouped_sum(lots.portfolio, value, count=len(portfolios.account_number))
    missing = portfolios.pending_withdrawal - (cash_or_estimate(portfolios.cash, holdings) + holdings)
    for row in np.flatnonzero(missing > CENT / 2):
        message = (
            f"the pending withdrawal is {missing[row]:,.2f} {portfolios.base_currency[row]}"
            " more than cash and holdings together"
        )
        problems.setdefault(int(row), []).append(Problem("pending_withdrawal", message, "withdrawal_over_total"))


def cash_or_estimate(cash: FloatColumn, holdings_value: FloatColumn) -> FloatColumn:
    """Cash, shape (portfolios,); unknown (NaN) cash is taken to be 2 % of the total, so holdings x 0.02 / 0.98."""
    estimate = holdings_value * (UNKNOWN_CASH_WEIGHT / (1 - UNKNOWN_CASH_WEIGHT))
    return np.where(np.isnan(cash), estimate, cash)
