"""Where things stand: approvers, questions, approvals, orders, fills, the kill switch, sessions reopened or kept."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the tables. The first column of each is its key, and two lead to the evidence."""
    _table("approvers", ["name", "session_id", "secret_hash", "added_by", "removed?", "failures#", "locked_until-"])
    _table(
        "questions",
        ["question_id", "session_id", "plan_hash", "asked_at", "expires_at", "answer-"],
        ["session_id"],
    )
    _table(
        "approvals",
        ["approval_id", "session_id", "plan_hash", "approver", "means", "approved_at", "expires_at", "used?"],
        ["session_id"],
    )
    _table("orders", _ORDER, ["session_id"], ["execution_mode", "day"], ["book_digest"], ["state"])
    _table("fills", ["fill_id", "session_id", "client_order_id", "quantity", "price", "filled_at"], ["session_id"])
    _table("kill_switch", ["name", "session_id", "on?", "reason", "changed_by", "changed_at"])
    _table("undone_closings", ["closing", "session_id", "plan_hash"], ["session_id"])
    _table("kept_sessions", ["session_id", "owner", "version#", "log_seq#", "log_hash"])


def downgrade() -> None:
    """Takes the tables away."""
    for name in reversed(_TABLES):
        op.drop_table(name)


_TABLES = (
    "approvers",
    "questions",
    "approvals",
    "orders",
    "fills",
    "kill_switch",
    "undone_closings",
    "kept_sessions",
)


_ORDER = [
    "client_order_id",
    "session_id",
    "plan_hash",
    "execution_mode",
    "book_digest",
    "day",
    "state",
    "account_number",
    "code",
    "exchange",
    "side",
    "quantity",
    "filled_quantity",
    "price",
    "limit_price",
    "currency",
    "value",
    "base_currency",
    "reported_value",
    "reporting_currency",
    "valid_until",
    "why",
]


def _table(name: str, columns: list[str], *found_by: list[str]) -> None:
    """A table of text; a column whose name ends with ? is a truth value, with # a number, with - may be empty."""
    key, *others = columns
    op.create_table(
        name,
        sa.Column(key, sa.Text, primary_key=True),
        *(_column(column) for column in [*others, "first_seq#", "seq#"]),
    )
    for group in found_by:
        op.create_index(f"{name}_by_{'_'.join(group)}", name, group)


def _column(said: str) -> sa.Column[Any]:
    kind: Any = {"?": sa.Boolean, "#": _COUNT}.get(said[-1], sa.Text)
    return sa.Column(said.rstrip("?#-"), kind, nullable=said.endswith("-"))
