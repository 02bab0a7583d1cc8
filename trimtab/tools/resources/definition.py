"""What a resource is, before it is bound to a server: one frozen record per address."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from trimtab.tools.completions import Completer
from trimtab.tools.definition import Toolset


@dataclass(frozen=True, slots=True)
class Member:
    """A resource of a template that everybody has, so that clients list it by its own address."""

    uri: str
    name: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class ResourceDefinition:
    """A resource. `uri` is a template; its variables are the function's parameters, beside the context.

    `members` are listed one by one; `completes` says what may stand for a variable. `exempt` variables may look like a
    path: nothing is ever opened by them.
    """

    function: Callable[..., Awaitable[str]]
    uri: str
    toolset: Toolset
    title: str
    description: str
    mime_type: Literal["application/json", "text/markdown"]
    completes: Mapping[str, Completer]
    members: tuple[Member, ...] = ()
    exempt: frozenset[str] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__
