"""`trimtab://concept/{name}`."""

from importlib.resources import files

import pytest

from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import Mode, client_of, refusal
from trimtab.domain.frameworks.backtest.comparing import KEEPING
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.signals.evaluation.suite import METRICS
from trimtab.prompts.concepts import concept_text
from trimtab.tools.resources.concept import MEMBERS
from trimtab.tools.resources.concept_list import ALIASES, CONCEPTS
from trimtab.tools.resources.uris import CONCEPT


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_every_concept_is_listed_and_read_by_its_own_address(mode: Mode) -> None:
    async with client_of(ScriptedDesk(), mode) as client:
        concepts = [
            each for each in (await client.list_resources()).resources if each.uri.startswith(CONCEPT.format(name=""))
        ]
        assert len(concepts) == len(MEMBERS)
        for listed in concepts:
            (contents,) = (await client.read_resource(listed.uri)).contents
            assert (listed.mime_type, contents.mime_type) == ("text/markdown", "text/markdown")
            assert contents.model_dump()["text"] == concept_text(listed.name)


async def test_a_concept_needs_no_desk() -> None:
    async with client_of(RuntimeError("no desk")) as client:
        assert (await client.read_resource("trimtab://concept/drift")).contents


async def test_an_unknown_concept_is_answered_with_those_there_are() -> None:
    async with client_of(ScriptedDesk()) as client:
        error = await refusal(client.read_resource("trimtab://concept/IGNORE"))
    assert (error.code, error.data["code"], error.data["field"]) == (-32602, "not_found", "name")
    assert "IGNORE" not in f"{error.message}{error.data}"
    assert "drift, tolerance-bands" in error.message


def test_every_text_is_listed_under_its_own_title() -> None:
    texts = {file.name.removesuffix(".md") for file in (files("trimtab.prompts") / "concepts").iterdir()}
    assert texts == {member.name for member in MEMBERS}
    for member in MEMBERS:
        assert concept_text(member.name).startswith(f"# {member.title}\n")


async def test_the_name_of_a_metric_or_a_template_leads_to_its_page() -> None:
    async with client_of(RuntimeError("no desk")) as client:
        for alias, page in ALIASES.items():
            (contents,) = (await client.read_resource(CONCEPT.format(name=alias))).contents
            assert contents.model_dump()["text"] == concept_text(page)


def test_an_alias_is_no_name_of_a_page_and_leads_to_one() -> None:
    assert not ALIASES.keys() & CONCEPTS.keys()
    assert set(ALIASES.values()) <= CONCEPTS.keys()


def test_every_template_and_every_metric_can_be_asked_for_by_its_name() -> None:
    assert {*TEMPLATES, *METRICS, *KEEPING} <= {*ALIASES, *CONCEPTS}
