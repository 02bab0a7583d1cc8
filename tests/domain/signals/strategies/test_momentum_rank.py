import numpy as np
import pytest

from tests.domain.signals.strategies.series_of_prices import frame
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.strategies.momentum_rank import MomentumParameters, MomentumRank

NONE = np.nan
SHORT = MomentumRank(MomentumParameters(lookback_days=3, skip_days=1))
PRICES = frame(
    [
        [10.0, 10.0, 10.0, 10.0, NONE],
        [50.0, 50.0, 50.0, 50.0, 10.0],
        [12.0, 9.0, 10.0, 12.0, 10.0],
        [99.0, 99.0, 1.0, 1.0, 10.0],
    ]
)


def test_alpha_is_the_rank_of_the_return_without_the_last_days():
    # Returns 0.2, -0.1, 0 and 0.2 again; the last has too little history. Ranks 3.5, 1, 2, 3.5 of 4.
    panel = SHORT.signals(PRICES)
    assert panel.indicators["momentum"].iloc[-1].tolist() == pytest.approx([0.2, -0.1, 0, 0.2, NONE], nan_ok=True)
    assert panel.alpha.iloc[-1].tolist() == pytest.approx([2 / 3, -1, -1 / 3, 2 / 3, NONE], nan_ok=True)
    assert panel.confidence.equals(panel.alpha.abs())
    assert panel.alpha[:-1].isna().all(axis=None)
    assert panel.thresholds == {"min_symbols": 3.0}
    assert (panel.horizon_days, panel.volatility_adjusted) == (21, False)


def test_a_ranking_needs_enough_symbols():
    alone = MomentumRank(MomentumParameters(lookback_days=3, skip_days=1, min_symbols=5)).signals(PRICES)
    assert alone.alpha.isna().all(axis=None)
    assert alone.indicators["momentum"].iloc[-1].count() == 4


def test_a_gap_anywhere_in_the_lookback_leaves_a_symbol_out():
    prices = PRICES.copy()
    prices.iloc[1, 0] = NONE
    assert SHORT.signals(prices).alpha.iloc[-1].tolist() == pytest.approx([NONE, -1, 0, 1, NONE], nan_ok=True)


@pytest.mark.parametrize(("lookback", "skip"), [(10, 9), (10, 0), (4, 1)])
def test_fewer_days_than_the_lookback_have_no_signal(lookback: int, skip: int) -> None:
    strategy = MomentumRank(MomentumParameters(lookback_days=lookback, skip_days=skip))
    assert strategy.history_days == lookback + 1
    assert strategy.signals(PRICES).alpha.isna().all(axis=None)


def test_the_last_day_may_count():
    found = MomentumRank(MomentumParameters(lookback_days=1, skip_days=0)).signals(PRICES)
    assert found.alpha.iloc[1].tolist() == pytest.approx([0, 0, 0, 0, NONE], nan_ok=True)
    assert found.alpha.iloc[-1].tolist() == pytest.approx([0.5, 1, -0.5, -1, 0])


def test_parameters_out_of_range_are_told_at_once():
    with pytest.raises(InvalidInput) as refused:
        MomentumParameters(lookback_days=0, skip_days=-1, min_symbols=1, horizon_days=0)
    assert len(refused.value.problems) == 4
    with pytest.raises(InvalidInput, match="skip_days is 252; give fewer than lookback_days, 252"):
        MomentumParameters(skip_days=252)
