"""JSON schemas of the answers, closed, and with the batch's own symbols, accounts and flags as the only choices."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic import BaseModel

from trimtab.adapters.analysts.answer_models import (
    BuyVerdicts,
    FrameworkProposal,
    MarketContext,
    PortfolioVerdicts,
    Synthesis,
)
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.overview import ExchangeMomentum
from trimtab.workflow.ports.analysts import BuyQuestion, FrameworkQuestion, PortfolioQuestion, SynthesisQuestion

Schema = dict[str, Any]
Choices = Mapping[str, Collection[str]]

MOST_CHOICES: Final = 250
"""Providers refuse schemas with more choices for a field; a longer list is left open, and its answers checked here."""
MOST_WORDS: Final = 150
"""The same for words of products: they stand in several fields, and a schema may have 1,000 choices in all."""
_LEFT_OUT: Final = ("default", "description", "maximum", "minimum", "title")
_SHAPES: Final[Mapping[type[BaseModel], Schema]] = {
    model: model.model_json_schema()
    for model in (PortfolioVerdicts, MarketContext, Synthesis, BuyVerdicts, FrameworkProposal)
}
"""Made once, because that takes longer than all the rest of a prompt."""


def portfolio_schema(question: PortfolioQuestion) -> Schema:
    """For the verdicts on a batch of sells."""
    return _schema(
        PortfolioVerdicts,
        {
            "symbol": {line.symbol for line in question.lines},
            "account_number": {line.account_number for line in question.lines},
            "flags": {flag for line in question.lines for flag in line.evidence()},
        },
    )


def market_schema(markets: tuple[ExchangeMomentum, ...]) -> Schema:
    """For words on these markets."""
    sectors = {sector.name for market in markets for sector in market.sectors}
    return _schema(MarketContext, {"exchange": {market.code for market in markets}, "sector": sectors})


def synthesis_schema(question: SynthesisQuestion) -> Schema:
    """For the summary and its notes."""
    return _schema(Synthesis, {"symbol": {verdict.symbol for verdict in question.verdicts}})


def buy_schema(question: BuyQuestion) -> Schema:
    """For the verdicts on a batch of buys."""
    rows = {row.symbol for block in question.blocks for row in block.rows}
    return _schema(BuyVerdicts, {"symbol": rows, "account_number": {block.account_number for block in question.blocks}})


def framework_schema(question: FrameworkQuestion) -> Schema:
    """For a proposal of a framework, with the words that products bear."""
    known = question.known
    words: Choices = {
        "include_tags": known.tags,
        "exclude_tags": known.tags,
        "allowed_types": known.types,
        "regions": known.regions,
        "sectors": known.sectors,
        "currencies": known.currencies,
    }
    return _schema(FrameworkProposal, {name: choices for name, choices in words.items() if len(choices) <= MOST_WORDS})


def _schema(model: type[BaseModel], choices: Choices) -> Schema:
    """The model's schema under its own name, in a fixed order, so that the same question is the same bytes."""
    closed: Schema = _closed(_SHAPES[model], choices)
    return {"title": model.__name__, **closed}


def _closed(node: Any, choices: Choices) -> Any:
    """Every object closed and whole, without what strict modes don't know."""
    if isinstance(node, list):
        return [_closed(each, choices) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {name: _closed(inner, choices) for name, inner in node.items() if name not in _LEFT_OUT or name == "$defs"}
    if "properties" in node:
        properties = node["properties"]
        kept["properties"] = {
            name: _chosen(name, _closed(inner, choices), choices=choices) for name, inner in properties.items()
        }
        kept |= {"required": list(properties), "additionalProperties": False}
    return kept


def _chosen(name: str, node: Schema, *, choices: Choices) -> Schema:
    """The field with its choices, where there are some and not too many, and each is what the facts show of it.

    A schema stands outside the fences: a text that is shown cut, or cleaned, isn't told there as it came.
    """
    allowed = sorted(choices.get(name, ()))
    if not 0 < len(allowed) <= MOST_CHOICES or any(clean(each) != each for each in allowed):
        return node
    text = {"type": "string", "enum": allowed}
    return {"type": "array", "items": text} if node.get("type") == "array" else text
