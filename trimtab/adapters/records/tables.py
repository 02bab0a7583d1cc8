"""The tables of the records: the chain of evidence, its head, a table for each kind of row, and more without evidence.

A row's columns are its content as JSON, field by field: decimals and times are text, the same in every database. Beside
them stand `first_seq` and `seq`, the entries of evidence that wrote the row first and last.

Reference data and factor groups are no decisions about portfolios: they are changed in place, and leave no evidence.
Signals, allocations and performance are computed and decide nothing: they leave none either, and are never changed.
Nor do frameworks: an order that follows from one leaves its own. Their versions and portfolios can't be changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from pydantic import JsonValue
from pydantic.fields import FieldInfo
from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Double, Index, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from trimtab.workflow.ports.records import (
    Approval,
    Approver,
    Fill,
    KeptSession,
    KillSwitch,
    OrderRow,
    Parked,
    Question,
    Row,
    Undone,
)

COUNT: Final = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite gives numbers as many bytes as they need, and only INTEGER makes the key its own row number."""
METADATA: Final = MetaData()

EVIDENCE: Final = Table(
    "evidence",
    METADATA,
    Column("seq", COUNT, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("evidence_of_session", "session_id", "seq"),
)
HEAD: Final = Table(
    "evidence_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", COUNT, nullable=False),
    Column("hash", Text, nullable=False),
    Column("at", Text),
    CheckConstraint("id = 1", name="one_head"),
)
_TYPES: Final[dict[object, TypeEngine[Any]]] = {bool: Boolean(), int: COUNT}


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of row, the table it is kept in, and the field that is its key there."""

    model: type[Row]
    table: Table
    key: str
    fields: tuple[str, ...]
    """The row's own columns, without the two that lead to its evidence."""
    defaults: Mapping[str, JsonValue]
    """What fields hold as JSON that needn't be named."""


def _column(name: str, field: FieldInfo) -> Column[Any]:
    kinds = set(get_args(field.annotation) or (field.annotation,))
    (kind, *_) = kinds - {type(None)}
    return Column(name, _TYPES.get(kind, Text()), nullable=type(None) in kinds)


def _kept(model: type[Row], name: str, *, key: str, found_by: Sequence[tuple[str, ...]] = ()) -> Kept:
    """The table of a model; it is looked up by its key, and by each of these groups of columns."""
    columns = [_column(field, info) for field, info in model.model_fields.items() if field != key]
    indexes = [Index(f"{name}_by_{'_'.join(group)}", *group) for group in found_by]
    table = Table(
        name,
        METADATA,
        Column(key, Text, primary_key=True),
        *columns,
        Column("first_seq", COUNT, nullable=False),
        Column("seq", COUNT, nullable=False),
        *indexes,
    )
    defaults = model.model_construct().model_dump(mode="json")
    return Kept(model, table, key=key, fields=tuple(model.model_fields), defaults=defaults)


KEPT: Final = (
    _kept(Approver, "approvers", key="name"),
    _kept(Question, "questions", key="question_id", found_by=[("session_id",)]),
    _kept(Approval, "approvals", key="approval_id", found_by=[("session_id",)]),
    _kept(
        OrderRow,
        "orders",
        key="client_order_id",
        found_by=[("session_id",), ("execution_mode", "day"), ("book_digest",), ("execution_mode", "state")],
    ),
    _kept(Fill, "fills", key="fill_id", found_by=[("session_id",)]),
    _kept(Parked, "parked", key="parked_id", found_by=[("session_id",), ("client_order_id",)]),
    _kept(KillSwitch, "kill_switch", key="name"),
    _kept(Undone, "undone_closings", key="closing", found_by=[("session_id",)]),
    _kept(KeptSession, "kept_sessions", key="session_id"),
)
"""The one place that says which row is kept where."""
KEPT_AS: Final = {kept.model: kept for kept in KEPT}
KINDS: Final = frozenset(kept.model.KIND for kept in KEPT)


def _text(*names: str, key: bool = False) -> list[Column[str]]:
    return [Column(name, Text, primary_key=key, nullable=False) for name in names]


ASSET_PROXIES: Final = Table(
    "asset_etf_proxies",
    METADATA,
    *_text("asset_class", "proxy_key", "etf_ticker", key=True),
    Column("is_canonical", Boolean, nullable=False),
    Column("priority", Integer, nullable=False),
    *_text("description", "updated_at"),
    Index("asset_etf_proxies_by_asset_class", "asset_class"),
    Index("asset_etf_proxies_by_asset_class_priority", "asset_class", "priority"),
)
INDUSTRY_PROXIES: Final = Table(
    "industry_proxies",
    METADATA,
    *_text("industry", key=True),
    *_text("etf_ticker", "asset_class", "sector_group"),
    Index("industry_proxies_by_sector_group", "sector_group"),
)
CASH_PROXIES: Final = Table("cash_proxies", METADATA, *_text("currency", key=True), *_text("etf_ticker"))
FACTOR_GROUPS: Final = Table(
    "user_factor_groups",
    METADATA,
    *_text("owner", "name", key=True),
    *_text("members", "weights", "weighting_method", "created_at", "updated_at"),
)

EXACT: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that both databases sort alike, by its code points, whatever the language of the server."""


def _exact(*names: str, key: bool = False) -> list[Column[str]]:
    return [Column(name, EXACT, primary_key=key, nullable=False) for name in names]


def _numbers(*names: str, nullable: bool = False) -> list[Column[float]]:
    return [Column(name, Double, nullable=nullable) for name in names]


SIGNALS: Final = Table(
    "signals",
    METADATA,
    *_exact("owner", "content_hash", key=True),
    *_exact("strategy", "symbol", "day"),
    *_numbers("alpha_score", "confidence"),
    Column("horizon_days", Integer, nullable=False),
    Column("volatility_adjusted", Boolean, nullable=False),
    *_exact("metadata", "market_digest", "recorded_at"),
    Index("signals_by_strategy_day", "owner", "strategy", "day"),
    Index("signals_by_symbol_day", "owner", "symbol", "day"),
    Index("signals_by_day", "owner", "day"),
)
ALLOCATIONS: Final = Table(
    "signal_allocations",
    METADATA,
    *_exact("owner", "allocation_id", key=True),
    *_exact("content_hash", "day", "combination_method", "allocations"),
    *_numbers("cash_weight", "total_capital"),
    *_exact("inputs", "market_digest", "recorded_at"),
    Index("signal_allocations_by_method_day", "owner", "combination_method", "day"),
    Index("signal_allocations_by_day", "owner", "day"),
)
ALLOCATION_SYMBOLS: Final = Table(
    "signal_allocation_symbols", METADATA, *_exact("owner", "symbol", "allocation_id", key=True)
)
"""Which allocations hold a symbol: text within JSON can't be looked up exactly in both databases."""
PERFORMANCE: Final = Table(
    "strategy_performance",
    METADATA,
    *_exact("owner", "run_id", key=True),
    *_exact("content_hash", "subject", "kind", "evaluation_day"),
    Column("lookback_days", Integer, nullable=False),
    *_numbers("sharpe_ratio", "total_return", "max_drawdown", "win_rate", "ic_mean", nullable=True),
    *_exact("metrics", "inputs", "market_digest", "recorded_at"),
    Index("strategy_performance_by_subject_day", "owner", "subject", "evaluation_day"),
    Index("strategy_performance_by_day", "owner", "evaluation_day"),
)

FRAMEWORKS: Final = Table(
    "frameworks",
    METADATA,
    *_exact("framework_id", key=True),
    *_exact("owner"),
    Column("newest_version", Integer, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("created_key", EXACT),
    *_exact("created_at"),
    Index("frameworks_by_created_key", "owner", "created_key", unique=True),
)
"""What may change about a framework: everything else is a version's."""
FRAMEWORK_VERSIONS: Final = Table(
    "framework_versions",
    METADATA,
    *_exact("framework_id", key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    *_exact("name", "description", "method", "base_ccy", "benchmark"),
    Column("risk_band", EXACT),
    *_exact("rebalancing", "actor", "note", "saved_at"),
    Column("n_buckets", Integer, nullable=False),
    *_exact("parts_hash", "content_hash"),
)
"""`parts_hash` covers the version's buckets and constraints, `content_hash` that and everything beside it."""
FRAMEWORK_BUCKETS: Final = Table(
    "framework_buckets",
    METADATA,
    *_exact("framework_id", key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    *_exact("path", "label", "target_weight"),
    Column("min_weight", EXACT),
    Column("max_weight", EXACT),
    *_exact("rules"),
    Column("parent_path", EXACT),
)
FRAMEWORK_CONSTRAINTS: Final = Table(
    "framework_constraints",
    METADATA,
    *_exact("framework_id", key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    *_exact("constraint_type"),
    Column("constraint_value", EXACT),
    Column("constraint_unit", EXACT),
    *_exact("currencies"),
)
PROFILES: Final = Table(
    "investment_profiles",
    METADATA,
    *_exact("owner", "name", key=True),
    *_exact("risk_band"),
    Column("horizon_years", Integer, nullable=False),
    *_exact("goals", "preferences", "exclusions", "base_ccy", "saved_at", "content_hash"),
)
FRAMEWORK_PORTFOLIOS: Final = Table(
    "framework_portfolios",
    METADATA,
    *_exact("owner", "portfolio_id", key=True),
    *_exact("framework_id"),
    Column("framework_version_used", Integer, nullable=False),
    *_exact("account_number", "document", "accepted_at", "content_hash"),
    Index("framework_portfolios_by_accepted_at", "owner", "accepted_at"),
)
PORTFOLIO_SESSIONS: Final = Table(
    "portfolio_sessions",
    METADATA,
    *_exact("owner", "portfolio_id", "session_id", key=True),
    Column("position", Integer, nullable=False),
    *_exact("noted_at", "content_hash"),
)
NEVER_CHANGED: Final = (
    FRAMEWORK_VERSIONS,
    FRAMEWORK_BUCKETS,
    FRAMEWORK_CONSTRAINTS,
    FRAMEWORK_PORTFOLIOS,
    PORTFOLIO_SESSIONS,
)
"""What the database itself lets nobody change, as it does evidence."""
