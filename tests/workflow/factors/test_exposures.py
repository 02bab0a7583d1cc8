"""What an over-exposed factor is."""

import numpy as np
import pytest

from tests.workflow.factors.small_markets import FAST, LISTED, MONTHS, NONE, RETURNS, SLOW, entry, small_market, view_of
from trimtab.domain.errors import InvalidInput, Unavailable
from trimtab.workflow.factors.exposures import Exposure, exposure
from trimtab.workflow.factors.view import View
from trimtab.workflow.ports.reference import FactorGroup

AWAY = Unavailable("The records can't be reached.")


def view() -> View:
    """The small market with VNQ of real estate, OLD that stopped, and ODD that isn't of the universe."""
    old = np.where(np.arange(MONTHS) > 10, NONE, FAST * 0.01)
    listed = (*LISTED, entry("industry", "VNQ", "real_estate", industry="Estates"), entry("style", "OLD"))
    returns = {**RETURNS, "OLD": old, "ODD": FAST * 0.01, "VNQ": SLOW * 0.01}
    return view_of(small_market(returns=returns, listed=listed), beside=("ODD",))


def found(name: str, group: FactorGroup | Unavailable | None = None) -> Exposure:
    return exposure(view(), name, group=group)


def waves_of(factor: Exposure) -> tuple[float, float]:
    """Its part of the fast and of the slow wave."""
    returns = factor.returns[1:]
    return float(returns @ FAST / MONTHS), float(returns @ SLOW / MONTHS)


def test_a_ticker_is_itself() -> None:
    factor = found("SPY")
    assert (factor.name, factor.members, factor.every_member) == ("SPY", ("SPY",), ("SPY",))
    np.testing.assert_allclose(factor.returns[1:], RETURNS["SPY"], atol=1e-12)


def test_a_ticker_that_only_the_market_has_may_be_one() -> None:
    assert found("ODD").members == ("ODD",)


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("Energy", ("XLE",)),
        ("chips", ("XLK",)),
        ("SENSITIVE", ("XLE", "XLK")),
        ("market", ("EFA", "SPY")),
        ("bond", ("AGG", "TLT")),
        ("fixed_income", ("AGG", "TLT")),
        ("Real_Estate", ("VNQ",)),
        ("reit", ("VNQ",)),
        ("commodity", ("GLD",)),
    ],
)
def test_a_label_means_all_etfs_that_have_it_whatever_the_case(name: str, members: tuple[str, ...]) -> None:
    factor = found(name)
    assert (factor.name, factor.members, factor.every_member) == (name, members, members)


def test_its_returns_are_the_mean_of_its_members() -> None:
    assert waves_of(found("sensitive")) == pytest.approx((0.01, 0.01))


def test_members_with_too_little_data_belong_to_it_but_not_to_its_returns() -> None:
    factor = found("style")
    assert (factor.members, factor.every_member) == (("MTUM",), ("MTUM", "OLD"))
    assert waves_of(factor) == pytest.approx((0.03, 0.04))


def test_a_group_of_the_caller_weighs_its_members() -> None:
    group = FactorGroup("mine", ("SPY", "XLE", "OLD"), "custom", {"SPY": 0.6, "XLE": 0.2, "OLD": 0.2})
    factor = found("mine", group)
    assert (factor.members, factor.every_member) == (("SPY", "XLE"), ("SPY", "XLE", "OLD"))
    assert waves_of(factor) == pytest.approx((0.75 * 0.02, 0.25 * 0.02))


def test_a_ticker_comes_before_a_group_and_a_group_before_a_label() -> None:
    assert found("SPY", FactorGroup("SPY", ("GLD",))).members == ("SPY",)
    assert found("bond", FactorGroup("bond", ("GLD",))).members == ("GLD",)


def test_while_groups_are_away_everything_else_still_is_a_factor() -> None:
    assert found("SPY", AWAY).members == ("SPY",)
    assert found("bond", AWAY).members == ("AGG", "TLT")
    with pytest.raises(Unavailable):
        found("mine", AWAY)


def test_a_name_that_means_nothing_is_refused_with_the_labels_that_do() -> None:
    with pytest.raises(InvalidInput) as caught:
        found("growth")
    assert caught.value.field == "overexposed_factor"
    assert "Nothing is called so" in caught.value.message
    assert "Chips, Energy, Estates, Technology, Utilities, bond, cash, commodity, defensive" in caught.value.message


@pytest.mark.parametrize("group", [None, FactorGroup("OLD ones", ("OLD",))])
def test_a_factor_without_data_is_refused(group: FactorGroup | None) -> None:
    name = "OLD" if group is None else group.name
    with pytest.raises(InvalidInput, match="Nothing of it has enough data in this window: OLD") as caught:
        found(name, group)
    assert caught.value.field == "overexposed_factor"


def test_a_label_of_which_nothing_is_usable_is_refused() -> None:
    listed = (*LISTED, entry("crypto", "BTC", "crypto"))
    with pytest.raises(InvalidInput, match="Nothing of it has enough data in this window: BTC"):
        exposure(view_of(small_market(listed=listed)), "crypto", group=None)


def test_a_group_that_can_not_be_weighted_any_more_is_refused_by_the_argument_that_named_it() -> None:
    with pytest.raises(InvalidInput, match="no assets under management of GLD") as caught:
        found("mine", FactorGroup("mine", ("SPY", "GLD"), "cap"))
    assert caught.value.field == "overexposed_factor"
    assert "Update the group" in (caught.value.next_action or "")
