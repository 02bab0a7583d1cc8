"""`trimtab://concept/{name}`."""

from typing import Final

from trimtab.domain.errors import NotFound
from trimtab.prompts.concepts import concept_text
from trimtab.tools.completions import Known
from trimtab.tools.context import AppContext, ToolContext
from trimtab.tools.resources.definition import Member, ResourceDefinition
from trimtab.tools.resources.uris import CONCEPT

_CONCEPTS: Final = {
    "drift": ("Drift", "How far a weight is from its target, what it is a share of, and what a withdrawal does to it."),
    "tolerance-bands": (
        "Tolerance bands",
        "When drift is too much, the trade to the target and the one to the edge, and min_proceed_percent.",
    ),
    "deferral": ("Deferral", "The four verdicts, which flags justify waiting, and what waiting costs."),
    "buy-reduction": ("Buy reduction", "What is there to spend, and how buys are cut to it: decisions, then tiers."),
    "holding-period-tax": (
        "Holding periods and tax",
        "When a parcel in gain is taxed less, how the day is counted, and what the flag cgt:12d says.",
    ),
}
MEMBERS: Final = tuple(
    Member(uri=CONCEPT.format(name=name), name=name, title=title, description=description)
    for name, (title, description) in _CONCEPTS.items()
)


async def concept(ctx: ToolContext, name: str) -> str:  # noqa: ARG001 - every resource is given its context
    """A text for people who are new to this."""
    if name not in _CONCEPTS:
        raise NotFound(
            "There is no concept of that name.", field="name", next_action=f"Read one of: {', '.join(_CONCEPTS)}."
        )
    return concept_text(name)


async def concept_names(_app: AppContext, _known: Known) -> tuple[str, ...]:
    """The names of all concepts."""
    return tuple(_CONCEPTS)


RESOURCE = ResourceDefinition(
    function=concept,
    uri=CONCEPT,
    toolset="trading",
    title="A concept",
    description=f"What a term means, in a page with an example: {', '.join(_CONCEPTS)}.",
    mime_type="text/markdown",
    completes={"name": concept_names},
    members=MEMBERS,
)
