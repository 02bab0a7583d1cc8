"""Cursors lead back to where they were cut, and anything else is refused in words."""

import base64

import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.workflow.ports.cursors import Place, decode_cursor, encode_cursor, read_cursor


def test_a_cursor_leads_back_to_its_row() -> None:
    assert decode_cursor(encode_cursor(7, 150), 7) == 150


def test_a_cursor_carries_the_list_it_was_cut_from() -> None:
    assert read_cursor(encode_cursor(7, 150, view="abc123")) == Place(7, 150, "abc123")


def test_a_cursor_of_an_older_version_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"version 8 now; this cursor belongs to version 7") as caught:
        decode_cursor(encode_cursor(7, 150), 8)
    assert caught.value.field == "cursor"
    assert "without a cursor" in caught.value.next_action


def packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "150",
        "<script>",
        "é",
        "A" * 10_000,
        packed("7:150"),
        packed("7:-1:"),
        packed("7:x:"),
        packed("7:\u0661:"),
        packed("7:" + "9" * 50 + ":"),
        packed("7:1:\xff"),
        packed("7:1::"),
    ],
)
def test_what_is_no_cursor_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        decode_cursor(text, 7)
    assert caught.value.message == "Not a cursor: use the next_cursor of the page before, unchanged."
