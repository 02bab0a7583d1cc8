"""The one place where imports are deferred: what computes is loaded when the first call needs it, not before
tools are listed."""

from importlib import import_module

from trimtab.prompts.contexts import PromptContext
from trimtab.server.desks import OpenDesk
from trimtab.settings import Settings
from trimtab.workflow.ports.stores import SessionStore


def open_desk(settings: Settings) -> OpenDesk:
    """The desk that these settings describe.

    Raises:
        SettingsError: The policy, or the session store, isn't one.
        BookRefused: The book has structural faults.
        Unavailable: The session store can't be reached now.
    """
    from trimtab.server import compose

    return compose.open_desk(settings)


def open_store(settings: Settings) -> SessionStore:
    """The session store alone; raises like `open_desk`, but for the book."""
    from trimtab.server import compose

    return compose.open_store(settings)


def render(context: PromptContext) -> str:
    """The text of a prompt: its template, filled."""
    from trimtab.prompts import render as rendering

    return rendering.render(context)


def warm_up() -> None:
    """Loads the code of the desk and makes nothing."""
    from trimtab.server import compose  # noqa: F401 - loading it is the point


def command(module: str, name: str) -> object:
    """A command: its module's `app`, where it has sub-commands, or its function of that name."""
    loaded = import_module(module)
    return getattr(loaded, "app", None) or getattr(loaded, name)
