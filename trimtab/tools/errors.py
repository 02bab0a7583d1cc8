"""The one place where an exception becomes what a caller reads: five fields, in an error result or a protocol error."""

import logging
import uuid
from typing import Final

from mcp.server.mcpserver.exceptions import MCPServerError, ToolError
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS, CallToolResult
from pydantic import BaseModel, ValidationError

from trimtab.domain.errors import (
    Conflict,
    FilesRefused,
    InvalidInput,
    NotFound,
    Problem,
    TrimtabError,
    WrongPhase,
)
from trimtab.domain.outside_text import clean
from trimtab.tools.handles import unknown_session
from trimtab.tools.payload import Payload, as_result
from trimtab.tools.strict import invalid_input

MOST_PROBLEMS: Final = 20
_RESOLVER: Final = "Resolver "
"""How the SDK begins to say that a client's answer to a question is no answer to it."""
LONGEST_TEXT: Final = 600
_WRAPPERS: Final = (MCPServerError, ValueError)
"""What the SDK hands on of an exception: a tool or resource error, and for a prompt a ValueError."""
_ASKED_WRONGLY: Final = (InvalidInput, NotFound, WrongPhase)
"""What the caller can mend: `-32602`; anything else is the server's trouble, `-32603`."""

logger = logging.getLogger(__name__)


def error_result(error: Exception, *, arguments: type[BaseModel] | None = None) -> CallToolResult:
    """What the caller reads of an error. Only texts of our own go out; what nobody foresaw is logged, and
    named by an id."""
    return as_result(_describe(_known(error, arguments)), is_error=True)


def protocol_error(error: Exception) -> MCPError:
    """The same for a resource or a prompt, which can't answer with an error result: the fields are the error's data.

    A protocol error is shown to a person, so its message says what to do next, too.
    """
    known = _known(error, None)
    if isinstance(known, NotFound) and known.field == "session_id":
        known = unknown_session()
    described = _describe(known)
    code = INVALID_PARAMS if isinstance(known, _ASKED_WRONGLY) else INTERNAL_ERROR
    return MCPError(code, f"{described['message']} {described['next_action']}", described)


def unknown_resource(addresses: tuple[str, ...]) -> NotFound:
    """For an address that this server doesn't serve; the address itself isn't repeated."""
    return NotFound("This server has no resource at that address.", field="uri", next_action=_one_of("Read", addresses))


def unknown_prompt(names: tuple[str, ...]) -> NotFound:
    """For a name that this server doesn't serve; the name itself isn't repeated."""
    return NotFound("This server has no prompt of that name.", field="name", next_action=_one_of("Get", names))


def _one_of(verb: str, names: tuple[str, ...]) -> str:
    known = f"{verb} one of: {', '.join(names)}. " if names else ""
    return f"{known}Toolsets are settings."


def unknown_tool(names: tuple[str, ...]) -> NotFound:
    """For a name that this server doesn't serve; the name itself isn't repeated."""
    return NotFound(
        "This server has no tool of that name.",
        field="name",
        next_action=f"Call one of: {', '.join(names)}. Toolsets and read-only mode are settings.",
    )


def _known(error: Exception, arguments: type[BaseModel] | None) -> TrimtabError:
    cause = error.__cause__ if isinstance(error, _WRAPPERS) and error.__cause__ is not None else error
    if isinstance(cause, TrimtabError):
        return cause
    if isinstance(cause, ValidationError) and arguments is not None and cause.title == arguments.__name__:
        return invalid_input(cause, arguments)
    if isinstance(cause, ToolError) and str(cause).startswith(_RESOLVER):
        return _unfit_answer()
    return _internal_error(cause)


def _unfit_answer() -> InvalidInput:
    return InvalidInput(
        "The answer to the question doesn't have the form that was asked for.",
        field="answer",
        next_action="Call the tool again: the person is asked anew.",
    )


class InternalError(TrimtabError):
    """A fault of the server's own."""

    code = "internal"


def _internal_error(cause: BaseException) -> InternalError:
    reference = uuid.uuid4().hex[:12]
    logger.error("internal error %s", reference, exc_info=cause)
    return InternalError(
        f"The server failed unexpectedly; the log names it {reference}.",
        next_action="Don't repeat the call unchanged; report the id to whoever runs the server.",
    )


def _describe(error: TrimtabError) -> Payload:
    described: Payload = {
        "code": error.code,
        "message": seen(error.message),
        "field": None if error.field is None else seen(error.field),
        "retryable": error.retryable,
        "next_action": seen(error.next_action),
    }
    if isinstance(error, Conflict):
        described["version"] = error.version
    problems = _problems(error)
    if problems:
        described["problems"] = [
            {"field": seen(problem.field), "message": seen(problem.message), "code": problem.code}
            for problem in problems[:MOST_PROBLEMS]
        ]
        described["problem_count"] = len(problems)
    return described


def _problems(error: TrimtabError) -> tuple[Problem, ...]:
    if not isinstance(error, FilesRefused):
        return error.problems
    return tuple(
        Problem(fault.file if fault.line is None else f"{fault.file}:{fault.line}", fault.without_content, fault.code)
        for fault in error.faults
    )


def seen(text: str) -> str:
    """On one line, without what can't be seen, and not endless."""
    return clean(text, LONGEST_TEXT)
