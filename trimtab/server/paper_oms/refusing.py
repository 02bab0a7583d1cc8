"""What is answered to requests that can't be done: what is wrong, where, and what to do next."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ExceptionHandler

from trimtab.adapters.oms.messages import BASE_PATH, PAPER_PATH
from trimtab.domain.errors import InvalidInput, TrimtabError
from trimtab.server.paper_oms.replies import refused

_HTTP_WORDS: Final = {
    404: f"There is nothing at this address; orders are below {BASE_PATH}, controls below {PAPER_PATH}.",
    405: "This address doesn't take requests of that method.",
}


def refusal(status: int, error: str) -> Response:
    """A response that says what is wrong."""
    return JSONResponse(refused(status, error).content, status_code=status)


async def _wrong_address(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "this is the handler of these"
    answer = refusal(error.status_code, _HTTP_WORDS.get(error.status_code, error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _cannot_be_done(_request: Request, error: Exception) -> Response:
    assert isinstance(error, TrimtabError), "this is the handler of these"
    said = f"{error.message} {error.next_action}".rstrip()
    return refusal(422 if isinstance(error, InvalidInput) else 503, said)


async def _nobody_there(_request: Request, _error: Exception) -> Response:
    """For a client that left while it sent: no fault of ours, so no trace in the log."""
    return Response(status_code=400)


HANDLERS: Final[dict[type[Exception], ExceptionHandler]] = {
    HTTPException: _wrong_address,
    TrimtabError: _cannot_be_done,
    ClientDisconnect: _nobody_there,
}
"""By what was raised."""
