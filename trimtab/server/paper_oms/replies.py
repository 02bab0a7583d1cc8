"""What a request comes to before it is sent: the content, and how the answer reaches the client, if it does."""

from typing import Literal, NamedTuple, TypeAlias

from pydantic import JsonValue

from trimtab.adapters.oms.messages import Message, Refusal

Manner = Literal["whole", "cut off", "withheld"]
"""Whether the answer arrives, breaks off in its middle, or doesn't come while the client waits."""
Content: TypeAlias = dict[str, JsonValue]


class Reply(NamedTuple):
    """An answer as JSON, its HTTP status, and how it is sent."""

    content: Content
    status: int = 200
    manner: Manner = "whole"


def content_of(message: Message) -> Content:
    """A message as it is on the wire."""
    return message.model_dump(mode="json", by_alias=True)


def refused(status: int, error: str) -> Reply:
    """A request that is turned down, or failed."""
    return Reply(content_of(Refusal(error=error)), status)


def withheld() -> Reply:
    """For who doesn't want to answer; this is what is said when nobody should wait any longer."""
    return refused(504, "Too late.")._replace(manner="withheld")
