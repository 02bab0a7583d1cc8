"""The arguments that the tools about frameworks share, beside those of the tools about factors. Lists and objects are
open in the schema, to keep it short; the request model checks every entry and names the path."""

from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import Field

from trimtab.tools.factors.arguments import fields
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import Request

RequestT = TypeVar("RequestT", bound=Request)
Fields = dict[str, object]
FrameworkId = Annotated[str, Field(description="Or a template's key")]
Framework = Annotated[Fields, Field(description="See save_framework")]
Filters = Annotated[
    Fields,
    Field(
        description=(
            "Lists types, currencies, regions, sectors, issuers, include_tags, exclude_tags, exclude_codes; "
            "min_adv_value, min_aum_value, min_history_months, max_expense_ratio_pct, priced"
        )
    ),
]
SomeFilters = Annotated[Fields, Field(description="See map_products")]
Requirements = Annotated[
    Fields,
    Field(
        description=(
            "{risk_tolerance: low|medium|high, horizon_years?, goals?: [], preferences?: [], exclusions?: [], "
            "base_ccy?}"
        )
    ),
]


def asked(model: type[RequestT], arguments: Mapping[str, object]) -> RequestT:
    """The request of a tool's arguments. What is only its default isn't given: the desk refuses what says nothing where
    it stands, and takes another choice where none was made.

    Raises:
        InvalidInput: With a problem for each wrong field.
    """
    defaults = model.model_fields
    given = fields(arguments).items()
    return check(model, **{name: value for name, value in given if value != defaults[name].default})
