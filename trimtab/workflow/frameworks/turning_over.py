"""What a portfolio's first session would trade, and whether the policy lets it."""

from decimal import Decimal

from trimtab.domain.frameworks.portfolio import Portfolio
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.holdings import holdings_of
from trimtab.workflow.frameworks.money import Money
from trimtab.workflow.frameworks.tradable import TradingTerms
from trimtab.workflow.ports.framework_results import FrameworkFinding


def turnover_warning(
    portfolio: Portfolio, money: Money, *, book: Book, terms: TradingTerms
) -> tuple[FrameworkFinding, ...]:
    """A warning where sells and buys would be more than the policy lets a session trade."""
    wanted: dict[str, Decimal] = {}
    for each in portfolio.positions:
        wanted[each.code] = wanted.get(each.code, Decimal(0)) + each.weight
    held = held_weights(money, book)
    codes = {*wanted, *held}
    turnover_pct = 100.0 * sum(abs(float(wanted.get(code, 0)) - held.get(code, 0.0)) for code in codes)
    if turnover_pct <= terms.max_session_turnover_pct:
        return ()
    said = (
        f"Sells and buys of its session come to about {turnover_pct:.0f} % of the portfolio, and the policy lets a "
        f"session trade {terms.max_session_turnover_pct:g} %: its orders will be refused unless whoever runs the "
        "server raises limits.max_session_turnover_pct (up to 200)."
    )
    return (FrameworkFinding(code="over_turnover", path="portfolio", message=said),)


def held_weights(money: Money, book: Book) -> dict[str, float]:
    """What an account holds, as fractions of its value by code; nothing for new money."""
    if money.account_number is None or money.total_value <= 0:
        return {}
    held = holdings_of(book, money.account_number)
    return dict(zip(held.code, (held.value / money.total_value).tolist(), strict=True))
