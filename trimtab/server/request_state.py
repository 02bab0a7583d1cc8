"""What seals the state that a client carries from one call to the next."""

import secrets

from mcp.server.request_state import RequestStateSecurity
from pydantic import SecretStr

from trimtab.settings import SHORTEST_STATE_KEY, Settings


def request_state_security(settings: Settings) -> RequestStateSecurity:
    """The first key of the settings seals and all of them open; without any, a key that this process alone has.

    A sealed state can be shown twice: whoever acts on one has to see to it that it counts once.
    """
    keys = [key.get_secret_value() for key in settings.state_keys]
    return RequestStateSecurity(keys=keys) if keys else RequestStateSecurity.ephemeral()


def with_state_key(settings: Settings) -> Settings:
    """The same settings, with a key made now where they have none: for the workers of one server to share."""
    if settings.state_keys:
        return settings
    return settings.model_copy(update={"state_keys": (SecretStr(secrets.token_hex(SHORTEST_STATE_KEY)),)})
