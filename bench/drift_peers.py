"""The same weights, drift and status from a flat table of lines, as each peer does it best."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from trimtab.domain.columns import FloatColumn, IntColumn, SmallIntColumn
from trimtab.domain.trading.positions import Positions

Statuses = Callable[[], SmallIntColumn]

_SQL: Final = """
    WITH base AS (
        SELECT portfolio, sum(value) + any_value(net_cash) AS investable FROM lines GROUP BY portfolio
    ), weighed AS (
        SELECT line, value * 100 / investable AS actual, actual - target AS variance, edge
        FROM lines JOIN base USING (portfolio)
    )
    SELECT line, actual, variance, (variance > edge)::TINYINT - (variance < -edge)::TINYINT AS status FROM weighed
"""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """What all start from: joined, sorted by portfolio, with the cash less the withdrawal on every line."""

    portfolio: IntColumn
    value: FloatColumn
    target: FloatColumn
    edge: FloatColumn
    net_cash: FloatColumn


def joined(positions: Positions) -> Lines:
    """The lines of these positions."""
    net_cash = positions.cash - positions.pending_withdrawal
    return Lines(
        portfolio=positions.portfolio,
        value=positions.units * positions.unit_value,
        target=positions.target_pct,
        edge=positions.edge_pct,
        net_cash=net_cash[positions.portfolio],
    )


def peers(lines: Lines) -> Mapping[str, Statuses]:
    """Every peer, its table loaded; each call computes all columns and gives the statuses in line order."""
    columns = {
        "portfolio": lines.portfolio,
        "value": lines.value,
        "target": lines.target,
        "edge": lines.edge,
        "net_cash": lines.net_cash,
    }
    frame = pd.DataFrame(columns)
    return {
        "pandas": lambda: _pandas(frame),
        "polars": _polars(pl.DataFrame(columns)),
        "DuckDB": _duckdb(frame),
    }


def _pandas(frame: pd.DataFrame) -> SmallIntColumn:
    investable = frame.groupby("portfolio", sort=False)["value"].transform("sum") + frame["net_cash"]
    actual = frame["value"] * 100 / investable
    variance = actual - frame["target"]
    over, under = variance > frame["edge"], variance < -frame["edge"]
    result = pd.DataFrame(
        {"actual": actual, "variance": variance, "status": over.astype("int8") - under.astype("int8")}
    )
    return result["status"].to_numpy()


def _polars(frame: pl.DataFrame) -> Statuses:
    ordered = frame.with_columns(pl.col("portfolio").set_sorted())
    variance, edge = pl.col("variance"), pl.col("edge")
    status = (variance > edge).cast(pl.Int8) - (variance < -edge).cast(pl.Int8)
    investable = pl.col("value").sum().over("portfolio") + pl.col("net_cash")

    def compute() -> SmallIntColumn:
        weighed = ordered.lazy().with_columns((pl.col("value") * 100 / investable).alias("actual"))
        drifted = weighed.with_columns((pl.col("actual") - pl.col("target")).alias("variance"))
        result = drifted.select("actual", "variance", status.alias("status")).collect()
        return result["status"].to_numpy()

    return compute


def _duckdb(frame: pd.DataFrame) -> Statuses:
    connection = duckdb.connect()
    numbered = frame.assign(line=np.arange(len(frame), dtype=np.int32))
    connection.register("given", numbered)
    connection.execute("CREATE TABLE lines AS SELECT * FROM given")

    def compute() -> SmallIntColumn:
        result = connection.execute(_SQL).fetchnumpy()
        statuses: SmallIntColumn = np.empty(len(numbered), dtype=np.int8)
        statuses[result["line"]] = result["status"]
        return statuses

    return compute
