"""What a provider's client does for an analyst: one question in, one raw answer out, every failure told apart."""

from dataclasses import dataclass
from typing import Final, Protocol

from trimtab.workflow.ports.model_calls import FailureKind, Prompt, Usage


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer's text as it came, what it took, and how often it was sent until it did."""

    text: str
    usage: Usage
    attempts: int = 1


class ModelFailure(Exception):
    """A call without an answer. The message is ours, for people; nothing that the provider wrote is in it.

    `usage` is what the call took all the same, as far as that is known: empty after a timeout or a broken connection,
    though the provider may charge for each of the `attempts`. `text` is what there is of an answer.
    """

    def __init__(
        self, kind: FailureKind, message: str, *, usage: Usage | None = None, attempts: int = 1, text: str | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.usage = usage or Usage()
        self.attempts = attempts
        self.text = text


LOOK_AGAIN_AFTER: Final[frozenset[FailureKind]] = frozenset({"rejected", "unreachable"})
"""Failures after which what was checked may be otherwise: a key withdrawn, a server gone."""


class ModelClient(Protocol):
    """Asks one model of one provider. It retries what is worth it, within its own limits of attempts and time."""

    @property
    def provider(self) -> str:
        """`anthropic` or `openai`."""

    @property
    def model(self) -> str:
        """The model's name, as the provider knows it."""

    async def check(self) -> None:
        """Looks, at no cost, whether the address answers, the key counts and the model exists.

        Raises:
            SettingsError: The key or the model is wrong; names the setting.
            Unavailable: The address doesn't answer now.
        """

    async def ask(self, prompt: Prompt, *, max_output_tokens: int) -> Reply:
        """The model's answer.

        Raises:
            ModelFailure: There is none; says which way it failed.
        """

    async def close(self) -> None:
        """Lets go of its connections."""
