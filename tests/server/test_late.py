"""What computes is loaded on first need: a client that only lists tools waits for none of it."""

import sys

import pytest
import typer

from tests.server.wire import Wire
from trimtab.server import late

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


def test_warming_up_loads_the_desk() -> None:
    late.warm_up()
    assert "trimtab.server.compose" in sys.modules
