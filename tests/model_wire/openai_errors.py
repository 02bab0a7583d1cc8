"""What both of OpenAI's dialects share: errors, models, and what a schema may be."""

import re
from typing import Final

from tests.model_wire.calls import Json
from tests.model_wire.dialects import CREATED, Errors, Fault, Refused
from tests.model_wire.limits import refused_by_openai

FORMAT_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_ERRORS: Final[dict[Fault, tuple[str, str | None]]] = {
    "bad_request": ("invalid_request_error", None),
    "bad_key": ("invalid_request_error", "invalid_api_key"),
    "no_model": ("invalid_request_error", "model_not_found"),
    "no_path": ("invalid_request_error", "unknown_url"),
    "rate_limited": ("requests", "rate_limit_exceeded"),
    "overloaded": ("server_error", None),
}


def check_format(wanted: Json, *, where: str) -> None:
    """Refuses a name or a schema that structured output doesn't take."""
    name = wanted.get("name", "")
    if not FORMAT_NAME.fullmatch(name):
        raise Refused(
            "bad_request", f"Invalid '{where}.name': string does not match pattern. Expected '^[a-zA-Z0-9_-]+$'."
        )
    if wanted.get("strict") and (refused := refused_by_openai(wanted.get("schema", {}))):
        raise Refused("bad_request", f"Invalid schema for {where} '{name}': {refused}")


def _error(fault: Fault, said: str) -> Json:
    kind, code = _ERRORS[fault]
    return {"error": {"message": said, "type": kind, "param": None, "code": code}}


def _model(identity: str) -> Json:
    return {"id": identity, "object": "model", "created": CREATED, "owned_by": "system"}


def _models(listed: list[Json]) -> Json:
    return {"object": "list", "data": listed}


OPENAI_ERRORS: Final = Errors(
    statuses={
        "bad_request": 400,
        "bad_key": 401,
        "no_model": 404,
        "no_path": 404,
        "rate_limited": 429,
        "overloaded": 503,
    },
    body=_error,
    request_id_header="x-request-id",
    model=_model,
    models=_models,
)
