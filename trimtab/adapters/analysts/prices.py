"""What a model costs, from a dated table: `prices.csv`, prices per million tokens in US dollars.

A line holds for a model from a day on, until the next line of the same model; the day is one that its source vouches
for, the price may be older. `up_to_input_tokens` is where a model has other prices for longer prompts; empty: none has.
An empty price of cache writes is the price of input. A snapshot is its model's name with a date behind it, and has its
model's prices: `claude-haiku-4-5-20251001` those of `claude-haiku-4-5`. There is no other likeness between names.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, NonNegativeFloat, PositiveInt

from trimtab.workflow.ports.model_calls import Usage

SHIPPED: Final = Path(__file__).with_name("prices.csv")
TOKENS_PER_PRICE: Final = 1_000_000
_SNAPSHOT: Final = re.compile(r"-(\d{8}|\d{4}-\d{2}-\d{2})$")


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


class Price(BaseModel):
    """A line of the table; the names of its fields are the columns."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    provider: str
    model: str
    from_date: date
    input_usd_per_mtok: NonNegativeFloat
    cached_input_usd_per_mtok: NonNegativeFloat
    cache_write_usd_per_mtok: Annotated[NonNegativeFloat | None, BeforeValidator(_none_if_empty)]
    output_usd_per_mtok: NonNegativeFloat
    up_to_input_tokens: Annotated[PositiveInt | None, BeforeValidator(_none_if_empty)]
    source: str


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The prices there are; a model without a line has none."""

    prices: tuple[Price, ...]

    def price_of(self, provider: str, model: str, *, on: date) -> Price | None:
        """The price of a model, or of the model that it is a snapshot of, on a day."""
        for name in (model, _SNAPSHOT.sub("", model)):
            lines = [price for price in self.prices if (price.provider, price.model) == (provider, name)]
            valid = [price for price in lines if price.from_date <= on]
            if valid:
                return max(valid, key=lambda price: price.from_date)
        return None


def load_prices(path: Path = SHIPPED) -> PriceTable:
    """The prices of this file, or those that ship."""
    with path.open(encoding="utf-8", newline="") as text:
        return PriceTable(tuple(Price.model_validate(line) for line in csv.DictReader(text, strict=True)))


def cost_usd(price: Price | None, usage: Usage) -> float | None:
    """What a call cost; None without a price, and for a prompt that is longer than the price goes."""
    if price is None or (price.up_to_input_tokens is not None and usage.input_tokens > price.up_to_input_tokens):
        return None
    written_usd = price.cache_write_usd_per_mtok
    fresh_tokens = max(0, usage.input_tokens - usage.cached_input_tokens - usage.cache_write_tokens)
    return (
        fresh_tokens * price.input_usd_per_mtok
        + usage.cached_input_tokens * price.cached_input_usd_per_mtok
        + usage.cache_write_tokens * (price.input_usd_per_mtok if written_usd is None else written_usd)
        + usage.output_tokens * price.output_usd_per_mtok
    ) / TOKENS_PER_PRICE
