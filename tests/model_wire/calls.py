"""What goes over the wire, said alike for every dialect: a question, what the model says to it, and what that took."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Json = dict[str, Any]
"""An object, as JSON comes."""

Ending = Literal["done", "cut_off", "refused"]
CHARACTERS_PER_TOKEN: Final = 4


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a request asks; `prompt` is the text of its user turns, `title` the name of the schema it wants filled.

    `prefix` is what a provider may keep for the next call, None where it wasn't asked to. `counts_usage` says whether
    a stream is to tell what it took.
    """

    model: str
    system: str
    prompt: str
    title: str = ""
    schema: Json | None = None
    max_tokens: int | None = None
    stream: bool = False
    counts_usage: bool = True
    prefix: str | None = None


@dataclass(frozen=True, kw_only=True)
class CallInfo(Question):
    """A question as one call of a wire: calls are numbered from 1, attempts are calls with the same body."""

    dialect: str
    number: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a call: `input_tokens` are all that were read, the other two are parts of them."""

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """What the model says, how that ended, and what it took; `number` is the call's."""

    number: int
    text: str
    ending: Ending
    usage: Usage


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came; `body` is empty where it had none, or none that is a JSON object."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Json


@dataclass(frozen=True, slots=True)
class Answered:
    """A response, in the pieces in which it is sent. `number` is 0 where no model was called.

    Where it is `dropped` the connection ends after the last piece, though more was promised.
    """

    status: int
    headers: Mapping[str, str]
    chunks: tuple[bytes, ...]
    number: int = 0
    delay_seconds: float = 0.0
    dropped: bool = False


def tokens(text: str) -> int:
    """Tokens of a text by its length: coarse, but the same every time."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)
