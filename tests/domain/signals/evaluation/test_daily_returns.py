import numpy as np

from tests.domain.signals.evaluation.market_of_signals import FAST, PRICES, SLOW
from trimtab.domain.signals.backtest.backtest import backtest
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.evaluation.daily_returns import daily_returns


def test_runs_meet_on_their_days():
    late, early = (backtest(PRICES, [each], rules=Rules()) for each in (FAST, SLOW))
    found = daily_returns({"late": late, "early": early})
    assert list(found.columns) == ["late", "early"]
    assert found.index.equals(PRICES.index[10:])
    assert np.isnan(found["late"][:10]).all()
    assert found["late"][10:].tolist() == late.returns.tolist()
    assert found["early"].tolist() == early.returns.tolist()
