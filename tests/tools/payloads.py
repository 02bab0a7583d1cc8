"""Parts of a payload, with the type they have there."""

from typing import cast

from trimtab.tools.payload import Payload


def entries(payload: Payload, field: str) -> list[Payload]:
    """The objects of a list."""
    return cast("list[Payload]", payload[field])


def rows(payload: Payload, field: str) -> list[list[object]]:
    """The rows of a table."""
    return cast("list[list[object]]", cast("Payload", payload[field])["rows"])
