"""The slow second computation, one portfolio after another, in the order of docs/trading-maths.md."""

from collections.abc import Sequence

from tests.oracle.oracle_buys import BuyFacts, decide_buys, rules_analyst, set_cash
from tests.oracle.oracle_cash import raise_late_cash, raise_planned_cash
from tests.oracle.oracle_compare import close_calls, watched
from tests.oracle.oracle_decisions import decide_sells, set_planned_amounts
from tests.oracle.oracle_flags import set_flags
from tests.oracle.oracle_lines import build_lines, line_codes, substitutions_of
from tests.oracle.oracle_rows import InstrumentRow, PortfolioRow, read_instruments, read_portfolios
from tests.oracle.oracle_rules import rules_of, set_rules, set_sell_cap
from tests.oracle.oracle_tiers import reduce_by_tiers
from tests.oracle.oracle_trades import plan_trades
from tests.oracle.oracle_types import Decision, Plan, Session, TaxRule
from tests.oracle.oracle_valuation import value_portfolio
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy

NO_SESSION = Session()


def plan_book(
    book: Book, policy: Policy, *, session: Session = NO_SESSION, tax_rules: Sequence[TaxRule] = ()
) -> list[Plan]:
    """Sections 1 to 6 and the least percents of section 7, for every portfolio by account number."""
    instruments = read_instruments(book)
    return [
        _plan_portfolio(portfolio, book, policy=policy, session=session, tax_rules=tax_rules, instruments=instruments)
        for portfolio in read_portfolios(book)
    ]


def _plan_portfolio(
    portfolio: PortfolioRow,
    book: Book,
    *,
    policy: Policy,
    session: Session,
    tax_rules: Sequence[TaxRule],
    instruments: dict[str, InstrumentRow],
) -> Plan:
    substitutes = substitutions_of(session, portfolio.account_number)
    before = len(close_calls)
    plan, unit_values = value_portfolio(
        portfolio,
        line_codes(portfolio, substitutes),
        instruments=instruments,
        fx=book.fx,
        as_of=book.as_of,
        policy=policy,
    )
    plan.close_call = len(close_calls) > before
    if plan.unable:
        return plan
    with watched(plan):
        build_lines(plan, portfolio, unit_values=unit_values, instruments=instruments, substitutes=substitutes)
        rules = rules_of(book, session)
        for line in plan.lines:
            set_rules(line, rules)
            set_sell_cap(line, session)
        plan_trades(plan, policy)
        raise_planned_cash(plan, policy)
        set_planned_amounts(plan)
        set_flags(plan, portfolio, instruments=instruments, book=book, policy=policy, tax_rules=tax_rules)
    return plan


def decide_on_sells(plans: Sequence[Plan], decisions: Sequence[Decision] = ()) -> None:
    """Section 7: the decisions on sells, cash raised again, and the cash that buys may use."""
    for plan in _checked(plans):
        with watched(plan):
            decide_sells(plan, decisions)
            raise_late_cash(plan)
            set_cash(plan)


def decide_on_buys(plans: Sequence[Plan], decisions: Sequence[Decision] = ()) -> None:
    """Section 8 with a person's or an analyst's decisions."""
    for plan in _checked(plans):
        with watched(plan):
            decide_buys(plan, decisions)


def analyse_buys(plans: Sequence[Plan], book: Book, *, policy: Policy) -> list[Decision]:
    """Section 8: what the rules analyst decides on the buys."""
    facts = {
        code: BuyFacts(ex_date=row.ex_date, return_6m_pct=row.return_6m_pct, return_1m_pct=row.return_1m_pct)
        for code, row in read_instruments(book).items()
    }
    found: list[Decision] = []
    for plan in _checked(plans):
        with watched(plan):
            found += rules_analyst(plan, facts, as_of=book.as_of, window_days=policy.dividend_window_buy_days)
    return found


def reduce_buys(plans: Sequence[Plan], policy: Policy) -> None:
    """Section 8 with the fallback's tiers."""
    for plan in _checked(plans):
        with watched(plan):
            reduce_by_tiers(plan, policy)


def _checked(plans: Sequence[Plan]) -> list[Plan]:
    return [plan for plan in plans if not plan.unable]
