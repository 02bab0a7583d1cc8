"""The book a server works on, and the facts prepared from it."""

import pytest

from tests.workflow.desks import TAX_RULES, shelf_of
from tests.workflow.small_books import two_portfolios, with_an_unknown_model
from trimtab.domain.errors import BookRefused, Fault, InvalidInput, WrongPhase
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.tax import TaxRules
from trimtab.workflow.books import MOST_KEPT, BookShelf
from trimtab.workflow.ports.requests import InstrumentRule, Substitution
from trimtab.workflow.state import SessionState


class Counting:
    """A source that fails once, then gives a book."""

    def __init__(self, book: Book) -> None:
        self.book, self.calls = book, 0

    def load(self) -> Book:
        self.calls += 1
        if self.calls == 1:
            raise BookRefused("example", [Fault("models.csv", 2, None, "sums to 99")])
        return self.book


def state_of(shelf: BookShelf, **more: object) -> SessionState:
    book = shelf.book
    start = SessionState(
        workflow_mode="Manual",
        book=book.name,
        book_digest=book.digest,
        policy_digest=shelf.policy_digest,
        as_of=book.as_of,
    )
    return start.changed(**more)


def test_a_broken_book_is_an_answer_and_the_next_call_tries_again() -> None:
    source = Counting(two_portfolios())
    shelf = BookShelf(source, policy=Policy(), tax_rules=TAX_RULES)
    with pytest.raises(BookRefused):
        _ = shelf.book
    assert shelf.book is shelf.book
    assert source.calls == 2


def test_facts_are_prepared_once_for_sessions_alike() -> None:
    shelf = shelf_of(two_portfolios())
    rule = InstrumentRule(code="BHP", rule="hold", reason="Escrow")
    first, _ = shelf.facts_for(state_of(shelf))
    second, rules = shelf.facts_for(state_of(shelf, instrument_rules=(rule,)))
    assert first is second
    assert [restriction.reason for restriction in rules.restrictions] == ["Escrow"]
    swap = Substitution(code="WBC", substitute="NAB", reason="Cheaper")
    assert shelf.facts_for(state_of(shelf, substitutions=(swap,)))[0] is not first


def test_the_facts_longest_unused_are_dropped() -> None:
    shelf = shelf_of(two_portfolios())
    first, _ = shelf.facts_for(state_of(shelf))
    accounts = [("P1",), ("P2",)]
    swaps = [Substitution(code="WBC", substitute=code, reason="Cheaper") for code in ("NAB", "BHP", "CBA", "REST")]
    for portfolios in accounts:
        for swap in swaps:
            shelf.facts_for(state_of(shelf, portfolios=portfolios, substitutions=(swap,)))
    assert len(accounts) * len(swaps) == MOST_KEPT
    assert shelf.facts_for(state_of(shelf))[0] is not first


def test_unable_portfolios_are_those_of_the_selection() -> None:
    shelf = shelf_of(with_an_unknown_model())
    assert [entry.account_number for entry in shelf.unable()] == ["P9"]
    assert shelf.unable_in(state_of(shelf, portfolios=("P1",))) == ()
    facts, _ = shelf.facts_for(state_of(shelf, portfolios=("P1", "P9")))
    assert len(facts.positions.portfolio_row) == 1


def test_a_selection_is_of_known_names_that_leave_something() -> None:
    shelf = shelf_of(with_an_unknown_model())
    assert shelf.select(name=None, portfolios=None, models=None) is None
    assert shelf.select(name="example", portfolios=None, models=("Core",)) == ("P1",)
    with pytest.raises(InvalidInput, match="both filters") as nothing:
        shelf.select(name=None, portfolios=("P9",), models=("Core",))
    assert nothing.value.next_action


def test_a_session_under_other_tax_rules_is_refused() -> None:
    state = state_of(shelf_of(two_portfolios()))
    other = BookShelf(Counting(two_portfolios()), policy=Policy(), tax_rules=TaxRules())
    with pytest.raises(BookRefused):
        _ = other.book
    with pytest.raises(WrongPhase, match="tax rules"):
        other.facts_for(state)
