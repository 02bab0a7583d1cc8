"""A framework from requirements: a model is asked at most three times, and what it says never stands unless it may."""

import json
from dataclasses import replace

import pytest

from tests.adapters.analysts.model_analysts import ONCE
from tests.adapters.analysts.model_clients import DIALECTS, client_of
from tests.model_wire.wire import Wire
from tests.workflow.frameworks.proposing import KNOWN, WANTED, answering, bucket, proposal
from tests.workflow.scripted_analyst import RULES, ScriptedAnalyst, fail
from trimtab.adapters.analysts.answer_models import FrameworkProposal
from trimtab.adapters.analysts.questions import Questions
from trimtab.domain.errors import SettingsError, Unavailable
from trimtab.domain.frameworks.checking import validate
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.server.judges import panel_of
from trimtab.settings import Settings
from trimtab.workflow.asking import MOST_COMPLAINTS
from trimtab.workflow.frameworks.generating import Made, generated
from trimtab.workflow.ports.analysts import Analyst, AnalystFailed, FrameworkAnswer, FrameworkQuestion
from trimtab.workflow.ports.model_calls import FailureKind, Ledger

OFF = proposal(bucket("Equity", 0.6), bucket("Bonds", 0.3, include_tags=["bonds"]))


async def made(analyst: Analyst, requirements: Requirements = WANTED) -> Made:
    return await generated(requirements, analyst=analyst, fallback=RULES, known=KNOWN)


async def test_a_proposal_that_may_stand_stands_with_what_only_code_decides() -> None:
    analyst, asked = answering(proposal())
    found = await made(analyst)
    framework = found.framework
    assert (found.source, found.analyst, found.attempts, found.complaints, found.note) == (
        "model",
        "scripted",
        1,
        (),
        "",
    )
    assert found.rationale == "Equity at 60% has 12 years, and is looked at quarterly."
    assert (framework.name, framework.description) == ("Steady growth", "Equity leads.")
    assert (framework.method, framework.base_ccy, framework.risk_band) == ("generated", "AUD", "medium")
    assert [each.rules.exclude_tags for each in framework.buckets] == [("tobacco",), ("tobacco",)]
    assert asked == [FrameworkQuestion(WANTED, KNOWN)]


async def test_the_example_of_the_prompt_stands_as_it_is() -> None:
    wanted = Requirements("medium", 12, goals=("retirement",), exclusions=("tobacco",))
    known = Known(
        tags=("bonds", "equity", "tobacco"),
        regions=("International", "US"),
        types=("ETF", "Stock"),
        currencies=("USD",),
        asset_classes=("Bonds", "Equity"),
    )
    prompt = Questions().framework(FrameworkQuestion(wanted, known))
    example = json.loads(prompt.system[prompt.system.index('{"name"') :])
    shown = prompt.user.partition("\n\nPropose")[0].strip("`").removeprefix("text\n").strip()
    assert shown in prompt.system.replace("\n    ", "\n")
    analyst, _ = answering(example)
    found = await generated(wanted, analyst=analyst, fallback=RULES, known=known)
    assert (found.source, found.note, found.rationale) == ("model", "", example["rationale"])
    assert (found.framework.name, found.framework.description) == (example["name"], example["description"])
    assert [each.label for each in found.framework.buckets] == ["Equity", "Bonds"]
    FrameworkProposal.model_validate(example)


async def test_what_was_wrong_is_said_and_asked_for_again() -> None:
    analyst, asked = answering(OFF, proposal())
    found = await made(analyst)
    assert (found.source, found.attempts) == ("model", 2)
    assert len(found.complaints) == 1
    assert found.complaints[0].startswith("AssetClass: Buckets right below AssetClass sum to 0.90")
    assert [question.complaints for question in asked] == [(), found.complaints]
    assert replace(asked[1], complaints=()) == asked[0]


async def test_after_three_wrong_answers_the_rules_answer_and_say_so() -> None:
    analyst, asked = answering(OFF)
    found = await made(analyst)
    rules = await made(RULES)
    assert (found.source, found.analyst, found.attempts, len(asked)) == ("rules", "scripted", 3, 3)
    assert found.note == "scripted gave no valid framework; rules made it"
    assert (found.framework, found.rationale) == (rules.framework, rules.rationale)
    assert len(found.complaints) == 1


async def test_the_rules_are_asked_once_and_have_nothing_to_explain() -> None:
    found = await made(RULES)
    assert (found.source, found.analyst, found.note, found.attempts, found.calls) == ("rules", "rules", "", 0, ())
    assert found.checked.valid
    assert (found.framework.method, found.framework.base_ccy) == ("generated", "AUD")


@pytest.mark.parametrize(
    ("kind", "attempts"), [("bad_json", 3), ("wrong_schema", 3), ("refused", 1), ("overloaded", 1), ("over_budget", 1)]
)
async def test_a_failure_that_another_answer_may_mend_is_asked_again_any_other_goes_to_the_rules(
    kind: FailureKind, attempts: int
) -> None:
    async def failing(_question: FrameworkQuestion) -> FrameworkAnswer:
        raise AnalystFailed(kind, "went wrong")

    analyst = ScriptedAnalyst(on_framework=failing)
    found = await made(analyst)
    assert (found.source, found.attempts, len(analyst.asked)) == ("rules", attempts, attempts)
    assert found.note == "scripted went wrong; rules made it"
    assert found.complaints == (("It went wrong.",) if attempts > 1 else ())


async def test_whatever_else_an_analyst_fails_with_the_rules_answer() -> None:
    found = await made(ScriptedAnalyst(on_framework=fail))
    assert (found.source, found.note) == ("rules", "scripted failed (Tired); rules made it")


@pytest.mark.parametrize("error", [SettingsError("Too long."), Unavailable("Not now.")])
async def test_an_error_of_ours_stays_one(error: Exception) -> None:
    async def failing(_question: FrameworkQuestion) -> FrameworkAnswer:
        raise error

    with pytest.raises(type(error)):
        await made(ScriptedAnalyst(on_framework=failing))


async def test_what_cannot_be_read_is_told_before_what_is_wrong() -> None:
    unread = proposal(bucket("Equity", 0.6, regions="US"), bucket("Bonds", 0.3), base_ccy="XXX")
    odd = proposal(bucket("Equity\nObey me", 0.6), bucket("Bonds", 0.3))
    analyst, _ = answering(unread, odd, OFF)
    found = await made(analyst)
    told = [said.partition(":")[0] for said in found.complaints]
    assert found.complaints[0].startswith("the answer has fields that weren't asked for")
    assert told[1:] == ["buckets[0].rules.regions", "buckets[0].path", "AssetClass"]
    assert "Obey" not in str(found)


async def test_rounding_is_repaired_and_said() -> None:
    thirds = [bucket(name, 0.33333, include_tags=[tag]) for name, tag in (("Equity", "equity"), ("Bonds", "bonds"))]
    analyst, _ = answering(proposal(*thirds, bucket("Alternatives", 0.33333), rationale="In equal parts."))
    found = await made(analyst)
    assert (found.source, found.attempts) == ("model", 1)
    assert found.note
    assert sum(each.target_weight for each in found.framework.buckets) == 1


async def test_a_wish_that_no_product_has_a_word_for_is_said() -> None:
    analyst, _ = answering(proposal(rationale="For the long run."))
    found = await made(analyst, replace(WANTED, exclusions=("tobacco", "whaling\nObey")))
    assert found.note == "no product bears a word for whaling Obey: funds may hold it all the same"


async def test_complaints_are_kept_short_and_few() -> None:
    many = [bucket("x" * number, 2, include_tags=["none"]) for number in range(1, 41)]
    analyst, asked = answering(proposal(*many))
    found = await made(analyst)
    assert len(found.complaints) == len(asked[1].complaints) == MOST_COMPLAINTS
    assert max(map(len, found.complaints)) <= 300


async def test_what_is_asked_for_beside_has_to_hold_too() -> None:
    seen: list[Framework] = []

    def stricter(framework: Framework) -> object:
        seen.append(framework)
        return validate(framework)

    analyst, _ = answering(proposal())
    found = await generated(WANTED, analyst=analyst, fallback=RULES, known=KNOWN, validate=stricter)  # type: ignore[arg-type]  # it returns what is asked for
    assert seen[-1] == found.framework


async def test_rules_that_made_something_invalid_would_be_a_mistake_of_ours() -> None:
    analyst, _ = answering(OFF)
    with pytest.raises(RuntimeError, match="no valid framework"):
        await generated(WANTED, analyst=analyst, fallback=analyst, known=KNOWN)


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_every_call_is_kept_with_what_it_took_in_the_ledger_that_is_given(dialect: str) -> None:
    wire, ledger = Wire(), Ledger()
    wire.modes = {1: "garbage"}
    async with client_of(dialect, wire.transport(), limits=ONCE) as client:
        panel = panel_of(Settings(), client)
        found = await generated(WANTED, analyst=panel.analyst, fallback=panel.fallback, known=KNOWN, ledger=ledger)
        again = await generated(WANTED, analyst=panel.analyst, fallback=panel.fallback, known=KNOWN, ledger=ledger)
    assert [(call.question, call.outcome) for call in found.calls] == [
        ("framework", "bad_json"),
        ("framework", "answered"),
    ]
    assert (found.source, found.attempts) == ("model", 2)
    assert ledger.calls == [*found.calls, *again.calls]
    assert min(call.usage.tokens for call in ledger.calls) > 0


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_budget_that_is_used_up_leaves_the_rules(dialect: str) -> None:
    async with client_of(dialect, Wire().transport(), limits=ONCE) as client:
        panel = panel_of(Settings.model_validate({"model_session_tokens": 2_000}), client)
        found = await generated(WANTED, analyst=panel.analyst, fallback=panel.fallback, known=KNOWN)
    assert (found.source, found.attempts) == ("rules", 1)
    assert "a limit on what it may take" in found.note
    assert [call.outcome for call in found.calls] == ["over_budget"]
