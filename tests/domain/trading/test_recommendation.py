import pytest
from pydantic import ValidationError

from trimtab.domain.trading.recommendation import MOST_EXCEPTIONS, PortfolioException, Recommendation


def test_a_recommendation_needs_no_more_than_a_symbol_and_an_action():
    found = Recommendation(symbol="CBA", action="defer")
    assert (found.proceed_percent, found.reason, found.flags, found.exceptions) == (None, None, None, ())


@pytest.mark.parametrize(
    ("place", "given"),
    [
        ("symbol", {"symbol": "", "action": "defer"}),
        ("action", {"symbol": "CBA", "action": "sell"}),
        ("proceed_percent", {"symbol": "CBA", "action": "partial", "proceed_percent": 101}),
        ("reason", {"symbol": "CBA", "action": "defer", "reason": "x" * 501}),
        ("note", {"symbol": "CBA", "action": "defer", "note": "x"}),
        (
            "exceptions",
            {
                "symbol": "CBA",
                "action": "defer",
                "exceptions": [{"account_number": "P1", "action": "proceed"}] * (MOST_EXCEPTIONS + 1),
            },
        ),
    ],
)
def test_what_can_not_be_meant_is_refused_by_its_place(place: str, given: dict) -> None:
    with pytest.raises(ValidationError) as refused:
        Recommendation.model_validate(given)
    assert refused.value.errors()[0]["loc"] == (place,)


def test_an_exceptions_amount_is_positive():
    with pytest.raises(ValidationError):
        PortfolioException(account_number="P1", action="partial", amount=0)
