"""Every resource is what clients bound to, and says what it is."""

from pathlib import Path

import pytest

from tests.snapshots import as_json, matches
from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import Mode, client_of
from trimtab.tools.registry import RESOURCES

SNAPSHOT = Path(__file__).parent / "snapshots" / "listed.json"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_resources_are_listed_as_clients_bound_to_them(mode: Mode) -> None:
    async with client_of(ScriptedDesk(), mode) as client:
        resources = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
    whole = {
        "resources": [entry.model_dump(by_alias=True, exclude_none=True) for entry in resources],
        "resourceTemplates": [entry.model_dump(by_alias=True, exclude_none=True) for entry in templates],
    }
    matches(SNAPSHOT, as_json(whole))


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_every_variable_of_an_address_is_completed(resource) -> None:
    variables = {part.partition("}")[0] for part in resource.uri.split("{")[1:]}
    assert set(resource.completes) == variables


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_resource_has_a_title_and_a_description(resource) -> None:
    for told in (resource, *resource.members):
        assert told.title
        assert told.description.endswith(".")
