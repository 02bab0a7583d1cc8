import inspect
from collections.abc import Callable

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
]
# Made with empyrical-reloaded 0.7.1 (numpy 2.4.6), on arrays, in the order of CALLS: cum_returns_final, cagr,
# annual_volatility, sharpe_ratio, sharpe_ratio(risk_free=1.05 ** (1 / periods) - 1), max_drawdown, beta. The third row
# is of the series with gaps, cagr without them, which it would count as time.
DAILY = [0.2927186982020653, 0.13814614417385052, 0.16063552284748034, 0.8858611064303232, 0.5820996047143492,
         -0.07366202573665374, 0.9236828426981968]  # fmt: skip
MONTHLY = [0.1395378592210199, 0.026468796143557016, 0.03674177253632186, 0.7298163969722116, -0.600807631997798,
           -0.02503493439741605, 0.9875425693494367]  # fmt: skip
GAPS = [0.259596206165676, 0.14555175894518024, 0.16250689516595077, 0.9174184785834144, 0.6171549876142935,
        -0.08100868571487471, 0.9297678590288583]  # fmt: skip


@pytest.mark.parametrize(
    ("returns", "periods", "wanted"), [(RETURNS, 252, DAILY), (RETURNS[:60], 12, MONTHLY), (GAPPY, 252, GAPS)]
)
def test_metrics_are_those_of_empyrical(returns: pd.Series, *, periods: int, wanted: list[float]) -> None:
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
    for metric in (metrics.total_return, metrics.cagr, metrics.volatility, metrics.sharpe, metrics.max_drawdown):
        plain = metric(np.array(values))
        assert metric(np.array(spread)) == pytest.approx(plain, rel=1e-9, abs=1e-12, nan_ok=True)


@given(st.lists(PERCENT, min_size=1, max_size=40))
def test_a_drawdown_is_between_everything_and_nothing(values: list[float]) -> None:
    returns = pd.Series(values)
    assert -1 <= metrics.max_drawdown(returns) <= min(0, metrics.total_return(returns)) + 1e-12


@given(values=st.lists(PERCENT, min_size=3, max_size=40), slope=st.floats(0.1, 3), level=st.floats(-0.1, 0.1))
def test_beta_is_the_slope_of_a_line(values: list[float], *, slope: float, level: float) -> None:
    benchmark = pd.Series(values)
    wanted = slope if benchmark.nunique() > 1 else np.nan
    assert metrics.beta(level + slope * benchmark, benchmark) == pytest.approx(wanted, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("name", metrics.__all__)
def test_every_metric_states_its_convention_and_is_called_alike(name: str) -> None:
    metric: Callable[..., object] = getattr(metrics, name)
    assert "Convention:" in (inspect.getdoc(metric) or "")
    assert inspect.signature(metric).parameters["periods_per_year"].default == 252
