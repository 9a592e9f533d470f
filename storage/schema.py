"""Bringing a database to this program's version."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from mercato.errors import SchemaError
from mercato.i18n import phrase
from storage import search
from storage.migrations import HEAD

MIGRATIONS = Path(__file__).parent / "migrations"


def is_current(tx: Connection) -> bool:
    """Whether the database is of this program's version, so that it can be used as it is."""
    return version_of(tx) == HEAD and search.is_current(tx)


def migrate(tx: Connection, to: str = HEAD) -> None:
    """Apply the migrations that the database has not had yet, inside `tx`, up to the revision `to`; at the newest one
    renew an outdated search index.

    The caller sees to it that only one process does so at a time. Raises SchemaError when the database is of a
    version that this program does not know.
    """
    found = version_of(tx)
    if found != to:
        _upgrade(tx, found, to)
    if to == HEAD and not search.is_current(tx):
        search.renew(tx)


def version_of(tx: Connection) -> str | None:
    """The revision that the database is at; None for a fresh one."""
    if not inspect(tx).has_table("alembic_version"):
        return None
    return tx.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(tx: Connection, found: str | None, to: str) -> None:
    # Imported here because a database that is up to date, the usual case, does not need a quarter of a second more.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = tx
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        shown = tx.engine.url.render_as_string(hide_password=True)
        raise SchemaError(
            phrase(
                "{shown}: the database is of version {found}, newer than this Mercato, which knows versions "
                "up to {head}; install the newer Mercato that wrote it, or set storage.url to another "
                "database",
                shown=shown,
                found=found,
                head=HEAD,
            )
        )
    command.upgrade(config, to)
