"""A framework from requirements by fixed rules. Section 7 of `docs/framework-maths.md`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from trimtab.domain.frameworks.framework import Cadence, Framework, Rebalancing, RiskBand
from trimtab.domain.frameworks.generating.drafting import STEPS, Draft, Part, draft_of, moved, steps_of
from trimtab.domain.frameworks.generating.excluding import CASH, Excluded, meant_by, without
from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.generating.structuring import EQUITY, band_of, base_of, fits, with_equity_by
from trimtab.domain.frameworks.generating.wishes import MOVES, Structure, Tilt, Wish, wish_of
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.frameworks.tree import SEPARATOR
from trimtab.domain.outside_text import clean

__all__ = ["Known", "Proposal", "by_rules"]

_CASH: Final = Part(CASH, CASH, 0)
_CADENCES: Final = {"M": "monthly", "Q": "quarterly", "S": "half-yearly", "A": "yearly"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A framework from requirements.

    Attributes:
        framework: valid, of the method `generated`.
        rationale: what was done for which requirement, and what wasn't.
        not_understood: goals, preferences and exclusions that nothing was done for as their words aren't known.
    """

    framework: Framework
    rationale: str
    not_understood: tuple[str, ...]


@dataclass(slots=True)
class _Making:
    """A framework in the making, and what is said of it."""

    draft: Draft
    name: str
    description: str
    band: RiskBand
    cadence: Cadence = Rebalancing().cadence
    said: list[str] = field(default_factory=list)


def by_rules(requirements: Requirements, *, known: Known) -> Proposal:
    """A framework from requirements; the same requirements and words give the same one.

    Args:
        requirements: any.
        known: the words that products have; exclusions are understood by them.
    """
    wishes = [wish_of(text) for text in (*requirements.goals, *requirements.preferences)]
    meant = [(text, meant_by(text, known)) for text in requirements.exclusions]
    excluded = Excluded()
    for _, each in meant:
        excluded |= each
    making = _begun(requirements)
    _build(making, wishes, has_equity=EQUITY not in excluded.buckets)
    _tilt(making, wishes)
    _exclude(making, meant, excluded=excluded, known=known)
    strange = (
        *(wish.text for wish in wishes if not wish.understood),
        *(text for text, each in meant if not each.anything),
    )
    if strange:
        making.said.append(f"Not understood, and nothing was done for it: {_quoted(strange)}.")
    return Proposal(_framework(making, requirements.base_ccy), " ".join(making.said), strange)


def _begun(requirements: Requirements) -> _Making:
    asked, years = requirements.risk_tolerance, requirements.horizon_years
    band = band_of(asked, years)
    base = base_of(band)
    lead = f"A {asked} risk tolerance and {_years(years)} give the template {base.name}"
    lower = ", one risk band lower as the money is needed in less than 5 years" if band != asked else ""
    return _Making(draft_of(base), base.name, base.description, band, said=[f"{lead}{lower}."])


def _build(making: _Making, wishes: Sequence[Wish], *, has_equity: bool) -> None:
    """The first structure that is asked for, as a template or below equity; and the last cadence."""
    found = [(wish, structure) for wish in wishes for structure in wish.structures]
    for number, (wish, structure) in enumerate(found):
        if number and structure != found[0][1]:
            making.said.append(f"{_quoted([wish.text])} comes second: a framework is built in one way.")
        elif number == 0:
            making.said.append(_built(making, structure, has_equity=has_equity, text=wish.text))
    for wish in wishes:
        for cadence in wish.cadences:
            making.cadence = cadence
            making.said.append(f"For {_quoted([wish.text])} weights are brought back {_CADENCES[cadence]}.")
        if wish.more_risk:
            making.said.append(f"{_quoted([wish.text])} adds no risk: that comes from the risk tolerance alone.")


def _built(making: _Making, structure: Structure, *, has_equity: bool, text: str) -> str:
    template = TEMPLATES[structure]
    if not has_equity:
        return f"{_quoted([text])} can't be done without equity."
    if fits(structure, making.band):
        making.draft, making.name, making.description = draft_of(template), template.name, template.description
        making.band = template.risk_band or making.band
        return f"For {_quoted([text])} it is the template {template.name} instead."
    making.draft = with_equity_by(structure, making.draft)
    return f"For {_quoted([text])} equity is divided as in {template.name}, which by itself would have more risk."


def _tilt(making: _Making, wishes: Sequence[Wish]) -> None:
    """Each tilt once, by whoever asks for it first."""
    asked: dict[Tilt, str] = {}
    for wish in wishes:
        for tilt in wish.tilts:
            asked.setdefault(tilt, wish.text)
    for tilt, text in asked.items():
        making.said.append(_tilted(making, tilt, text=text))


def _tilted(making: _Making, tilt: Tilt, *, text: str) -> str:
    move = MOVES[tilt].get(making.draft.dimension)
    before = making.draft
    if tilt == "emerging" and before.dimension == "AssetClass" and not any(part.parts for part in before.parts):
        before = with_equity_by("geographic", before)
    after = before if move is None else moved(before, move.source, to=_part(move.target), steps=move.steps)
    if move is None or after == before:
        return f"For {_quoted([text])} nothing can be moved in this framework."
    making.draft = after
    size = steps_of(before.parts, move.source) - steps_of(after.parts, move.source)
    return f"For {_quoted([text])} {100 * size / STEPS:g}% goes from {move.source} to {move.target}."


def _exclude(making: _Making, meant: Sequence[tuple[str, Excluded]], *, excluded: Excluded, known: Known) -> None:
    understood = [text for text, each in meant if each.anything]
    if not understood:
        return
    before = {bucket.path for bucket in making.draft.buckets()}
    making.draft = without(making.draft, excluded, known=known)
    making.said.append(f"Left out: {_quoted(understood)}.")
    if not making.draft.parts:
        making.draft = Draft("AssetClass", (Part(_CASH.key, _CASH.label, STEPS),))
        making.said.append("Nothing else is left of it: all of it is cash.")
        return
    gone = sorted(before - {bucket.path for bucket in making.draft.buckets()})
    if gone:
        making.said.append(f"Without {', '.join(gone)} the buckets beside take that weight, in proportion.")
    making.said.extend(_limits_of(excluded))


def _limits_of(excluded: Excluded) -> Iterator[str]:
    """What an exclusion doesn't reach."""
    if excluded.regions or excluded.sectors:
        yield "Funds over several regions or sectors may still hold some of what is left out."
    if "Stock" in excluded.types and EQUITY not in excluded.buckets:
        yield "Single stocks are left out, funds of equity aren't."


def _framework(making: _Making, base_ccy: str) -> Framework:
    return Framework(
        name=f"{making.name} by rules",
        buckets=making.draft.buckets(),
        description=making.description,
        method="generated",
        base_ccy=base_ccy,
        risk_band=making.band,
        rebalancing=Rebalancing(cadence=making.cadence),
    )


def _part(key: str) -> Part:
    """A part of that key, as the templates have it; none has cash."""
    for template in TEMPLATES.values():
        for bucket in template.buckets:
            if bucket.path.rpartition(SEPARATOR)[2] == key:
                return Part(key, bucket.label, 0, bucket.rules)
    return _CASH


def _years(years: int) -> str:
    return "1 year" if years == 1 else f"{years} years"


def _quoted(texts: Sequence[str]) -> str:
    return ", ".join(f"'{clean(text)}'" for text in texts)
