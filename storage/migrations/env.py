"""Alembic's entry: runs the migrations on the connection that `storage.schema` hands over, in its transaction."""

from alembic import context

from storage.migrations.compare import is_ours
from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=is_ours,
    transactional_ddl=True,  # SQLite can roll back DDL; all or nothing, as on PostgreSQL
)
context.run_migrations()
