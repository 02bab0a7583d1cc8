"""Tells apart how a sending failed, the same for every provider. What a provider writes is read for that and never
repeated: it may quote the prompt, the key or an address."""

import json
import math
from collections.abc import Mapping
from typing import Final

import httpx2

from trimtab.adapters.analysts.clients import ModelFailure
from trimtab.workflow.ports.model_calls import FailureKind


class SendingFailed(ModelFailure):
    """One sending that got no answer. `status` is the provider's, None if it sent none; `again` says whether another
    sending may help, and `wait_seconds` how long the provider asks to wait before it.

    `usage` is empty. A sending that was cut short may have been paid for all the same; its caller counts that.
    """

    def __init__(
        self,
        kind: FailureKind,
        message: str,
        *,
        status: int | None = None,
        again: bool = False,
        wait_seconds: float | None = None,
    ) -> None:
        super().__init__(kind, message)
        self.status = status
        self.again = again
        self.wait_seconds = wait_seconds


_NO_CREDIT: Final = "The account's credit or quota at the provider is used up."
_TOO_LONG: Final = "The prompt is longer than the model takes."
_KIND_MESSAGES: Final[Mapping[FailureKind, str]] = {
    "rate_limited": "The provider's rate limit is reached.",
    "overloaded": "The provider is overloaded, or failed by itself.",
    "timeout": "The provider gave up waiting for its model.",
    "rejected": "The provider finds the request invalid.",
}
_STATUS_MESSAGES: Final = {
    401: "The provider doesn't accept the key.",
    402: _NO_CREDIT,
    403: "The provider doesn't allow this key what it asks for.",
    404: "The provider doesn't know the model, or there is no such API at this address.",
    413: _TOO_LONG,
}
_REDIRECTED: Final = "The model's address leads to another one, and a prompt is sent only where it was meant to go."
_SIGNS_OF_LENGTH: Final = (
    "context_length",
    "context length",
    "context window",
    "prompt is too long",
    "string_too_long",
)
_SIGNS_OF_NO_CREDIT: Final = ("insufficient_quota", "credit balance", "billing_error", "billing_hard_limit")


def failure_of_status(status: int, *, headers: Mapping[str, str], body: object) -> SendingFailed:
    """For a status that isn't success. A limit that time doesn't lift isn't worth another sending."""
    said = json.dumps(body, default=str).lower()
    kind = _kind_of(status)
    message = _STATUS_MESSAGES.get(status, _REDIRECTED if 300 <= status < 400 else _KIND_MESSAGES[kind])
    lasting = kind == "rejected"
    if status in (400, 429) and any(sign in said for sign in _SIGNS_OF_NO_CREDIT):
        message, lasting = _NO_CREDIT, True
    elif status in (400, 422) and any(sign in said for sign in _SIGNS_OF_LENGTH):
        message = _TOO_LONG
    return SendingFailed(
        kind,
        message,
        status=status,
        again=not lasting and headers.get("x-should-retry") != "false",
        wait_seconds=_asked_wait(headers),
    )


def failure_of_connection(cause: BaseException | None) -> SendingFailed:
    """For a sending that the transport ended, by what it says of that."""
    if isinstance(cause, httpx2.TimeoutException) and not isinstance(cause, httpx2.ConnectTimeout):
        return timed_out()
    if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout):
        return SendingFailed("unreachable", "The model's address can't be reached.", again=True)
    return SendingFailed("unreachable", "The connection to the model broke off.", again=True)


def timed_out() -> SendingFailed:
    """For a sending that took longer than one may."""
    return SendingFailed("timeout", "The model took longer to answer than it may.", again=True)


def _kind_of(status: int) -> FailureKind:
    if status == 429:
        return "rate_limited"
    if status == 408:
        return "timeout"
    return "overloaded" if status >= 500 or status == 409 else "rejected"


def _asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds, from either header that says them; both providers say seconds, and a date is left aside."""
    for name, parts in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(headers[name]) / parts
        except (KeyError, ValueError):
            continue
        if seconds > 0 and math.isfinite(seconds):
            return seconds
    return None
