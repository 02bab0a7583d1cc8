"""What a prompt is, before it is bound to a server: one frozen record per prompt."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from trimtab.prompts.contexts import PromptContext
from trimtab.tools.completions import Completer
from trimtab.tools.context import ToolContext
from trimtab.tools.definition import Toolset

SessionId = Annotated[str, Field(description="Handle from open_session", min_length=1, max_length=100)]


class Arguments(BaseModel):
    """Base of a prompt's arguments: all text, each with its description; an unknown one is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class PromptDefinition:
    """A prompt. The function takes its checked arguments and gives what the template is filled with."""

    function: Callable[[ToolContext, Any], Awaitable[PromptContext]]
    arguments: type[Arguments]
    toolset: Toolset
    title: str
    description: str
    completes: Mapping[str, Completer]

    @property
    def name(self) -> str:
        """The function's name; a rename breaks clients."""
        return self.function.__name__
