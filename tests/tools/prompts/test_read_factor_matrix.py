"""`read_factor_matrix`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import toons
from mcp.client import Client

from tests.tools.factors.demo_factors import open_demo_factors
from tests.tools.prompts.prompting import data_of, matches_prompt, prompted
from tests.tools.serving import refusal, tokens
from trimtab.server.app import build_server
from trimtab.settings import Settings

MOST_TOKENS = 4_000


@asynccontextmanager
async def client_of(folder: Path) -> AsyncIterator[Client]:
    async with Client(build_server(Settings(), make_factors=lambda: open_demo_factors(folder))) as client:
        yield client


async def test_the_macro_matrix_is_asked_about_as_committed(tmp_path: Path) -> None:
    async with client_of(tmp_path) as client:
        matches_prompt("read_factor_matrix", await prompted(client, "read_factor_matrix"))


@pytest.mark.parametrize(("category", "columns"), [("bond", 9), ("crypto", 3)])
async def test_a_category_is_shown_with_who_is_left_out(category: str, columns: int, tmp_path: Path) -> None:
    async with client_of(tmp_path) as client:
        text = await prompted(client, "read_factor_matrix", category=category)
    facts = toons.loads(data_of(text))
    assert len(facts["correlations"]) == len(facts["labels"]) == columns
    assert all(row[row["label"]] == 1 for row in facts["correlations"])
    assert f"matrices:{category} for me: {columns} columns" in text
    assert tokens(text) <= MOST_TOKENS


async def test_another_category_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    async with client_of(tmp_path) as client:
        error = await refusal(client.get_prompt("read_factor_matrix", {"category": "tulips"}))
    assert error.data["field"] == "category"
    assert "industry" in error.message


async def test_the_categories_complete_what_is_typed(tmp_path: Path) -> None:
    from mcp_types import PromptReference

    async with client_of(tmp_path) as client:
        found = await client.complete(
            PromptReference(name="read_factor_matrix"), argument={"name": "category", "value": "c"}
        )
    assert found.completion.values == ["cash", "commodity", "crypto"]
