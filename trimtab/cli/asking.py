"""What commands share that ask a desk: how options are read, and how the desk is opened and asked."""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Annotated, Final, Protocol, TypeVar, get_args, get_origin

import typer
from pydantic import BaseModel

from trimtab.domain.errors import InvalidInput
from trimtab.server.callers import local_caller
from trimtab.server.logs import log_to_stderr
from trimtab.settings import Settings, load_settings
from trimtab.tools.strict import RequestT, check

Answer = TypeVar("Answer")
DeskT = TypeVar("DeskT")
DeskT_co = TypeVar("DeskT_co", covariant=True)
CALLER: Final = local_caller("command line")
AsJson = Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")]
Others = Annotated[
    list[str] | None,
    typer.Option("--option", help="NAME=VALUE: any other option of the tool, lists with commas; may be repeated."),
]


class Opened(Protocol[DeskT_co]):
    """A desk with what it holds open."""

    @property
    def desk(self) -> DeskT_co:
        """The desk."""

    async def close(self) -> None:
        """Lets go of what it holds."""


def ask_desk(
    open_desk: Callable[[Settings], Opened[DeskT]],
    ask: Callable[[DeskT], Awaitable[Answer]],
    *,
    read_only: bool | None = None,
) -> Answer:
    """What the desk of the settings answers; `read_only` stands over the setting of that name."""
    settings = load_settings(analyst="rules")
    log_to_stderr(settings.log_level)
    if read_only is not None:
        settings = settings.model_copy(update={"read_only": read_only})

    async def run() -> Answer:
        opened = open_desk(settings)
        try:
            return await ask(opened.desk)
        finally:
            await opened.close()

    return asyncio.run(run())


def add_command(app: typer.Typer, command: Callable[..., None], *, options: type) -> None:
    """Adds a command that takes the fields of a class as options: more than a function may have parameters."""
    command.__signature__ = inspect.signature(options)  # type: ignore[attr-defined]  # `inspect` documents it
    app.command()(command)


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
