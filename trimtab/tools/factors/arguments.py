"""The arguments that the tools about factors share. Lists and objects are open in the schema, to keep it short; the
request model checks every entry and names the path."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from trimtab.domain.given import NUMBER

Names = list[str]
Day = Annotated[str, Field(description="ISO date")]
Tickers = Annotated[Names, Field(description="Only these tickers")]
Count = Annotated[int, NUMBER]
Share = Annotated[float, NUMBER]
Weights = dict[str, object]


def fields(arguments: Mapping[str, object]) -> dict[str, object]:
    """The arguments of a tool without its context: each is a field of its request, under the same name."""
    return {name: value for name, value in arguments.items() if name != "ctx"}
