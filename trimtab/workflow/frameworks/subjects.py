"""What a report is about: what is held, and the framework that it is held against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from trimtab.domain.columns import FloatColumn, TextColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.factors.reference_checks import near
from trimtab.domain.frameworks.mapping import CASH_CODE
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.holdings import AccountHoldings, holdings_of
from trimtab.domain.trading.valuation import rate
from trimtab.workflow.frameworks.accepted import AcceptedPortfolio
from trimtab.workflow.frameworks.choosing import Chosen
from trimtab.workflow.frameworks.goods import Goods
from trimtab.workflow.frameworks.money import CASH_ESTIMATED, cash_of
from trimtab.workflow.frameworks.traded import Traded
from trimtab.workflow.ports.framework_requests import Holding

_AT_RATES = "What orders cost in other currencies is taken at the book's rates of now."
_ALL_CASH = "No order of this portfolio is filled: it is all cash."


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """H holdings with their values in `base_ccy`, each code once; cash that has no code beside them.

    Attributes:
        found: the framework.
        code: H.
        value: H, money.
        cash_value: money.
        base_ccy: of all money.
        account_number: whose, where it is an account.
        accepted: the portfolio, where it is one.
        last_rebalance: when it was last brought to its targets, as far as is known.
        notes: what a reader should know.
    """

    found: Chosen
    code: TextColumn
    value: FloatColumn
    cash_value: float
    base_ccy: str
    account_number: str | None = None
    accepted: AcceptedPortfolio | None = None
    last_rebalance: date | None = None
    notes: tuple[str, ...] = ()

    @property
    def mapped_to(self) -> Mapping[str, Sequence[tuple[str, Decimal]]]:
        """The leaves of each product that was mapped, with its weights."""
        return {} if self.accepted is None else self.accepted.mapped_to

    @property
    def bought_with(self) -> Mapping[str, Sequence[tuple[str, Decimal]]]:
        """The products of leaves, with their weights, where they were mapped."""
        found: dict[str, list[tuple[str, Decimal]]] = {}
        for each in () if self.accepted is None else self.accepted.positions:
            found.setdefault(each.path, []).append((each.code, each.weight))
        return found


def of_account(found: Chosen, account_number: str, *, goods: Goods) -> Subject:
    """An account of the book; raises as `holdings_of`."""
    return _of_held(found, holdings_of(goods.book, account_number), account_number=account_number)


def of_holdings(found: Chosen, holdings: Sequence[Holding], *, goods: Goods) -> Subject:
    """What a caller says is held, in the framework's currency; codes are ours whatever the case of their letters.

    Raises:
        InvalidInput: a code stands twice, or nothing is known of it: it would be sold as what belongs to no bucket.
    """
    ours = {code.casefold(): code for code in (*goods.universe.products.code, CASH_CODE)}
    codes = [ours.get(each.code.casefold(), "") for each in holdings]
    problems = []
    for place, (each, code) in enumerate(zip(holdings, codes, strict=True)):
        if not code:
            hint = near(each.code, sorted(ours.values()))
            said = f"No product, instrument or ETF has the code {clean(each.code, None)}; cash has CASH.{hint}"
            problems.append(Problem(f"holdings[{place}].code", said, "unknown_code"))
        elif code in codes[:place]:
            said = f"{clean(code)} stands twice; give it once, with the whole value."
            problems.append(Problem(f"holdings[{place}].code", said))
    if problems:
        raise InvalidInput(
            problems[0].message, problems=problems, next_action="Correct the codes, or add them to products.csv."
        )
    values = np.array([each.value for each in holdings], dtype=np.float64)
    return Subject(found, tuple(codes), values, 0.0, found.framework.base_ccy)


def of_accepted(found: Chosen, accepted: AcceptedPortfolio, *, goods: Goods, traded: Traded) -> Subject:
    """An accepted portfolio as it is now: its account in the book, or what was bought with its cash.

    Raises:
        InvalidInput: something of it can't be valued.
        NotFound: the book has lost its account.
    """
    last = max(filter(None, (accepted.accepted_on, traded.completed_on)))
    if accepted.is_new_money:
        held, notes = _bought(accepted, traded, goods=goods), _notes(traded, accepted)
    else:
        account = accepted.part.model.account_number
        held, notes = holdings_of(goods.book, account), ()
    subject = _of_held(found, held, account_number=accepted.part.model.account_number)
    return replace(subject, accepted=accepted, last_rebalance=last, notes=(*subject.notes, *notes))


def _of_held(found: Chosen, held: AccountHoldings, *, account_number: str) -> Subject:
    notes = (CASH_ESTIMATED,) if np.isnan(held.cash_value) else ()
    return Subject(
        found, held.code, held.value, cash_of(held), held.base_currency, account_number=account_number, notes=notes
    )


def _notes(traded: Traded, accepted: AcceptedPortfolio) -> tuple[str, ...]:
    if not traded.bought:
        return (_ALL_CASH,)
    foreign = any(currency != accepted.base_ccy for _, currency in traded.bought)
    return (_AT_RATES,) if foreign else ()


def _bought(accepted: AcceptedPortfolio, traded: Traded, *, goods: Goods) -> AccountHoldings:
    """Filled units at the newest prices, and what is left of the cash."""
    base, cash = accepted.base_ccy, accepted.total_value
    products = goods.universe.products
    row_of = {code: row for row, code in enumerate(products.code)}
    codes, values, problems = [], [], []
    for (code, currency), bought in sorted(traded.bought.items()):
        per_unit = float(products.price[row_of[code]]) if code in row_of else np.nan
        worth = float(bought.units) * per_unit * rate(goods.book, from_currency=currency, to_currency=base)
        cash -= float(bought.cost) * rate(goods.book, from_currency=currency, to_currency=base)
        if not np.isfinite(worth):
            said = f"{clean(code)} has no price now, or the book no rate from {clean(currency)} to {base}"
            problems.append(Problem(f"holdings.{clean(code)}", said, "missing_price"))
        codes.append(code)
        values.append(worth)
    if problems:
        raise InvalidInput(
            f"{problems[0].message}, so what the portfolio is worth isn't known.",
            problems=problems,
            next_action="Complete products.csv or the market, or give holdings instead.",
        )
    return AccountHoldings(tuple(codes), np.array(values, dtype=np.float64), cash, base)
