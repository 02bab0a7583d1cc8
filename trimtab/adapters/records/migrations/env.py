"""Runs the migrations on the connection, and in the transaction, of whoever asked for them."""

from alembic import context

from trimtab.adapters.records.schema import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
context.run_migrations()
