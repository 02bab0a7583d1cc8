"""Every prompt is what clients bound to, and says what it is."""

from pathlib import Path

import pytest

from tests.snapshots import as_json, matches
from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import Mode, client_of
from trimtab.tools.registry import PROMPTS

SNAPSHOT = Path(__file__).parent / "snapshots" / "listed.json"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_prompts_are_listed_as_clients_bound_to_them(mode: Mode) -> None:
    async with client_of(ScriptedDesk(), mode) as client:
        listed = (await client.list_prompts()).prompts
    matches(SNAPSHOT, as_json([entry.model_dump(by_alias=True, exclude_none=True) for entry in listed]))


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.name)
def test_a_prompt_and_its_arguments_are_described_and_completed(prompt) -> None:
    fields = prompt.arguments.model_fields
    assert prompt.title
    assert prompt.description.endswith(".")
    assert all(field.description and field.annotation is str for field in fields.values())
    assert set(prompt.completes) == set(fields)
