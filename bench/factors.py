"""Factor intelligence: correlation matrices and risk figures beside their peers, and whole answers of the desk."""

import asyncio
import statistics
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import empyrical
import numpy as np
import pandas as pd
from pydantic import SecretStr

from bench.measure import Work, fastest, in_turns, seconds
from bench.report import milliseconds, print_table
from trimtab.domain.columns import FloatColumn
from trimtab.domain.factors.correlation import correlation
from trimtab.domain.factors.profiles import profiles
from trimtab.fixtures import DEMO_MARKET
from trimtab.server.compose import open_factor_desk
from trimtab.server.desks import OpenFactors
from trimtab.settings import Settings
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.factor_requests import ComputeCorrelations

MONTHS: Final = 240
SIZES: Final = {500: 300, 5_000: 9}
"""Columns, and how often each is timed; pandas takes seconds for the many."""
MATRIX_WANTED: Final = 1.3
SERIES: Final = 1_000
DAYS: Final = 2_520
PROFILES_WANTED: Final = 20
PROFILE_ROUNDS: Final = 15
TOLERANCE: Final = 1e-9
ROUNDS: Final = 25
STARTS: Final = 5
SOMEBODY: Final = Caller(owner="bench", actor="bench")
DEFAULT: Final = ComputeCorrelations()


def report() -> None:
    """Prints all tables."""
    for columns, repetitions in SIZES.items():
        _report_matrix(columns, repetitions=repetitions)
    _report_profiles()
    _report_answers()


def floor(values: FloatColumn, *, out: FloatColumn) -> FloatColumn:
    """The least that anybody computes: columns standardised, and one BLAS product into a buffer that is there."""
    unit = values - values.mean(axis=0)
    unit /= np.sqrt((unit * unit).sum(axis=0))
    return np.matmul(unit.T, unit, out=out)


def _report_matrix(columns: int, *, repetitions: int) -> None:
    values = np.random.default_rng(1).standard_normal((MONTHS, columns)) * 0.04
    out, frame = np.empty((columns, columns)), pd.DataFrame(values)
    works: dict[str, Work] = {
        "floor": partial(floor, values, out=out),
        "trimtab": partial(correlation, values, out=out),
        "numpy": partial(np.corrcoef, values, rowvar=False),
    }
    expected = correlation(values)
    for found in (floor(values, out=out), np.corrcoef(values, rowvar=False)):
        if not np.allclose(found, expected, rtol=0, atol=1e-12):
            raise RuntimeError("a peer gives another matrix")
    taken = fastest(works, repetitions=repetitions)
    slow = min(seconds(frame.corr) for _ in range(2))
    base, ours = taken["floor"], taken["trimtab"]
    print_table(
        f"Correlations of {columns:,} columns over {MONTHS} months",
        ("", "ms", "times the floor", "times Trimtab", "wanted"),
        [
            ("standardised, one BLAS product into a ready buffer", milliseconds(base), "1.00", "", ""),
            ("Trimtab, `correlation`, into the same buffer", milliseconds(ours), f"{ours / base:.2f}", "1.00",
             f"<= {MATRIX_WANTED:g} x the floor"),
            *_beside("`np.corrcoef`", taken["numpy"], base=base, ours=ours),
            *_beside("pandas, `DataFrame.corr`", slow, base=base, ours=ours),
        ],
        notes=f"Fastest of {repetitions} runs each, in turns; of pandas the faster of 2.",
    )  # fmt: skip


def _beside(name: str, taken: float, *, base: float, ours: float) -> list[tuple[str, ...]]:
    return [(name, milliseconds(taken), f"{taken / base:.1f}", f"{taken / ours:.1f}", "> 1 x Trimtab")]


def peer(series: list[tuple[FloatColumn, FloatColumn]]) -> FloatColumn:
    """The five figures of every series beside its benchmark, one after another."""
    return np.array(
        [
            (
                empyrical.annual_return(each),
                empyrical.annual_volatility(each),
                empyrical.sharpe_ratio(each),
                empyrical.max_drawdown(each),
                empyrical.beta(each, beside),
            )
            for each, beside in series
        ]
    )


def _ours(returns: FloatColumn, benchmark: FloatColumn) -> FloatColumn:
    found = profiles(returns, risk_free=None, benchmark=benchmark, periods_per_year=252)
    return np.column_stack(
        (found.annualized_return, found.volatility, found.sharpe_ratio, found.max_drawdown, found.beta_vs_benchmark)
    )


def _report_profiles() -> None:
    rng = np.random.default_rng(2)
    market = rng.normal(0.0004, 0.01, DAYS)
    returns = market[:, None] * rng.normal(1, 0.3, SERIES) + rng.normal(0, 0.01, (DAYS, SERIES))
    late = returns.copy()
    late[np.arange(DAYS)[:, None] < rng.integers(0, DAYS // 2, SERIES)] = np.nan
    rows = []
    for name, values in {"all days": returns, "different inceptions": late}.items():
        arrays = [(column[known].copy(), market[known]) for column in values.T for known in [np.isfinite(column)]]
        series = [(pd.Series(own), pd.Series(beside)) for own, beside in arrays]
        if not np.allclose(_ours(values, market), peer(arrays), rtol=TOLERANCE, atol=TOLERANCE):
            raise RuntimeError("empyrical gives other figures")
        works: dict[str, Work] = {
            "ours": partial(_ours, values, market),
            "arrays": partial(peer, arrays),
            "series": partial(peer, series),
        }
        taken = fastest(works, repetitions=PROFILE_ROUNDS)
        ours = taken["ours"]
        ratios = [f"{milliseconds(taken[key])} ({taken[key] / ours:.0f} x)" for key in ("series", "arrays")]
        rows.append((name, milliseconds(ours), *ratios, f">= {PROFILES_WANTED} x"))
    print_table(
        f"Return, volatility, Sharpe ratio, drawdown and beta of {SERIES:,} series of {DAYS:,} days",
        ("", "Trimtab, ms", "empyrical-reloaded, a pandas Series each", "a NumPy array each", "wanted"),
        rows,
        notes=f"Fastest of {PROFILE_ROUNDS} runs each, in turns; before that all figures were equal to {TOLERANCE:g}.",
    )


def _settings(folder: Path, *, cache_minutes: int) -> Settings:
    policy = folder / f"policy-{cache_minutes}.toml"
    policy.write_text(f"[factors]\ncache_minutes = {cache_minutes}\n", encoding="utf-8")
    return Settings(policy=policy, records=SecretStr(f"sqlite:///{folder / 'records.db'}"))


async def _ask(desk: OpenFactors) -> None:
    await desk.desk.correlations(SOMEBODY, DEFAULT)


def _report_answers() -> None:
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        kept, anew = (open_factor_desk(_settings(Path(folder), cache_minutes=minutes)) for minutes in (30, 0))
        first = seconds(lambda: runner.run(_ask(kept)))
        works: dict[str, Work] = {
            "kept": lambda: runner.run(_ask(kept)),
            "anew": lambda: runner.run(_ask(anew)),
            "table": lambda: pd.read_csv(DEMO_MARKET / "prices.csv.gz"),
            "process": lambda: subprocess.run([sys.executable, "-m", "bench.factors_start"], check=True),
        }
        taken = {key: in_turns({key: work}, repetitions=STARTS if key == "process" else ROUNDS)[key]
                 for key, work in works.items()}  # fmt: skip
    medians = {key: statistics.median(times) for key, times in taken.items()} | {"first": first}
    print_table(
        "`compute_correlations` with its defaults over the demo market",
        ("", "ms", "times reading the table"),
        [
            (name, milliseconds(medians[key]), f"{medians[key] / medians['table']:.2f}")
            for key, name in {
                "table": "`pandas.read_csv` of its prices alone",
                "kept": "asked again, everything kept",
                "anew": "with `cache_minutes` 0: all sections made again",
                "first": "the first call of a desk",
                "process": "a process from its start to its end, with one answer",
            }.items()
        ],
        notes=f"Medians of {ROUNDS} runs, of {STARTS} processes; of the first call one.",
    )
