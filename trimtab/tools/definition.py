"""What a tool is, before it is bound to a server: one frozen record per tool."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, get_args

from mcp_types import ToolAnnotations

from trimtab.workflow.ports.results import Result

Toolset = Literal["all", "trading", "frameworks", "factors", "signals"]
SELECTABLE: tuple[str, ...] = tuple(name for name in get_args(Toolset) if name != "all")


@dataclass(frozen=True, slots=True)
class Definition:
    """A tool. `results` are the models it may answer with; `rest` says where to read what a reply had to
    leave out.

    `plain_field` names the field that is text for reading: it stands as it is under the other facts.
    `whole` are places of documents that are shown whole or not at all: half of one could be taken for all of it.
    `reaches_out` marks what reaches the order system or the records: read-only mode takes it away. A
    session is working paper, so a tool that only changes its session stays.
    """

    function: Callable[..., Awaitable[Result]]
    toolset: Toolset
    title: str
    description: str
    results: tuple[type[Result], ...]
    annotations: ToolAnnotations
    rest: str = "Ask for less at a time."
    plain_field: str | None = None
    whole: tuple[tuple[str, ...], ...] = ()
    reaches_out: bool = False

    @property
    def name(self) -> str:
        """The function's name; a rename breaks clients."""
        return self.function.__name__


def reads() -> ToolAnnotations:
    """Hints of a tool that changes nothing."""
    return _hints(read_only=True, idempotent=True)


def changes_session(*, idempotent: bool) -> ToolAnnotations:
    """Hints of a tool that changes a session and nothing else; `idempotent`: the same call again leaves the
    same decisions."""
    return _hints(read_only=False, idempotent=idempotent)


def changes_records() -> ToolAnnotations:
    """Hints of a tool that changes or deletes what the records keep; the same call again leaves the same."""
    return ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False)


def keeps_in_records() -> ToolAnnotations:
    """Hints of a tool whose answer is kept, so that it can be looked up later; it changes nothing else."""
    return _hints(read_only=False, idempotent=True)


def sends_orders() -> ToolAnnotations:
    """Hints of a tool that sends or cancels: it can't be undone, but the same call again changes nothing."""
    return ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=True)


def follows_orders() -> ToolAnnotations:
    """Hints of a tool that asks what became of orders; some of them may leave meanwhile, as people approved it."""
    return ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=True)


def _hints(*, read_only: bool, idempotent: bool) -> ToolAnnotations:
    return ToolAnnotations(
        read_only_hint=read_only, destructive_hint=False, idempotent_hint=idempotent, open_world_hint=False
    )
