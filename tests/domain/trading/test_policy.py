import pytest
from pydantic import ValidationError

from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.domain.trading.policy import Limits, Policy


def test_the_defaults_are_the_shipped_thresholds():
    assert Policy().model_dump(exclude={"factors"}) == {
        "min_trade_value": 500,
        "min_trade_pct": 0.1,
        "minimum_cash_pct": 0,
        "dividend_window_sell_days": 14,
        "dividend_window_buy_days": 30,
        "dip_pct": -8,
        "cgt_window_days": 45,
        "stale_price_days": 5,
        "adv_share_pct": 10,
        "batch_size": 20,
        "session_ttl_hours": 24,
        "tier_caps_pct": (30, 50, 80),
        "trade_scope": "breached",
        "lot_method": "min_gain",
        "blocking_rules": (),
        "limits": {
            "max_order_value": 1_000_000,
            "max_session_turnover_pct": 60,
            "max_daily_value": 50_000_000,
            "max_book_turnover_pct": 60,
            "allowed_exchanges": (),
            "allowed_types": (),
            "approval_minutes": 30,
            "price_move_pct": 2,
            "four_eyes_value": 5_000_000,
        },
    }


def test_equal_policies_have_one_digest_and_every_threshold_of_trading_changes_it():
    assert Policy().digest == Policy(min_trade_value=500).digest
    others = {
        Policy(dip_pct=-9).digest,
        Policy(trade_scope="portfolio").digest,
        Policy(limits=Limits(approval_minutes=31)).digest,
        Policy(limits=Limits(allowed_types=("ETF",))).digest,
    }
    assert len(others | {Policy().digest}) == 5
    assert all(len(digest) == 64 for digest in others)


def test_thresholds_of_factors_leave_what_trading_was_judged_by_alone():
    assert Policy(factors=FactorThresholds(min_observations=36)).digest == Policy().digest


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("min_trade_value", -1),
        ("min_trade_pct", 100.1),
        ("dip_pct", 1),
        ("batch_size", 0),
        ("trade_scope", "all"),
        ("lot_method", "avg"),
        ("tier_caps_pct", (30, 50)),
        ("blocking_rules", ("hold",)),
        ("limits", {"max_book_turnover_pct": 200.1}),
        ("limits", {"allowed_exchanges": ("XETRA",)}),
        ("limits", {"allowed_types": ("Option",)}),
        ("unknown", 1),
    ],
)
def test_a_threshold_out_of_its_range_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        Policy.model_validate({field: value})
    assert refused.value.errors()[0]["loc"][0] == field
