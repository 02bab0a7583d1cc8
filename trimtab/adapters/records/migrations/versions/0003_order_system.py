"""What the order system said: of each order, and of what can't be right and waits for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OF_ORDERS = {
    "instrument_key": "",
    "cash_value": "0",
    "progress_pct": "0",
    "order_system": "",
    "sent_at": "",
    "order_key": "",
    "trade_key": "",
    "average_price": "0",
    "cancel": "",
}
"""New columns, and what orders hold there that were recorded before: nothing was ever sent."""
_PARKED = ("session_id", "rule", "message", "client_order_id", "order_key", "seen_at")


def upgrade() -> None:
    """Adds the columns, and makes the table of what is parked."""
    for name, before in _OF_ORDERS.items():
        op.add_column("orders", sa.Column(name, sa.Text, nullable=False, server_default=before))
    op.create_table(
        "parked",
        sa.Column("parked_id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in _PARKED),
        *(sa.Column(name, _COUNT, nullable=False) for name in ("first_seq", "seq")),
    )
    for found_by in ("session_id", "client_order_id"):
        op.create_index(f"parked_by_{found_by}", "parked", [found_by])
    op.drop_index("orders_by_state", "orders")
    op.create_index("orders_by_execution_mode_state", "orders", ["execution_mode", "state"])


def downgrade() -> None:
    """Takes both away."""
    op.drop_index("orders_by_execution_mode_state", "orders")
    op.create_index("orders_by_state", "orders", ["state"])
    op.drop_table("parked")
    for name in reversed(_OF_ORDERS):
        op.drop_column("orders", name)
