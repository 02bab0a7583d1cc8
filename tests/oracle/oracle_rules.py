"""Section 3: which directions are forbidden, and how much of a gradual exit may be sold."""

from collections.abc import Iterable
from datetime import date

from tests.oracle.oracle_types import Line, Session, SessionRule
from trimtab.domain.trading.book import Book


def rules_of(book: Book, session: Session) -> list[SessionRule]:
    """The book's rules and the session's, those that still hold on the book's day."""
    standing = [SessionRule(r.code, r.rule, r.account_number, r.until) for r in book.restrictions]
    return [rule for rule in [*standing, *session.rules] if _holds(rule, book.as_of)]


def _holds(rule: SessionRule, as_of: date) -> bool:
    return rule.until is None or as_of <= rule.until


def set_rules(line: Line, rules: Iterable[SessionRule]) -> None:
    """Names the rule that forbids each direction. Hold stands over the others, which forbid one each."""
    names = {
        rule.rule for rule in rules if rule.code == line.code and rule.account_number in (None, line.account_number)
    }
    if "hold" in names:
        line.sell_rule = line.buy_rule = "hold"
    else:
        line.sell_rule = "do_not_sell" if "do_not_sell" in names else ""
        line.buy_rule = "do_not_buy" if "do_not_buy" in names else ""


def set_sell_cap(line: Line, session: Session) -> None:
    """The smallest cap of the gradual exits that hold for the line; None without one."""
    for entry in session.gradual_exits:
        if entry.code != line.code or entry.account_number not in (None, line.account_number):
            continue
        cap = max(0.0, min(entry.max_sell_percent / 100 * line.units, line.units - entry.target_units))
        line.sell_cap_units = cap if line.sell_cap_units is None else min(cap, line.sell_cap_units)
