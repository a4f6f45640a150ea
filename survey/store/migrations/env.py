"""Alembic's entry: runs on the connection that survey.store.schema hands over."""

from alembic import context

from survey.store import models  # noqa: F401 - its tables fill the metadata
from survey.store.models_base import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite")
with context.begin_transaction():
    context.run_migrations()
