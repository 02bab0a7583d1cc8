"""What the product's factor answers say otherwise than the oracle's: a line for each difference."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

import numpy as np

from tests.oracle import oracle_factor_answers as oracle
from tests.oracle import oracle_factors as slow
from tests.oracle.oracle_factor_data import CATEGORIES, universe_hash
from tests.oracle.oracle_factor_performance import Figures
from trimtab.workflow.ports import factor_results as answer
from trimtab.workflow.ports.results import Cell, Table

NOISE = 1e-10
OF_A_SECTION = ("few_common_months", "over_max_factors")
Answer = answer.Correlations | answer.Performance | answer.Offsets
Rows = dict[tuple[Cell, ...], Mapping[str, Cell]]


def records(table: Table | None, key: Sequence[str]) -> Rows:
    """The rows by some of their columns, none twice; no table is no rows."""
    if table is None:
        return {}
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    found: Rows = {tuple(row[name] for name in key): row for row in rows}
    assert len(found) == len(rows)
    return found


def same(found: object, expected: object) -> bool:
    """Numbers alike but for noise (of a large one a share of it), and finite; all else equal."""
    if isinstance(found, float) and isinstance(expected, int | float):
        return math.isfinite(found) and abs(found - expected) <= NOISE * max(1.0, abs(expected))
    return found == expected


def told(where: object, found: object, expected: object) -> Iterator[str]:
    """One thing."""
    if not same(found, expected):
        yield f"{where}: {found!r}, expected {expected!r}"


def told_of_fields(where: object, found: Mapping[str, Cell], expected: Mapping[str, Cell]) -> Iterator[str]:
    """Every field that is expected."""
    for name, value in expected.items():
        yield from told(f"{where} {name}", found.get(name, "nothing"), value)


def told_of_rows(where: str, found: Rows, expected: Rows) -> Iterator[str]:
    """The same rows, and every expected field of them."""
    for key in sorted({*found, *expected}, key=str):
        if key not in found or key not in expected:
            yield f"{where} {key}: {'not there' if key in expected else 'not expected'}"
        else:
            yield from told_of_fields(f"{where} {key}", found[key], expected[key])


def told_of_sight(found: Answer, sight: oracle.Sight) -> Iterator[str]:
    """Window, universe, who is left out and why, how many are used, and what returns were made of."""
    metadata, quality, months = found.analysis_metadata, found.data_quality, sight.months
    yield from told("universe_hash", metadata.universe_hash, universe_hash(sight.data.members))
    yield from told("start_date", metadata.start_date, str(months[0].start_time.date()))
    yield from told("end_date", metadata.end_date, str(months[-1].end_time.date()))
    yield from told("n_months", metadata.n_months, len(months))
    yield from told("min_observations", metadata.min_observations, sight.terms.min_observations)
    expected = {(m.ticker, m.category, sight.used.excluded.get(m.ticker)) for m in sight.members}
    listed = {m.ticker for m in sight.members}
    rows = {row[:3] for row in quality.exclusions.rows if row[0] in listed and row[2] not in OF_A_SECTION}
    yield from told("exclusions", rows, {row for row in expected if row[2]})
    basis = Counter(sight.data.basis[str(ticker)] for ticker in sight.used.returns)
    yield from told("price_basis", quality.price_basis, dict(basis))
    yield from told_of_rows("counts", records(quality.counts, ("category",)), dict(_counts(sight)))


def _counts(sight: oracle.Sight) -> Iterator[tuple[tuple[Cell, ...], Mapping[str, Cell]]]:
    for category in CATEGORIES:
        own = [m for m in sight.members if m.category == category]
        used = [m for m in own if m.ticker in sight.used.returns]
        if own:
            coverage_pct = 100 * len(used) / len(own)
            yield (category,), {"in_universe": len(own), "used": len(used), "coverage_pct": coverage_pct}


def told_of_correlations(found: answer.Correlations, expected: oracle.CorrelationsAnswer) -> Iterator[str]:
    """Every number of `compute_correlations`."""
    yield from told_of_sight(found, expected.sight)
    yield from _told_of_matrices("matrices", found.matrices or {}, expected.matrices)
    for name, matrix in (found.matrices or {}).items():
        pairs = records(matrix.strong_pairs, ("label", "other"))
        yield from told_of_rows(f"strong {name}", pairs, _strong(expected.matrices.get(name), expected.threshold))
    sections = {(str(row[3]).partition(": ")[0], *row[:3:2]) for row in found.data_quality.exclusions.rows}
    left_out = {row for row in sections if row[2] in OF_A_SECTION}
    yield from told("left out of sections", left_out, expected.left_out())
    overlays = found.overlays or answer.Overlays()
    yield from _told_of_cells(overlays.rate, expected.rate, names=("maturity", "slope"))
    yield from _told_of_cells(overlays.market, expected.market, names=("benchmark", "beta"))
    macro = found.macro or answer.Macro()
    yield from _told_of_matrix("macro composite", macro.composite, expected.composite)
    yield from _told_of_etfs(found, macro.etf, expected.etf)
    rolled = records(found.rolling, ("label", "other", "window_months"))
    yield from told_of_rows("rolling", rolled, {key: _rolled(one) for key, one in expected.rolling.items()})
    yield from _told_of_matrices("regimes", found.regimes or {}, expected.regimes)


def _strong(matrix: slow.Correlated | None, threshold: float | None) -> Rows:
    if matrix is None or threshold is None:
        return {}
    values, labels = matrix.values.to_numpy(), matrix.labels
    pairs = [(i, j) for i in range(len(labels)) for j in range(i) if abs(values[i, j]) >= threshold]
    return {(labels[j], labels[i]): {"correlation": float(values[i, j])} for i, j in pairs}


def _rolled(one: slow.Rolled) -> Mapping[str, Cell]:
    return {
        "mean": one.mean,
        "min": one.least,
        "max": one.most,
        "last": one.last,
        "trend_per_year": one.trend_per_year,
        "n_windows": one.n,
    }


def _told_of_matrices(
    where: str, found: Mapping[str, answer.Matrix], expected: Mapping[str, slow.Correlated]
) -> Iterator[str]:
    yield from told(where, list(found), list(expected))
    for name in found.keys() & expected.keys():
        yield from _told_of_matrix(f"{where} {name}", found[name], expected[name])


def _told_of_matrix(where: str, found: answer.Matrix | None, expected: slow.Correlated | None) -> Iterator[str]:
    if found is None or expected is None:
        if found is not None or expected is not None:
            yield f"{where}: {'not there' if found is None else 'not expected'}"
        return
    yield from told(f"{where} labels", found.labels, expected.labels)
    yield from told(f"{where} n_months", found.n_months, expected.n_months)
    if found.labels == expected.labels:
        gap = float(np.abs(np.array(found.values) - expected.values.to_numpy()).max())
        if not gap <= NOISE:
            yield f"{where}: values differ by up to {gap}"


def _told_of_cells(found: Table | None, expected: slow.Cells, *, names: tuple[str, str]) -> Iterator[str]:
    factor, slope = names
    rows: Rows = {
        key: {"correlation": rho, slope: gradient, "n_months": n} for key, (rho, gradient, n) in expected.items()
    }
    yield from told_of_rows(slope, records(found, ("ticker", "category", factor)), rows)


def _told_of_etfs(found: answer.Correlations, etf: answer.MacroEtf | None, expected: slow.MacroEtfs) -> Iterator[str]:
    yield from _told_of_matrix("macro etf", None if etf is None else etf.matrix, expected.matrix)
    if etf is None:
        return
    yield from told("macro etf fallback", bool(etf.fallback), expected.composites_stand)
    groups = {name: list(tickers) for name, tickers in etf.groups.items() if tickers}
    yield from told("macro etf groups", groups, expected.groups)
    pairs = records(found.analysis_metadata.dedup_pairs, ("dropped", "kept"))
    yield from told_of_rows("dedup", pairs, {key: {"correlation": rho} for key, rho in expected.pairs.items()})


def told_of_performance(found: answer.Performance, expected: oracle.PerformanceAnswer) -> Iterator[str]:
    """Every number of `compute_performance`."""
    yield from told_of_sight(found, expected.sight)
    profiles = records(found.profiles, ("label", "category"))
    yield from told_of_rows("profiles", profiles, {key: _figures(*told) for key, told in expected.profiles.items()})
    composites = found.composites or {}
    for kind in sorted({*composites, *(kind for kind, own in expected.composites.items() if own)}):
        rows: Rows = {(label,): _figures(*told) for label, told in expected.composites.get(kind, {}).items()}
        yield from told_of_rows(f"composites {kind}", records(composites.get(kind), ("label",)), rows)


def _figures(figures: Figures, dividend_yield: float | None) -> Mapping[str, Cell]:
    return {**asdict(figures), "dividend_yield": dividend_yield}


def told_of_offsets(found: answer.Offsets, expected: oracle.OffsetsAnswer) -> Iterator[str]:
    """Every number of `recommend_offsets`."""
    yield from told_of_sight(found, expected.sight)
    yield from told_of_fields("portfolio", found.portfolio.model_dump(), asdict(expected.portfolio))
    yield from told("sold_from", set(found.sold_from), set(expected.held.sold))
    yield from told_of_fields("sold_from", found.sold_from, expected.held.sold)
    order = [(each.correlation, each.ticker) for each in found.recommendations]
    yield from told("order", order, sorted(order))
    yield from told("total", found.total, len(expected.effects))
    for each in found.recommendations:
        if each.ticker not in expected.effects:
            yield f"{each.ticker}: not expected"
            continue
        fields = {**asdict(expected.effects[each.ticker]), **expected.liquidity(each.ticker)}
        yield from told_of_fields(each.ticker, each.model_dump(), fields)
        trades: Rows = {(trade.ticker,): trade.model_dump(exclude={"ticker"}) for trade in each.trades}
        yield from told_of_rows(f"{each.ticker} trades", trades, expected.trades(each.ticker))
    left_out = {row[:2] for row in found.left_out.rows}
    yield from told("left_out", left_out, expected.left_out)
