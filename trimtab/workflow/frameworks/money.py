"""The money that a portfolio is made with: cash to invest, or an account of the book."""

import math
from dataclasses import dataclass

import numpy as np

from trimtab.domain.errors import InvalidInput
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.holdings import AccountHoldings, holdings_of
from trimtab.domain.trading.valuation import cash_or_estimate
from trimtab.workflow.ports.framework_requests import BuildPortfolio

CASH_ESTIMATED = "The book doesn't know the account's cash; 2 % of its value are assumed."


@dataclass(frozen=True, slots=True)
class Money:
    """What is there: `account_number` None for cash that has no account yet. `notes` are what a reader should know."""

    account_number: str | None
    base_ccy: str
    total_value: float
    notes: tuple[str, ...] = ()


def money_of(request: BuildPortfolio, book: Book, *, base_ccy: str) -> Money | None:
    """The money of a request; None where it names none.

    Raises:
        InvalidInput: it names cash and an account, or one that can't be valued.
        NotFound: the book has no such account.
    """
    if request.cash is not None and request.account_number is not None:
        raise InvalidInput(
            "cash and account_number are two moneys: give cash to invest, or an account of the book.", field="cash"
        )
    if request.account_number is not None:
        return account_money(book, request.account_number, framework_ccy=base_ccy)
    return None if request.cash is None else Money(None, base_ccy, request.cash)


def account_money(book: Book, account_number: str, *, framework_ccy: str) -> Money:
    """What an account of the book is worth, all in its base currency."""
    held = holdings_of(book, account_number)
    total, notes = float(held.value.sum()) + cash_of(held), []
    if math.isnan(held.cash_value):
        notes.append(CASH_ESTIMATED)
    if held.base_currency != framework_ccy:
        notes.append(
            f"The account is in {held.base_currency}, the framework in {framework_ccy}; values are the account's."
        )
    return Money(account_number, held.base_currency, total, tuple(notes))


def cash_of(held: AccountHoldings) -> float:
    """The account's cash, estimated where the book doesn't know it."""
    return float(cash_or_estimate(np.array([held.cash_value]), held.value.sum(keepdims=True))[0])
