"""The one place where imports are deferred: what computes is loaded when the first call needs it, not before
tools are listed."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp

from trimtab.adapters.analysts.clients import ModelClient
from trimtab.domain.errors import SettingsError
from trimtab.prompts.contexts import PromptContext
from trimtab.server.desks import OpenDesk, OpenFactors, OpenFrameworks, OpenSignals
from trimtab.server.logs import quiet_carriers
from trimtab.server.rest.runs import Runs
from trimtab.settings import YFINANCE, Settings
from trimtab.tools.context import AppContext
from trimtab.workflow.ports.records import RecordStore
from trimtab.workflow.ports.stores import SessionStore


def open_desk(settings: Settings, *, tick_seconds: float | None = None) -> OpenDesk:
    """The desk that these settings describe; `tick_seconds` is the pace of an embedded paper OMS, where not its usual.

    Raises:
        SettingsError: The policy, or the session store, isn't one.
        BookRefused: The book has structural faults.
        Unavailable: The session store can't be reached now.
    """
    from trimtab.server import compose

    pace = {} if tick_seconds is None else {"tick_seconds": tick_seconds}
    return compose.open_desk(settings, client=_model_client(settings), yahoo=_yahoo(settings), **pace)


def open_frameworks(settings: Settings) -> OpenFrameworks:
    """Allocation frameworks over the products, the book and the market of these settings; nothing is read before it is
    asked. Raises as `open_factors`, and SettingsError where the session store isn't one."""
    from trimtab.server import compose_frameworks

    return compose_frameworks.open_framework_desk(settings, client=_model_client(settings), yahoo=_yahoo(settings))


def open_factors(settings: Settings) -> OpenFactors:
    """Factor intelligence over the market of these settings; nothing is read before it is asked.

    Raises:
        SettingsError: The policy or the records' URL isn't one, or the market needs what isn't installed.
    """
    from trimtab.server import compose

    return compose.open_factor_desk(settings, yahoo=_yahoo(settings))


def open_signals(settings: Settings) -> OpenSignals:
    """Alpha signals over the market of these settings; nothing is read before it is asked. Raises as `open_factors`."""
    from trimtab.server import compose

    return compose.open_signal_desk(settings, yahoo=_yahoo(settings))


def _yahoo(settings: Settings) -> Callable[..., Any] | None:
    """Who makes a source of Yahoo's prices, where the settings ask for them."""
    if settings.market != YFINANCE:
        return None
    try:
        from trimtab.adapters.market.yahoo import YahooSource
    except ModuleNotFoundError as error:
        message = f"Market data from Yahoo needs the package {error.name}, which isn't installed."
        install = "Run pip install 'trimtab[yfinance]', or set a folder of market data."
        raise SettingsError(message, field="market", next_action=install) from error
    return YahooSource


def _model_client(settings: Settings) -> ModelClient | None:
    """Who asks the language model of these settings; None where none is asked. Its SDK takes seconds to load."""
    if settings.analyst == "rules" or settings.model_key is None:
        return None
    from trimtab.adapters.analysts.attempts import CallLimits

    key, url = settings.model_key, settings.model_url
    limits = CallLimits(settings.model_timeout_seconds, settings.model_attempts, settings.model_deadline_seconds)
    if settings.analyst == "anthropic":
        from trimtab.adapters.analysts import anthropic

        quiet_carriers()
        model = settings.model or anthropic.DEFAULT_MODEL
        return anthropic.AnthropicClient(model=model, key=key, base_url=url, limits=limits)
    from trimtab.adapters.analysts import openai

    quiet_carriers()
    model, api = settings.model or openai.DEFAULT_MODEL, openai.api_at(url, settings.model_api)
    return openai.OpenAIClient(model=model, key=key, base_url=url, limits=limits, api=api)


def rest(
    context: AppContext, settings: Settings, *, runs: Runs, security: TransportSecuritySettings, most_bytes: int
) -> ASGIApp:
    """The REST application, for who asks for it."""
    from trimtab.server.rest import app

    return app.build_rest(context, settings, runs=runs, security=security, most_bytes=most_bytes)


def open_store(settings: Settings) -> SessionStore:
    """The session store alone; raises like `open_desk`, but for the book."""
    from trimtab.server import compose

    return compose.open_store(settings)


def open_records(settings: Settings) -> RecordStore:
    """The records alone: no book is read, no session store opened."""
    from trimtab.server import compose

    return compose.open_records(settings)


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
