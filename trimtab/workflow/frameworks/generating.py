"""A framework from requirements: a model proposes, code repairs, checks and asks again; else the rules' answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from trimtab.domain.errors import TrimtabError
from trimtab.domain.frameworks.checking import Checked, validate
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.generating.rounding import repaired
from trimtab.domain.frameworks.generating.structuring import band_of
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.domain.frameworks.tree import tree_of
from trimtab.domain.outside_text import clean
from trimtab.workflow.asking import MENDABLE, MOST_AGAIN, MOST_COMPLAINTS, failure
from trimtab.workflow.frameworks.proposal_checks import Validate, against_the_rules, not_plain, read
from trimtab.workflow.frameworks.reasons import in_true_words
from trimtab.workflow.frameworks.wished_away import WishedAway, wished_away, without
from trimtab.workflow.ports.analysts import Analyst, AnalystFailed, FrameworkAnswer, FrameworkQuestion
from trimtab.workflow.ports.model_calls import Ledger, ModelCall

LONGEST_COMPLAINT: Final = 300


@dataclass(frozen=True, slots=True)
class Made:
    """A framework that was made from requirements.

    Attributes:
        framework: valid, its method `generated`; base currency and risk band follow from the requirements alone.
        checked: what was found in it, warnings alone.
        rationale: why it is so; the model's words only where they are true.
        source: who made it.
        analyst: who was asked.
        note: why the rules made it instead, what was repaired or replaced, and which exclusions no product answers to.
        attempts: how often a model was asked.
        complaints: what was wrong with its answers, each once.
        calls: of the model, with what they took.
    """

    framework: Framework
    checked: Checked
    rationale: str
    source: Literal["model", "rules"]
    analyst: str
    note: str = ""
    attempts: int = 0
    complaints: tuple[str, ...] = ()
    calls: tuple[ModelCall, ...] = ()


@dataclass(frozen=True, slots=True)
class _Proposed:
    """What an answer comes to: a framework that may stand, or why it may not."""

    framework: Framework | None = None
    rationale: str = ""
    notes: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()


@dataclass(slots=True)
class _Heard:
    """What came of asking a model; `failed` is why nothing of it may stand."""

    proposed: _Proposed = field(default_factory=_Proposed)
    failed: str = ""
    attempts: int = 0
    complaints: list[str] = field(default_factory=list)


async def generated(
    requirements: Requirements,
    *,
    analyst: Analyst,
    fallback: Analyst,
    known: Known,
    ledger: Ledger | None = None,
    validate: Validate = validate,
) -> Made:
    """Asks the analyst, a model at most three times; where nothing it says may stand, the fallback answers, marked.

    Args:
        requirements: what it is made from.
        analyst: who is asked first.
        fallback: the rules, whose answer is taken as it is.
        known: the words that products bear.
        ledger: keeps the calls, and limits what they may take; a new one where none is given.
        validate: what the framework has to pass; its warnings are told.

    Raises:
        SettingsError: The question is longer than a call may be; nothing was sent.
    """
    kept = Ledger() if ledger is None else ledger
    before = len(kept.calls)
    question, away = FrameworkQuestion(requirements, known), wished_away(requirements.exclusions, known)
    if analyst.source != "model":
        return await _of_rules(question, rules=analyst, validate=validate)
    heard = await _ask_until_valid(question, analyst=analyst.seated(kept), away=away, validate=validate)
    proposed = heard.proposed
    if proposed.framework is None:
        made = await _of_rules(question, rules=fallback, validate=validate)
        made = replace(made, note=f"{heard.failed}; {fallback.name} made it")
    else:
        note = "; ".join((*proposed.notes, *_unanswered(away)))
        checked = validate(proposed.framework)
        made = Made(proposed.framework, checked, proposed.rationale, source="model", analyst="", note=note)
    complaints = tuple(dict.fromkeys(heard.complaints))[:MOST_COMPLAINTS]
    calls = tuple(kept.calls[before:])
    return replace(made, analyst=analyst.name, attempts=heard.attempts, complaints=complaints, calls=calls)


async def _ask_until_valid(
    question: FrameworkQuestion, *, analyst: Analyst, away: WishedAway, validate: Validate
) -> _Heard:
    """Asks once, and at most twice more with what was wrong."""
    heard, asked = _Heard(), question
    for _ in range(1 + MOST_AGAIN):
        heard.attempts += 1
        try:
            answer = await analyst.framework(asked)
        except TrimtabError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a model fails with, there are the rules
            heard.failed = failure(analyst, error)
            if not (isinstance(error, AnalystFailed) and error.kind in MENDABLE):
                break
            complaints: tuple[str, ...] = (f"It {error.said}.",)
        else:
            heard.proposed = _looked_at(answer, question=question, away=away, validate=validate)
            if heard.proposed.framework is not None:
                break
            complaints = heard.proposed.complaints
            heard.failed = f"{analyst.name} gave no valid framework"
        heard.complaints += complaints
        asked = replace(question, complaints=complaints[:MOST_COMPLAINTS])
    return heard


def _looked_at(
    answer: FrameworkAnswer, *, question: FrameworkQuestion, away: WishedAway, validate: Validate
) -> _Proposed:
    """An answer read, repaired and checked; what can't be read, or quoted, is told before anything else."""
    framework, unread = read(answer.document)
    refused = tuple(entry.message for entry in answer.refused)
    if framework is None or refused:
        return _Proposed(complaints=_short((*refused, *unread)))
    requirements, known = question.requirements, question.known
    odd = tuple(not_plain(framework, known))
    if odd:
        return _Proposed(complaints=_short(odd))
    framework, rounded = repaired(_by_code(framework, requirements))
    wrong = against_the_rules(framework, known=known, away=away, validate=validate)
    if wrong:
        return _Proposed(complaints=_short(wrong))
    framework = without(framework, tree_of(framework.buckets), away=away, known=known)
    framework, rationale, reworded = in_true_words(framework, answer, requirements=requirements, known=known)
    return _Proposed(framework, rationale, (*rounded, *reworded))


def _by_code(framework: Framework, requirements: Requirements) -> Framework:
    """What no model decides; the risk band is that of the rules."""
    return replace(
        framework,
        method="generated",
        base_ccy=requirements.base_ccy,
        risk_band=band_of(requirements.risk_tolerance, requirements.horizon_years),
        benchmark="",
    )


def _short(complaints: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clean(each, LONGEST_COMPLAINT) for each in complaints))


def _unanswered(away: WishedAway) -> tuple[str, ...]:
    """Says so where a wish has no word of a product; what it is about may still be in funds."""
    if not away.unknown:
        return ()
    return (f"no product bears a word for {', '.join(map(clean, away.unknown))}: funds may hold it all the same",)


async def _of_rules(question: FrameworkQuestion, *, rules: Analyst, validate: Validate) -> Made:
    """The rules' answer, which isn't checked like a model's: it is made of what the check is made of.

    Raises:
        RuntimeError: The rules gave what can't be read or isn't valid, which is a mistake of ours.
    """
    answer = await rules.framework(question)
    framework, unread = read(answer.document)
    checked = Checked(()) if framework is None else validate(framework)
    if framework is None or not checked.valid:
        raise RuntimeError(f"The rules made no valid framework: {'; '.join(unread)}")
    return Made(framework, checked, answer.rationale, source="rules", analyst=rules.name)
