"""The shapes of answers: whole, closed, and without a number that a model would have to compute."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from trimtab.adapters.analysts.answer_models import (
    BuyVerdicts,
    FrameworkProposal,
    MarketContext,
    PortfolioVerdicts,
    Synthesis,
)
from trimtab.domain.trading.recommendation import PortfolioException, Recommendation

SHAPES = (BuyVerdicts, MarketContext, PortfolioVerdicts, Synthesis)
VERDICT: dict[str, Any] = {"symbol": "CBA", "action": "defer", "proceed_percent": None, "reason": "", "flags": ["div"]}
EXCEPTION: dict[str, Any] = {
    "account_number": "P1",
    "action": "partial",
    "proceed_percent": 50,
    "reason": "",
    "flags": [],
}


def objects(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """Every object of the shape, by name."""
    schema = model.model_json_schema()
    return {model.__name__: schema, **schema.get("$defs", {})}


FIGURES = {"target_weight", "min_weight", "max_weight", "absolute_band_bps", "relative_band_pct", "value"}


@pytest.mark.parametrize("shape", [*SHAPES, FrameworkProposal])
def test_nothing_may_be_left_out_or_added(shape: type[BaseModel]) -> None:
    for name, each in objects(shape).items():
        assert each["additionalProperties"] is False, name
        assert each["required"] == list(each["properties"]), name


@pytest.mark.parametrize("shape", SHAPES)
def test_the_only_figure_that_is_asked_for_is_the_percent_that_goes_ahead(shape: type[BaseModel]) -> None:
    for each in objects(shape).values():
        for name, node in each["properties"].items():
            kinds = {node.get("type"), *(branch.get("type") for branch in node.get("anyOf", ()))}
            assert ("integer" in kinds) is (name == "proceed_percent"), name
            assert "number" not in kinds


def test_of_a_framework_weights_bands_and_limits_are_asked_for_and_no_other_figure() -> None:
    found = set()
    for each in objects(FrameworkProposal).values():
        for name, node in each["properties"].items():
            kinds = {node.get("type"), *(branch.get("type") for branch in node.get("anyOf", ()))}
            found |= {name} if kinds & {"integer", "number"} else set()
    assert found == FIGURES


def test_a_verdict_of_the_shape_is_a_recommendation() -> None:
    given = {"recommendations": [{**VERDICT, "exceptions": [EXCEPTION]}]}
    (entry,) = PortfolioVerdicts.model_validate(given).recommendations
    read = Recommendation.model_validate(entry.model_dump())
    assert (read.symbol, read.action, read.flags) == ("CBA", "defer", ("div",))
    assert read.exceptions == (
        PortfolioException(account_number="P1", action="partial", proceed_percent=50, reason="", flags=()),
    )


@pytest.mark.parametrize(
    "change", [{"action": "buy"}, {"confidence": 0.9}, {"proceed_percent": 50.5}, {"flags": None}, {"amount": 100}]
)
def test_another_shape_is_none(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PortfolioVerdicts.model_validate({"recommendations": [{**VERDICT, "exceptions": [], **change}]})
