"""Whatever a model proposes, what comes of it is a valid framework that keeps to the wishes, and says who made it."""

import json
from decimal import Decimal

import pytest

from tests.adapters.analysts.model_analysts import ONCE
from tests.adapters.analysts.model_clients import DIALECTS, client_of
from tests.e2e.framework_corruptions import Corruption, corruptions
from tests.model_wire.answers import normal_answer
from tests.model_wire.calls import CallInfo, Json
from tests.model_wire.turns import Answer
from tests.model_wire.wire import Wire
from trimtab.domain.frameworks.checking import validate
from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.domain.frameworks.writing import json_of
from trimtab.server.judges import panel_of
from trimtab.settings import Settings
from trimtab.workflow.analysis import Panel
from trimtab.workflow.frameworks.generating import Made, generated

LEAST = 200
PARTS = 3
KNOWN = Known(
    tags=("alternatives", "bonds", "core", "equity", "tobacco"),
    regions=("Emerging", "International", "US"),
    sectors=("Energy", "Technology"),
    types=("Bond", "ETF", "Fund", "Stock"),
    currencies=("AUD", "USD"),
    asset_classes=("Alternatives", "Bonds", "Equity"),
)
REQUIREMENTS = Requirements("medium", 12, goals=("retirement",), exclusions=("tobacco", "Emerging"), base_ccy="AUD")


def answers_of(corruption: Corruption) -> Answer:
    told = 0

    def answer(call: CallInfo, sensible: Json) -> Json | str:
        nonlocal told
        told += 1
        return sensible if corruption.once and told > 1 else corruption.change(call, sensible)

    return answer


async def made(wire: Wire, panel: Panel, answers: Answer | None = None) -> Made:
    wire.answer = answers
    return await generated(REQUIREMENTS, analyst=panel.analyst, fallback=panel.fallback, known=KNOWN)


def check(corruption: Corruption, found: Made, *, clean: Made, sent: int) -> None:
    keeps_to_the_requirements(found)
    assert found.attempts == len(found.calls) == sent <= 3
    if not corruption.refused:
        assert (found.source, found.attempts, found.complaints) == ("model", 1, ())
        assert found.note
    elif corruption.endless:
        assert (found.source, found.attempts) == ("rules", 1)
        assert "cut off" in found.note
    elif corruption.once:
        assert (found.source, found.attempts, found.framework) == ("model", 2, clean.framework)
        assert found.complaints
    else:
        assert (found.source, found.attempts) == ("rules", 3)
        assert found.complaints
        assert found.note.endswith("; rules made it")
    if corruption.unsaid:
        assert corruption.unsaid not in said_by(found)


def keeps_to_the_requirements(found: Made) -> None:
    framework = found.framework
    assert validate(framework).valid
    assert found.checked.valid
    assert (framework.method, framework.base_ccy, framework.risk_band) == ("generated", "AUD", "medium")
    for bucket in framework.buckets:
        assert "tobacco" in bucket.rules.exclude_tags
        assert "tobacco" not in bucket.rules.include_tags
        assert "Emerging" not in bucket.rules.regions
        assert {*bucket.rules.include_tags, *bucket.rules.exclude_tags} <= {*KNOWN.tags}
        assert {*bucket.rules.regions} <= {*KNOWN.regions}
        assert {*bucket.rules.sectors} <= {*KNOWN.sectors}
    assert sum(bucket.target_weight for bucket in framework.buckets if bucket.path.count("/") == 1) == Decimal(1)
    assert found.rationale


def said_by(found: Made) -> str:
    """Everything that reaches a reader, as JSON would say it."""
    told = [json_of(found.framework), found.rationale, found.note, *found.complaints]
    return "\n".join((*told, json.dumps(told)))


@pytest.mark.parametrize("part", range(PARTS))
async def test_whatever_a_model_proposes_what_comes_of_it_is_valid_and_keeps_to_the_requirements(part: int) -> None:
    wire, wrong = Wire(), []
    async with client_of(DIALECTS[part % len(DIALECTS)], wire.transport(), limits=ONCE) as client:
        panel = panel_of(Settings(), client)
        clean = await made(wire, panel)
        assert (clean.source, clean.attempts, clean.complaints, clean.note) == ("model", 1, (), "")
        keeps_to_the_requirements(clean)
        for corruption in corruptions()[part::PARTS]:
            before = len(wire.calls)
            try:
                found = await made(wire, panel, answers_of(corruption))
                check(corruption, found, clean=clean, sent=len(wire.calls) - before)
            except Exception as error:  # noqa: BLE001 - every corruption is tried, whatever the one before came to
                wrong.append(f"{corruption.name}: {type(error).__name__}: {str(error)[:300]}")
    assert not wrong, "\n".join(wrong)


async def test_there_are_hundreds_of_corrupt_proposals_and_no_two_are_the_same() -> None:
    wire = Wire()
    async with client_of("messages", wire.transport(), limits=ONCE) as client:
        await made(wire, panel_of(Settings(), client))
    (call,) = wire.calls
    sensible = normal_answer(call)
    seen: dict[str, str] = {}
    for corruption in corruptions():
        text = json.dumps(corruption.change(call, sensible))
        assert text != json.dumps(sensible), corruption.name
        assert text not in seen, f"{corruption.name} is {seen[text]}"
        seen[text] = corruption.name
    assert len(seen) >= LEAST
