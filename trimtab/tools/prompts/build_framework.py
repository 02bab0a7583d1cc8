"""`build_framework`."""

import re
from typing import Annotated, Final

from pydantic import Field

from trimtab.domain.frameworks.framework import RiskBand
from trimtab.prompts import contexts
from trimtab.tools.completions import Completer, Known
from trimtab.tools.context import AppContext, ToolContext, frameworks_of
from trimtab.tools.prompts.definition import Arguments, PromptDefinition
from trimtab.tools.prompts.facts import facts, listed
from trimtab.tools.strict import check
from trimtab.workflow.ports.framework_requests import GenerateFramework, ListFrameworks, MapProducts, Requirements
from trimtab.workflow.ports.framework_results import Generated, MappedBucket, MappedProducts
from trimtab.workflow.ports.results import Result, Table

PER_BUCKET: Final = 3
MOST_BUCKETS: Final = 40
DECIMALS: Final = 4
_LONGEST_LIST: Final = 2_000
_END_OF_SENTENCE: Final = re.compile(r"(?<=\.)\s+")
_RISKS: Final[tuple[RiskBand, ...]] = ("low", "medium", "high")


class BuildFramework(Arguments):
    """What somebody wants; what is left empty, as some menus send it, is the default."""

    risk_tolerance: Annotated[str, Field(description="low, medium or high", max_length=20)] = "medium"
    horizon_years: Annotated[str, Field(description="Years until the money is needed", max_length=10)] = "10"
    goals: Annotated[str, Field(description="With commas between", max_length=_LONGEST_LIST)] = ""
    preferences: Annotated[
        str, Field(description="Such as by region, core-satellite; with commas between", max_length=_LONGEST_LIST)
    ] = ""
    exclusions: Annotated[
        str, Field(description="Regions, sectors or kinds not wanted, with commas between", max_length=_LONGEST_LIST)
    ] = ""
    base_ccy: Annotated[str, Field(description="Currency of the portfolio", max_length=10)] = "USD"


class Beginning(Result):
    """What there is to begin with."""

    requirements: Requirements
    templates: Table
    proposal: Table
    proposed_because: tuple[str, ...]
    gaps: Table
    notes: tuple[str, ...]


async def build_framework(ctx: ToolContext, asked: BuildFramework) -> contexts.BuildFramework:
    """The templates, what the rules would propose, and the products that there are for it."""
    wishes = _wishes(asked)
    desk, caller = await frameworks_of(ctx)
    templates = (await desk.frameworks(caller, ListFrameworks())).templates
    proposed = await desk.generate(caller, GenerateFramework(requirements=wishes, analyst="rules"))
    mapped = await desk.map_products(caller, MapProducts(framework=proposed.framework, per_bucket=PER_BUCKET))
    templates = templates or Table(columns=(), rows=())
    return contexts.BuildFramework(
        risk_tolerance=wishes.risk_tolerance,
        horizon_years=wishes.horizon_years,
        base_ccy=wishes.base_ccy,
        templates=len(templates.rows),
        buckets=len(mapped.buckets),
        short=sum(bool(bucket.coverage_gaps) for bucket in mapped.buckets),
        products=mapped.basis.n_products,
        market_as_of=mapped.basis.market_as_of,
        facts=facts(_beginning(wishes, templates, proposed=proposed, mapped=mapped)),
    )


def _wishes(asked: BuildFramework) -> Requirements:
    return check(
        Requirements,
        risk_tolerance=asked.risk_tolerance.strip().lower() or BuildFramework().risk_tolerance,
        horizon_years=asked.horizon_years.strip() or None,
        goals=listed(asked.goals),
        preferences=listed(asked.preferences),
        exclusions=listed(asked.exclusions),
        base_ccy=asked.base_ccy.strip().upper() or None,
    )


def _beginning(wishes: Requirements, templates: Table, *, proposed: Generated, mapped: MappedProducts) -> Beginning:
    shown = mapped.buckets[:MOST_BUCKETS]
    return Beginning(
        requirements=wishes,
        templates=templates,
        proposal=_proposal(shown),
        proposed_because=tuple(_END_OF_SENTENCE.split(proposed.rationale)),
        gaps=_gaps(shown),
        notes=(*mapped.basis.notes, *_left_out(len(mapped.buckets) - len(shown))),
    )


def _proposal(buckets: tuple[MappedBucket, ...]) -> Table:
    rows = tuple(
        (
            bucket.path,
            bucket.label,
            bucket.target_weight,
            bucket.candidates,
            ", ".join(f"{product.code} {round(product.score, DECIMALS):g}" for product in bucket.products),
        )
        for bucket in buckets
    )
    return Table(columns=("path", "label", "target_weight", "candidates", "best_with_scores"), rows=rows)


def _gaps(buckets: tuple[MappedBucket, ...]) -> Table:
    rows = tuple(
        (bucket.path, gap.rule, gap.candidates, gap.lost) for bucket in buckets for gap in bucket.coverage_gaps
    )
    return Table(columns=("path", "rule", "candidates", "lost"), rows=rows)


def _left_out(count: int) -> tuple[str, ...]:
    return (f"{count} more buckets of the proposal aren't shown.",) if count else ()


async def _risks(_app: AppContext, _known: Known) -> tuple[str, ...]:
    return _RISKS


async def _nothing(_app: AppContext, _known: Known) -> tuple[str, ...]:
    """Wishes are one's own."""
    return ()


_COMPLETES: Final[dict[str, Completer]] = dict.fromkeys(BuildFramework.model_fields, _nothing)
PROMPT = PromptDefinition(
    function=build_framework,
    arguments=BuildFramework,
    toolset="frameworks",
    title="Build a framework",
    description=(
        "Builds an allocation framework from what somebody wants, with the templates, a proposal by rules and the "
        "products that there are for it; nothing is saved before the person agrees."
    ),
    completes={**_COMPLETES, "risk_tolerance": _risks},
)
