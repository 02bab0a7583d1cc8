"""A preview of orders: the plan of a large book with its orders, limits and hash, against the plan alone."""

import statistics
from collections.abc import Callable
from typing import Final

import numpy as np

from bench.measure import in_turns
from bench.report import milliseconds, print_table, verdict
from bench.synthetic import TAX_RULES, make_book
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.rules import SessionRules
from trimtab.domain.trading.sell_plan import TradingFacts, trading_facts
from trimtab.workflow.order_plan import OrderPlan, limit_checks, order_plan, order_table
from trimtab.workflow.planning import SessionPlan, plan_session, session_rules
from trimtab.workflow.ports.records import Exposure
from trimtab.workflow.state import Decision, SessionState

PORTFOLIOS: Final = 1_000
TOLERANCE_PCT: Final = 0.8
"""Of 20 lines in each portfolio about ten then get an order."""
ROUNDS: Final = 40
WANTED: Final = 3.0
PAGE: Final = 50


def report() -> None:
    """Prints the table."""
    book, policy = make_book(PORTFOLIOS, tolerance_pct=TOLERANCE_PCT), Policy()
    plain = _review(book, policy)
    rules = session_rules(book, plain)
    rows = np.arange(PORTFOLIOS)
    facts = trading_facts(book, rows, policy=policy, tax_rules=TAX_RULES, rules=rules)
    decided = plain.changed(decisions=_decisions(plan_session(facts, plain, rules=rules)))
    print_table(
        f"Orders: {PORTFOLIOS:,} portfolios, their plan in Review with orders, limits, hash and {PAGE} rows",
        ("decisions", "orders", "plan alone, ms", "with the preview, ms", "ratio of medians, wanted"),
        [_row(facts, state, rules=rules) for state in (plain, decided)],
        notes=f"Medians of {ROUNDS} rounds, in turns, in one process.",
    )


def _row(facts: TradingFacts, state: SessionState, *, rules: SessionRules) -> tuple[str, ...]:
    def alone() -> SessionPlan:
        return plan_session(facts, state, rules=rules)

    orders = len(_preview(alone).columns.line)
    taken = in_turns({"alone": alone, "preview": lambda: _preview(alone)}, repetitions=ROUNDS)
    plan, preview = (statistics.median(times) for times in taken.values())
    ratio = verdict(preview / plan, WANTED)
    return (f"{len(state.decisions):,}", f"{orders:,}", milliseconds(plan), milliseconds(preview), ratio)


def _preview(plan: Callable[[], SessionPlan]) -> OrderPlan:
    orders = order_plan(plan(), session_id="bench", execution_mode="simulated")
    limit_checks(orders, of_day=Exposure(), of_book=Exposure())
    order_table(orders, offset=0, limit=PAGE)
    return orders


def _review(book: Book, policy: Policy) -> SessionState:
    return SessionState(
        workflow_mode="AiPlan",
        phase="Review",
        book=book.name,
        book_digest=book.digest,
        policy_digest=policy.digest,
        as_of=book.as_of,
    )


def _decisions(plan: SessionPlan) -> tuple[Decision, ...]:
    """A decision on every sell: that it goes ahead."""
    book, positions = plan.facts.book, plan.facts.positions
    line = plan.sells.offers.line
    account, code = positions.portfolio_row[positions.portfolio[line]], positions.instrument[line]
    return tuple(
        Decision(
            account_number=book.portfolios.account_number[portfolio],
            symbol=book.instruments.code[instrument],
            side="sell",
            action="proceed",
            proceed_pct=100,
            source="rules",
            reason="No fact speaks for waiting.",
        )
        for portfolio, instrument in zip(account.tolist(), code.tolist(), strict=True)
    )
