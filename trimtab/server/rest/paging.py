"""Pages of lists, with cursors that belong to one list and its filters, as the tools give them."""

from typing import TypeVar

from trimtab.tools.paging import Page
from trimtab.workflow.ports.requests import Page as PageRequest
from trimtab.workflow.ports.results import PageResult, Result

ResultT = TypeVar("ResultT", bound=Result)


def asked_page(asked: PageRequest) -> Page:
    """The page that is asked for.

    Raises:
        InvalidInput: What was given isn't a cursor, or belongs to a list with other filters.
    """
    return Page.asked(type(asked).__name__, asked.model_dump())


def with_tied_cursor(result: ResultT, page: Page) -> ResultT:
    """The result, its cursor tied to the list's filters."""
    if not isinstance(result, PageResult) or result.next_cursor is None:
        return result
    return result.model_copy(update={"next_cursor": page.tied(result.next_cursor)})
