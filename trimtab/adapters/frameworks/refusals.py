"""What is said where something can't be kept or found. An id from outside is never repeated."""

from collections.abc import Iterator
from contextlib import contextmanager

from trimtab.adapters.records.faults import SETTING
from trimtab.domain.errors import Conflict, InvalidInput, NotFound


def unknown_framework() -> NotFound:
    """For an id that was never given out, and for somebody else's: they must look the same."""
    return NotFound(
        "There is no framework of that id.", field="framework_id", next_action="Call list_frameworks to see yours."
    )


def unknown_version(version: int, *, newest: int) -> NotFound:
    """For a version that a framework doesn't have."""
    return NotFound(
        f"The framework has no version {version}.",
        field="version",
        next_action=f"Name a version from 1 to {newest}, or none for the newest.",
    )


def changed_framework(expected_version: int, *, version: int) -> Conflict:
    """For the one who was slower."""
    return Conflict(
        f"The framework is at version {version}, not at {expected_version}.",
        version=version,
        next_action=f"Read the framework again with list_frameworks and retry with expected_version {version}.",
    )


def unknown_portfolio() -> NotFound:
    """For an id that was never given out, and for somebody else's."""
    return NotFound(
        "There is no portfolio of that id.",
        field="portfolio_id",
        next_action="Call build_portfolio with accept to make one.",
    )


def other_portfolio() -> InvalidInput:
    """For an id under which another portfolio is kept: one that was accepted never changes."""
    return InvalidInput(
        "The portfolio of that id holds something else, and never changes.",
        field="portfolio_id",
        next_action="Read the one that is kept, or accept this one under another id.",
    )


@contextmanager
def without_records(said: NotFound) -> Iterator[None]:
    """Where there is no database nothing is kept: that is said like this."""
    try:
        yield
    except NotFound as error:
        raise (said if error.field == SETTING else error) from None
