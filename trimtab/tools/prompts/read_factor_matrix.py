"""`read_factor_matrix`."""

from typing import Annotated, Final

from pydantic import Field

from trimtab.domain.errors import InvalidInput
from trimtab.domain.factors.reference import CATEGORIES, category_named
from trimtab.prompts import contexts
from trimtab.tools.completions import Known
from trimtab.tools.context import AppContext, ToolContext, factors_of
from trimtab.tools.factors.matrix_fitting import fitting_correlations
from trimtab.tools.prompts.definition import Arguments, PromptDefinition
from trimtab.tools.prompts.facts import facts
from trimtab.tools.strict import check
from trimtab.workflow.ports.factor_requests import ComputeCorrelations
from trimtab.workflow.ports.factor_results import Correlations, Matrix
from trimtab.workflow.ports.results import Cell, Result, Table

MACRO: Final = "macro"
DECIMALS: Final = 4
_CHOICES: Final[tuple[str, ...]] = (MACRO, *CATEGORIES)


class ReadFactorMatrix(Arguments):
    """Which matrix."""

    category: Annotated[str, Field(description=f"One of: {', '.join(_CHOICES)}", max_length=40)] = MACRO


class Reading(Result):
    """What of the answer the reader needs."""

    labels: tuple[str, ...]
    correlations: Table
    exclusions: Table
    stale_factor_candidates: Table
    notes: tuple[str, ...]
    market: str


async def read_factor_matrix(ctx: ToolContext, asked: ReadFactorMatrix) -> contexts.ReadFactorMatrix:
    """The matrix of a category, or the one across asset classes, over the default window."""
    named = asked.category.strip().lower() or MACRO
    category = category_named(named)
    if category is None and named != MACRO:
        raise InvalidInput(f"There is no such category; allowed are: {', '.join(_CHOICES)}.", field="category")
    section = "macro:composite" if category is None else f"matrices:{category}"
    scope = {} if category is None else {"factor_categories": [category]}
    request = check(ComputeCorrelations, sections=[section], **scope)
    desk, caller = await factors_of(ctx)
    answer = fitting_correlations(await desk.correlations(caller, request), request)
    matrix = _matrix(answer, category or MACRO)
    return contexts.ReadFactorMatrix(
        section=section,
        start_date=answer.analysis_metadata.start_date,
        end_date=answer.analysis_metadata.end_date,
        n_months=matrix.n_months,
        labels=len(matrix.labels),
        indistinct_below=f"{matrix.indistinct_below:.2f}",
        left_out=len(answer.data_quality.exclusions.rows),
        facts=facts(_reading(answer, matrix)),
    )


def _matrix(answer: Correlations, category: str) -> Matrix:
    if category == MACRO:
        found = None if answer.macro is None else answer.macro.composite
    else:
        found = (answer.matrices or {}).get(category)
    if found is None:
        reasons = " ".join(each.reason for each in answer.data_quality.unavailable)
        raise InvalidInput(f"There is no matrix of {category}: {reasons}.", field="category")
    return found


def _reading(answer: Correlations, matrix: Matrix) -> Reading:
    return Reading(
        labels=matrix.labels,
        correlations=Table(columns=("label", *matrix.labels), rows=_rows(matrix)),
        exclusions=answer.data_quality.exclusions,
        stale_factor_candidates=answer.analysis_metadata.stale_factor_candidates,
        notes=answer.data_quality.notes,
        market=answer.analysis_metadata.data_source.market,
    )


def _rows(matrix: Matrix) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (label, *(round(value, DECIMALS) for value in row))
        for label, row in zip(matrix.labels, matrix.values or (), strict=True)
    )


async def _categories(_app: AppContext, _known: Known) -> tuple[str, ...]:
    return _CHOICES


PROMPT = PromptDefinition(
    function=read_factor_matrix,
    arguments=ReadFactorMatrix,
    toolset="factors",
    title="Read a factor matrix",
    description=(
        "Reads a correlation matrix: what moves together, what offsets what, near-duplicates, which correlations can't "
        "be told from zero, and who was left out."
    ),
    completes={"category": _categories},
)
