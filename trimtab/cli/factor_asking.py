"""What commands about factors share: how options are read, and how the desk is asked."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Annotated, Final, TypeVar, get_args, get_origin

import typer
from pydantic import BaseModel

from trimtab.domain.errors import InvalidInput
from trimtab.server import late
from trimtab.server.callers import local_caller
from trimtab.server.logs import log_to_stderr
from trimtab.settings import load_settings
from trimtab.tools.strict import RequestT, check
from trimtab.workflow.ports.factors import FactorDesk

Answer = TypeVar("Answer")
CALLER: Final = local_caller("command line")
AsJson = Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")]


def ask_factors(ask: Callable[[FactorDesk], Awaitable[Answer]]) -> Answer:
    """What the desk of the settings answers."""
    settings = load_settings(analyst="rules")
    log_to_stderr(settings.log_level)

    async def run() -> Answer:
        opened = late.open_factors(settings)
        try:
            return await ask(opened.desk)
        finally:
            await opened.close()

    return asyncio.run(run())


def items(text: str | None) -> list[str] | None:
    """`a, b` as a list; None where nothing was given."""
    return None if text is None else [item.strip() for item in text.split(",")]


def numbers_by_name(text: str, *, option: str) -> dict[str, float]:
    """`SPY=0.6,AGG=0.4` as numbers by name.

    Raises:
        InvalidInput: a part isn't NAME=NUMBER, or a name is there twice.
    """
    found: dict[str, float] = {}
    for part in text.split(","):
        name, _, number = (piece.strip() for piece in part.partition("="))
        try:
            value = float(number)
        except ValueError:
            raise InvalidInput(
                "Must be NAME=NUMBER with commas between, such as SPY=0.6,AGG=0.4.", field=option
            ) from None
        if name in found:
            raise InvalidInput("A name is there twice.", field=option)
        found[name] = value
    return found


def request_of(model: type[RequestT], others: list[str] | None, **named: object) -> RequestT:
    """The request of a command: its own options, and others that were given as `NAME=VALUE`.

    Raises:
        InvalidInput: a text has no `=`, names nothing that the request has, or a value isn't allowed.
    """
    given = {name: value for name, value in named.items() if value is not None}
    return check(model, **{**_by_name(model, others or ()), **given})


def _by_name(model: type[BaseModel], texts: Iterable[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name not in model.model_fields:
            allowed = ", ".join(model.model_fields)
            raise InvalidInput(f"Must be NAME=VALUE; the names are {allowed}.", field="--option")
        takes_list = any(get_origin(part) is tuple for part in _parts(model.model_fields[name].annotation))
        found[name] = _object(value) if value.startswith("{") else items(value) if takes_list else value
    return found


def _object(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput("The value isn't valid JSON.", field="--option") from None


def _parts(annotation: object) -> Iterator[object]:
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)
