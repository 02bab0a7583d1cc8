"""`validate_recommendations`."""

from trimtab.tools.arguments import Recommendations, ResponseFormat, SessionId
from trimtab.tools.context import ToolContext, desk_of
from trimtab.tools.definition import Definition, reads
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import ValidateRecommendations
from trimtab.workflow.ports.results import Validation


async def validate_recommendations(
    ctx: ToolContext,
    *,
    session_id: SessionId,
    recommendations: Recommendations,
    response_format: ResponseFormat = "concise",  # noqa: ARG001 - read where the reply is written
) -> Validation:
    """Checks recommendations and stores nothing."""
    request = check(ValidateRecommendations, session_id=session_id, recommendations=recommendations)
    desk, caller = await desk_of(ctx)
    return await desk.validate(caller, request)


TOOL = Definition(
    function=validate_recommendations,
    toolset="trading",
    title="Validate recommendations",
    description=(
        "Checks verdicts without storing them: hard failures (would be refused), soft warnings (a line "
        "stays outside its band, with the excess in points and money), advisories, and per instrument "
        "min_proceed_percent, the percent of the planned amount that cures every breach, the portfolios in "
        "breach, substitutes, and flags that aren't in the data."
    ),
    results=(Validation,),
    annotations=reads(),
    rest="Validate fewer recommendations per call.",
)
