"""Bodies that show how allocation frameworks are asked for; every one of them works on a server as it comes."""

from collections.abc import Mapping
from typing import Final

Examples = Mapping[str, Mapping[str, object]]

_TWO_HALVES: Final[Mapping[str, object]] = {
    "name": "Two halves",
    "baseCcy": "USD",
    "rebalancing": {"cadence": "Q", "absoluteBandBps": 500},
    "constraints": [{"kind": "max_single_name", "value": 0.6, "unit": "percentage"}],
    "buckets": [
        {"path": "AssetClass/Equity", "label": "Equity", "targetWeight": 0.5, "rules": {"includeTags": ["equity"]}},
        {"path": "AssetClass/Bonds", "label": "Bonds", "targetWeight": 0.5, "rules": {"includeTags": ["bonds"]}},
    ],
}
_DOCUMENT: Final = (
    "path,label,target_weight,min_weight,max_weight,rules\n"
    "AssetClass/Equity,Equity,0.6,,,\n"
    "AssetClass/Bonds,Bonds,0.4,,,\n"
)
_WISHES: Final[Mapping[str, object]] = {"riskTolerance": "medium", "horizonYears": 10, "goals": ["growth", "income"]}
_PROFILE: Final[Mapping[str, object]] = {"name": "Retirement", "riskBand": "medium", "horizonYears": 20}

NEW_FRAMEWORKS: Final[Examples] = {
    "the framework itself": _TWO_HALVES,
    "once, however often it is sent": {"framework": _TWO_HALVES, "idempotencyKey": "two-halves-1"},
    "a copy of a template": {"frameworkId": "balanced", "name": "My balanced one"},
    "imported": {"document": _DOCUMENT, "format": "csv", "name": "From a sheet"},
}
CHANGED_FRAMEWORKS: Final[Examples] = {
    "a new version": {"framework": _TWO_HALVES, "expectedVersion": 1, "note": "Back to halves."},
    "the framework itself": {**_TWO_HALVES, "expectedVersion": 1},
    "imported": {"document": _DOCUMENT, "format": "csv", "expectedVersion": 1},
}
VALIDATED: Final[Examples] = {
    "the framework itself": _TWO_HALVES,
    "in full": {"framework": _TWO_HALVES},
    "a template": {"frameworkId": "balanced"},
}
MAPPED: Final[Examples] = {
    "all products": {},
    "some": {"filters": {"currencies": ["USD"], "minHistoryMonths": 36, "priced": True}, "perBucket": 3},
}
GENERATED: Final[Examples] = {
    "as configured": {"requirements": _WISHES},
    "by rules": {"requirements": {**_WISHES, "exclusions": ["crypto"]}, "analyst": "rules"},
}
BACKTESTED: Final[Examples] = {
    "all modes": {"frameworkId": "balanced"},
    "as it would be run": {
        "frameworkId": "balanced",
        "modes": ["static", "cadence_and_band"],
        "startDate": "2020-01-01",
        "costBps": 10,
        "sections": ["trades"],
    },
    "a framework in full": {"framework": _TWO_HALVES, "run": {"cadence": "M", "initialCapital": 250_000}},
}
NEW_PORTFOLIOS: Final[Examples] = {
    "accepted": {"frameworkId": "balanced", "cash": 1_000_000},
    "worked out": {"frameworkId": "balanced", "cash": 1_000_000, "productsPerBucket": 2, "accept": False},
}
BEGUN_WORKFLOWS: Final[Examples] = {
    "with a profile": {"profile": _PROFILE},
    "without one": {"skip": True},
    "with a framework": {"step": "framework", "frameworkId": "balanced"},
}
WORKFLOW_STEPS: Final[Examples] = {
    "framework": {"frameworkId": "balanced"},
    "framework, generated": {"requirements": _WISHES},
    "mapping": {"productsPerBucket": 2, "weighting": "score"},
    "mapping, skipped": {"skip": True},
    "validation": {},
    "portfolio": {"cash": 1_000_000, "accept": True},
}
REPORTS: Final[Examples] = {
    "holdings": {
        "frameworkId": "balanced",
        "holdings": [{"code": "SPY", "value": 700_000}, {"code": "AGG", "value": 300_000}],
    },
    "one table": {
        "frameworkId": "balanced",
        "holdings": [{"code": "SPY", "value": 700_000}, {"code": "AGG", "value": 300_000}],
        "rebalanceTo": "band_edge",
        "table": "trades",
        "format": "csv",
    },
}
