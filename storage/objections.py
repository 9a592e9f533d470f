"""Who must not be kept: requests that were granted, without the names that they are about.

What remains of a name are keyed digests of its spellings. The key lies in the same database, so whoever holds the
database can try names against it; without the database the digests tell nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from mercato.model import Article
from storage import facts
from storage.statements import batches, insert, upsert
from storage.tables import articles, objections, tombstones, veiled_articles
from storage.veil import Form, Tombstone, Veil, tombstones_of

_SALT = "objection_salt"
_BREAK = "\u2029"  # paragraph separator: in no title, for those are on one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """A request that was granted: the line of the register, which names nobody."""

    id: str
    at: datetime
    reference: str  # the operator's own number of the request
    report: Mapping[str, Any]  # what was found and done, in numbers
    lifted: datetime | None = None  # when the person took it back


def salt(tx: Connection, fresh: str) -> bytes:
    """The key of this archive's digests: the one in the database, which is `fresh` when there was none yet."""
    if facts.get(tx, _SALT) is None:
        facts.put(tx, _SALT, fresh)
    return (facts.get(tx, _SALT) or fresh).encode()


def veil(tx: Connection) -> Veil:
    """All the names that must not be kept now; a false one when there is none."""
    columns = (tombstones.c.objection, tombstones.c.key, tombstones.c.length, tombstones.c.form)
    rows = tx.execute(select(*columns)).all()
    if not rows:
        return Veil(b"")
    stones = [Tombstone(row.objection, row.key, row.length, Form(row.form)) for row in rows]
    return Veil((facts.get(tx, _SALT) or "").encode(), stones)


def record(
    tx: Connection, objection: Objection, names: Collection[str], key: bytes, *, rare: bool = False
) -> tuple[Tombstone, ...]:
    """Put a request into the register and its names' digests where every writer sees them; returns these.

    With `rare` the surname alone counts everywhere. Raises ValueError for a name of one word.
    """
    stones = tombstones_of(names, objection.id, key, rare=rare)
    row = {"id": objection.id, "at": objection.at, "reference": objection.reference, "lifted": None}
    upsert(tx, objections, [{**row, "report": dict(objection.report)}])
    rows = [_fields(stone) for stone in stones]
    tx.execute(insert(tx, tombstones).on_conflict_do_nothing(), rows)
    return stones


def conclude(tx: Connection, objection: str, report: Mapping[str, Any]) -> None:
    """Note in the register what was found and done."""
    tx.execute(update(objections).where(objections.c.id == objection).values(report=dict(report)))


def lift(tx: Connection, objection: str, at: datetime) -> bool:
    """Let the name be kept again from now on; the line of the register stays. False when there is none to lift."""
    which = (objections.c.id == objection, objections.c.lifted.is_(None))
    tx.execute(delete(tombstones).where(tombstones.c.objection == objection))
    tx.execute(delete(veiled_articles).where(veiled_articles.c.objection == objection))
    return tx.execute(update(objections).where(*which).values(lifted=at)).rowcount == 1


def every(tx: Connection) -> list[Objection]:
    """The register, the earliest request first."""
    rows = tx.execute(select(objections).order_by(objections.c.at, objections.c.id))
    return [
        Objection(id=row.id, at=row.at, reference=row.reference, report=row.report, lifted=row.lifted) for row in rows
    ]


def mark_articles(tx: Connection, objection: str, about: Collection[str]) -> None:
    """Note that these articles are about the person: there the surname alone is taken out too."""
    for batch in batches(sorted(about)):
        rows = [{"article": article, "objection": objection} for article in batch]
        tx.execute(insert(tx, veiled_articles).on_conflict_do_nothing(), rows)


def about(tx: Connection, article: str) -> frozenset[str]:
    """The requests whose person the article with this identifier is known to be about."""
    theirs = select(veiled_articles.c.objection).where(veiled_articles.c.article == article)
    return frozenset(tx.execute(theirs).scalars())


@dataclass(frozen=True, slots=True)
class Register:
    """All that is needed to forget the same people in another database."""

    salt: str
    requests: tuple[Objection, ...]
    tombstones: tuple[Tombstone, ...]
    articles: tuple[tuple[str, str], ...]  # article and request


def register(tx: Connection) -> Register:
    """The register as it stands, to be adopted by a database that was restored from an old backup."""
    columns = (veiled_articles.c.article, veiled_articles.c.objection)
    marked = tx.execute(select(*columns).order_by(*columns)).all()
    return Register(
        facts.get(tx, _SALT) or "",
        tuple(every(tx)),
        tuple(veil(tx).tombstones),
        tuple((row.article, row.objection) for row in marked),
    )


def adopt(tx: Connection, other: Register) -> None:
    """Put the requests of another database's register in the place of this one's, where that one has any."""
    if not other.requests:
        return
    for table in (veiled_articles, tombstones, objections):
        tx.execute(delete(table))
    facts.put(tx, _SALT, other.salt)
    for line in other.requests:
        row = {"id": line.id, "at": line.at, "reference": line.reference, "lifted": line.lifted}
        tx.execute(objections.insert().values(**row, report=dict(line.report)))
    rows = [_fields(stone) for stone in other.tombstones]
    if rows:
        tx.execute(tombstones.insert(), rows)
    held = set(tx.execute(select(articles.c.id).where(articles.c.id.in_([a for a, _ in other.articles]))).scalars())
    marks = [{"article": a, "objection": o} for a, o in other.articles if a in held]
    if marks:
        tx.execute(veiled_articles.insert(), marks)


def _fields(stone: Tombstone) -> dict[str, Any]:
    return {"objection": stone.objection, "key": stone.key, "length": stone.length, "form": stone.form.value}


def veiled(veil: Veil, article: Article, about: Collection[str]) -> Article:
    """`article` without the names that must not be kept; the very same when it names nobody. Pure."""
    # Title and body together: the surname alone in the title is known by the full name in the body.
    title, _, body = veil.without(f"{article.title}{_BREAK}{article.body}", about).partition(_BREAK)
    author = veil.without(article.author, about) if article.author else article.author
    changed = replace(
        article,
        title=title,
        body=body,
        author=author,
        url=veil.without(article.url, about),
        note=veil.without(article.note),
    )
    return article if changed == article else changed
