"""The book's document tells nothing of what a single portfolio holds."""

import json

from tests.workflow.desks import DEMO, shelf_of
from trimtab.workflow.book_document import book_document


def test_no_portfolio_is_named_but_where_a_rule_or_a_fault_is_about_it() -> None:
    text = book_document(shelf_of(DEMO), DEMO.name)
    named = {account for account in DEMO.portfolios.account_number if account in text}
    about = {rule.account_number for rule in DEMO.restrictions if rule.account_number is not None}
    assert named <= about
    assert set(json.loads(text)) == {
        "as_of",
        "digest",
        "fx",
        "instruments",
        "model_lines",
        "models",
        "name",
        "policy_digest",
        "portfolios",
        "reporting_currency",
        "restrictions",
        "unable_to_check",
    }
