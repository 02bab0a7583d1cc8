"""What isn't evidence: which ETF stands for what, and the factor groups of people."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_CLASSES = "'equity', 'bond', 'cash', 'commodity', 'crypto', 'real_estate'"
_METHODS = "'equal', 'cap', 'custom'"
_TABLES = ("asset_etf_proxies", "industry_proxies", "cash_proxies", "user_factor_groups")


def upgrade() -> None:
    """Makes the tables, without a row: until the first is written, the files that ship stand for it."""
    op.create_table(
        "asset_etf_proxies",
        *_text("asset_class", "proxy_key", "etf_ticker"),
        sa.Column("is_canonical", sa.Boolean, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        *_text("description", "updated_at"),
        sa.PrimaryKeyConstraint("asset_class", "proxy_key", "etf_ticker"),
        sa.CheckConstraint(f"asset_class IN ({_CLASSES})", name="asset_etf_proxies_class"),
        sa.CheckConstraint("priority >= 0", name="asset_etf_proxies_priority"),
    )
    op.create_index("asset_etf_proxies_by_asset_class", "asset_etf_proxies", ["asset_class"])
    op.create_index("asset_etf_proxies_by_asset_class_priority", "asset_etf_proxies", ["asset_class", "priority"])
    op.create_table(
        "industry_proxies",
        *_text("industry", "etf_ticker", "asset_class", "sector_group"),
        sa.PrimaryKeyConstraint("industry"),
        sa.CheckConstraint(f"asset_class IN ({_CLASSES})", name="industry_proxies_class"),
    )
    op.create_index("industry_proxies_by_sector_group", "industry_proxies", ["sector_group"])
    op.create_table("cash_proxies", *_text("currency", "etf_ticker"), sa.PrimaryKeyConstraint("currency"))
    op.create_table(
        "user_factor_groups",
        *_text("owner", "name", "members", "weights", "weighting_method", "created_at", "updated_at"),
        sa.PrimaryKeyConstraint("owner", "name"),
        sa.CheckConstraint(f"weighting_method IN ({_METHODS})", name="user_factor_groups_method"),
    )


def downgrade() -> None:
    """Takes the tables away, with what they hold."""
    for name in reversed(_TABLES):
        op.drop_table(name)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]
