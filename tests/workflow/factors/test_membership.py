"""Which ETFs a composite is made of, and by which weights."""

from typing import Any

import numpy as np
import pytest

from tests.workflow.factors.small_markets import FAST, LISTED, MONTHS, NONE, RETURNS, entry, small_market, view_of
from trimtab.domain.errors import InvalidInput
from trimtab.workflow.factors.membership import (
    Members,
    Weighting,
    group_weights,
    members_by_kind,
    usable_members,
    weighted,
    weighting_of,
)
from trimtab.workflow.ports.factor_requests import ComputePerformance
from trimtab.workflow.ports.reference import FactorGroup

BONDS: Members = {"bond": ("AGG", "TLT")}
EQUAL = Weighting("equal", {})


def test_custom_weights_and_the_method_custom_belong_together() -> None:
    assert weighting_of(ComputePerformance()) == EQUAL
    for asked in (
        ComputePerformance(composite_weighting_method="custom"),
        ComputePerformance(custom_weights={"bond": {"AGG": 1.0}}),
        ComputePerformance(custom_weights={"bond": {"AGG": 1.0}}, composite_weighting_method="cap"),
    ):
        with pytest.raises(InvalidInput, match="custom_weights belong to") as caught:
            weighting_of(asked)
        assert caught.value.field == "custom_weights"
    found = weighting_of(
        ComputePerformance(
            custom_weights={"bond": {"AGG": 1.0}}, composite_weighting_method="custom", composite_max_per_group=2
        )
    )
    assert found == Weighting("custom", {"bond": {"AGG": 1.0}}, 2)


def test_members_stand_by_asset_class_by_category_and_by_industry() -> None:
    found = members_by_kind(view_of(small_market()), granularity="group")
    assert found["macro"] == {
        "equity": ("EFA", "MTUM", "SPY", "XLE", "XLK", "XLU"),
        "bond": ("AGG", "TLT"),
        "cash": ("BIL",),
        "commodity": ("GLD",),
    }
    assert list(found["category"]) == ["industry", "style", "market", "bond", "cash", "commodity"]
    assert found["category"]["market"] == ("EFA", "SPY")
    assert found["industry"] == {"defensive": ("XLU",), "sensitive": ("XLE", "XLK")}
    fine = members_by_kind(view_of(small_market()), granularity="subindustry")
    assert list(fine["industry"]) == ["Chips", "Energy", "Utilities"]


def test_only_what_is_looked_at_is_a_member() -> None:
    found = members_by_kind(view_of(small_market(), factor_categories=("bond",)), granularity="group")
    assert found == {"macro": BONDS, "category": BONDS, "industry": {}}


def test_members_weigh_alike_unless_something_else_is_asked_for() -> None:
    assert weighted(view_of(small_market()), {"category": BONDS}, weighting=EQUAL) == {
        "category": {"bond": {"AGG": 0.5, "TLT": 0.5}}
    }


def test_by_cap_members_weigh_by_assets_under_management() -> None:
    members: dict[str, Members] = {"category": {"market": ("EFA", "SPY")}}
    assert weighted(view_of(small_market()), members, weighting=Weighting("cap", {})) == {
        "category": {"market": {"EFA": 0.25, "SPY": 0.75}}
    }


def test_cap_without_assets_under_management_is_refused_with_every_composite_that_lacks_them() -> None:
    view = view_of(small_market())
    with pytest.raises(InvalidInput) as caught:
        weighted(view, members_by_kind(view, granularity="group"), weighting=Weighting("cap", {}))
    said = [each.message for each in caught.value.problems]
    assert "bond can't be weighted by cap: no assets under management of TLT." in said
    assert "sensitive can't be weighted by cap: no assets under management of XLK." in said
    assert len(said) == len(set(said))
    assert {each.field for each in caught.value.problems} == {"composite_weighting_method"}


def test_with_custom_weights_only_composites_that_were_given_some_are_there() -> None:
    custom = Weighting("custom", {"bond": {"AGG": 0.7, "TLT": 0.3}})
    view = view_of(small_market())
    assert weighted(view, members_by_kind(view, granularity="group"), weighting=custom) == {
        "macro": {"bond": {"AGG": 0.7, "TLT": 0.3}},
        "category": {"bond": {"AGG": 0.7, "TLT": 0.3}},
        "industry": {},
    }


def test_everything_that_is_wrong_with_custom_weights_is_told_at_once_and_once() -> None:
    view = view_of(small_market())
    custom = Weighting("custom", {"bonds": {"AGG": 1.0}, "bond": {"AGG": 0.7, "SPY": 0.1}, "cash": {"BIL": 1.0}})
    with pytest.raises(InvalidInput) as caught:
        weighted(view, members_by_kind(view, granularity="group"), weighting=custom)
    problems = [(each.field, each.message) for each in caught.value.problems]
    assert problems[0][0] == "custom_weights.(unknown name)"
    assert problems[0][1].startswith("There is no such composite. Allowed are: bond, cash, commodity, defensive")
    assert problems[1:] == [
        ("custom_weights.bond", "No member of bond: SPY; members are AGG, TLT."),
        ("custom_weights.bond", "The weights of bond sum to 0.8, not to 1."),
    ]


def test_at_most_so_many_are_kept_of_each_the_ones_ranked_first() -> None:
    late = np.where(np.arange(MONTHS) < 2, NONE, RETURNS["AGG"])
    view = view_of(small_market(returns={**RETURNS, "AGG": late}), min_observations=20)
    assert weighted(view, {"category": BONDS}, weighting=Weighting("equal", {}, 1)) == {
        "category": {"bond": {"TLT": 1.0}}
    }
    assert len(weighted(view, {"category": BONDS}, weighting=Weighting("equal", {}, 5))["category"]["bond"]) == 2


def group_view(**more: Any):
    """A market with OLD, which stopped, and ODD, which isn't of the universe."""
    old = np.where(np.arange(MONTHS) > 10, NONE, FAST * 0.01)
    returns = {**RETURNS, "OLD": old, "ODD": FAST * 0.01}
    return view_of(small_market(returns=returns, listed=(*LISTED, entry("style", "OLD"))), **more)


def test_a_groups_weights_are_those_of_its_usable_members() -> None:
    view = group_view()
    assert group_weights(view, FactorGroup("mine", ("SPY", "OLD", "AGG"))) == {"AGG": 0.5, "SPY": 0.5}
    assert group_weights(view, FactorGroup("mine", ("SPY", "EFA"), "cap")) == {"EFA": 0.25, "SPY": 0.75}
    custom = FactorGroup("mine", ("SPY", "OLD", "AGG"), "custom", {"SPY": 0.2, "OLD": 0.5, "AGG": 0.3})
    assert group_weights(view, custom) == {"SPY": 0.2, "AGG": 0.3}


@pytest.mark.parametrize(
    "group",
    [
        FactorGroup("mine", ("OLD",)),
        FactorGroup("mine", ("OLD", "SPY"), "custom", {"OLD": 1.0, "SPY": 0.0}),
    ],
)
def test_a_group_whose_usable_members_weigh_nothing_has_no_weights(group: FactorGroup) -> None:
    assert group_weights(group_view(), group) == {}


def test_a_member_that_is_not_of_the_universe_counts_where_the_market_has_it() -> None:
    group = FactorGroup("mine", ("ODD", "AGG"))
    members = usable_members(group_view(beside=("ODD",)), group)
    assert [(each.ticker, each.asset_class) for each in members] == [("ODD", "equity"), ("AGG", "bond")]
    assert group_weights(group_view(beside=("ODD",)), group) == {"ODD": 0.5, "AGG": 0.5}


def test_a_group_by_cap_whose_members_lost_their_assets_under_management_is_refused() -> None:
    with pytest.raises(InvalidInput, match="mine can't be weighted by cap: no assets under management of GLD"):
        group_weights(group_view(), FactorGroup("mine", ("SPY", "GLD"), "cap"))
