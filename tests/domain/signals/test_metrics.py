import inspect

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.signals.metrics.series_of_returns import BENCHMARK, FRAME, GAPPY, RETURNS
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals import metrics

PERCENT = st.integers(-90, 200).map(lambda percent: percent / 100)
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
    ("value_at_risk", {}),
    ("value_at_risk", {"confidence": 0.99}),
    ("expected_shortfall", {}),
    ("expected_shortfall", {"confidence": 0.99}),
    ("win_rate", {}),
    ("profit_factor", {}),
    ("average_win_loss", {}),
    ("tracking_error", {"benchmark": BENCHMARK}),
    ("information_ratio", {"benchmark": BENCHMARK}),
]
# Made with empyrical-reloaded 0.7.1 (numpy 2.4.6), on arrays, in the order of CALLS: cum_returns_final, cagr,
# annual_volatility, sharpe_ratio without and with risk_free = 1.05 ** (1 / periods) - 1, max_drawdown, beta; then
# sortino_ratio, the same with that rate as required_return, calmar_ratio, value_at_risk and conditional_value_at_risk
# (each with a cutoff of 0.05 and of 0.01); win_rate, profit_factor and payoff_ratio of quantstats 0.0.86; and
# annual_volatility of r - b, and excess_sharpe times the root of the periods. The third row is of the series with gaps:
# without them for cagr and calmar_ratio, which would count them as time, for quantstats, and for what knows no gaps.
DAILY = [0.2927186982020653, 0.13814614417385052, 0.16063552284748034, 0.8858611064303232, 0.5820996047143492,
         -0.07366202573665374, 0.9236828426981968, 1.3259973056451317, 0.8569297993450639, 1.8754051737286108,
         -0.015935648337035386, -0.019006227979117024, -0.017806269981346105, -0.019208069900804814, 0.508,
         1.1430615415864585, 1.1070596032687747, 0.12038321279972158, 0.4911060527842526]  # fmt: skip
MONTHLY = [0.1395378592210199, 0.026468796143557016, 0.03674177253632186, 0.7298163969722116, -0.600807631997798,
           -0.02503493439741605, 0.9875425693494367, 1.3242487777830647, -0.75517069423579, 1.057274435929377,
           -0.014592326237584472, -0.01557622593984769, -0.015326534770989565, -0.01571162412091354, 0.5166666666666667,
           1.6399831941502674, 1.534177826785734, 0.02712509353648099, 0.7596017316861869]  # fmt: skip
GAPS = [0.259596206165676, 0.14555175894518024, 0.16250689516595077, 0.9174184785834144, 0.6171549876142935,
        -0.08100868571487471, 0.9297678590288583, 1.3757832781826722, 0.9103045228918181, 1.7967426290247073,
        -0.01663539537704401, -0.019031362690436444, -0.017968415547240966, -0.019208069900804814, 0.5070093457943925,
        1.1477855619371504, 1.1160495556163075, 0.12205708370662081, 0.5506022512234964]  # fmt: skip


@pytest.mark.parametrize(
    ("returns", "periods", "wanted"), [(RETURNS, 252, DAILY), (RETURNS[:60], 12, MONTHLY), (GAPPY, 252, GAPS)]
)
def test_metrics_are_those_of_the_peers(returns: pd.Series, *, periods: int, wanted: list[float]) -> None:
    found = [getattr(metrics, name)(returns, periods_per_year=periods, **more) for name, more in CALLS]
    assert found == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize(("name", "more"), CALLS)
def test_a_year_has_252_periods_unless_said_otherwise(name: str, more: dict) -> None:
    metric = getattr(metrics, name)
    assert metric(RETURNS, **more) == metric(RETURNS, periods_per_year=252, **more)


@pytest.mark.parametrize(("name", "more"), CALLS)
def test_a_frame_gives_a_figure_per_column(name: str, more: dict) -> None:
    metric = getattr(metrics, name)
    found = metric(FRAME, **more)
    assert list(found.index) == ["all", "gappy"]
    assert found.tolist() == pytest.approx([metric(RETURNS, **more), metric(GAPPY, **more)], rel=1e-12)


@pytest.mark.parametrize(("name", "more"), CALLS)
def test_arrays_are_understood_by_place(name: str, more: dict) -> None:
    metric = getattr(metrics, name)
    single = metric(RETURNS.to_numpy(), **more)
    assert isinstance(single, float)
    assert single == pytest.approx(metric(RETURNS, **more), rel=1e-12)
    assert metric(FRAME.to_numpy(), **more) == pytest.approx(metric(FRAME, **more).to_numpy(), rel=1e-12)


@pytest.mark.parametrize(("name", "more"), CALLS)
@pytest.mark.parametrize("values", [[], [np.nan, np.nan], [0.01], [0.01] * 20])
def test_what_is_not_defined_is_nan_never_infinite(name: str, more: dict, *, values: list[float]) -> None:
    returns = pd.Series(values, dtype=float, index=RETURNS.index[: len(values)])
    assert not np.isinf(getattr(metrics, name)(returns, **more))


@pytest.mark.parametrize(("name", "more"), CALLS)
@pytest.mark.parametrize("periods", [0, -1, np.nan, np.inf])
def test_periods_that_no_year_has_are_refused(name: str, more: dict, *, periods: float) -> None:
    with pytest.raises(InvalidInput, match="give a number above 0"):
        getattr(metrics, name)(RETURNS, periods_per_year=periods, **more)


@given(st.lists(PERCENT, min_size=2, max_size=40), st.lists(st.booleans(), min_size=40, max_size=40))
def test_a_gap_changes_nothing(values: list[float], gaps: list[bool]) -> None:
    spread = [each for value, gap in zip(values, gaps, strict=False) for each in ([np.nan, value] if gap else [value])]
    for metric, more in [(getattr(metrics, name), more) for name, more in CALLS if "benchmark" not in more]:
        plain = metric(np.array(values), **more)
        assert metric(np.array(spread), **more) == pytest.approx(plain, rel=1e-9, abs=1e-12, nan_ok=True)


@given(st.lists(PERCENT, min_size=1, max_size=40))
def test_a_drawdown_is_between_everything_and_nothing(values: list[float]) -> None:
    returns = pd.Series(values)
    assert -1 <= metrics.max_drawdown(returns) <= min(0, metrics.total_return(returns)) + 1e-12


@given(values=st.lists(PERCENT, min_size=3, max_size=40), slope=st.floats(0.1, 3), level=st.floats(-0.1, 0.1))
def test_beta_is_the_slope_of_a_line(values: list[float], *, slope: float, level: float) -> None:
    benchmark = pd.Series(values)
    wanted = slope if benchmark.nunique() > 1 else np.nan
    assert metrics.beta(level + slope * benchmark, benchmark) == pytest.approx(wanted, rel=1e-9, nan_ok=True)


@given(values=st.lists(PERCENT, min_size=1, max_size=40), confidence=st.floats(0.01, 0.99))
def test_the_shortfall_lies_between_the_worst_return_and_the_value_at_risk(
    values: list[float], *, confidence: float
) -> None:
    returns = np.array(values)
    shortfall = metrics.expected_shortfall(returns, confidence=confidence)
    assert min(values) - 1e-12 <= shortfall <= metrics.value_at_risk(returns, confidence=confidence) + 1e-12


@given(st.lists(PERCENT, min_size=1, max_size=40))
def test_the_profit_factor_is_the_payoff_times_the_odds_of_winning(values: list[float]) -> None:
    returns = np.array(values)
    odds = metrics.win_rate(returns) / (1 - metrics.win_rate(returns)) if min(values) < 0 < max(values) else np.nan
    wanted = metrics.profit_factor(returns) if max(values) > 0 else np.nan
    assert metrics.average_win_loss(returns) * odds == pytest.approx(wanted, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("name", [name for name in metrics.__all__ if name.islower()])
def test_every_metric_states_its_convention(name: str) -> None:
    assert "Convention:" in (inspect.getdoc(getattr(metrics, name)) or "")


@pytest.mark.parametrize("name", sorted({name for name, _ in CALLS}))
def test_every_metric_of_returns_is_called_alike(name: str) -> None:
    assert inspect.signature(getattr(metrics, name)).parameters["periods_per_year"].default == 252


def test_every_metric_is_of_returns_or_of_tables():
    tables = {"alpha_decay", "average_holding_period", "information_coefficient", "turnover"}
    assert {name for name in metrics.__all__ if name.islower()} == tables | {name for name, _ in CALLS}
