"""Small databases as each released version of the schema had them, as SQL; `python old_schemas.py` writes them anew.

Run it when a release brings a new revision, and keep those of earlier ones: what is in the repository is what earlier
versions wrote. The rows are our own samples, cut down to the columns that the revision knows.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from storage_samples import NO_MATCH, NOW, article, match, message, story, window

from mercato.model import Claim, Mute, Relation, Ruling
from storage import articles, outbox, readers, rulings, runs, stories
from storage.engine import Database, open_database
from storage.schema import migrate
from storage.tables import metadata

FOLDER = Path(__file__).parent / "schemas"
REVISIONS = ("0001", "0002", "0003", "0004", "0005")
STORY = "0123456789abcdef"


def fill(database: Database) -> None:
    """Put some of everything into a database of the present version."""
    flagged, other = article("move"), article("other", title="Cirrova lève vingt millions", body="Des fonds.")
    with database.writing() as tx:
        for each, judgement in ((flagged, match()), (other, NO_MATCH)):
            articles.save(tx, each)
            articles.judge(tx, each.id, "f" * 64, judgement, NOW)
        told = story(STORY, [flagged])
        stories.save(tx, [told])
        claim = Claim(article=flagged.id, person="Élodie Marchand")
        rulings.add(tx, Ruling(id="r" * 16, at=NOW, relation=Relation.ONE, some=(claim,), others=(claim,)))
        outbox.began(tx, "ia", NOW)
        outbox.freeze(tx, "ia", window(), message(), ["ana@example.org"], told.events, 1, 0)
        readers.mute(tx, Mute(watch="ia", story=STORY, until=None))
        runs.start(tx, NOW)


def dump(revision: str, source: str) -> str:
    """The SQL of a database at `revision` that holds what the database at the URL `source` does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "old.db"
        engine = sa.create_engine(f"sqlite:///{path}")
        with engine.begin() as tx:
            migrate(tx, revision)
            copy_rows(source, tx)
        engine.dispose()
        connection = sqlite3.connect(path)
        try:
            return "\n".join(_statements(connection)) + "\n"
        finally:
            connection.close()


def copy_rows(source: str, target: sa.Connection) -> None:
    """Copy the rows of all tables into those that `target` has, as far as it has their columns."""
    there = sa.MetaData()
    there.reflect(target, only=lambda name, _: name in metadata.tables)
    engine = sa.create_engine(source)
    with engine.connect() as old:
        for table in metadata.sorted_tables:
            if table.name not in there.tables or table.name == "facts":
                continue
            known = [column for column in table.columns if column.name in there.tables[table.name].columns]
            rows = old.execute(sa.select(*known)).mappings().all()
            bare = sa.table(table.name, *(sa.column(column.name, column.type) for column in known))
            if rows:
                target.execute(bare.insert(), [dict(row) for row in rows])
                _count_on(target, there.tables[table.name])
    engine.dispose()


def _count_on(target: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL number new rows behind those that came with their numbers."""
    for column in table.columns if target.dialect.name == "postgresql" else ():
        if column.identity is not None or "nextval" in str(column.server_default and column.server_default.arg):
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            target.execute(sa.select(sa.func.setval(sequence, sa.select(sa.func.max(column)).scalar_subquery())))


def _statements(connection: sqlite3.Connection) -> list[str]:
    """The tables, rows and indexes; the search index empty, for it is made anew when its keys are not recorded."""
    yielded = ["BEGIN;"]
    shadow = "article_search"
    for name, sql in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid"):
        if name.startswith(("sqlite_", f"{shadow}_")):
            continue
        yielded.append(f"{sql};")
        if name != shadow:
            yielded += [
                f"INSERT INTO {name} VALUES ({_row(row)});" for row in connection.execute(f"SELECT * FROM {name}")
            ]
    indexes = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
    return [*yielded, *(f"{sql};" for (sql,) in indexes), "COMMIT;"]


def _row(values: tuple[object, ...]) -> str:
    return ", ".join(map(_literal, values))


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return "'{}'".format(value.replace("'", "''")) if isinstance(value, str) else repr(value)


def main() -> None:
    """Write the dump of every revision that is missing; with --all, all of them."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/new.db"
        with open_database(url) as database:
            fill(database)
        for revision in REVISIONS:
            path = FOLDER / f"{revision}.sql"
            if not path.exists() or "--all" in sys.argv:
                path.write_text(dump(revision, url), encoding="utf-8")


if __name__ == "__main__":
    main()
