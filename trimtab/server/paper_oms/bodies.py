"""The bodies of requests, read as far as anybody would send them."""

from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from trimtab.tools.strict import invalid_input

MOST_BYTES: Final = 32 * 1024 * 1024
"""Holds 100,000 new orders."""
ModelT = TypeVar("ModelT", bound=BaseModel)


async def body_of(request: Request) -> bytes:
    """The whole body.

    Raises:
        HTTPException: it is larger than any request needs.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"The body is larger than {MOST_BYTES:,} bytes. Send fewer orders at once.")
    return bytes(body)


async def model_of(request: Request, model: type[ModelT]) -> ModelT:
    """What the body says; an empty one stands for the defaults.

    Raises:
        InvalidInput: the body isn't one of this kind.
    """
    try:
        return model.model_validate_json(await body_of(request) or b"{}")
    except ValidationError as error:
        raise invalid_input(error, model) from None
