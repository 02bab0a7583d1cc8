"""A cursor belongs to one list: this tool's, with these filters."""

import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.tools.paging import Page
from trimtab.workflow.ports.cursors import decode_cursor, encode_cursor

FILTERS = {"session_id": "s", "status": "all", "limit": 10, "cursor": None}


def test_without_a_cursor_a_list_starts_at_its_first_row() -> None:
    assert Page.asked("get_tolerance_status", FILTERS).start == 0


def test_a_cursor_goes_on_where_the_page_was_cut() -> None:
    page = Page.asked("get_tolerance_status", FILTERS)
    cursor = page.goes_on(4, after=25)
    following = Page.asked("get_tolerance_status", {**FILTERS, "cursor": cursor, "limit": 99})
    assert following.start == 25
    assert decode_cursor(following.goes_on(4, after=10), 4) == 35


def test_the_desks_cursor_is_tied_to_the_filters() -> None:
    page = Page.asked("get_tolerance_status", FILTERS)
    tied = page.tied(encode_cursor(4, 25))
    assert Page.asked("get_tolerance_status", {**FILTERS, "cursor": tied}).start == 25


@pytest.mark.parametrize(
    ("tool", "changed"),
    [
        ("get_session", {}),
        ("get_tolerance_status", {"status": "breaches"}),
        ("get_tolerance_status", {"session_id": "t"}),
    ],
)
def test_a_cursor_of_another_list_is_refused(tool: str, changed: dict[str, object]) -> None:
    cursor = Page.asked("get_tolerance_status", FILTERS).goes_on(4, after=25)
    with pytest.raises(InvalidInput, match="other filters") as caught:
        Page.asked(tool, {**FILTERS, **changed, "cursor": cursor})
    assert caught.value.field == "cursor"
