"""What the details of log entries hold beside what a reader of the log is shown.

A log has to say how a plan came about, and enough to derive it again: what was asked for, and every call of a
language model with its prompt and its answer. Those are long, so a table of the log leaves them out.
"""

import json
from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue

from trimtab.workflow.ports.requests import OpenSession, Write

OPEN: Final = "open_session"
MODEL_CALL: Final = "model_call"
UNFINISHED: Final = "analysis_unfinished"
EXECUTE: Final = "execute_orders"
RECORDED: Final = "orders_recorded"
UNDONE: Final = "execution_refused"
ORDERS_ENDED: Final = "orders_ended"
REQUEST: Final = "request"
FRAMEWORK: Final = "framework"
_KEPT_BACK: Final = frozenset({REQUEST, FRAMEWORK, "prompt", "answer"})


def as_asked(request: Write | OpenSession) -> dict[str, JsonValue]:
    """A request without what only steers how it is carried out, and without its defaults."""
    steering = {"session_id", "expected_version", "idempotency_key"}
    asked: dict[str, JsonValue] = request.model_dump(mode="json", exclude_defaults=True, exclude=steering)
    return asked


def shown(detail: Mapping[str, JsonValue]) -> str:
    """A detail as a table of the log shows it, as JSON."""
    return json.dumps({name: value for name, value in detail.items() if name not in _KEPT_BACK}, sort_keys=True)
