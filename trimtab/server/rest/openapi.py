"""How operations are described for OpenAPI: every status that they answer with."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import BaseModel, create_model

from trimtab.server.rest.camel import told_twin
from trimtab.server.rest.events import ProgressEvent
from trimtab.server.rest.problems import MEDIA_TYPE as PROBLEM
from trimtab.server.rest.problems import ProblemDocument
from trimtab.server.rest.streams import MEDIA_TYPE as EVENT_STREAM
from trimtab.workflow.ports.results import Result

Responses = dict[int | str, dict[str, Any]]

_ALWAYS: Final[Mapping[int, str]] = {
    403: "A web page that may not call this server",
    404: "No such session: unknown, not yours, or expired",
    409: "`conflict`, `wrong_phase`, `blocked` or `newer_version`: not as the session stands",
    421: "Not a name of this server",
    422: "An argument is unknown, missing or has a value that isn't allowed",
    500: "A fault of the server's own; the log explains the id",
    503: "The store can't be reached, or the server's book or settings are wrong",
}
_OF_FACTORS: Final[Mapping[int, str]] = {
    404: "No such factor group",
    409: "`newer_version` or `older_version`: the records' database has the form of another release",
    503: "The records can't be reached, or the server's market data or settings are wrong",
}
_OF_SIGNALS: Final[Mapping[int, str]] = {**_OF_FACTORS, 404: "No such strategy"}
_OF_FRAMEWORKS: Final[Mapping[int, str]] = {
    404: "No such framework, portfolio or workflow: unknown, or not yours",
    409: "`conflict`: somebody saved another version, and `problems` say what changed; `wrong_phase`, `newer_version`, "
    "`older_version`, `broken_record`",
    503: "The records can't be reached, or the server's products, market data, book or settings are wrong",
}
_LIMITED: Final[Mapping[int, str]] = {429: "The day's calls are used up; `Retry-After` says when there are new ones"}
_OF_A_BODY: Final[Mapping[int, str]] = {
    400: "The body isn't JSON",
    413: "The body is too large",
    415: "The body isn't marked as JSON",
}
EVENTS: Final = """The result; as an event stream each event is data only, a JSON object, with an id to go on from:

    id: 5f0c...-1
    data: {"type":"progress","stage":"momentum","message":"Reading momentum...","currentStep":1,"totalSteps":6}

Then one `{"type":"result","data":{...}}`, or one `{"type":"error","error":{...}}` with a problem document, and the end.
Comments (`: heartbeat`) keep the connection open."""
_HEARD_ALL: Final = "Everything was heard already: a reconnect with the id of the last event"


def problems(*, with_body: bool) -> Responses:
    """What can go wrong."""
    return _documents({**_ALWAYS, **(_OF_A_BODY if with_body else {})})


def factor_problems(*, with_body: bool, limited: bool = False) -> Responses:
    """What can go wrong with factors and their groups; `limited` where calls are counted."""
    return _documents({**_ALWAYS, **_OF_FACTORS, **_further(with_body=with_body, limited=limited)})


def signal_problems(*, counted: bool) -> Responses:
    """What can go wrong with signals; those that are `counted` are asked for in a body."""
    return _documents({**_ALWAYS, **_OF_SIGNALS, **_further(with_body=counted, limited=counted)})


def framework_problems(*, with_body: bool, limited: bool = False) -> Responses:
    """What can go wrong with frameworks and what is made from them; `limited` where calls are counted."""
    return _documents({**_ALWAYS, **_OF_FRAMEWORKS, **_further(with_body=with_body, limited=limited)})


def _further(*, with_body: bool, limited: bool) -> Mapping[int, str]:
    return {**(_OF_A_BODY if with_body else {}), **(_LIMITED if limited else {})}


def _documents(named: Mapping[int, str]) -> Responses:
    return {
        status: {"description": text, "model": told_twin(ProblemDocument)} for status, text in sorted(named.items())
    }


def successful(result: type[Result]) -> type[BaseModel]:
    """The result as operations answer it that may be streams."""
    twin = told_twin(result)
    return create_model(f"{result.__name__}Done", __base__=twin, __doc__=twin.__doc__, success=(Literal[True], True))


def streams() -> Responses:
    """The event stream as an answer, alone or beside plain JSON; its schema is that of one event."""
    event = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": {"oneOf": _told()}},
        },
        "required": ["id", "data"],
    }
    return {
        200: {"content": {EVENT_STREAM: {"schema": event}}, "description": EVENTS},
        204: {"description": _HEARD_ALL},
    }


def _told() -> list[Any]:
    """What the data of an event may be."""
    return [
        told_twin(ProgressEvent).model_json_schema(),
        _last("result", "data", schema={"type": "object", "description": "What the plain answer is"}),
        _last("error", "error", schema={"$ref": "#/components/schemas/ProblemDocument"}),
    ]


def _last(kind: str, name: str, *, schema: Any) -> Any:
    return {"type": "object", "properties": {"type": {"const": kind}, name: schema}, "required": ["type", name]}


def finished(document: dict[str, Any]) -> dict[str, Any]:
    """The framework's document, its problems under their own media type, its operations grouped by their address."""
    for address, path in document["paths"].items():
        for operation in path.values():
            operation["tags"] = [address.split("/")[2]]
            for status, response in operation["responses"].items():
                if int(status) >= HTTPStatus.BAD_REQUEST:
                    [described] = response["content"].values()
                    response["content"] = {PROBLEM: described}
    return document
