"""Hypothesis strategies for what a session adds to a book: rules, substitutions, gradual exits, decisions.

Left out, because the page leaves it open: a substitute that has a substitute itself or can't be valued, one
substitute for two codes, and two substitutions of one code for overlapping accounts.
"""

from datetime import date, timedelta

import numpy as np
from hypothesis import strategies as st

from tests.oracle.book_rows import AS_OF
from tests.oracle.books import RULES
from tests.oracle.oracle_types import Decision, GradualExit, Plan, Session, SessionRule, Substitution, TaxRule
from trimtab.domain.trading.book import Book

PERCENTS = (1.0, 5.0, 10.0, 20.0, 25.0, 33.0, 50.0, 60.0, 75.0, 80.0, 95.0, 99.0)
AMOUNTS = (100.0, 500.0, 1_000.0, 2_500.0, 12_345.67)

TAX_RULES = (
    TaxRule("AU", "individual", 12, 50.0, date(1999, 9, 21)),
    TaxRule("AU", "trust", 12, 50.0, date(1999, 9, 21), date(2026, 7, 15)),
    TaxRule("AU", "trust", 13, 25.0, date(2026, 7, 16)),
    TaxRule("AU", "smsf", 12, 100 / 3, date(1999, 9, 21)),
)


@st.composite
def sessions(draw: st.DrawFn, book: Book) -> Session:
    """A few of each; codes of the book only."""
    codes, accounts = book.instruments.code, (None, *book.portfolios.account_number)
    rules = tuple(
        SessionRule(
            draw(st.sampled_from(codes)),
            draw(st.sampled_from(RULES)),
            draw(st.sampled_from(accounts)),
            draw(st.sampled_from((None, AS_OF, AS_OF - timedelta(days=1)))),
        )
        for _ in range(draw(st.integers(0, 2)))
    )
    exits = tuple(
        GradualExit(
            code,
            draw(st.sampled_from((5.0, 20.0, 50.0, 100.0))),
            draw(st.sampled_from((0.0, 0.0, 10.0, 1_000.0))),
            draw(st.sampled_from(accounts)),
        )
        for code in draw(st.lists(st.sampled_from(codes), max_size=4))
    )
    return Session(rules=rules, substitutions=draw(substitutions(book)), gradual_exits=exits)


@st.composite
def substitutions(draw: st.DrawFn, book: Book) -> tuple[Substitution, ...]:
    """Disjoint pairs of codes that have a value."""
    table = book.instruments
    rows = zip(table.code, table.price, table.price_date, table.currency, strict=True)
    oldest = np.datetime64(AS_OF - timedelta(days=5))
    valued = [code for code, price, dated, currency in rows if price > 0 and dated >= oldest and currency != "JPY"]
    codes = draw(st.permutations(valued))
    pairs = list(zip(codes[::2], codes[1::2], strict=False))[: draw(st.integers(0, 2))]
    accounts = (None, None, *book.portfolios.account_number)
    return tuple(Substitution(a, b, draw(st.sampled_from(accounts))) for a, b in pairs)


@st.composite
def decisions(draw: st.DrawFn, plans: list[Plan], *, sells: bool) -> tuple[Decision, ...]:
    """Verdicts on some of the planned sells, or buys, of these plans."""
    found = []
    for plan in plans:
        for line in plan.lines:
            if line.planned_units == 0 or (line.planned_units < 0) != sells:
                continue
            action = draw(st.sampled_from((None, None, "proceed", "defer", "review", "percent", "amount")))
            if action == "percent":
                percent = draw(st.sampled_from((*PERCENTS, line.min_proceed_percent or 50.0)))
                found.append(Decision(line.account_number, line.code, "partial", proceed_percent=percent))
            elif action == "amount":
                amount = draw(st.sampled_from((*AMOUNTS, abs(line.min_amount) or 500.0)))
                found.append(Decision(line.account_number, line.code, "partial", amount=amount))
            elif action is not None:
                found.append(Decision(line.account_number, line.code, action))
    return tuple(found)
