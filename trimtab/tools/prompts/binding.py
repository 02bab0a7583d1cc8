"""Binds a prompt to the server SDK: strict arguments, and one message of text."""

from typing import Any

import anyio.to_thread
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.prompts import Prompt as ServerPrompt
from mcp.server.mcpserver.prompts.base import Message, PromptArgument, UserMessage
from pydantic import Field

from trimtab.tools.context import AppContext
from trimtab.tools.prompts.definition import PromptDefinition
from trimtab.tools.strict import check


class BoundPrompt(ServerPrompt):
    """A prompt as the server lists and renders it; the SDK's own rendering would repeat what was sent in its errors."""

    definition: PromptDefinition = Field(exclude=True)

    async def render(self, arguments: dict[str, Any] | None, context: Context[Any, Any]) -> list[Message]:
        """The one message of the prompt; raises what checking the arguments and asking the desk raise."""
        asked = check(self.definition.arguments, **(arguments or {}))
        filled = await self.definition.function(context, asked)
        app: AppContext = context.request_context.lifespan_context
        return [UserMessage(await anyio.to_thread.run_sync(app.render, filled))]


def bind_prompt(prompt: PromptDefinition) -> BoundPrompt:
    """The prompt with its arguments as clients list them."""
    arguments = [
        PromptArgument(name=name, description=field.description, required=field.is_required())
        for name, field in prompt.arguments.model_fields.items()
    ]
    return BoundPrompt(
        name=prompt.name,
        title=prompt.title,
        description=prompt.description,
        arguments=arguments,
        fn=prompt.function,  # type: ignore[arg-type]  # listed, and never called: `render` is our own
        context_kwarg=None,
        definition=prompt,
    )
