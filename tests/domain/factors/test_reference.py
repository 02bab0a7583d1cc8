import pytest

from trimtab.domain.factors.reference import (
    ASSET_CLASSES,
    CATEGORIES,
    OTHER_NAMES,
    AssetProxy,
    Reference,
    asset_class_named,
    category_named,
)


def test_asset_classes_and_categories_stand_in_the_order_in_which_answers_show_them():
    assert ASSET_CLASSES == ("equity", "bond", "cash", "commodity", "crypto", "real_estate")
    assert CATEGORIES == ("industry", "style", "market", "bond", "cash", "commodity", "crypto")


@pytest.mark.parametrize("name", ASSET_CLASSES)
def test_every_asset_class_is_known_by_its_name(name):
    assert asset_class_named(name) == asset_class_named(f" {name.upper()} ") == name


@pytest.mark.parametrize("name", CATEGORIES)
def test_every_category_is_known_by_its_name(name):
    assert category_named(name) == category_named(f" {name.upper()} ") == name


def test_the_names_that_others_use_are_understood():
    assert asset_class_named("Fixed_Income") == category_named("fixed_income") == "bond"
    assert asset_class_named("REIT") == "real_estate"
    assert set(OTHER_NAMES.values()) <= set(ASSET_CLASSES)


def test_no_other_name_is_known_and_real_estate_is_no_category():
    assert asset_class_named("shares") is asset_class_named("") is category_named("shares") is None
    assert category_named("real_estate") is category_named("reit") is None


def test_a_proxy_is_canonical_unless_it_says_otherwise():
    assert AssetProxy("bond", "UST10Y", "IEF").is_canonical
    assert Reference() == Reference((), (), ())
