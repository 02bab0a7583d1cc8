import pytest

from trimtab.domain.factors.shifts import ShiftTrade, shift_trades


def test_what_is_sold_is_bought_elsewhere():
    found = shift_trades(
        {"XLK": 0.03, "SMH": 0.02}, "AGG", closes={"XLK": 200.0, "AGG": 100.0}, portfolio_value=1_000_000, cost_bps=10
    )
    assert [trade.ticker for trade in found] == ["SMH", "XLK", "AGG"]
    assert [trade.weight_change for trade in found] == pytest.approx([-0.02, -0.03, 0.05])
    assert [trade.value for trade in found] == pytest.approx([-20_000, -30_000, 50_000])
    assert [trade.units for trade in found] == [None, pytest.approx(-150), pytest.approx(500)]
    assert [trade.cost for trade in found] == pytest.approx([20, 30, 50])


def test_without_a_value_of_the_portfolio_there_are_weights_only():
    found = shift_trades({"XLK": 0.05}, "AGG", closes={"XLK": 200.0}, portfolio_value=None, cost_bps=10)
    assert found == (ShiftTrade("XLK", -0.05, None, None, None), ShiftTrade("AGG", 0.05, None, None, None))


def test_a_candidate_that_is_sold_from_is_traded_by_the_difference():
    found = shift_trades({"AGG": 0.02, "SPY": 0.03}, "AGG", closes={}, portfolio_value=None, cost_bps=10)
    assert [(trade.ticker, trade.weight_change) for trade in found] == [
        ("SPY", -0.03),
        ("AGG", pytest.approx(0.03)),
    ]
    assert shift_trades({"AGG": 0.05}, "AGG", closes={}, portfolio_value=None, cost_bps=10) == ()


def test_money_comes_out_as_it_went_in():
    sold = {"A": 0.011, "B": 0.023, "C": 0.016}
    found = shift_trades(sold, "D", closes={}, portfolio_value=123_456.78, cost_bps=7)
    assert sum(trade.value or 0 for trade in found) == pytest.approx(0, abs=1e-9)
    assert sum(trade.cost or 0 for trade in found) == pytest.approx(2 * 0.05 * 123_456.78 * 0.0007)
