import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.factors.panels import NONE, make_panel
from trimtab.domain.errors import InvalidInput
from trimtab.domain.factors.composites import Weighting, composite, composites, equal_weights, member_weights
from trimtab.domain.factors.universe import Entry


def fund(ticker: str, aum: float | None = None, currency: str = "") -> Entry:
    return Entry("bond", ticker, asset_class="bond", aum_value=aum, currency=currency)


def test_weights_are_scaled_over_the_members_that_have_a_return():
    values = np.array([[0.10, 0.20], [0.10, NONE], [NONE, NONE]])
    # 0.1 * 0.75 + 0.2 * 0.25; then the first alone; then none.
    assert composite(values, np.array([0.75, 0.25])) == pytest.approx([0.125, 0.10, NONE], nan_ok=True)


def test_a_member_without_weight_counts_for_nothing():
    values = np.array([[0.10, 0.20], [NONE, 0.20]])
    assert composite(values, np.array([1.0, 0.0])) == pytest.approx([0.10, NONE], nan_ok=True)


def test_several_composites_are_made_at_once_in_the_given_order():
    panel = make_panel({"A": [0.1, 0.2], "B": [0.3, NONE], "C": [0.5, 0.6]})
    made = composites(panel, {"late": {"C": 1.0}, "early": {"B": 0.5, "A": 0.5}, "none": {}})
    assert made.labels == ("late", "early", "none")
    assert made.values[:, :2].tolist() == [[0.5, pytest.approx(0.2)], [0.6, pytest.approx(0.2)]]
    assert np.isnan(made.values[:, 2]).all()
    assert made.members == {"late": ("C",), "early": ("B", "A"), "none": ()}


@given(st.integers(0, 10_000))
def test_equal_composites_are_the_means_of_pandas(seed):
    draw = np.random.default_rng(seed)
    values = draw.normal(0, 0.05, (20, 6))
    values[draw.random(values.shape) < 0.4] = np.nan
    panel = make_panel({f"T{column}": values[:, column].tolist() for column in range(6)})
    members = {label: [f"T{c}" for c in np.flatnonzero(draw.random(6) < 0.5)] for label in "abc"}
    made = composites(panel, {label: equal_weights(tickers) for label, tickers in members.items()})
    frame = pd.DataFrame(values, columns=panel.tickers)
    for column, label in enumerate("abc"):
        np.testing.assert_allclose(made.values[:, column], frame[members[label]].mean(axis=1), rtol=0, atol=1e-15)


def test_equal_weights_are_alike_and_of_nothing_there_are_none():
    entries = [fund("B"), fund("A"), Entry("style", "B", asset_class="bond")]
    assert member_weights(entries, method="equal", custom=None, label="bond") == {"A": 0.5, "B": 0.5}
    assert member_weights([], method="equal", custom=None, label="bond") == {}


def test_cap_weights_go_by_assets_under_management():
    weights = member_weights([fund("A", 300, "USD"), fund("B", 100, "USD")], method="cap", custom=None, label="bond")
    assert weights == {"A": 0.75, "B": 0.25}


def refused(
    entries: list[Entry], *, method: Weighting = "custom", custom: dict[str, float] | None = None
) -> InvalidInput:
    with pytest.raises(InvalidInput) as error:
        member_weights(entries, method=method, custom=custom, label="bond")
    return error.value


def test_cap_weights_are_refused_with_every_member_whose_size_nobody_knows():
    error = refused([fund("C", 0.0), fund("A"), fund("B", 5.0)], method="cap")
    assert error.field == "composite_weighting_method"
    assert error.message == "bond can't be weighted by cap: no assets under management of A, C."
    assert "equal" in error.next_action


def test_cap_weights_are_refused_across_currencies_and_all_problems_are_told():
    error = refused([fund("A", 1.0, "USD"), fund("B", 1.0, "AUD"), fund("C", None, "USD")], method="cap")
    assert [problem.message for problem in error.problems] == [
        "bond can't be weighted by cap: no assets under management of C.",
        "bond can't be weighted by cap: its assets under management are in AUD, USD.",
    ]


def test_cap_weights_are_refused_where_a_currency_is_known_of_some_members_only():
    error = refused([fund("A", 1.0, "USD"), fund("C", 1.0), fund("B", 2.0)], method="cap")
    assert [problem.message for problem in error.problems] == [
        "bond can't be weighted by cap: no currency of the assets under management of B, C.",
    ]
    assert "currency" in error.next_action


def test_cap_weights_of_members_all_without_a_currency_are_in_one():
    assert member_weights([fund("A", 3.0), fund("B", 1.0)], method="cap", custom=None, label="bond")["A"] == 0.75


def test_at_most_twenty_are_named_in_a_message():
    funds = [fund(f"F{number:02}") for number in range(21)]
    first = ", ".join(f"F{number:02}" for number in range(20))
    unknown = "bond can't be weighted by cap: no assets under management of"
    assert refused(funds, method="cap").message == f"{unknown} {first} and 1 more."
    assert refused(funds[:20], method="cap").message == f"{unknown} {first}."
    error = refused(funds, custom={f"X{number}": -1.0 for number in range(1_030)})
    assert error.message.count("and 1,010 more") == 2
    assert f"members are {first} and 1 more." in error.message
    several = [fund(f"F{number}", 1.0, f"C{number:02}") for number in range(23)]
    assert refused(several, method="cap").message.endswith("C19 and 3 more.")


def test_custom_weights_stand_as_given_and_members_without_one_have_no_part():
    entries = [fund("A"), fund("B"), fund("C")]
    weights = member_weights(entries, method="custom", custom={"C": 0.4, "A": 0.6000005}, label="bond")
    assert weights == {"A": 0.6000005, "C": 0.4}


@pytest.mark.parametrize(
    ("custom", "messages"),
    [
        (None, ["No custom weights are given for bond."]),
        ({"A": 0.5, "X": 0.5}, ["No member of bond: X; members are A, B."]),
        ({"A": 0.5, "B": 0.4}, ["The weights of bond sum to 0.9, not to 1."]),
        ({"A": 1.5, "B": -0.5}, ["Weights of bond must be 0 or more; below are B."]),
        (
            {"A": NONE, "X": 1.0},
            [
                "No member of bond: X; members are A, B.",
                "Weights of bond must be 0 or more; below are A.",
                "The weights of bond sum to nan, not to 1.",
            ],
        ),
    ],
)
def test_custom_weights_are_refused_with_all_that_is_wrong(custom, messages):
    error = refused([fund("A"), fund("B")], custom=custom)
    assert error.field == "custom_weights.bond"
    assert [problem.message for problem in error.problems] == messages
    assert error.message == " ".join(messages)


def test_custom_weights_for_a_composite_without_members_say_so():
    assert "members are none" in refused([], custom={"A": 1.0}).message
