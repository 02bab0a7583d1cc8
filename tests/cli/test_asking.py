"""What commands share that ask a desk: how options are read."""

import pytest

from trimtab.cli.asking import items, numbers_by_name, request_of
from trimtab.domain.errors import InvalidInput
from trimtab.workflow.ports.factor_requests import ComputeCorrelations, ComputePerformance


def test_a_list_is_written_with_commas() -> None:
    assert items("SPY, AGG") == ["SPY", "AGG"]
    assert items(None) is None


def test_weights_are_written_with_equals_signs() -> None:
    assert numbers_by_name("SPY=0.6, AGG=.4", option="--portfolio") == {"SPY": 0.6, "AGG": 0.4}


@pytest.mark.parametrize("text", ["SPY", "SPY=x", "SPY=0.6,", "SPY=0.6,SPY=0.4"])
def test_weights_that_cannot_be_read_are_refused_by_their_option(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        numbers_by_name(text, option="--portfolio")
    assert caught.value.field == "--portfolio"


def test_any_option_of_the_tool_can_be_given_by_name() -> None:
    others = ["macro_max_per_group=2", "rate_maturities=UST2Y,UST10Y", "include_macro_etf=true", "rolling_windows=12"]
    request = request_of(ComputeCorrelations, others, preset="light", sections=None)
    assert request == ComputeCorrelations(
        macro_max_per_group=2,
        rate_maturities=("UST2Y", "UST10Y"),
        include_macro_etf=True,
        rolling_windows=(12,),
        preset="light",
    )


def test_an_object_is_given_as_json() -> None:
    others = ['custom_weights={"bond": {"AGG": 0.6, "BND": 0.4}}', "composite_weighting_method=custom"]
    assert request_of(ComputePerformance, others).custom_weights == {"bond": {"AGG": 0.6, "BND": 0.4}}


def test_an_option_of_its_own_stands_over_one_given_by_name() -> None:
    assert request_of(ComputeCorrelations, ["preset=light"], preset="overview").preset == "overview"


@pytest.mark.parametrize("text", ["preset", "surprise=1", 'custom_weights={"bond"'])
def test_what_is_no_option_is_refused_with_the_names_there_are(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        request_of(ComputePerformance, [text])
    assert caught.value.field == "--option"


def test_a_value_that_is_not_allowed_is_refused_as_by_the_tool() -> None:
    with pytest.raises(InvalidInput, match="Must be 'rates'"):
        request_of(ComputeCorrelations, ["regime=calm"])
