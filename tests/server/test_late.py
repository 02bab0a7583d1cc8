"""What computes is loaded on first need: a client that only lists tools waits for none of it."""

import os
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
import typer

from tests.adapters.analysts.model_clients import PROMPT
from tests.server.wire import Wire
from trimtab.adapters.analysts import anthropic, openai
from trimtab.adapters.analysts.anthropic import AnthropicClient
from trimtab.adapters.analysts.attempts import CallLimits
from trimtab.adapters.analysts.clients import ModelFailure
from trimtab.adapters.analysts.openai import OpenAIClient
from trimtab.server import late
from trimtab.settings import Settings

HEAVY = {
    "alembic",
    "anthropic",
    "fastapi",
    "jinja2",
    "numpy",
    "openai",
    "pandas",
    "redis",
    "rich",
    "scipy",
    "sqlalchemy",
    "talib",
    "trimtab.server.compose",
    "trimtab.server.http",
    "trimtab.server.http_app",
}
SERVE_AND_TELL = """
import atexit, sys
atexit.register(lambda: print("LOADED", *sys.modules, file=sys.stderr))
from trimtab.cli.main import run
run(["serve"])
"""


def test_listing_tools_loads_nothing_that_computes() -> None:
    wire = Wire((sys.executable, "-c", SERVE_AND_TELL))
    wire.list_tools()
    loaded = set(wire.stop()[1].rpartition("LOADED ")[2].split())
    assert "trimtab.tools.registry" in loaded
    assert {name for name in loaded if name in HEAVY or name.split(".")[0] in HEAVY} == set()


def test_a_command_is_its_modules_function_of_that_name() -> None:
    command = late.command("trimtab.cli.serve", "serve")
    assert callable(command)
    assert not isinstance(command, typer.Typer)


def test_a_command_with_sub_commands_is_its_modules_app() -> None:
    assert isinstance(late.command("trimtab.cli.session", "session"), typer.Typer)


def test_a_command_that_is_not_there_is_an_error() -> None:
    with pytest.raises(AttributeError):
        late.command("trimtab.cli.serve", "nothing")


OWN: dict[str, object] = {"analyst": "anthropic", "model_key": "test-key"}


def made_client(**settings: object) -> AnthropicClient | OpenAIClient:
    opened = late.open_desk(Settings.model_validate({**OWN, **settings}))
    assert isinstance(opened.client, AnthropicClient | OpenAIClient)
    return opened.client


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OWN, "home", tmp_path)


async def test_the_rules_need_no_client() -> None:
    opened = late.open_desk(Settings.model_validate({"home": OWN["home"]}))
    assert opened.client is None
    await opened.close()


@pytest.mark.parametrize(
    ("settings", "provider", "model"),
    [
        ({}, "anthropic", anthropic.DEFAULT_MODEL),
        ({"model": "claude-haiku-4-5"}, "anthropic", "claude-haiku-4-5"),
        ({"analyst": "openai"}, "openai", openai.DEFAULT_MODEL),
        ({"analyst": "openai", "model": "local-model"}, "openai", "local-model"),
    ],
)
async def test_a_model_is_asked_by_its_providers_client(settings: dict[str, object], provider: str, model: str) -> None:
    client = made_client(**settings)
    assert (client.provider, client.model) == (provider, model)
    await client.close()


async def test_frameworks_are_proposed_by_the_same_model() -> None:
    opened = late.open_frameworks(Settings.model_validate(OWN))
    assert isinstance(opened.client, AnthropicClient)
    await opened.close()


@pytest.mark.parametrize(
    ("settings", "spoken"),
    [
        ({}, "/v1/responses"),
        ({"model_api": "chat"}, "/v1/chat/completions"),
        ({"model_url": "http://127.0.0.1:9/v1"}, "/v1/chat/completions"),
        ({"model_url": "http://127.0.0.1:9/v1", "model_api": "responses"}, "/v1/responses"),
    ],
)
async def test_the_api_is_the_one_of_the_settings_or_of_the_address(settings: dict[str, object], spoken: str) -> None:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        return httpx2.Response(400, json={})

    client = made_client(analyst="openai", **settings)
    client._sdk._client._transport = httpx2.MockTransport(answer)
    with pytest.raises(ModelFailure):
        await client.ask(PROMPT, max_output_tokens=100)
    assert asked == [spoken]
    await client.close()


async def test_attempts_and_times_are_those_of_the_settings() -> None:
    given = {"model_timeout_seconds": 7.5, "model_attempts": 2, "model_deadline_seconds": 40.0}
    client = made_client(**given)
    assert client._limits == CallLimits(timeout_seconds=7.5, attempts=2, deadline_seconds=40.0)
    await client.close()


LEVELS = """
import logging, os, sys
from trimtab.server.late import open_desk
from trimtab.server.logs import log_to_stderr
from trimtab.settings import load_settings
log_to_stderr("DEBUG")
open_desk(load_settings(os.environ, None))
for name in ("openai", "anthropic", "httpx2", "httpcore2"):
    print(name, logging.getLevelName(logging.getLogger(name).getEffectiveLevel()))
"""


@pytest.mark.parametrize("analyst", ["anthropic", "openai"])
def test_no_variable_of_an_sdks_own_makes_it_tell_prompts_and_keys(tmp_path: Path, analyst: str) -> None:
    chatty = {"OPENAI_LOG": "debug", "ANTHROPIC_LOG": "debug"}
    own = {"TRIMTAB_HOME": str(tmp_path), "TRIMTAB_ANALYST": analyst, "TRIMTAB_MODEL_KEY": "test-key"}
    told = subprocess.run(
        (sys.executable, "-c", LEVELS), env={**os.environ, **chatty, **own}, capture_output=True, text=True, check=True
    ).stdout.split()
    levels = dict(zip(told[::2], told[1::2], strict=True))
    assert levels == dict.fromkeys(("openai", "anthropic", "httpx2", "httpcore2"), "WARNING")


async def test_a_desk_that_is_closed_closes_the_client() -> None:
    opened = late.open_desk(Settings.model_validate(OWN))
    assert isinstance(opened.client, AnthropicClient)
    await opened.close()
    assert opened.client._sdk.is_closed()


def test_warming_up_loads_the_desk() -> None:
    late.warm_up()
    assert "trimtab.server.compose" in sys.modules
