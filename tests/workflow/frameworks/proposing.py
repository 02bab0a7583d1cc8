"""Requirements, the words of a few products, and proposals as a model gives them, for tests."""

from typing import Any, Final

from tests.workflow.scripted_analyst import ScriptedAnalyst
from trimtab.adapters.analysts.framework_answers import read_framework
from trimtab.domain.frameworks.fields import Fields, Problems
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.reading import framework_of
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.workflow.ports.analysts import FrameworkAnswer, FrameworkQuestion

Json = dict[str, Any]
KNOWN: Final = Known(
    tags=("alternatives", "bonds", "equity", "esg", "tobacco"),
    regions=("Emerging", "International", "US"),
    sectors=("Energy", "Health Care", "Technology"),
    types=("Bond", "ETF", "Fund", "Stock"),
    currencies=("AUD", "USD"),
    asset_classes=("Alternatives", "Bonds", "Cash", "Equity"),
)
WANTED: Final = Requirements("medium", 12, goals=("retirement at 65",), exclusions=("tobacco",), base_ccy="AUD")


def bucket(path: str, weight: float, **more: object) -> Json:
    """A bucket under the asset classes; equity unless it is said otherwise."""
    given: Json = {
        "path": f"AssetClass/{path}",
        "label": path.rpartition("/")[2],
        "target_weight": weight,
        "min_weight": None,
        "max_weight": None,
        "include_tags": ["equity"],
        "exclude_tags": [],
        "allowed_types": [],
        "regions": [],
        "sectors": [],
    }
    return {**given, **more}


def proposal(*buckets: Json, **more: object) -> Json:
    """A proposal that may stand, but for what is given."""
    given: Json = {
        "name": "Steady growth",
        "description": "Equity leads.",
        "dimension": "AssetClass",
        "buckets": list(buckets) or [bucket("Equity", 0.6), bucket("Bonds", 0.4, include_tags=["bonds"])],
        "cadence": "Q",
        "absolute_band_bps": 500,
        "relative_band_pct": None,
        "constraints": [],
        "rationale": "Equity at 60% has 12 years, and is looked at quarterly.",
    }
    return {**given, **more}


def framework(*buckets: Json, **more: object) -> Framework:
    """The same as it is read."""
    problems = Problems()
    read = framework_of(Fields(read_framework(proposal(*buckets, **more)).document, problems))
    assert not problems.found
    return read


def answering(*answers: Json) -> tuple[ScriptedAnalyst, list[FrameworkQuestion]]:
    """An analyst that gives these answers in turn, then the last again; and what it was asked."""
    asked: list[FrameworkQuestion] = []

    async def answer(question: FrameworkQuestion) -> FrameworkAnswer:
        asked.append(question)
        return read_framework(answers[min(len(asked), len(answers)) - 1])

    return ScriptedAnalyst(on_framework=answer), asked
