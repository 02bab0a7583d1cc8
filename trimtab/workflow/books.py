"""The book a server works on, read once, and the facts prepared from it for the sessions that use it."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

import numpy as np

from trimtab.domain.columns import IntColumn
from trimtab.domain.errors import InvalidInput, NotFound, Problem, WrongPhase
from trimtab.domain.kept import Kept
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.own_model import with_own_model
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.rules import SessionRules
from trimtab.domain.trading.sell_plan import TradingFacts, trading_facts
from trimtab.domain.trading.tax import TaxRules
from trimtab.domain.trading.valuation import UnableToCheck, find_unable
from trimtab.workflow.planning import session_rules
from trimtab.workflow.ports.framework_parts import FrameworkPart
from trimtab.workflow.state import SessionState

MOST_KEPT = 8
NewestPrices: TypeAlias = Callable[[Collection[str]], Mapping[str, float]]
"""The newest prices of these codes beside the book, of those that have one."""


class BookSource(Protocol):
    """Where the book comes from."""

    def load(self) -> Book:
        """Reads the whole book; raises BookRefused with every structural fault."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    book: Book
    unable: tuple[UnableToCheck, ...]
    checkable: IntColumn


def _checked(book: Book, policy: Policy) -> _Loaded:
    unable = find_unable(book, policy)
    excluded = {entry.account_number for entry in unable}
    accounts = book.portfolios.account_number
    rows = [row for row, account in enumerate(accounts) if account not in excluded]
    return _Loaded(book, unable, np.array(rows, dtype=np.int64))


class BookShelf:
    """The loaded book with its unable portfolios, and prepared facts by selection and substitutions (the last few).

    A session for a portfolio that follows a framework has the book with that model in it.
    """

    def __init__(
        self, source: BookSource, *, policy: Policy, tax_rules: TaxRules, newest_prices: NewestPrices | None = None
    ) -> None:
        self._source = source
        self._newest_prices = newest_prices
        self.policy = policy
        self.tax_rules = tax_rules
        self.policy_digest = hashlib.sha256(f"{policy.digest} {tax_rules!r}".encode()).hexdigest()
        self._loaded: _Loaded | None = None
        self._with_models: Kept[_Loaded] = Kept(MOST_KEPT)
        self._facts: OrderedDict[Hashable, TradingFacts] = OrderedDict()

    @property
    def book(self) -> Book:
        """The book; read when first asked for, so that a broken one is an answer and not a crash at the start."""
        return self._load().book

    def read_again(self, state: SessionState) -> Book:
        """The book of a session as it is at its source now; what sessions work on stays the one that was read first.

        Raises:
            InvalidInput: the session's own model doesn't fit the book any more.
        """
        book = self._source.load()
        return book if state.framework is None else with_own_model(book, self._priced_now(state.framework).model)

    def _priced_now(self, part: FrameworkPart) -> FrameworkPart:
        """The part with the newest prices of its own instruments; NaN for one that has none any more."""
        if self._newest_prices is None:
            return part
        prices = self._newest_prices([each.code for each in part.model.instruments])
        now = tuple(replace(each, price=prices.get(each.code, np.nan)) for each in part.model.instruments)
        return part.model_copy(update={"model": replace(part.model, instruments=now)})

    def _load(self, part: FrameworkPart | None = None) -> _Loaded:
        if self._loaded is None:
            self._loaded = _checked(self._source.load(), self.policy)
        if part is None:
            return self._loaded
        book = self._loaded.book
        return self._with_models.get(part, lambda: _checked(with_own_model(book, part.model), self.policy))

    def unable(self) -> tuple[UnableToCheck, ...]:
        """The portfolios of the book that can't be checked."""
        return self._load().unable

    def unable_in(self, state: SessionState) -> tuple[UnableToCheck, ...]:
        """The portfolios of a session that can't be checked."""
        wanted = None if state.portfolios is None else frozenset(state.portfolios)
        found = self._load(state.framework).unable
        return tuple(u for u in found if wanted is None or u.account_number in wanted)

    def facts_for(self, state: SessionState) -> tuple[TradingFacts, SessionRules]:
        """The prepared facts of a session, and its rules.

        Raises:
            WrongPhase: The session was opened over another book, another state of it, or under another policy.
        """
        if state.book_digest != self.book.digest:
            raise WrongPhase(
                "The session was opened over a book that has changed since.",
                field="session_id",
                next_action="Call open_session for a session over the book as it is now.",
            )
        if state.policy_digest != self.policy_digest:
            raise WrongPhase(
                "The session was opened under a policy, or tax rules, that have changed since.",
                field="session_id",
                next_action="Call open_session for a session under the rules as they are now.",
            )
        loaded = self._load(state.framework)
        rules = session_rules(loaded.book, state)
        key = (state.framework, state.portfolios, rules.substitutions)
        if key not in self._facts:
            self._facts[key] = self._prepare(loaded, state, rules=rules)
            while len(self._facts) > MOST_KEPT:
                self._facts.popitem(last=False)
        self._facts.move_to_end(key)
        return self._facts[key], rules

    def _prepare(self, loaded: _Loaded, state: SessionState, *, rules: SessionRules) -> TradingFacts:
        rows = loaded.checkable
        if state.portfolios is not None:
            wanted = frozenset(state.portfolios)
            accounts = loaded.book.portfolios.account_number
            rows = np.array([row for row in rows if accounts[row] in wanted], dtype=np.int64)
        return trading_facts(loaded.book, rows, policy=self.policy, tax_rules=self.tax_rules, rules=rules)

    def select(
        self, *, name: str | None, portfolios: tuple[str, ...] | None, models: tuple[str, ...] | None
    ) -> tuple[str, ...] | None:
        """The account numbers of a selection, None for the whole book.

        Raises:
            NotFound: The server has no book of that name.
            InvalidInput: Unknown portfolios or models, or nothing left.
        """
        book = self.book
        if name not in (None, book.name):
            raise NotFound(
                "This server has one book; leave `book` away or name it.",
                field="book",
                next_action="Call open_session without `book`; get_server_status says its name.",
            )
        accounts, names = book.portfolios.account_number, book.models.name
        problems = [
            *_filter_problems("portfolios", portfolios, known=frozenset(accounts), what="portfolio"),
            *_filter_problems("models", models, known=frozenset(names), what="model"),
        ]
        if problems:
            raise InvalidInput(
                f"{len(problems)} problem(s) in what the session is to work on; no session was opened.",
                problems=problems,
                next_action="Call open_session without filters; get_session view=trades then lists what the book has.",
            )
        if portfolios is None and models is None:
            return None
        wanted = frozenset(portfolios or accounts)
        of_model = frozenset(models or (*names, *book.portfolios.model_name))
        chosen = tuple(
            account
            for account, model in zip(accounts, book.portfolios.model_name, strict=True)
            if account in wanted and model in of_model
        )
        if not chosen:
            raise InvalidInput(
                "No portfolio fits both filters.", field="models", next_action="Leave one of the filters away."
            )
        return chosen


def _filter_problems(
    field: str, given: tuple[str, ...] | None, *, known: frozenset[str], what: str
) -> Iterator[Problem]:
    if given == ():
        yield Problem(field, "an empty list selects nothing; leave it away for all")
    for number, name in enumerate(given or ()):
        if name not in known:
            yield Problem(f"{field}[{number}]", f"the book has no such {what}", f"unknown_{what}")
