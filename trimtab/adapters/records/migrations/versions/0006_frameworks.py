"""What is kept of allocation frameworks: versions and portfolios, which nobody can change, and profiles."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_TABLES = (
    "frameworks",
    "framework_versions",
    "framework_buckets",
    "framework_constraints",
    "investment_profiles",
    "framework_portfolios",
    "portfolio_sessions",
)
_RISK_BANDS = "'low', 'medium', 'high'"
_METHODS = "'template', 'custom', 'imported', 'generated'"
_KINDS = (
    "'max_single_name', 'max_sector', 'max_issuer', 'min_bonds', 'max_alternatives', 'min_cash', 'max_products', "
    "'allowed_currencies'"
)
_UNITS = "'percentage', 'bps', 'dollars'"
_ALLOWED = {
    "framework_id": "length(framework_id) BETWEEN 1 AND 64",
    "portfolio_id": "length(portfolio_id) BETWEEN 1 AND 64",
    "session_id": "length(session_id) BETWEEN 1 AND 255",
    "owner": "length(owner) BETWEEN 1 AND 255",
    "created_key": "length(created_key) BETWEEN 1 AND 255",
    "newest_version": "newest_version >= 1",
    "version": "version >= 1",
    "framework_version_used": "framework_version_used >= 1",
    "position": "position >= 0",
    "n_buckets": "n_buckets >= 0",
    "name": "length(name) BETWEEN 1 AND 255",
    "method": f"method IN ({_METHODS})",
    "risk_band": f"risk_band IN ({_RISK_BANDS})",
    "path": "length(path) BETWEEN 1 AND 500",
    "label": "length(label) <= 255",
    "constraint_type": f"constraint_type IN ({_KINDS})",
    "constraint_unit": f"constraint_unit IN ({_UNITS})",
    "horizon_years": "horizon_years BETWEEN 1 AND 100",
    "account_number": "length(account_number) BETWEEN 1 AND 255",
    "parts_hash": "length(parts_hash) = 64",
    "content_hash": "length(content_hash) = 64",
}
"""What a column of this name may hold, in whatever table; a column that may be empty may be so all the same."""
_KEYS = {
    "framework_versions": ("framework_id", "version"),
    "framework_buckets": ("framework_id", "version", "position"),
    "framework_constraints": ("framework_id", "version", "position"),
    "framework_portfolios": ("owner", "portfolio_id"),
    "portfolio_sessions": ("owner", "portfolio_id", "session_id"),
}
"""Keys of the tables that are never changed."""
_REFUSED = "what is kept of frameworks is append-only"
_FUNCTION = (
    "CREATE FUNCTION frameworks_are_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
)


def upgrade() -> None:
    """Makes the tables, without a row, and what keeps most of them from being changed."""
    _make_frameworks()
    _make_parts()
    _make_portfolios()
    is_sqlite = op.get_context().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(_FUNCTION)
    for name, key in _KEYS.items():
        for statement in _sqlite_triggers(name, key) if is_sqlite else _postgres_triggers(name):
            op.execute(statement)


def downgrade() -> None:
    """Takes the tables away, with what they hold."""
    for name in reversed(_TABLES):
        op.drop_table(name)
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION frameworks_are_append_only()")


def _make_frameworks() -> None:
    _table(
        "frameworks",
        *_text("framework_id", "owner"),
        *_counts("newest_version"),
        sa.Column("archived", sa.Boolean, nullable=False),
        *_text("created_key", nullable=True),
        *_text("created_at"),
        key=["framework_id"],
    )
    op.create_index("frameworks_by_created_key", "frameworks", ["owner", "created_key"], unique=True)
    _table(
        "framework_versions",
        *_text("framework_id"),
        *_counts("version"),
        *_text("name", "description", "method", "base_ccy", "benchmark"),
        *_text("risk_band", nullable=True),
        *_text("rebalancing", "actor", "note", "saved_at"),
        *_counts("n_buckets"),
        *_text("parts_hash", "content_hash"),
        key=["framework_id", "version"],
    )


def _make_parts() -> None:
    place = ["framework_id", "version", "position"]
    _table(
        "framework_buckets",
        *_text("framework_id"),
        *_counts("version", "position"),
        *_text("path", "label", "target_weight"),
        *_text("min_weight", "max_weight", nullable=True),
        *_text("rules"),
        *_text("parent_path", nullable=True),
        key=place,
    )
    _table(
        "framework_constraints",
        *_text("framework_id"),
        *_counts("version", "position"),
        *_text("constraint_type"),
        *_text("constraint_value", "constraint_unit", nullable=True),
        *_text("currencies"),
        key=place,
    )


def _make_portfolios() -> None:
    _table(
        "investment_profiles",
        *_text("owner", "name", "risk_band"),
        *_counts("horizon_years"),
        *_text("goals", "preferences", "exclusions", "base_ccy", "saved_at", "content_hash"),
        key=["owner", "name"],
    )
    _table(
        "framework_portfolios",
        *_text("owner", "portfolio_id", "framework_id"),
        *_counts("framework_version_used"),
        *_text("account_number", "document", "accepted_at", "content_hash"),
        key=["owner", "portfolio_id"],
    )
    op.create_index("framework_portfolios_by_accepted_at", "framework_portfolios", ["owner", "accepted_at"])
    _table(
        "portfolio_sessions",
        *_text("owner", "portfolio_id", "session_id"),
        *_counts("position"),
        *_text("noted_at", "content_hash"),
        key=["owner", "portfolio_id", "session_id"],
    )


def _sqlite_triggers(name: str, key: tuple[str, ...]) -> list[str]:
    """INSERT OR REPLACE deletes without asking the trigger that refuses to delete."""
    abort = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    same_key = " AND ".join(f"{column} = NEW.{column}" for column in key)
    return [
        f"CREATE TRIGGER {name}_are_never_changed BEFORE UPDATE ON {name} {abort}",
        f"CREATE TRIGGER {name}_are_never_deleted BEFORE DELETE ON {name} {abort}",
        f"CREATE TRIGGER {name}_are_never_replaced BEFORE INSERT ON {name} "
        f"WHEN EXISTS (SELECT 1 FROM {name} WHERE {same_key}) {abort}",
    ]


def _postgres_triggers(name: str) -> list[str]:
    return [
        f"CREATE TRIGGER {name}_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION frameworks_are_append_only()"
    ]


def _table(name: str, *columns: sa.Column[Any], key: list[str]) -> None:
    checks = [
        sa.CheckConstraint(_ALLOWED[column.name], name=f"{name}_{column.name}")
        for column in columns
        if column.name in _ALLOWED
    ]
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key), *checks)


def _text(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, _EXACT, nullable=nullable) for name in names]


def _counts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]
