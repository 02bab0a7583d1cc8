"""What the prompts about signals share."""

from trimtab.tools.prompts.signal_facts import OfStrategies, column, count, only, rounded, rounded_all, scope
from trimtab.workflow.ports.results import Table

TABLE = Table(columns=("name", "ic", "n"), rows=(("one", 0.123456, 5), ("two", None, 7)))


def test_names_stand_between_commas_and_none_is_all() -> None:
    assert scope(OfStrategies()) == {"strategies": None, "symbols": None}
    assert scope(OfStrategies(strategies=" , ", symbols=" SPY,,BRK B ")) == {
        "strategies": None,
        "symbols": ["SPY", "BRK B"],
    }


def test_figures_are_as_long_as_one_reads() -> None:
    assert rounded(TABLE).rows == (("one", 0.1235, 5), ("two", None, 7))
    assert rounded_all({"sharpe": 1.23456, "beta": None}) == {"sharpe": 1.2346, "beta": None}


def test_columns_are_found_by_name() -> None:
    assert column(TABLE, "n") == (5, 7)
    assert only(TABLE, "n", "name") == Table(columns=("n", "name"), rows=((5, "one"), (7, "two")))


def test_what_is_not_defined_counts_among_what_fails() -> None:
    assert count(column(TABLE, "ic"), lambda value: value < 0.1) == 1
    assert count((0.05, 0.1, None, "x"), lambda value: value < 0.1) == 3
