"""`trimtab://concept/{name}`."""

from typing import Final

from trimtab.domain.errors import NotFound
from trimtab.prompts.concepts import concept_text
from trimtab.tools.completions import Known
from trimtab.tools.context import AppContext, ToolContext
from trimtab.tools.resources.concept_list import ALIASES, CONCEPTS
from trimtab.tools.resources.definition import Member, ResourceDefinition
from trimtab.tools.resources.uris import CONCEPT

MEMBERS: Final = tuple(
    Member(uri=CONCEPT.format(name=name), name=name, title=title, description=description)
    for name, (title, description) in CONCEPTS.items()
)


async def concept(ctx: ToolContext, name: str) -> str:  # noqa: ARG001 - every resource is given its context
    """A text for people who are new to this; names of metrics and templates lead to the page that explains them."""
    page = ALIASES.get(name, name)
    if page not in CONCEPTS:
        raise NotFound(
            "There is no concept of that name.",
            field="name",
            next_action=f"Read one of: {', '.join(CONCEPTS)}; or give the name of a metric or a template.",
        )
    return concept_text(page)


async def concept_names(_app: AppContext, _known: Known) -> tuple[str, ...]:
    """The names of all concepts, then what else leads to them."""
    return (*CONCEPTS, *ALIASES)


RESOURCE = ResourceDefinition(
    function=concept,
    uri=CONCEPT,
    toolset="all",
    title="A concept",
    description=(
        "What a term means, in a page with an example: of trading, of allocation frameworks and their templates, of "
        "metrics. The name of a metric or of a template (sharpe, core_satellite) gives the page that explains it."
    ),
    mime_type="text/markdown",
    completes={"name": concept_names},
    members=MEMBERS,
)
