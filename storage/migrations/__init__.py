"""Alembic's migrations, run by `storage.schema` without an alembic.ini."""

HEAD = "0008"
"""The newest revision: what a database of this program's version is at. A test keeps it true."""
