"""What a dialect is: how it puts a question, and how it writes a message, a stream, a model and an error."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from tests.model_wire.calls import Json, Question, Turn

Fault = Literal["bad_request", "bad_key", "no_model", "no_path", "rate_limited", "overloaded"]
CREATED: Final = 1_767_225_600
"""When everything was made: the first second of 2026."""
PIECE_CHARACTERS: Final = 48


class Refused(Exception):
    """A request that the provider refuses; the message is the provider's."""

    def __init__(self, fault: Fault, said: str) -> None:
        super().__init__(said)
        self.fault, self.said = fault, said


@dataclass(frozen=True, slots=True)
class Errors:
    """How a provider fails: `statuses` and a body for each fault, and the header that names a request."""

    statuses: Mapping[Fault, int]
    body: Callable[[Fault, str], Json]
    request_id_header: str
    model: Callable[[str], Json]
    models: Callable[[list[Json]], Json]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One provider's API. `read` raises `Refused`; `events` are the stream that tells a whole message."""

    name: str
    read: Callable[[Json], Question]
    message: Callable[[Question, Turn], Json]
    events: Callable[[Question, Json], Iterator[str]]
    errors: Errors


def event(name: str, data: Json) -> str:
    """A server-sent event with a name and one line of data."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def pieces(text: str) -> Iterator[str]:
    """The text as it comes in a stream."""
    for first in range(0, len(text), PIECE_CHARACTERS):
        yield text[first : first + PIECE_CHARACTERS]


def needed(body: Json, *names: str) -> None:
    """Refuses a request that lacks one of these fields."""
    for name in names:
        if name not in body:
            raise Refused("bad_request", f"{name}: Field required")


def text_of(content: Any) -> str:
    """The text of a turn: plain, or in blocks of which some hold text."""
    if isinstance(content, str):
        return content
    return "\n".join(block["text"] for block in content or () if isinstance(block, dict) and "text" in block)


def texts_of(turns: list[Json], *roles: str) -> str:
    """The texts of the turns of these roles, in their order."""
    return "\n\n".join(text_of(turn.get("content")) for turn in turns if turn.get("role") in roles)
