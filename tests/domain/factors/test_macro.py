from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pytest

from tests.domain.factors.panels import JANUARY_2020, NONE, make_panel
from trimtab.domain.factors.correlation import common_matrix
from trimtab.domain.factors.macro import MacroLimits, MacroSelection, macro_members, select_macro_etfs
from trimtab.domain.factors.reference import AssetClass
from trimtab.domain.factors.universe import Entry
from trimtab.domain.factors.windows import Window, cut

MONTHS = 40
NOISE = np.linalg.qr(np.random.default_rng(7).normal(size=(MONTHS, 12)))[0]
"""Twelve columns that hardly correlate."""


def column(number: int, *, like: int | None = None, missing: int = 0) -> list[float]:
    """A column of its own, or nearly that of another (a correlation of 0.99 or so); without its first months."""
    values = NOISE[:, number] if like is None else NOISE[:, like] + 0.1 * NOISE[:, number]
    return np.where(np.arange(MONTHS) < missing, np.nan, values).tolist()


def entries(**tickers: AssetClass) -> list[Entry]:
    return [Entry("market", ticker, asset_class=asset_class) for ticker, asset_class in tickers.items()]


def equities(tickers: Iterable[str]) -> list[Entry]:
    return [Entry("market", ticker, asset_class="equity") for ticker in tickers]


def limits(
    *, most: int = 3, threshold: float = 0.95, coverage_pct: float = 60, budget: int = 24, least: int = 4
) -> MacroLimits:
    return MacroLimits(most, threshold, coverage_pct, budget, least)


def selected(
    universe: Sequence[Entry],
    returns: Mapping[str, Sequence[float]],
    *,
    usable: Sequence[str] | None = None,
    allowed: MacroLimits | None = None,
) -> MacroSelection:
    """Over the last 24 months; the whole panel has 40."""
    history = make_panel(returns)
    window = Window(JANUARY_2020 + 16, JANUARY_2020 + MONTHS - 1)
    panel = cut(history, window, tickers=sorted(returns) if usable is None else usable)
    return select_macro_etfs(universe, panel, history=history, limits=allowed or limits())


def test_members_are_the_usable_tickers_of_each_class_in_the_order_of_classes_each_once():
    panel = make_panel({"A": [0.1], "B": [0.1], "C": [0.1]})
    universe = [
        Entry("bond", "C", asset_class="bond"),
        Entry("style", "B", asset_class="equity"),
        Entry("market", "B", asset_class="equity"),
        Entry("market", "A", asset_class="equity"),
        Entry("crypto", "GONE", asset_class="crypto"),
    ]
    members = macro_members(universe, panel)
    assert members == {"equity": ("A", "B"), "bond": ("C",)}
    assert list(members) == ["equity", "bond"]


def test_the_best_of_each_class_are_kept_by_coverage_then_history_then_name():
    returns = {
        "Y": column(0),
        "X": column(1),
        "SHORT": column(2, missing=10),  # all of the window, but less history
        "HOLED": column(3)[:-2] + [NONE] * 2,  # more history than that, but less of the window
        "BOND": column(4),
    }
    universe = [*entries(BOND="bond"), *equities(["Y", "X", "SHORT", "HOLED"])]
    found = selected(universe, returns, allowed=limits(most=4))
    assert found.groups == {"equity": ("X", "Y", "SHORT", "HOLED"), "bond": ("BOND",)}
    assert selected(universe, returns, allowed=limits(most=2)).groups["equity"] == ("X", "Y")


def test_its_matrix_is_that_of_the_kept_ones_over_their_own_common_months():
    # HOLED is fourth of three: its holes don't cost the matrix a month.
    returns = {name: column(place) for place, name in enumerate("ABC")} | {"HOLED": column(3, missing=20)}
    found = selected(equities(returns), returns)
    expected, _ = common_matrix(["A", "B", "C"], NOISE[16:, :3], min_observations=4)
    assert found.matrix is not None
    assert expected is not None
    assert (found.matrix.labels, found.matrix.n_months) == (("A", "B", "C"), 24)
    np.testing.assert_array_equal(found.matrix.values, expected.values)
    assert (found.dedup_pairs, found.left_out, found.fallback, found.exclusions) == ((), {}, "", ())


def test_a_near_duplicate_of_one_that_was_kept_is_dropped_whatever_its_class():
    returns = {"A": column(0), "A2": column(1, like=0), "B": column(2), "BOND": column(3), "MIRROR": column(4, like=2)}
    returns["MIRROR"] = [-value for value in returns["MIRROR"]]
    universe = entries(A="equity", A2="equity", B="equity", BOND="bond", MIRROR="bond")
    found = selected(universe, returns)
    assert found.groups == {"equity": ("A", "B"), "bond": ("BOND",)}
    assert [(pair.dropped, pair.kept) for pair in found.dedup_pairs] == [("A2", "A"), ("MIRROR", "B")]
    plain = np.corrcoef([returns["A"][16:], returns["A2"][16:]])[0, 1]
    assert found.dedup_pairs[0].correlation == pytest.approx(plain, abs=1e-14)
    assert found.dedup_pairs[1].correlation < -0.95


def test_a_duplicate_of_several_is_listed_with_the_first_that_was_kept():
    returns = {"A": column(0), "B": (0.4 * NOISE[:, 0] + NOISE[:, 1]).tolist(), "C": NOISE[:, 1].tolist()}
    returns["D"] = (0.6 * NOISE[:, 0] + NOISE[:, 1]).tolist()
    found = selected(equities(returns), returns, allowed=limits(threshold=0.5))
    assert [(pair.dropped, pair.kept) for pair in found.dedup_pairs] == [("C", "B"), ("D", "A")]
    assert abs(np.corrcoef([returns["D"][16:], returns["B"][16:]])[0, 1]) > found.dedup_pairs[1].correlation


def test_one_beyond_the_most_of_a_class_is_nobodys_duplicate():
    returns = {"A": column(0), "B": column(1), "C": column(2, like=0)}
    found = selected(equities(returns), returns, allowed=limits(most=2))
    assert (found.groups, found.dedup_pairs) == ({"equity": ("A", "B")}, ())


# Rounding puts the correlations of copies above 1 with the one column, and below it with the other.
@pytest.mark.parametrize("number", [0, 2])
def test_at_a_threshold_of_one_only_copies_are_dropped(number):
    copies = {f"B{scale}": [scale * 0.37 * value for value in column(number)] for scale in range(1, 10)}
    returns = {"A": column(number), **copies, "C": column(1, like=number)}
    found = selected(equities(returns), returns, allowed=limits(threshold=1))
    assert found.groups == {"equity": ("A", "C")}
    assert [(pair.dropped, pair.kept) for pair in found.dedup_pairs] == [(copy, "A") for copy in copies]
    assert all(1.0 - 1e-14 <= pair.correlation <= 1.0 for pair in found.dedup_pairs)


def test_a_class_of_which_too_few_can_be_used_is_left_out_and_says_so():
    universe = entries(A="equity", B="equity", C="equity", X="crypto", BOND="bond", BOND2="bond")
    returns = {"A": column(0), "B": column(1), "BOND": column(2)}
    found = selected(universe, returns)
    assert found.groups == {"equity": ("A", "B")}
    assert found.left_out == {
        "bond": "1 of its 2 ETFs can be used; at least 60 % must be.",
        "crypto": "None of its ETFs (1) can be used.",
    }
    assert selected(universe, returns, allowed=limits(coverage_pct=50)).groups == {
        "equity": ("A", "B"),
        "bond": ("BOND",),
    }


def test_a_class_without_a_usable_etf_is_left_out_whatever_is_allowed():
    found = selected(entries(A="equity", X="crypto"), {"A": column(0)}, allowed=limits(coverage_pct=0))
    assert list(found.groups) == ["equity"]
    assert found.left_out == {"crypto": "None of its ETFs (1) can be used."}


def test_over_its_budget_composites_stand_instead():
    returns = {name: column(place) for place, name in enumerate("ABCDE")}
    universe = entries(A="equity", B="equity", C="equity", D="bond", E="bond")
    found = selected(universe, returns, allowed=limits(most=2, budget=3))
    assert (found.groups, found.matrix, found.dedup_pairs) == ({}, None, ())
    assert found.fallback == "Up to 4 ETFs would be in it, more than macro_budget, 3: composites stand instead."
    assert selected(universe, returns, allowed=limits(most=2, budget=4)).fallback == ""
    # A class of two may keep two at most.
    assert selected(universe, returns, allowed=limits(most=3, budget=5)).fallback == ""


def test_a_class_of_duplicates_only_is_left_out_and_says_so():
    found = selected(entries(A="equity", A2="commodity"), {"A": column(0), "A2": column(1, like=0)})
    assert found.groups == {"equity": ("A",)}
    assert found.left_out == {"commodity": "All its ETFs are near-duplicates of ETFs of the classes before it."}


def test_candidates_without_common_months_are_left_out_and_listed():
    returns = {"A": column(0), "B": [NONE] * 26 + column(1)[26:], "C": column(2)[:32] + [NONE] * 8}
    found = selected(entries(A="equity", B="bond", C="cash"), returns, allowed=limits(least=12))
    assert found.groups == {"equity": ("A",), "cash": ("C",)}
    assert [(each.ticker, each.reason) for each in found.exclusions] == [("B", "few_common_months")]
    assert found.left_out == {"bond": "Its ETFs have too few months in common with the others."}


def test_a_ticker_of_two_classes_counts_in_the_first():
    universe = [*entries(A="equity", R="equity"), Entry("industry", "R", asset_class="real_estate")]
    found = selected(universe, {"A": column(0), "R": column(1)})
    assert found.groups == {"equity": ("A", "R")}
    assert found.left_out == {"real_estate": "All its ETFs stand in an asset class before it."}


def test_without_candidates_there_is_no_matrix():
    found = selected([], {"A": column(0)})
    assert (found.groups, found.matrix, found.fallback) == ({}, None, "")


def test_a_universe_without_usable_etfs_leaves_every_class_out():
    found = selected(entries(X="bond"), {"A": column(0)}, usable=[])
    assert (found.matrix, list(found.left_out)) == (None, ["bond"])
