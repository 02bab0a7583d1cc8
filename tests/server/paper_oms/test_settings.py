"""Settings that no market can have are refused."""

from pathlib import Path
from typing import Any

import pytest

from tests.server.paper_oms.paper import settings_in
from trimtab.domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"tick_seconds": -0.1}, "tick_seconds"),
        ({"tick_seconds": float("nan")}, "tick_seconds"),
        ({"tick_seconds": float("inf")}, "tick_seconds"),
        ({"most_parts": 0}, "most_parts"),
    ],
)
def test_a_value_that_is_not_allowed_is_named(tmp_path: Path, given: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        settings_in(tmp_path, **given)
    assert refused.value.field == named
