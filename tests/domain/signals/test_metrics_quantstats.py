"""Every metric in which quantstats follows the same convention, and alphalens for more horizons."""

import numpy as np
import pandas as pd
import pytest

from tests.domain.signals.metrics.series_of_returns import BENCHMARK, GAPPY, RETURNS
from tests.domain.signals.metrics.test_prediction import RETURNS as PANEL
from tests.domain.signals.metrics.test_prediction import SCORES
from trimtab.domain.signals import metrics

CALLS: list[tuple[str, dict]] = [
    ("total_return", {}),
    ("cagr", {}),
    ("volatility", {}),
    ("sharpe", {}),
    ("sharpe", {"risk_free": 0.05}),
    ("max_drawdown", {}),
    ("beta", {"benchmark": BENCHMARK}),
    ("sortino", {}),
    ("sortino", {"risk_free": 0.05}),
    ("calmar", {}),
    ("expected_shortfall", {}),
    ("win_rate", {}),
    ("profit_factor", {}),
    ("average_win_loss", {}),
    ("tracking_error", {"benchmark": BENCHMARK}),
    ("information_ratio", {"benchmark": BENCHMARK}),
]
# Made with quantstats 0.0.86 (numpy 2.4.6, pandas 3.1.1), in the order of CALLS: comp, cagr, volatility, sharpe without
# and with rf=0.05, max_drawdown, greeks["beta"], sortino without and with rf=0.05, calmar, cvar with
# method="historical", win_rate, profit_factor, payoff_ratio, volatility of r - b, and information_ratio times the root
# of the periods. The third row is of the series without its gaps.
DAILY = [0.2927186982020653, 0.13814614417385052, 0.16063552284748034, 0.8858611064303235, 0.5820996047143491,
         -0.0736620257366537, 0.9236828426981967, 1.3259973056451322, 0.8569297993450639, 1.875405173728612,
         -0.017806269981346105, 0.508, 1.1430615415864585, 1.1070596032687747, 0.12038321279972158,
         0.4911060527842513]  # fmt: skip
MONTHLY = [0.1395378592210199, 0.026468796143557016, 0.03674177253632186, 0.7298163969722116, -0.6008076319977979,
           -0.025034934397415998, 0.9875425693494367, 1.3242487777830647, -0.7551706942357895, 1.0572744359293793,
           -0.015326534770989565, 0.5166666666666667, 1.6399831941502674, 1.534177826785734, 0.02712509353648099,
           0.7596017316861867]  # fmt: skip
GAPS = [0.259596206165676, 0.14555175894518024, 0.16250689516595077, 0.9174184785834142, 0.6171549876142932,
        -0.08100868571487474, 0.9297678590288586, 1.3757832781826718, 0.9103045228918178, 1.7967426290247068,
        -0.01796841554724097, 0.5070093457943925, 1.1477855619371504, 1.1160495556163075, 0.12205708370662081,
        0.5506022512234949]  # fmt: skip


@pytest.mark.parametrize(
    ("returns", "periods", "wanted"), [(RETURNS, 252, DAILY), (RETURNS[:60], 12, MONTHLY), (GAPPY, 252, GAPS)]
)
def test_metrics_are_those_of_quantstats(returns: pd.Series, *, periods: int, wanted: list[float]) -> None:
    found = [getattr(metrics, name)(returns, periods_per_year=periods, **more) for name, more in CALLS]
    assert found == pytest.approx(wanted, rel=1e-9)


def test_coefficients_of_several_horizons_are_those_of_alphalens():
    # Made with alphalens-reloaded 0.5.1: mean_information_coefficient of compounded returns of 2 and of 10 days.
    found = metrics.alpha_decay(SCORES, PANEL, horizons=[2, 10])
    assert found["mean"].tolist() == pytest.approx([0.6601868467709722, 0.619407798542966], rel=1e-9)
    assert found["n_dates"].tolist() == [38, 30]
    ahead = pd.DataFrame(
        np.prod([1 + PANEL.shift(-step).to_numpy() for step in (1, 2)], axis=0) - 1, PANEL.index, PANEL.columns
    )
    by_date = metrics.information_coefficient(SCORES, ahead, horizon_periods=2).by_date
    assert by_date[:4].tolist() == pytest.approx(
        [0.10068887151977754, 0.9510759457296009, 0.6897007348075543, 0.1850826828014733], rel=1e-9
    )
