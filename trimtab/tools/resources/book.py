"""`trimtab://book/{book}`."""

from trimtab.tools.completions import book_names
from trimtab.tools.context import ToolContext, desk_of
from trimtab.tools.resources.definition import ResourceDefinition
from trimtab.tools.resources.uris import BOOK


async def book(ctx: ToolContext, book: str) -> str:
    """The book that the server works on."""
    desk, caller = await desk_of(ctx)
    return await desk.export_book(caller, book)


RESOURCE = ResourceDefinition(
    function=book,
    uri=BOOK,
    toolset="trading",
    title="The book",
    description=(
        "The book that sessions work on, as canonical JSON: date and digests, models with targets and tolerances (in "
        "percent and points), instruments with prices, dividends and returns, exchange rates, restrictions, counts of "
        "portfolios, and those that can't be valued. No client's name and no holding. get_server_status names the "
        "book."
    ),
    mime_type="application/json",
    completes={"book": book_names},
    exempt=frozenset({"book"}),
)
