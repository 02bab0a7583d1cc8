"""The chain of evidence, which the database itself never lets anybody change, and its head."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SQLITE_TRIGGERS = (
    "CREATE TRIGGER evidence_is_never_changed BEFORE UPDATE ON evidence "
    "BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END",
    "CREATE TRIGGER evidence_is_never_deleted BEFORE DELETE ON evidence "
    "BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END",
    # INSERT OR REPLACE deletes without asking the trigger above.
    "CREATE TRIGGER evidence_is_never_replaced BEFORE INSERT ON evidence "
    "WHEN EXISTS (SELECT 1 FROM evidence WHERE seq = NEW.seq) "
    "BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END",
)
_POSTGRES_TRIGGERS = (
    "CREATE FUNCTION evidence_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'evidence is append-only'; END $$",
    "CREATE TRIGGER evidence_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence "
    "FOR EACH STATEMENT EXECUTE FUNCTION evidence_is_append_only()",
)


def upgrade() -> None:
    """Makes both tables, and the head of an empty chain."""
    op.create_table(
        "evidence",
        sa.Column("seq", _COUNT, primary_key=True, autoincrement=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("at", "session_id", "kind", "actor", "source", "content", "previous_hash", "hash")
        ),
    )
    op.create_index("evidence_of_session", "evidence", ["session_id", "seq"])
    head = op.create_table(
        "evidence_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", _COUNT, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("at", sa.Text),
        sa.CheckConstraint("id = 1", name="one_head"),
    )
    first = hashlib.sha256(b"trimtab evidence").hexdigest()
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": first, "at": None}])
    for statement in _SQLITE_TRIGGERS if op.get_context().dialect.name == "sqlite" else _POSTGRES_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    """Takes both away; only an empty chain is ever taken."""
    op.drop_table("evidence_head")
    op.drop_table("evidence")
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION evidence_is_append_only()")
