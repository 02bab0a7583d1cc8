"""`compute_correlations`: every section that was asked for, from the cache or anew, with what it rests on."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar, cast

from trimtab.domain.factors.reference import Category
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.workflow.factors import over_time, sections
from trimtab.workflow.factors.kept import KeptForAWhile
from trimtab.workflow.factors.options import CorrelationOptions
from trimtab.workflow.factors.quality import Gathered, data_quality, metadata
from trimtab.workflow.factors.sections import Computed, NotPossible
from trimtab.workflow.factors.view import View
from trimtab.workflow.ports.factor_results import (
    Correlations,
    Macro,
    MacroEtf,
    Matrix,
    Overlays,
    Unavailable,
)
from trimtab.workflow.ports.results import Table

Section = Callable[[View, CorrelationOptions], Computed]
SectionCache = KeptForAWhile[Computed | NotPossible]
R = TypeVar("R")

_SECTIONS: Final[dict[str, Section]] = {
    "overlays:rate": sections.rate_sensitivity,
    "overlays:market": sections.market_sensitivity,
    "macro:composite": sections.macro_composite,
    "macro:etf": sections.macro_etf,
    "rolling": over_time.rolling,
}
_TIMED_AS: Final = {
    "overlays:rate": "rate_sensitivity_ms",
    "overlays:market": "market_sensitivity_ms",
    "macro:composite": "macro_composite_ms",
    "macro:etf": "macro_etf_ms",
    "rolling": "rolling_ms",
    "regimes": "regimes_ms",
}
_MATRIX: Final = "matrices:"


def correlations(
    view: View, options: CorrelationOptions, *, thresholds: FactorThresholds, cache: SectionCache, gathered: Gathered
) -> Correlations:
    """The answer of this view."""
    found = {}
    with gathered.timings.of("total_corr_ms"):
        for name in options.sections:
            computed = _section(view, options, name=name, thresholds=thresholds, cache=cache, gathered=gathered)
            if computed is not None:
                found[name] = computed
    overlays = Overlays(
        rate=_part(found, "overlays:rate", kind=Table), market=_part(found, "overlays:market", kind=Table)
    )
    macro = Macro(composite=_part(found, "macro:composite", kind=Matrix), etf=_part(found, "macro:etf", kind=MacroEtf))
    wanted = {name.split(":")[0] for name in options.sections}
    regimes = found.get("regimes")
    return Correlations(
        matrices=_matrices(found) if "matrices" in wanted else None,
        overlays=overlays if "overlays" in wanted else None,
        macro=macro if "macro" in wanted else None,
        rolling=_part(found, "rolling", kind=Table),
        regimes=None if regimes is None else cast("dict[str, Matrix]", regimes.result),
        data_quality=data_quality(view, gathered),
        analysis_metadata=metadata(view, gathered, thresholds=thresholds, options=options.shown),
    )


def _matrices(found: dict[str, Computed]) -> dict[str, Matrix]:
    return {
        name.removeprefix(_MATRIX): computed.result
        for name, computed in found.items()
        if name.startswith(_MATRIX) and isinstance(computed.result, Matrix)
    }


def _part(found: dict[str, Computed], name: str, *, kind: type[R]) -> R | None:
    computed = found.get(name)
    return computed.result if computed is not None and isinstance(computed.result, kind) else None


def _section(
    view: View,
    options: CorrelationOptions,
    *,
    name: str,
    thresholds: FactorThresholds,
    cache: SectionCache,
    gathered: Gathered,
) -> Computed | None:
    """The section, or None where it can't be; what it has to say besides is gathered."""
    key = (view.key, replace(options, sections=()), name)  # the same, whatever is asked beside it
    with gathered.timings.of(_timed_as(name)):
        outcome, was_kept = cache.get(key, lambda: _tried(view, options, name=name, thresholds=thresholds))
    if was_kept:
        gathered.cached.append(name)
    if isinstance(outcome, NotPossible):
        gathered.unavailable.append(Unavailable(section=name, reason=str(outcome)))
        return None
    gathered.exclusions += [(each, name) for each in outcome.exclusions]
    gathered.notes += outcome.notes
    gathered.sizes[name] = _size(outcome)
    if name == "macro:etf":
        gathered.dedup_pairs = list(outcome.dedup_pairs)
    return outcome


def _tried(
    view: View, options: CorrelationOptions, *, name: str, thresholds: FactorThresholds
) -> Computed | NotPossible:
    try:
        if name == "regimes":
            return over_time.regimes(view, options, least_months=thresholds.min_regime_months)
        if name.startswith(_MATRIX):
            category = cast("Category", name.removeprefix(_MATRIX))
            return sections.category_matrix(view, options, category=category)
        return _SECTIONS[name](view, options)
    except NotPossible as why:
        return why.with_traceback(None)  # it is kept, and would keep the frames it passed through


def _timed_as(name: str) -> str:
    return f"per_category_corr_ms.{name.removeprefix(_MATRIX)}" if name.startswith(_MATRIX) else _TIMED_AS[name]


def _size(computed: Computed) -> int:
    """Labels of a matrix, rows of a table, matrices of regimes."""
    result = computed.result
    if isinstance(result, Matrix):
        return len(result.labels)
    if isinstance(result, MacroEtf):
        return len(result.matrix.labels)
    return len(result.rows) if isinstance(result, Table) else len(result)


def numbers_in(outcome: Computed | NotPossible) -> int:
    """How large what a section came to is: about as many numbers as it holds, and at least one."""
    if isinstance(outcome, NotPossible):
        return 1
    result = outcome.result
    if isinstance(result, Table):
        return 1 + len(result.rows) * len(result.columns)
    matrices = result.values() if isinstance(result, dict) else [getattr(result, "matrix", result)]
    return 1 + sum(len(matrix.labels) ** 2 for matrix in matrices if isinstance(matrix, Matrix))
