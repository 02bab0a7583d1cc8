"""Matrices and figures as text: aligned for people, TOON for models."""

import pytest
import toons
from hypothesis import given
from hypothesis import strategies as st

from trimtab.formatters.factors import (
    aligned,
    figures_table,
    figures_toon,
    matrix_table,
    matrix_toon,
    only,
    strongest,
)

LABELS = ("AGG", "Communication", "SPY")
VALUES = ((1.0, -0.12346, 0.5), (-0.12346, 1.0, -0.001), (0.5, -0.001, 1.0))


def test_a_matrix_is_aligned_under_its_labels_with_two_decimals_and_no_minus_zero() -> None:
    assert matrix_table(LABELS, VALUES).splitlines() == [
        "                 AGG  Communication   SPY",
        "AGG             1.00          -0.12  0.50",
        "Communication  -0.12           1.00  0.00",
        "SPY             0.50           0.00  1.00",
    ]


def test_a_compact_matrix_is_toon_with_four_decimals() -> None:
    text = matrix_toon(LABELS, VALUES)
    assert text.splitlines() == [
        "matrix[3]{label,AGG,Communication,SPY}:",
        "  AGG,1,-0.1235,0.5",
        "  Communication,-0.1235,1,-0.001",
        "  SPY,0.5,-0.001,1",
    ]
    assert toons.loads(text)["matrix"][2] == {"label": "SPY", "AGG": 0.5, "Communication": -0.001, "SPY": 1}


def test_labels_that_look_alike_keep_their_columns() -> None:
    text = matrix_toon(("label", "label\u200b", "A"), VALUES)
    assert list(toons.loads(text)["matrix"][0]) == ["label", "label 2", "label 3", "A"]


def test_a_hostile_label_stays_on_its_line() -> None:
    labels = ("A\nB,1", "x" * 200, "C\x1b[31m")
    assert len(matrix_table(labels, VALUES).splitlines()) == 4
    assert len(matrix_toon(labels, VALUES).splitlines()) == 4
    assert "\x1b" not in matrix_table(labels, VALUES) + matrix_toon(labels, VALUES)


def test_fractions_are_percent_for_people_and_their_columns_say_so() -> None:
    columns = ("label", "annualized_return", "sharpe_ratio", "max_drawdown", "n_months")
    rows = (("AGG", 0.0213, None, -0.1726, 60), ("CASH", 0.5, -0.2, 0.0, 6))
    assert figures_table(columns, rows).splitlines() == [
        "label  annualized_return_pct  sharpe_ratio  max_drawdown_pct  n_months",
        "AGG                     2.13             -            -17.26        60",
        "CASH                   50.00         -0.20              0.00         6",
    ]


def test_a_fraction_that_is_missing_stays_missing() -> None:
    assert figures_table(("label", "volatility"), (("A", None),)).splitlines()[1].split() == ["A", "-"]


def test_figures_as_toon_stay_fractions() -> None:
    text = figures_toon({"profiles": (("label", "volatility", "n_months"), (("A", 0.059712, 60), ("B", None, 5)))})
    assert text == "profiles[2]{label,volatility,n_months}:\n  A,0.0597,60\n  B,null,5"


def test_a_table_without_rows_is_its_head() -> None:
    assert aligned(("ticker", "reason"), ()) == "ticker  reason"


def test_text_stands_to_the_left() -> None:
    assert aligned(("a", "b"), (("long name", True), ("x", "yes"))) == "a          b\nlong name  True\nx          yes"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_refused(value: float) -> None:
    for show in (matrix_table, matrix_toon):
        with pytest.raises(ValueError, match="finite"):
            show(("A",), ((value,),))


def test_the_strongest_are_those_that_move_most_with_the_others_in_their_order() -> None:
    assert strongest(VALUES, 2) == (0, 2)
    assert strongest(VALUES, 1) == (0,)
    assert strongest(VALUES, 3) == strongest(VALUES, 9) == (0, 1, 2)


def test_of_equals_the_first_is_kept() -> None:
    assert strongest(((1.0, 0.5), (0.5, 1.0)), 1) == (0,)


def test_a_strong_negative_correlation_counts_as_much_as_a_positive_one() -> None:
    values = ((1.0, 0.1, -0.9), (0.1, 1.0, 0.2), (-0.9, 0.2, 1.0))
    assert strongest(values, 2) == (0, 2)


def test_part_of_a_matrix_is_a_matrix() -> None:
    assert only(VALUES, (0, 2)) == ((1.0, 0.5), (0.5, 1.0))


@st.composite
def matrices(draw: st.DrawFn) -> list[list[float]]:
    count = draw(st.integers(1, 8))
    cell = st.floats(-1, 1)
    values = [[1.0] * count for _ in range(count)]
    for row in range(count):
        for column in range(row):
            values[row][column] = values[column][row] = draw(cell)
    return values


@given(values=matrices(), most=st.integers(1, 9))
def test_what_is_kept_moves_at_least_as_much_as_what_is_not(values: list[list[float]], most: int) -> None:
    kept = strongest(values, most)
    part = only(values, kept)
    assert len(kept) == min(most, len(values))
    assert list(kept) == sorted(set(kept))
    assert all(part[row][column] == part[column][row] for row in range(len(kept)) for column in range(len(kept)))
    strength = [sum(map(abs, row)) for row in values]
    others = [strength[place] for place in range(len(values)) if place not in kept]
    assert not others or min(strength[place] for place in kept) >= max(others)


@given(values=matrices())
def test_every_line_of_a_table_is_as_wide_as_its_head_or_ends_in_numbers(values: list[list[float]]) -> None:
    labels = [f"T{number}" for number in range(len(values))]
    lines = matrix_table(labels, values).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert [line.split()[0] for line in lines[1:]] == labels
