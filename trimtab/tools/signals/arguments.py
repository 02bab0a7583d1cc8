"""The arguments that the tools about signals share, beside those of the tools about factors. Lists and objects are open
in the schema, to keep it short; the request model checks every entry and names the path."""

from typing import Annotated

from pydantic import Field

from trimtab.domain.given import NUMBER
from trimtab.tools.factors.arguments import Names, Weights

Number = Annotated[float, NUMBER]
Strategies = Annotated[Names, Field(description="Default all")]
Symbols = Annotated[Names, Field(description="Default all")]
Parameters = Annotated[dict[str, object], Field(description="{strategy: {parameter: number}}")]
StrategyWeights = Annotated[Weights, Field(description="{strategy: weight}; default alike")]
Held = Annotated[Weights, Field(description="{symbol: weight} before the trade")]
Symbol = Annotated[str, Field(description="Symbol")]
