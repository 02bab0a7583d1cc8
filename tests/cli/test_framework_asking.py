"""How commands ask about frameworks: options that hold more than a value, and words for tools."""

import pytest

from trimtab.cli.framework_asking import filters_of, flows_of, in_commands, overrides_of, products_of, several
from trimtab.domain.errors import InvalidInput


def test_lists_may_be_repeated_or_have_commas() -> None:
    assert several(["band, static", "periodic"]) == ["band", "static", "periodic"]
    assert several([]) is several(None) is None


def test_filters_are_lists_where_the_request_has_lists() -> None:
    found = filters_of(["types=ETF, Fund", "exclude_codes=GLD", "min_adv_value = 1e6"])
    assert found == {"types": ["ETF", "Fund"], "exclude_codes": ["GLD"], "min_adv_value": "1e6"}
    assert filters_of([]) is filters_of(None) is None


def test_all_filters_that_are_wrong_are_told_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        filters_of(["types=ETF", "types=Fund", "colour=red", "regions"])
    assert [each.field for each in caught.value.problems] == ["--filter types", "--filter colour", "--filter regions"]
    assert "min_history_months" in caught.value.problems[1].message


def test_an_override_has_a_path_a_code_and_maybe_a_weight() -> None:
    assert overrides_of(["Sleeve/A=B=SPY:0.25", " AssetClass/Bonds = AGG "]) == [
        {"path": "Sleeve/A=B", "code": "SPY", "weight": 0.25},
        {"path": "AssetClass/Bonds", "code": "AGG", "weight": None},
    ]
    assert overrides_of(None) is None
    with pytest.raises(InvalidInput) as caught:
        overrides_of(["SPY", "AssetClass/Bonds=", "AssetClass/Bonds=AGG:much", "AssetClass/Bonds=AGG:"])
    assert len(caught.value.problems) == 4


def test_flows_and_products_are_read_and_all_that_are_wrong_told() -> None:
    assert flows_of(["2024-01-02=50000", "2024-02-01=-1e3"]) == [
        {"date": "2024-01-02", "amount": 50_000.0},
        {"date": "2024-02-01", "amount": -1_000.0},
    ]
    assert products_of(["AssetClass/Equity=SPY"]) == {"AssetClass/Equity": "SPY"}
    assert flows_of(None) is None
    assert products_of(None) is None
    with pytest.raises(InvalidInput) as caught:
        flows_of(["2024-01-02", "=5", "2024-01-02=much"])
    assert len(caught.value.problems) == 3
    with pytest.raises(InvalidInput) as caught:
        products_of(["A=SPY", "A=VOO", "SPY"])
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Call list_frameworks to see yours.", "Run `trimtab framework list` to see yours."),
        (
            "Mend it; validate_framework shows what is left.",
            "Mend it; `trimtab framework validate` shows what is left.",
        ),
        ("Put it there (list_frameworks gives it).", "Put it there (`trimtab framework export ID` gives it)."),
        ("Call get_session.", "Call get_session."),
    ],
)
def test_what_to_do_next_names_commands(text: str, said: str) -> None:
    assert in_commands(text) == said
