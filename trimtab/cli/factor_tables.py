"""What `trimtab factors` prints for people: matrices, sensitivities, figures and what they rest on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import typer

from trimtab.cli.console import terminal
from trimtab.cli.printing import print_lines, print_rows, print_table
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.factor_results import (
    AnalysisMetadata,
    Correlations,
    DataQuality,
    Matrix,
    Offset,
    Offsets,
    Performance,
)
from trimtab.workflow.ports.results import Cell, Table

Rows = list[tuple[object, ...]]
_WIDEST: Final = 100
_CELL: Final = 7
"""A correlation with its sign, and the gap beside it."""
_LONGEST_HEAD: Final = 5
"""A longer label stands as a number at the head of its column."""
_PERCENT: Final = frozenset({"annualized_return", "volatility", "max_drawdown", "dividend_yield"})
_HEADS: Final[Mapping[str, str]] = {
    "annualized_return": "return %",
    "volatility": "volatility %",
    "sharpe_ratio": "Sharpe",
    "max_drawdown": "drawdown %",
    "beta_vs_benchmark": "beta",
    "dividend_yield": "yield %",
    "n_months": "months",
    "n_members": "members",
}


def print_correlations(found: Correlations) -> None:
    """Prints an answer about correlations."""
    _print_head(found.analysis_metadata)
    for name, matrix in (found.matrices or {}).items():
        _print_matrix(name, matrix)
    if found.overlays is not None:
        _print_sensitivities(
            "Sensitivity to treasury yields; slopes in % for a rise of one percentage point",
            found.overlays.rate,
            figure="slope",
        )
        _print_sensitivities("Sensitivity to benchmarks", found.overlays.market, figure="beta")
    if found.macro is not None:
        if found.macro.composite is not None:
            _print_matrix("macro composites", found.macro.composite)
        if found.macro.etf is not None:
            _print_matrix("macro ETFs", found.macro.etf.matrix)
            print_lines([found.macro.etf.fallback] if found.macro.etf.fallback else [])
    if found.rolling is not None:
        print_table("Rolling correlations", found.rolling)
    for name, matrix in (found.regimes or {}).items():
        _print_matrix(f"regime {name}", matrix)
    _print_quality(found.data_quality, found.analysis_metadata)


def print_performance(found: Performance) -> None:
    """Prints an answer about performance."""
    _print_head(found.analysis_metadata)
    typer.echo(f"Beta to {found.benchmark or 'nothing'}; risk-free: {found.risk_free}.")
    if found.text is not None:
        typer.echo(f"\n{found.text}")
    else:
        for name, figures in (("profiles", found.profiles), *(found.composites or {}).items()):
            if figures is not None:
                _print_figures(name, figures)
    _print_quality(found.data_quality, found.analysis_metadata)


def print_offsets(found: Offsets) -> None:
    """Prints an answer about offsets."""
    _print_head(found.analysis_metadata)
    risk = found.portfolio
    typer.echo(
        f"Portfolio over {risk.n_months} months: volatility {_percent(risk.volatility)}, "
        f"beta {_number(risk.beta)} to {found.benchmark}, maximum drawdown {_percent(risk.max_drawdown)}, "
        f"correlation {_number(risk.correlation_with_factor)} with {clean(found.overexposed_factor)}."
    )
    sold = ", ".join(f"{clean(ticker)} {_percent(weight)}" for ticker, weight in found.sold_from.items())
    kind = found.factor_kind.replace("_", " ")
    typer.echo(f"{clean(found.overexposed_factor)} ({kind}): {', '.join(map(clean, found.factor_members))}.")
    typer.echo(f"A shift of {found.shift_pct:g} % sells {sold}, and buys one of:")
    if found.text is not None:
        typer.echo(f"\n{found.text}")
    else:
        _print_candidates(found)
    typer.echo(f"\n{len(found.recommendations)} of {found.total} candidates.")
    if found.left_out.rows:
        print_table("Candidates left out", found.left_out)
    _print_quality(found.data_quality, found.analysis_metadata)


def _print_candidates(found: Offsets) -> None:
    columns = ("ticker", "class", "corr", "t", "months", "verdict", "volatility", "beta", "drawdown", "cost")
    rows = [
        (
            each.ticker,
            each.asset_class,
            each.correlation,
            each.t_stat,
            each.n_months,
            each.verdict if each.distinguishable else f"{each.verdict}, corr ~ 0",
            100 * each.volatility_change,
            each.beta_change,
            100 * each.max_drawdown_change,
            _cost(each),
        )
        for each in found.recommendations
    ]
    print_rows("Changes in percentage points", columns, rows=rows)


def _cost(offset: Offset) -> float | None:
    """What the trades cost together, where the portfolio's value is known."""
    known = [trade.cost for trade in offset.trades if trade.cost is not None]
    return sum(known) if known else None


def _print_head(metadata: AnalysisMetadata) -> None:
    source = metadata.data_source
    typer.echo(
        f"{clean(source.market)}: {metadata.n_months} months, {metadata.start_date} to {metadata.end_date}; "
        f"{metadata.universe_size} entries, reference data from the {source.reference}."
    )


def _print_matrix(name: str, matrix: Matrix) -> None:
    of = f" of {matrix.total}" if matrix.total is not None else ""
    title = (
        f"{name}: {len(matrix.labels)}{of} labels, {matrix.n_months} months; "
        f"below {matrix.indistinct_below:.2f} either way none is distinguishable from 0"
    )
    if matrix.text is not None or matrix.values is None:
        typer.echo(f"\n{title}\n{matrix.text or ''}")
    else:
        labels = [clean(label) for label in matrix.labels]
        for number, (columns, rows) in enumerate(_blocks(labels, matrix.values)):
            print_rows(title if number == 0 else "", columns, rows=rows)
    if matrix.strong_pairs is not None:
        print_table(f"{name}: strong pairs", matrix.strong_pairs)


def _blocks(labels: Sequence[str], values: Sequence[Sequence[float]]) -> Iterator[tuple[list[str], Rows]]:
    """The matrix in parts that fit beside each other's row labels; long labels are numbered in the columns."""
    numbered = any(len(label) > _LONGEST_HEAD for label in labels)
    heads = [str(number) for number in range(1, len(labels) + 1)] if numbered else list(labels)
    rows = [f"{number} {label}" for number, label in zip(heads, labels, strict=True)] if numbered else heads
    width = min(terminal().width, _WIDEST) - max(map(len, rows))
    fits = max(width // _CELL, 1)
    for start in range(0, len(labels), fits):
        shown = slice(start, start + fits)
        yield ["", *heads[shown]], [(row, *line[shown]) for row, line in zip(rows, values, strict=True)]


def _print_sensitivities(title: str, found: Table | None, *, figure: str) -> None:
    """A line for each ETF, with a correlation and a figure for each maturity or benchmark."""
    if found is None:
        return
    names = list(dict.fromkeys(row[2] for row in found.rows))
    by_place = {(row[0], row[1], row[2]): row for row in found.rows}
    scale = 100 if figure == "slope" else 1
    shown = [str(name).removeprefix("UST") for name in names]
    columns = ["ticker", "category", *(f"{name} {part}" for name in shown for part in ("corr", figure))]
    rows = [
        (*entry, *(cell for name in names for cell in _pair(by_place.get((*entry, name)), scale)))
        for entry in dict.fromkeys((row[0], row[1]) for row in found.rows)
    ]
    print_rows(title, columns, rows=rows)


def _pair(row: Sequence[Cell] | None, scale: int) -> tuple[object, object]:
    if row is None:
        return None, None
    figure = row[4]
    return row[3], figure * scale if isinstance(figure, float) else figure


def _print_figures(name: str, figures: Table) -> None:
    """Figures in percent; of a composite's members only how many there are."""
    shown = [place for place, column in enumerate(figures.columns) if column != "members"]
    columns = [figures.columns[place] for place in shown]
    rows = [tuple(_figure(figures.columns[place], row[place]) for place in shown) for row in figures.rows]
    print_rows(name.replace("_", " "), [_HEADS.get(column, column) for column in columns], rows=rows)


def _figure(column: str, cell: Cell) -> Cell:
    return cell * 100 if column in _PERCENT and isinstance(cell, float) else cell


def _print_quality(quality: DataQuality, metadata: AnalysisMetadata) -> None:
    if quality.exclusions.rows:
        print_table("Left out", quality.exclusions)
    print_lines(
        [
            *(f"{clean(each.section)} can't be computed: {clean(each.reason, None)}" for each in quality.unavailable),
            *quality.notes,
            *metadata.warnings,
            *([metadata.data_source.reference_note] if metadata.data_source.reference_note else []),
        ]
    )


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.2f} %"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
