"""A framework from requirements by fixed rules. Section 7 of `docs/framework-maths.md`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from trimtab.domain.frameworks.framework import PLACES, Cadence, Constraint, Framework, Rebalancing, RiskBand
from trimtab.domain.frameworks.generating.drafting import STEPS, Draft, Part, draft_of, moved, steps_of
from trimtab.domain.frameworks.generating.excluding import CASH, Excluded, meant_by, without
from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.generating.leaving import CASH_PART, Left, left_of, named
from trimtab.domain.frameworks.generating.structuring import (
    EQUITY,
    band_left,
    band_of,
    base_of,
    fits,
    with_equity_by,
)
from trimtab.domain.frameworks.generating.wishes import MOVES, Structure, Tilt, Wish, wish_of
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.frameworks.tree import SEPARATOR
from trimtab.domain.outside_text import clean

__all__ = ["Known", "Proposal", "by_rules"]

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
    """A framework in the making, and what is said of it; `left` is what exclusions left of the draft."""

    draft: Draft
    template: Framework
    band: RiskBand
    left: Left | None = None
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
    _tilt(making, wishes, excluded=excluded)
    _exclude(making, meant, excluded=excluded, known=known)
    ccy = requirements.base_ccy
    if known.currencies and ccy not in known.currencies:
        making.said.append(f"No product is priced in its base currency {clean(ccy)}.")
    strange = (
        *(wish.text for wish in wishes if not wish.understood),
        *(text for text, each in meant if not each.anything),
    )
    if strange:
        making.said.append(f"Not understood, and nothing was done for it: {_quoted(strange)}.")
    return Proposal(_framework(making, ccy), " ".join(making.said), strange)


def _begun(requirements: Requirements) -> _Making:
    asked, years = requirements.risk_tolerance, requirements.horizon_years
    band = band_of(asked, years)
    base = base_of(band)
    lead = f"A {asked} risk tolerance and {_years(years)} give the template {base.name}"
    lower = ", one risk band lower as the money is needed in less than 5 years" if band != asked else ""
    return _Making(draft_of(base), base, band, said=[f"{lead}{lower}."])


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
        making.draft, making.template = draft_of(template), template
        making.band = template.risk_band or making.band
        return f"For {_quoted([text])} it is the template {template.name} instead."
    making.draft = with_equity_by(structure, making.draft)
    return f"For {_quoted([text])} equity is divided as in {template.name}, which by itself would have more risk."


def _tilt(making: _Making, wishes: Sequence[Wish], *, excluded: Excluded) -> None:
    """Each tilt once, by whoever asks for it first."""
    asked: dict[Tilt, str] = {}
    for wish in wishes:
        for tilt in wish.tilts:
            asked.setdefault(tilt, wish.text)
    for tilt, text in asked.items():
        making.said.append(_tilted(making, tilt, text=text, excluded=excluded))


def _tilted(making: _Making, tilt: Tilt, *, text: str, excluded: Excluded) -> str:
    move = MOVES[tilt].get(making.draft.dimension)
    if move is not None and move.target in excluded.buckets:
        return f"For {_quoted([text])} nothing goes to {move.target}, which is left out."
    before = making.draft
    if tilt == "emerging" and before.dimension == "AssetClass" and not any(part.parts for part in before.parts):
        before = with_equity_by("geographic", before)
    after = before if move is None else moved(before, move.source, to=_part(move.target), steps=move.steps)
    if move is None or after == before:
        return f"For {_quoted([text])} nothing can be moved in this framework."
    making.draft = after
    size = steps_of(before.parts, move.source) - steps_of(after.parts, move.source)
    return f"For {_quoted([text])} {_percent(size)} goes from {move.source} to {move.target}."


def _exclude(making: _Making, meant: Sequence[tuple[str, Excluded]], *, excluded: Excluded, known: Known) -> None:
    understood = [text for text, each in meant if each.anything]
    if not understood:
        return
    making.said.append(f"Left out: {_quoted(understood)}.")
    left = left_of(making.draft, without(making.draft, excluded, known=known))
    if left.gone:
        lower = band_left(making.band, left.parts)
        making.said.extend(_freed(left, without_cash=CASH in excluded.buckets))
        if lower != making.band:
            making.said.append(f"What is left has the risk band {lower}.")
        making.left, making.band = left, lower
    making.draft = left.draft
    if left.unplaced < STEPS:
        making.said.extend(_limits_of(excluded))


def _freed(left: Left, *, without_cash: bool) -> Iterator[str]:
    """Where the weight of what is gone went."""
    if left.gained:
        gone = ", ".join(left.gone)
        yield f"Without {gone} that weight goes to {', '.join(left.gained)}, which have no more risk, in proportion."
    if not left.unplaced:
        return
    how = " beside the buckets, as min_cash" if left.beside else ""
    yield f"{_percent(left.unplaced)} of it is cash{how}, as no bucket is left that may take it without more risk."
    if without_cash:
        yield "Cash was to be left out too, but nothing has as little risk."


def _limits_of(excluded: Excluded) -> Iterator[str]:
    """What an exclusion doesn't reach."""
    if excluded.regions or excluded.sectors:
        yield "Funds over several regions or sectors may still hold some of what is left out."
    if "Stock" in excluded.types and EQUITY not in excluded.buckets:
        yield "Single stocks are left out, funds of equity aren't."


def _framework(making: _Making, base_ccy: str) -> Framework:
    beside = 0 if making.left is None else making.left.beside
    kept = (Constraint("min_cash", Decimal(beside).scaleb(-PLACES), "percentage"),) if beside else ()
    return Framework(
        name=f"{_begun_with(making)} by rules",
        buckets=making.draft.buckets(),
        description=_described(making),
        method="generated",
        base_ccy=base_ccy,
        risk_band=making.band,
        rebalancing=Rebalancing(cadence=making.cadence),
        constraints=kept,
    )


def _begun_with(making: _Making) -> str:
    """The template, and what isn't there any more of it."""
    gone = () if making.left is None else named(making.left.gone)
    return f"{making.template.name} without {', '.join(gone)}" if gone else making.template.name


def _described(making: _Making) -> str:
    """The template's own description where all has its weight, else how much there is of what."""
    if _weights(making.draft) == _weights(draft_of(making.template)):
        return making.template.description
    left = making.left
    parts = making.draft.parts if left is None else left.parts
    beside = (replace(CASH_PART, steps=left.beside),) if left is not None and left.beside else ()
    sizes = ", ".join(f"{_percent(part.steps)} {part.label}" for part in (*parts, *beside))
    return f"Made by rules from {_begun_with(making)}: {sizes}."


def _weights(draft: Draft) -> dict[str, Decimal]:
    return {bucket.path: bucket.target_weight for bucket in draft.buckets()}


def _percent(steps: int) -> str:
    return f"{100 * steps / STEPS:g}%"


def _part(key: str) -> Part:
    """A part of that key, as the templates have it; none has cash."""
    for template in TEMPLATES.values():
        for bucket in template.buckets:
            if bucket.path.rpartition(SEPARATOR)[2] == key:
                return Part(key, bucket.label, 0, bucket.rules)
    return CASH_PART


def _years(years: int) -> str:
    return "1 year" if years == 1 else f"{years} years"


def _quoted(texts: Sequence[str]) -> str:
    return ", ".join(f"'{clean(text)}'" for text in texts)
