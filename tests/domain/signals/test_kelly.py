import numpy as np
import pandas as pd
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.kelly import Kelly, KellyOfTrades, kelly_sizes

ALPHAS = pd.Series({"A": 0.5, "B": 0.1, "C": -0.4})


def sizes(method: Kelly | KellyOfTrades, *, gross_limit: float = 1.0) -> list[float]:
    return method.sizes(ALPHAS, gross_limit=gross_limit).tolist()


def test_half_of_the_mean_over_the_variance_is_held():
    # 0.5 x 0.0004 / 0.001 = 0.2; 0.5 x 0.0001 / 0.0005 = 0.1; short 0.5 x 0.0003 / 0.002 = 0.075.
    method = Kelly(mean={"A": 0.0004, "B": 0.0001, "C": -0.0003}, variance={"A": 0.001, "B": 0.0005, "C": 0.002})
    assert sizes(method) == pytest.approx([0.2, 0.1, -0.075], abs=1e-15)


def test_the_whole_of_kelly_may_be_asked_for_and_is_capped():
    mean, variance = dict.fromkeys("ABC", 0.01), {"A": 0.05, "B": 0.01, "C": 0.01}
    assert sizes(Kelly(mean, variance, fraction=1.0)) == pytest.approx([0.2, 0.25, 0.0])
    assert sizes(Kelly(mean, variance, fraction=1.0, cap=0.6)) == pytest.approx([0.2, 0.6, 0.0])


def test_a_mean_on_the_other_side_than_alpha_gets_nothing():
    assert sizes(Kelly(dict.fromkeys("ABC", 0.01), dict.fromkeys("ABC", 0.1))) == pytest.approx([0.05, 0.05, 0.0])
    assert sizes(Kelly(dict.fromkeys("ABC", -0.01), dict.fromkeys("ABC", 0.1))) == pytest.approx([0.0, 0.0, -0.05])


def test_beyond_the_limit_all_are_scaled_down_together():
    method = Kelly({"A": 1.0, "B": 1.0, "C": -0.1}, dict.fromkeys("ABC", 1.0), fraction=1.0, cap=0.9)
    assert sizes(method, gross_limit=0.95) == pytest.approx([0.45, 0.45, -0.05], abs=1e-15)
    assert sizes(method, gross_limit=2.0) == pytest.approx([0.9, 0.9, -0.1], abs=1e-15)


def test_many_rows_are_limited_each_by_itself():
    side, edge = np.array([[1.0, -1.0], [1.0, 0.0]]), np.array([[1.0, 0.6], [0.6, 1.0]])
    found = kelly_sizes(side, edge, fraction=0.5, cap=0.4, gross_limit=0.35)
    assert found.tolist() == [pytest.approx([0.2, -0.15]), pytest.approx([0.3, 0.0])]


def test_an_edge_beyond_all_numbers_is_capped():
    assert sizes(Kelly(dict.fromkeys("ABC", 1e300), dict.fromkeys("ABC", 1e-300))) == [0.25, 0.25, 0.0]
    assert sizes(KellyOfTrades(dict.fromkeys("ABC", 0.5), dict.fromkeys("ABC", 1e-310))) == [0.0, 0.0, 0.0]


def test_trades_give_win_rate_less_what_is_lost_over_the_payoff():
    # 0.6 - 0.4 / 2 = 0.4, half of it 0.2; 0.5 - 0.5 / 1 = 0; 0.55 - 0.45 / 1 = 0.1, half of it, short.
    method = KellyOfTrades({"A": 0.6, "B": 0.5, "C": 0.55}, {"A": 2.0, "B": 1.0, "C": 1.0})
    assert sizes(method) == pytest.approx([0.2, 0.0, -0.05], abs=1e-15)


def test_trades_that_lose_on_average_get_nothing_and_sure_wins_the_cap():
    assert sizes(KellyOfTrades({"A": 0.2, "B": 1.0, "C": 0.0}, dict.fromkeys("ABC", 1.0))) == [0.0, 0.25, 0.0]


@pytest.mark.parametrize(
    ("method", "message"),
    [
        (Kelly({"A": 1.0}, dict.fromkeys("ABC", 1.0)), "mean has no figure for B, C"),
        (Kelly(dict.fromkeys("ABC", 1.0), {"A": 1, "B": 0, "C": -1}), "variance has to be above 0, and isn't for B, C"),
        (
            KellyOfTrades({"A": 1.1, "B": -0.1, "C": 1}, dict.fromkeys("ABC", 1.0)),
            "win_rate has to be within 0 to 1, .* A, B",
        ),
        (
            KellyOfTrades(dict.fromkeys("ABC", 0.5), {"A": 0, "B": 1, "C": 1}),
            "payoff_ratio has to be above 0, .* for A",
        ),
        (KellyOfTrades(dict.fromkeys("ABC", 0.5), {"A": 2, "B": 1}), "payoff_ratio has no figure for C"),
    ],
)
def test_estimates_that_are_missing_or_impossible_are_refused_by_name(method: Kelly, *, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        sizes(method)


@pytest.mark.parametrize("kind", [Kelly, KellyOfTrades])
@pytest.mark.parametrize(("fraction", "cap"), [(0.0, 0.0), (1.01, np.inf), (np.nan, np.nan)])
def test_a_fraction_or_cap_out_of_range_is_refused(kind: type, *, fraction: float, cap: float) -> None:
    with pytest.raises(InvalidInput, match=r"fraction is .*above 0, at most 1\. cap is .*above 0\.") as caught:
        sizes(kind(dict.fromkeys("ABC", 0.5), dict.fromkeys("ABC", 1.0), fraction=fraction, cap=cap))
    assert [problem.field for problem in caught.value.problems] == ["fraction", "cap"]
