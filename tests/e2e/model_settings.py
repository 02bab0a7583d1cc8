"""How the product is told which language model judges: the settings of each way to ask one, and a bare environment."""

import os
from collections.abc import Mapping
from typing import Final

from tests.adapters.analysts.model_clients import KEY

WAYS: Final[Mapping[str, Mapping[str, str]]] = {
    "messages": {"TRIMTAB_ANALYST": "anthropic"},
    "responses": {"TRIMTAB_ANALYST": "openai", "TRIMTAB_MODEL_API": "responses"},
    "chat": {"TRIMTAB_ANALYST": "openai", "TRIMTAB_MODEL_API": "auto", "TRIMTAB_MODEL": "local-model"},
}
DIALECTS: Final = {"messages": "anthropic_messages", "responses": "openai_responses", "chat": "openai_chat"}
"""What the wire calls them."""
_FOREIGN: Final = ("TRIMTAB_", "ANTHROPIC_", "OPENAI_")
_PROXIES: Final = ("http_proxy", "https_proxy", "all_proxy")


def bare_environment() -> dict[str, str]:
    """The environment without a setting of ours, a provider's key, or a way around this machine."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_FOREIGN) and name.lower() not in _PROXIES
    }


def settings_of(way: str, address: str, **more: str) -> dict[str, str]:
    """The settings for a model at this address; `more` are those of the model, without their TRIMTAB_MODEL_."""
    url = address if way == "messages" else f"{address}/v1"
    given = {f"TRIMTAB_MODEL_{name.upper()}": value for name, value in more.items()}
    return {**WAYS[way], "TRIMTAB_MODEL_URL": url, "TRIMTAB_MODEL_KEY": KEY, "TRIMTAB_MODEL_ATTEMPTS": "1", **given}
