"""What is asked of factor intelligence is understood as kindly, and kept as strictly, as it is documented."""

import pytest
from pydantic import ValidationError

from trimtab.domain.factors.reference import ASSET_CLASSES, CATEGORIES
from trimtab.workflow.ports.factor_requests import ComputeCorrelations, ComputePerformance, ManageFactorGroup


@pytest.mark.parametrize("name", ASSET_CLASSES)
def test_asset_classes_are_understood_whatever_their_case(name: str) -> None:
    asked = {"asset_class_filters": [name.title(), f" {name.upper()} "], "macro_groups": [name]}
    request = ComputeCorrelations.model_validate(asked)
    assert (request.asset_class_filters, request.macro_groups) == ((name, name), (name,))


@pytest.mark.parametrize("name", CATEGORIES)
def test_categories_are_understood_whatever_their_case(name: str) -> None:
    request = ComputeCorrelations.model_validate({"factor_categories": [name.title(), f"\t{name.upper()}"]})
    assert request.factor_categories == (name, name)


def test_the_names_that_others_use_are_understood_whatever_their_case() -> None:
    request = ComputePerformance.model_validate(
        {"asset_class_filters": ["Fixed_Income", " REIT"], "factor_categories": ["FIXED_INCOME"]}
    )
    assert request.asset_class_filters == ("bond", "real_estate")
    assert request.factor_categories == ("bond",)


@pytest.mark.parametrize("name", ["shares", "", "bo nd", 1, None, ["bond"]])
def test_no_other_name_is_understood(name: object) -> None:
    for field in ("asset_class_filters", "factor_categories"):
        with pytest.raises(ValidationError):
            ComputePerformance.model_validate({field: [name]})


@pytest.mark.parametrize("name", ["chips", "a.b", "...", "100 % mine?", "Gr\u00fcn"])
def test_these_name_a_group(name: str) -> None:
    assert ManageFactorGroup(action="read", name=name).name == name


@pytest.mark.parametrize("name", ["a/b", "a\\b", "/", ".", "..", " a", "", "x" * 81])
def test_a_group_has_no_name_that_no_address_could_hold(name: str) -> None:
    with pytest.raises(ValidationError):
        ManageFactorGroup(action="create", name=name, members=("SPY",))
