"""A portfolio that follows a model of its own, in a book that is otherwise as it was."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.book_rows import AS_OF, UNKNOWN, NewLot, NewModel, NewPortfolio, make_book
from tests.oracle.book_rows import NewInstrument as Row
from trimtab.domain.errors import InvalidInput
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.own_model import NewAccount, NewInstrument, OwnLine, OwnModel, with_own_model

CODES = st.lists(st.sampled_from("ABCDEFGH"), unique=True, min_size=1)
HELD = ("B", "D", "F")
ACCOUNTS = ("P1", "P3")
LOTS = [NewLot(account, code, 10.0) for account in ACCOUNTS for code in HELD]
MODELS = (
    NewModel("Core", lines=(("B", 50.0), ("F", 50.0))),
    NewModel("Mixed", lines=(("D", 60.0, 1.0), ("Z", 40.0))),
)


def rows(*codes: str) -> list[Row]:
    """As `own` describes them, so that both ways to a book say the same of them."""
    return [Row(code, price=2.0, currency="USD", exchange="NYSE", adv_value=UNKNOWN) for code in codes]


def book(*codes: str, models: tuple[NewModel, ...] = MODELS, portfolios: tuple[NewPortfolio, ...] = ()) -> Book:
    others = {portfolio.account_number for portfolio in portfolios}
    kept = [NewPortfolio(account, cash=5.0) for account in ACCOUNTS if account not in others]
    return make_book(instruments=rows(*codes), models=models, portfolios=[*kept, *portfolios], lots=LOTS)


def own(*codes: str, account: NewAccount | None = None, account_number: str = "P2", name: str = "Main") -> OwnModel:
    lines = tuple(OwnLine(code, 90.0 / len(codes), 3.0) for code in codes)
    new = tuple(NewInstrument(code, "NYSE", f"{code} Ltd", "Financials", "Stock", "USD", 2.0, AS_OF) for code in codes)
    return OwnModel(name, account_number, target_cash_pct=10.0, lines=lines, account=account, instruments=new)


def same(found: Book, made: Book) -> None:
    """Table by table and column by column; a new account has no name of a client."""
    for table in ("instruments", "models", "portfolios", "lots"):
        for field in fields(getattr(made, table)):
            if field.name not in {"client_name", "tax_country"}:
                ours, theirs = (getattr(getattr(each, table), field.name) for each in (found, made))
                np.testing.assert_array_equal(ours, theirs, err_msg=f"{table}.{field.name}")


@given(CODES)
def test_a_new_account_makes_the_book_that_its_rows_would_make(codes: list[str]) -> None:
    found = with_own_model(book(*HELD), own(*codes, account=NewAccount("USD", 1_000.0)))
    lines = tuple((code, 90.0 / len(codes)) for code in codes)
    model = NewModel("Main", target_cash_pct=10.0, tolerance_pct=3.0, lines=lines)
    new = NewPortfolio("P2", model="Main", cash=1_000.0, base_currency="USD")
    same(found, book(*{*HELD, *codes}, models=(*MODELS, model), portfolios=(new,)))


@given(CODES, st.sampled_from(ACCOUNTS))
def test_an_account_of_the_book_keeps_what_it_holds_and_follows_the_model(codes: list[str], account: str) -> None:
    found = with_own_model(book(*HELD), own(*codes, account_number=account))
    lines = tuple((code, 90.0 / len(codes)) for code in codes)
    model = NewModel("Main", target_cash_pct=10.0, tolerance_pct=3.0, lines=lines)
    follows = NewPortfolio(account, model="Main", cash=5.0)
    same(found, book(*{*HELD, *codes}, models=(*MODELS, model), portfolios=(follows,)))


def test_what_the_book_says_of_an_instrument_stands() -> None:
    found = with_own_model(
        book(*HELD), replace(own("B"), account_number="P1", instruments=(replace(own("B").instruments[0], price=99.0),))
    )
    assert found.instruments.price[found.instruments.code.index("B")] == 2.0


def test_a_daily_value_that_is_known_is_kept() -> None:
    new = replace(own("X").instruments[0], adv_value=7e6)
    found = with_own_model(book(*HELD), replace(own("X", account_number="P1"), instruments=(new,)))
    assert found.instruments.adv_value[found.instruments.code.index("X")] == 7e6


def test_the_digest_stays_so_that_orders_over_one_book_are_counted_together() -> None:
    before = book(*HELD)
    assert with_own_model(before, own("B", account_number="P1")).digest == before.digest


@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        (own("B", account_number="P9"), ["unknown_portfolio"]),
        (own("B", account_number="P1", account=NewAccount("USD", 1.0)), ["known_portfolio"]),
        (own("B", account_number="P9", name="Core"), ["unknown_portfolio", "known_model"]),
    ],
)
def test_what_does_not_fit_the_book_is_refused_with_all_that_is_wrong(wrong: OwnModel, codes: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        with_own_model(book(*HELD), wrong)
    assert [problem.code for problem in refused.value.problems] == codes
