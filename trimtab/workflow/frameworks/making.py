"""A portfolio worked out: products and weights of a framework, with money put to them where there is some."""

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.mapping import Mapped
from trimtab.domain.frameworks.portfolio import Override, Portfolio, PortfolioFinding, Position, portfolio_of
from trimtab.domain.frameworks.writing import json_of
from trimtab.domain.outside_text import TEXT_LIMIT, clean
from trimtab.domain.trading.own_model import NewAccount, OwnModel, with_own_model
from trimtab.domain.trading.valuation import rate
from trimtab.workflow.factors.tables import number, rounded, table
from trimtab.workflow.frameworks.accepted import AcceptedPortfolio, AcceptedPosition
from trimtab.workflow.frameworks.choosing import Chosen, findings_told
from trimtab.workflow.frameworks.goods import Goods
from trimtab.workflow.frameworks.mapping import buckets_told, mapped
from trimtab.workflow.frameworks.money import Money
from trimtab.workflow.frameworks.steps import Choices
from trimtab.workflow.frameworks.tradable import TradingTerms, below_one_lot, instruments_of, lines_of, untradable
from trimtab.workflow.frameworks.turning_over import held_weights, turnover_warning
from trimtab.workflow.ports.framework_parts import FrameworkPart
from trimtab.workflow.ports.framework_results import FrameworkFinding, PortfolioBuilt
from trimtab.workflow.ports.results import Cell

POSITION_COLUMNS: Final = (
    "path", "label", "code", "name", "weight", "target_weight", "tolerance_weight", "score", "locked", "price",
    "price_date", "currency", "value",
)  # fmt: skip
_ACCOUNT_LENGTH: Final = 12
_MODEL: Final = "Framework: "


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A portfolio of a framework, with everything it was made from. `errors` keep it from being accepted."""

    found: Chosen
    goods: Goods
    mapped: Mapped
    portfolio: Portfolio
    money: Money | None
    errors: tuple[FrameworkFinding, ...]
    warnings: tuple[FrameworkFinding, ...]
    terms: TradingTerms

    @property
    def content(self) -> list[str]:
        """Its products with their places and weights."""
        return [f"{each.path} {each.code} {each.weight}" for each in self.portfolio.positions]

    def told(self, *, with_mapping: bool = False) -> PortfolioBuilt:
        """As an answer tells it."""
        money, portfolio = self.money, self.portfolio
        total = None if money is None else money.total_value
        return PortfolioBuilt(
            framework=self.found.named,
            account_number=None if money is None else money.account_number,
            total_value=rounded(total),
            base_ccy=self.found.framework.base_ccy if money is None else money.base_ccy,
            positions=table(POSITION_COLUMNS, self._rows(total)),
            cash_weight=float(portfolio.cash_weight),
            cash_value=_part(total, portfolio.cash_weight),
            valid=not self.errors,
            findings=self.errors,
            warnings=self.warnings,
            mapping=buckets_told(self.mapped) if with_mapping else None,
            basis=self.goods.basis(() if money is None else money.notes),
        )

    def _rows(self, total: float | None) -> Iterator[tuple[Cell, ...]]:
        products = self.goods.universe.products
        for each in self.portfolio.positions:
            row, day = each.row, products.price_date[each.row]
            yield (
                clean(each.path, None),
                clean(each.label, None),
                clean(each.code, None),
                clean(products.name[row], None),
                float(each.weight),
                float(each.target_weight),
                number(each.tolerance_weight),
                number(each.score),
                each.locked,
                number(float(products.price[row])),
                None if str(day) == "NaT" else str(day)[:10],
                products.currency[row],
                _part(total, each.weight),
            )


def _part(total: float | None, weight: Decimal) -> float | None:
    return None if total is None else round(total * float(weight), 2)


def made(found: Chosen, choices: Choices, *, goods: Goods, money: Money | None, terms: TradingTerms) -> Made:
    """The portfolio; whether it may be accepted is told by its errors.

    Raises:
        InvalidInput: an override names no leaf, or no product.
    """
    mapping = mapped(found, goods, filters=choices.filters, per_bucket=max(choices.products_per_bucket, 2))
    overrides = tuple(
        Override(each.path, each.code, None if each.weight is None else Decimal(repr(each.weight)))
        for each in choices.overrides
    )
    portfolio = portfolio_of(
        found.framework,
        mapping,
        per_bucket=choices.products_per_bucket,
        weighting=choices.weighting,
        overrides=overrides,
        total_value=_in_framework_money(found, money, goods=goods),
    )
    errors = [each for each in portfolio.findings if each.severity == "error"]
    warnings = [each for each in portfolio.findings if each.severity != "error"]
    return Made(
        found=found,
        goods=goods,
        mapped=mapping,
        portfolio=portfolio,
        money=money,
        errors=_told(errors),
        warnings=(*_told(warnings), *_of_trading(portfolio, found, goods=goods, money=money, terms=terms)),
        terms=terms,
    )


def _in_framework_money(found: Chosen, money: Money | None, *, goods: Goods) -> Decimal | None:
    """The money in the framework's currency, which its constraints are in; None where nobody knows the rate."""
    if money is None:
        return None
    value = money.total_value * rate(goods.book, from_currency=money.base_ccy, to_currency=found.framework.base_ccy)
    return Decimal(repr(value)) if math.isfinite(value) else None


def _of_trading(
    portfolio: Portfolio, found: Chosen, *, goods: Goods, money: Money | None, terms: TradingTerms
) -> Iterator[FrameworkFinding]:
    """What stands in the way of trading it."""
    products, book = goods.universe.products, goods.book
    base_ccy = found.framework.base_ccy if money is None else money.base_ccy
    yield from untradable(portfolio, products, book=book, base_ccy=base_ccy, terms=terms)
    if money is not None:
        yield from below_one_lot(portfolio, products, book=book, base_ccy=base_ccy, total_value=money.total_value)
        yield from turnover_warning(portfolio, money, book=book, terms=terms)


def _told(findings: list[PortfolioFinding]) -> tuple[FrameworkFinding, ...]:
    return findings_told((each.code, each.path, each.message) for each in findings)


def refuse_faulty(made_one: Made) -> Money:
    """The money of a portfolio that may be accepted.

    Raises:
        InvalidInput: there is no money, something of it can't be ordered, or it has errors: all that is wrong.
    """
    money = made_one.money
    if money is None:
        raise InvalidInput("There is no money yet: give cash to invest, or account_number of the book.", field="cash")
    products, book = made_one.goods.universe.products, made_one.goods.book
    lacking = untradable(made_one.portfolio, products, book=book, base_ccy=money.base_ccy, terms=made_one.terms)
    problems = [Problem(each.path, each.message, each.code) for each in (*made_one.errors, *lacking)]
    if problems:
        count = len(problems)
        raise InvalidInput(
            f"The portfolio has {count} problem{'s' if count > 1 else ''}, and nothing was stored; the first is at "
            f"{problems[0].field}: {problems[0].message}",
            problems=problems,
            next_action="Pick other products with overrides or filters, or change the framework.",
        )
    return money


def fingerprint(framework: Framework, choices: Choices, *, cash: float | None, account_number: str | None) -> str:
    """What was asked for: the framework's content, how products are picked, and the money."""
    content = [json_of(framework), choices.model_dump(mode="json"), cash, account_number]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def accepted(made_one: Made, money: Money, *, named: str, asked: str, today: date) -> AcceptedPortfolio:
    """The portfolio as it is kept under this id, its framework being saved.

    Raises:
        InvalidInput: it doesn't fit the book.
    """
    part = _part_of(made_one, money, named=named)
    with_own_model(made_one.goods.book, part.model)  # what doesn't fit the book is found here, not when it is traded
    goods, portfolio = made_one.goods, made_one.portfolio
    return AcceptedPortfolio(
        part=part,
        base_ccy=money.base_ccy,
        total_value=money.total_value,
        cash_weight=portfolio.cash_weight,
        positions=tuple(map(_position, portfolio.positions)),
        products_digest=goods.universe.digest,
        market_digest=goods.market.digest,
        book_digest=goods.book.digest,
        accepted_on=today,
        asked=asked,
    )


def _position(each: Position) -> AcceptedPosition:
    return AcceptedPosition(path=each.path, code=each.code, weight=each.weight, locked=each.locked)


def _part_of(made_one: Made, money: Money, *, named: str) -> FrameworkPart:
    stored, portfolio = made_one.found.stored, made_one.portfolio
    assert stored is not None, "a framework is saved before its portfolio is"
    held = frozenset(held_weights(money, made_one.goods.book))
    new = NewAccount(money.base_ccy, money.total_value) if money.account_number is None else None
    products = made_one.goods.universe.products
    model = OwnModel(
        name=clean(f"{_MODEL}{stored.framework.name} v{stored.version}", TEXT_LIMIT),
        account_number=money.account_number or f"FW-{named.removeprefix('pf_')[:_ACCOUNT_LENGTH]}",
        target_cash_pct=float(portfolio.cash_weight * 100),
        lines=lines_of(portfolio, held=held),
        account=new,
        instruments=instruments_of((each.row for each in portfolio.positions), products),
    )
    return FrameworkPart(
        portfolio_id=named, framework_id=stored.framework_id, framework_version=stored.version, model=model
    )
