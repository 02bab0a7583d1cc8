"""What commands share that ask a desk: how options are read."""

from dataclasses import dataclass
from typing import Any

import pytest
import typer

from trimtab.cli.asking import add_command, items, numbers_by_name, request_of
from trimtab.domain.errors import InvalidInput
from trimtab.workflow.ports.factor_requests import ComputeCorrelations, ComputePerformance, RecommendOffsets


def test_a_list_is_written_with_commas() -> None:
    assert items("SPY, AGG") == ["SPY", "AGG"]
    assert items(None) is None


def test_weights_are_written_with_equals_signs() -> None:
    assert numbers_by_name("SPY=0.6, AGG=.4", option="--portfolio") == {"SPY": 0.6, "AGG": 0.4}


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("SPY", ["--portfolio SPY"]),
        ("SPY=x,AGG=nan,GLD=1", ["--portfolio SPY", "--portfolio AGG"]),
        ("SPY=0.6,", ["--portfolio"]),
        ("=1", ["--portfolio"]),
        ("SPY=0.6,SPY=0.4", ["--portfolio SPY"]),
        ("\x1b[31mred=x", ["--portfolio"]),
    ],
)
def test_every_weight_that_cannot_be_read_is_named_behind_its_option(text: str, places: list[str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        numbers_by_name(text, option="--portfolio")
    assert [problem.field for problem in caught.value.problems] == places


def test_the_example_is_one_of_the_option() -> None:
    with pytest.raises(InvalidInput, match=r"--weights trend: Must be NAME=NUMBER .* such as trend=2\.$"):
        numbers_by_name("trend", option="--weights", example="trend=2")


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


def test_what_is_given_twice_is_refused_and_what_the_command_left_open_may_be_given_by_name() -> None:
    twice = ["preset=light", "regime=rates", "regime=rates"]
    with pytest.raises(InvalidInput) as caught:
        request_of(ComputeCorrelations, twice, preset="overview")
    assert [(each.field, each.message) for each in caught.value.problems] == [
        ("--option preset", "Given twice: --preset is the same."),
        ("--option regime", "Given twice."),
    ]
    assert request_of(ComputeCorrelations, ["preset=light"], preset=None).preset == "light"


@pytest.mark.parametrize("text", ["format", "surprise=1", 'custom_weights={"bond"', "begins=3"])
def test_what_is_no_option_is_refused_by_its_name_with_those_there_are(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        request_of(ComputePerformance, [text])
    assert caught.value.field == f"--option {text.partition('=')[0]}"


def test_the_nearest_name_is_told_as_it_is_typed_in_this_command() -> None:
    with pytest.raises(InvalidInput, match=r"the names are .*benchmark.*\. Nearest: --start\.$"):
        request_of(ComputePerformance, ["startdate=2020-01-01"], start_date=None)
    with pytest.raises(InvalidInput, match=r"Nearest: benchmark\.$"):
        request_of(ComputePerformance, ["bench_mark=SPY"], start_date=None)


def test_all_that_is_wrong_with_several_options_is_told_at_once() -> None:
    with pytest.raises(InvalidInput, match="2 more problems") as caught:
        request_of(
            RecommendOffsets,
            ["leverage=2"],
            portfolio=lambda: numbers_by_name("SPY=x", option="--portfolio"),
            overexposed_factor="equity",
            shift_pct="much",
        )
    assert [each.field for each in caught.value.problems] == ["--portfolio SPY", "--option leverage", "shift_pct"]


def test_a_command_tells_mistakes_by_its_own_options() -> None:
    @dataclass(frozen=True, slots=True)
    class Given:
        start: str | None = None

    def show(**given: Any) -> None:
        request_of(ComputePerformance, None, start_date=given["start"])

    app = typer.Typer()
    add_command(app, show, options=Given)
    with pytest.raises(InvalidInput) as caught:
        app(["--start", "soon"], standalone_mode=False)
    assert caught.value.field == "--start"


def test_a_value_that_is_not_allowed_is_refused_as_by_the_tool() -> None:
    with pytest.raises(InvalidInput, match="Must be 'rates'"):
        request_of(ComputeCorrelations, ["regime=calm"])
