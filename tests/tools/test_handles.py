"""What can't be a session's id is refused before a store looks for it."""

import pytest

from trimtab.domain.errors import NotFound
from trimtab.tools.handles import handle


def test_an_id_of_ours_is_passed_on() -> None:
    assert handle("ts_AZaz09-_") == "ts_AZaz09-_"
    assert handle("x" * 100)


@pytest.mark.parametrize("text", ["", "a b", "a/b", "a\0", "a\n", "\ud800", "ü", "x" * 101])
def test_anything_else_is_not_found_and_not_repeated(text: str) -> None:
    with pytest.raises(NotFound) as caught:
        handle(text)
    assert caught.value.field == "session_id"
    assert "open_session" in caught.value.next_action
    assert len(text) < 2 or text not in caught.value.message
