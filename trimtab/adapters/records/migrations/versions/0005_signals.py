"""What was computed of signals: signals, allocations with the symbols they hold, and performance."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_TABLES = ("signals", "signal_allocations", "signal_allocation_symbols", "strategy_performance")
_ALLOWED = {
    "owner": "length(owner) BETWEEN 1 AND 255",
    "strategy": "length(strategy) BETWEEN 1 AND 64",
    "symbol": "length(symbol) BETWEEN 1 AND 32",
    "combination_method": "length(combination_method) BETWEEN 1 AND 64",
    "subject": "length(subject) BETWEEN 1 AND 64",
    "kind": "kind IN ('strategy', 'portfolio')",
    "day": "length(day) = 10",
    "evaluation_day": "length(evaluation_day) = 10",
    "content_hash": "length(content_hash) = 64",
    "allocation_id": "length(allocation_id) = 64",
    "run_id": "length(run_id) = 64",
    "market_digest": "length(market_digest) = 64",
    "alpha_score": "alpha_score BETWEEN -1 AND 1",
    "confidence": "confidence BETWEEN 0 AND 1",
    "horizon_days": "horizon_days BETWEEN 1 AND 2520",
    "lookback_days": "lookback_days >= 0",
}
"""What a column of this name may hold, in whatever table."""
_FOUND_BY = {
    "signals_by_strategy_day": ("signals", ["owner", "strategy", "day"]),
    "signals_by_symbol_day": ("signals", ["owner", "symbol", "day"]),
    "signals_by_day": ("signals", ["owner", "day"]),
    "signal_allocations_by_method_day": ("signal_allocations", ["owner", "combination_method", "day"]),
    "signal_allocations_by_day": ("signal_allocations", ["owner", "day"]),
    "strategy_performance_by_subject_day": ("strategy_performance", ["owner", "subject", "evaluation_day"]),
    "strategy_performance_by_day": ("strategy_performance", ["owner", "evaluation_day"]),
}


def upgrade() -> None:
    """Makes the tables, without a row."""
    _table(
        "signals",
        *_text("owner", "content_hash", "strategy", "symbol", "day"),
        *_numbers("alpha_score", "confidence"),
        sa.Column("horizon_days", sa.Integer, nullable=False),
        sa.Column("volatility_adjusted", sa.Boolean, nullable=False),
        *_text("metadata", "market_digest", "recorded_at"),
        key=["owner", "content_hash"],
    )
    _table(
        "signal_allocations",
        *_text("owner", "allocation_id", "content_hash", "day", "combination_method", "allocations"),
        *_numbers("cash_weight", "total_capital"),
        *_text("inputs", "market_digest", "recorded_at"),
        key=["owner", "allocation_id"],
    )
    of_symbols = ["owner", "symbol", "allocation_id"]
    _table("signal_allocation_symbols", *_text(*of_symbols), key=of_symbols)
    _table(
        "strategy_performance",
        *_text("owner", "run_id", "content_hash", "subject", "kind", "evaluation_day"),
        sa.Column("lookback_days", sa.Integer, nullable=False),
        *_numbers("sharpe_ratio", "total_return", "max_drawdown", "win_rate", "ic_mean", nullable=True),
        *_text("metrics", "inputs", "market_digest", "recorded_at"),
        key=["owner", "run_id"],
    )
    for name, (table, columns) in _FOUND_BY.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Takes the tables away, with what they hold."""
    for name in reversed(_TABLES):
        op.drop_table(name)


def _table(name: str, *columns: sa.Column[Any], key: list[str]) -> None:
    checks = [
        sa.CheckConstraint(_ALLOWED[column.name], name=f"{name}_{column.name}")
        for column in columns
        if column.name in _ALLOWED
    ]
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key), *checks)


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, _EXACT, nullable=False) for name in names]


def _numbers(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Double, nullable=nullable) for name in names]
