"""Mistakes are told by the options that were typed, not by the arguments of the tool behind the command."""

from dataclasses import dataclass

import pytest

from trimtab.cli.option_names import in_options, option_of, place, refuse
from trimtab.domain.errors import InvalidInput, Problem


@dataclass(frozen=True, slots=True)
class Options:
    """Some options of a command."""

    weights: str | None = None
    combine: str | None = None
    capital: float | None = None
    as_of: str | None = None
    symbols: str | None = None
    option: str | None = None


@pytest.mark.parametrize(
    ("argument", "option"),
    [("combination_method", "--combine"), ("as_of", "--as-of"), ("symbols", "--symbols"), ("kind", "KIND")],
)
def test_an_argument_has_its_option(argument: str, option: str) -> None:
    assert option_of(argument) == option


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("combination_method", "--combine"),
        ("total_capital", "--capital"),
        ("initial_capital", "--capital"),
        ("strategy_weights.momentum_rank", "--weights momentum_rank"),
        ("symbols[2]", "--symbols[2]"),
        ("allocation_method", "--option allocation_method"),
        ("held.SPY", "--option held SPY"),
        ("--set momentum_rank.skip_days", "--set momentum_rank.skip_days"),
        ("NAME", "NAME"),
    ],
)
def test_a_place_is_the_option_of_the_command_or_one_given_by_name(field: str, shown: str) -> None:
    said = in_options(InvalidInput("No.", problems=[Problem(field, "No.")]), Options)
    assert (said.field, said.problems[0].field) == (shown, shown)


def test_a_command_that_takes_no_others_leaves_places_that_are_none_of_its_options() -> None:
    @dataclass(frozen=True, slots=True)
    class Few:
        band_bps: int | None = None

    for field, shown in (("absolute_band_bps", "--band-bps"), ("constraints[0]", "constraints[0]"), ("a.b", "a.b")):
        assert in_options(InvalidInput("No.", problems=[Problem(field, "No.")]), Few).field == shown


def test_the_message_and_what_to_do_next_name_the_options_too() -> None:
    error = InvalidInput(
        "as_of: It is after end_date; combination_method is best.",
        problems=[Problem("as_of", "It is after end_date; combination_method is best.")],
        next_action="Ask for as_of 2020-01-02.",
    )
    said = in_options(error, Options)
    assert said.message == "--as-of: It is after end_date; --combine is best."
    assert said.next_action == "Ask for --as-of 2020-01-02."


def test_an_error_without_a_place_keeps_its_words() -> None:
    said = in_options(InvalidInput("Neither the market nor the universe has symbols."), Options)
    assert (said.message, said.field) == ("Neither the market nor the universe has symbols.", None)


@pytest.mark.parametrize(("name", "shown"), [("SPY", "--held SPY"), ("two words", "--held"), ("x" * 61, "--held")])
def test_a_name_is_shown_again_where_it_is_plain(name: str, shown: str) -> None:
    assert place("--held", name) == shown


def test_nothing_wrong_is_not_refused() -> None:
    refuse([])
    with pytest.raises(InvalidInput, match=r"^a: One\. \(1 more problem\)$"):
        refuse([Problem("a", "One."), Problem("b", "Two.")])
