"""Why a framework is as it is: a model's words where they say nothing but facts, else our own."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from trimtab.domain.frameworks.framework import Bucket, Cadence, Framework
from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.domain.frameworks.tree import SEPARATOR, tree_of
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.number_text import quantities
from trimtab.domain.trading.prose import Facts, prose_faults
from trimtab.workflow.frameworks.plain_words import is_plain, words_of
from trimtab.workflow.ports.analysts import FrameworkAnswer

LONGEST_RATIONALE: Final = 1_000
LONGEST_DESCRIPTION: Final = 300
LONGEST_NAME: Final = 60
MOST_NAMED: Final = 12
CADENCES: Final[dict[Cadence, tuple[str, int | None]]] = {
    "M": ("every month", 1),
    "Q": ("every quarter", None),
    "S": ("every half year", 6),
    "A": ("every year", 12),
    "none": ("", None),
}
"""In words, and in months where these may be said of it; a quarter is a word, as no number is meant."""
_QUARTERS: Final = frozenset({"quarterly", "Quarterly", "every quarter", "each quarter", "a quarter", "per quarter"})
_PERCENT: Final = 100
_BPS: Final = 100


def in_true_words(
    framework: Framework, answer: FrameworkAnswer, *, requirements: Requirements, known: Known
) -> tuple[Framework, str, tuple[str, ...]]:
    """The framework and its rationale, each text of the model's replaced by our own where it can't stand.

    Unlike words on markets these may judge: a framework is a judgement, and risk is what it is about. They are looked
    at as they came, because reading cleans, and what was hidden in a text would go unseen.

    Args:
        framework: what was read of the answer, with plain paths.
        answer: its texts as they came.
        requirements: whose numbers and words may be said.
        known: the words that products bear.

    Returns:
        The framework, the rationale, and a sentence for each text that was replaced.
    """
    notes: list[str] = []
    buckets = tuple(_labelled(framework.buckets, _labels(answer), words=words_of(known), notes=notes))
    plain = replace(framework, buckets=buckets, name=own_name(requirements), description="")
    facts = facts_of(plain, requirements=requirements, known=known)
    own = own_rationale(plain, requirements=requirements)
    texts = (
        ("name", answer.document.get("name"), plain.name, LONGEST_NAME),
        ("description", answer.document.get("description"), own_description(requirements), LONGEST_DESCRIPTION),
        ("rationale", answer.rationale, own, LONGEST_RATIONALE),
    )
    told: dict[str, str] = {}
    for what, text, instead, limit in texts:
        said = text if isinstance(text, str) else ""
        faults = _faults(said, facts, limit=limit)
        told[what] = instead if faults else clean(said, limit)
        if faults:
            notes.append(f"the model's {what} was replaced by our own ({', '.join(faults)})")
    return replace(plain, name=told["name"], description=told["description"]), told["rationale"], tuple(notes)


def _labels(answer: FrameworkAnswer) -> list[object]:
    """The buckets' labels as they came, in their order."""
    buckets = answer.document.get("buckets")
    return [each.get("label") for each in buckets if isinstance(each, dict)] if isinstance(buckets, list) else []


def _labelled(
    buckets: Iterable[Bucket], labels: Iterable[object], *, words: Facts, notes: list[str]
) -> Iterator[Bucket]:
    """Each with a plain label: its own, or the last part of its path."""
    replaced = 0
    for bucket, label in zip(buckets, labels, strict=True):
        if isinstance(label, str) and is_plain(label, words):
            yield bucket
        else:
            replaced += 1
            yield replace(bucket, label=bucket.path.split(SEPARATOR)[-1])
    if replaced:
        notes.append(f"{replaced} label{'' if replaced == 1 else 's'} of the model's became the last part of the path")


def _faults(text: str, facts: Facts, *, limit: int) -> tuple[str, ...]:
    line = clean(text, limit)
    if not line:
        return ("missing",)
    return prose_faults(text.strip(), facts) or (("markup_in_prose",) if line != text.strip() else ())


def facts_of(framework: Framework, *, requirements: Requirements, known: Known) -> Facts:
    """What may be said of a framework: its weights, bands and constraints, the requirements, and all words of both."""
    bands, tree = framework.rebalancing, tree_of(framework.buckets)
    weights = (
        weight
        for bucket in framework.buckets
        for weight in (bucket.target_weight, bucket.min_weight, bucket.max_weight)
        if weight is not None
    )
    months = CADENCES[bands.cadence][1]
    limits = [(each.value, each.unit) for each in framework.constraints if each.value is not None]
    return (
        words_of(known)
        | _of_requirements(requirements)
        | Facts(
            pct=frozenset(
                (
                    *(float(weight * _PERCENT) for weight in weights),
                    *(() if bands.absolute_band_bps is None else (bands.absolute_band_bps / _BPS,)),
                    *(() if bands.relative_band_pct is None else (float(bands.relative_band_pct),)),
                    *(float(value * _PERCENT) for value, unit in limits if unit == "percentage"),
                    *(float(value / _BPS) for value, unit in limits if unit == "bps"),
                )
            ),
            money=frozenset(float(value) for value, unit in limits if unit == "dollars"),
            months=frozenset(() if months is None else (months,)),
            counts=frozenset(
                (
                    *(len(framework.buckets), len(tree.leaves), len(tree.tops)),
                    *(int(value) for value, unit in limits if unit is None),
                )
            ),
            names=_names(framework) | (_QUARTERS if bands.cadence == "Q" else frozenset()),
        )
    )


def _of_requirements(requirements: Requirements) -> Facts:
    """The numbers and the words that somebody gave."""
    wishes = (*requirements.goals, *requirements.preferences, *requirements.exclusions)
    given = [quantity for wish in wishes for quantity in quantities(wish)]
    plain = [float(quantity.value) for quantity in given if quantity.unit in ("plain", "count")]
    return Facts(
        pct=frozenset(float(quantity.value) for quantity in given if quantity.unit == "pct"),
        money=frozenset(float(quantity.value) for quantity in given if quantity.unit == "money"),
        days=frozenset(int(quantity.value) for quantity in given if quantity.unit == "days"),
        months=frozenset(
            (
                requirements.horizon_years * 12,
                *(int(quantity.value) for quantity in given if quantity.unit == "months"),
            )
        ),
        counts=frozenset(int(number) for number in plain if number == int(number)),
        names=frozenset((*wishes, requirements.base_ccy)),
    )


def _names(framework: Framework) -> frozenset[str]:
    """Labels and parts of paths, which are plain words here."""
    parts = (part for bucket in framework.buckets for part in bucket.path.split(SEPARATOR))
    return frozenset((*parts, *(bucket.label for bucket in framework.buckets)))


def own_name(requirements: Requirements) -> str:
    """What we call a framework for these requirements."""
    return f"Framework for {requirements.risk_tolerance} risk"


def own_description(requirements: Requirements) -> str:
    """What it is for, in a sentence."""
    return f"For {requirements.risk_tolerance} risk over {_years(requirements.horizon_years)}."


def own_rationale(framework: Framework, *, requirements: Requirements) -> str:
    """What it holds and how it is kept, in figures alone."""
    tops = tree_of(framework.buckets).tops
    shares = [f"{top.label} {_pct(top.target_weight)}" for top in tops[:MOST_NAMED]]
    more = ["and others"] if len(tops) > MOST_NAMED else []
    said = [f"Made for {requirements.risk_tolerance} risk over {_years(requirements.horizon_years)}: "]
    said[0] += f"{', '.join((*shares, *more))}."
    often = CADENCES[framework.rebalancing.cadence][0]
    if often:
        said.append(f"Weights are looked at {often}.")
    return " ".join(said)


def _years(count: int) -> str:
    return "1 year" if count == 1 else f"{count} years"


def _pct(weight: Decimal) -> str:
    return f"{(weight * _PERCENT).normalize():f}%"
