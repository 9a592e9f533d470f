"""Articles, each stored once however often it is met, and what the matcher made of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, exists, func, or_, select, update

from mercato.model import Article, Capture, Extraction, Judgement, Match, NoMatch, Reason, article_id
from storage import objections, search, versions
from storage.column_types import storable
from storage.engine import Transaction
from storage.json_values import decode_evidence, decode_moves, encode_all
from storage.prepared import Prepared, run_all
from storage.search_keys import index_keys
from storage.statements import (
    BEYOND,
    SHORTEST_PREFIX,
    among,
    batches,
    begins_with,
    by_order_alone,
    comes_before,
    insert_for,
    one_of,
    upserts,
)
from storage.tables import articles, judgements, tellings
from storage.veil import Veil

# A page that failed for a passing reason is asked for this often in all; then the feed's summary stands for good.
MAX_PAGE_ATTEMPTS = 4
THINNED = "~thinned"
"""In place of a lexicon's fingerprint: the text was let go, so that no lexicon can judge it any more. It sorts behind
every fingerprint, which are hexadecimal."""

_COMPLETENESS = {Extraction.SUMMARY: 0, Extraction.TEASER: 1, Extraction.FULL: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the archive: of the judged articles those that fit all of this."""

    source: str | None = None  # the outlet's identifier
    since: datetime | None = None  # came out at this moment or later
    until: datetime | None = None  # came out before
    by: str | None = None  # how the fingerprint of the lexicon that judged begins
    but_by: str | None = None  # not judged by the lexicon with this fingerprint
    first: str = ""  # how the first identifier begins
    last: str = ""  # how the last identifier begins
    captured: bool = False  # whose raw page is in the archive


class Saved(StrEnum):
    """What saving an article came to."""

    NEW = "new"
    KNOWN = "known"  # nothing that the matcher reads has changed
    UPDATED = "updated"  # another text or date: it will be judged again


def save(tx: Transaction, article: Article) -> Saved:
    """Store `article`, or what it adds to the one with the same id, and its row of the full-text index.

    Identifier, address, outlet and first_seen never change. A text replaces one that is no more complete: a full one
    replaces a summary, an edited one its former self, a summary never a full one. Names of people who must not be
    kept are taken out first.
    """
    return save_all(tx, [article])[0]


def save_all(tx: Transaction, several: Sequence[Article]) -> list[Saved]:
    """Store several articles, each as `save` does; what came of each, in the order given.

    The new ones first, these and the others in the order of their ids, so that two writers cannot wait for each other
    for ever: whoever saves more than one article in a transaction does it with one call.
    """
    veil = objections.veil(tx)
    kept = [_keepable(tx, veil, article) for article in several]
    order = sorted(range(len(kept)), key=lambda place: kept[place].id)
    first = {kept[place].id: place for place in reversed(order)}  # of those that tell of the same article
    numbers = _insert(tx, [kept[place] for place in order if place in first.values()])
    new = {place for name, place in first.items() if name in numbers}
    search.add_all(tx, [(numbers[kept[place].id], index_keys(kept[place].text)) for place in order if place in new])
    known = {place: _meet(tx, kept[place]) for place in order if place not in new}
    return [known.get(place, Saved.NEW) for place in range(len(kept))]


def _keepable(tx: Transaction, veil: Veil, article: Article) -> Article:
    """`article` as it may be stored: without characters that no database holds, and names that must not be kept."""
    article = replace(article, title=storable(article.title), body=storable(article.body))
    return objections.veiled(veil, article, objections.about(tx, article.id)) if veil else article


def _insert(tx: Transaction, several: Sequence[Article]) -> dict[str, int]:
    """The numbers of the new rows, by identifier; known articles have none."""
    rows = [{**_columns(one), "id": one.id, "page_attempts": int(one.retry_page)} for one in several]
    if not rows:
        return {}
    inserted = tx.execute(_insertion(tx.dialect.name), rows if len(rows) > 1 else rows[0])
    return {row.id: row.number for row in inserted}


@cache
def _insertion(dialect: str) -> Any:
    """The statement, made once: making it takes as long as running it."""
    statement = insert_for(dialect, articles).on_conflict_do_nothing(index_elements=["id"])
    return statement.returning(articles.c.id, articles.c.number)


def _meet(tx: Transaction, article: Article) -> Saved:
    """Add what `article` tells to the stored one with its id."""
    row = tx.execute(select(articles).where(articles.c.id == article.id).with_for_update()).one()
    return _merge(tx, row, article)


def _merge(tx: Transaction, row: Row[Any], new: Article) -> Saved:
    if row.judged_by == THINNED:
        return Saved.KNOWN  # what was let go does not come back with the next visit
    old = article_of(row)
    one = merged(old, new)
    attempts = row.page_attempts + int(new.retry_page)
    if one == old and attempts == row.page_attempts:
        return Saved.KNOWN
    same = (one.title, one.body, one.published) == (old.title, old.body, old.published)
    values = {**_columns(one), "page_attempts": attempts} | ({} if same else {"judged_by": None})
    tx.execute(update(articles).where(articles.c.number == row.number).values(**values))
    if _is_edited(old, one, new.capture):
        versions.keep(tx, old, new.first_seen)
    if same:
        return Saved.KNOWN
    tx.execute(delete(judgements).where(judgements.c.article == new.id))
    search.replace(tx, row.number, old.text, one.text)
    return Saved.UPDATED


def _is_edited(old: Article, now: Article, capture: Capture | None) -> bool:
    """Whether the outlet changed its words: neither our reading of the same page did, nor a fuller text."""
    if (now.title, now.body) == (old.title, old.body) or not old.body or now.extraction is not old.extraction:
        return False
    return old.capture is None or capture is None or old.capture.sha256 != capture.sha256


def merged(old: Article, new: Article) -> Article:
    """`old` with what `new` adds to it: what `save` makes of them."""
    if _COMPLETENESS[new.extraction] < _COMPLETENESS[old.extraction] or (old.body and not new.body):
        return old
    return replace(
        old,
        title=new.title or old.title,
        body=new.body,
        author=new.author or old.author,
        language=new.language or old.language,
        published=old.published or new.published,
        extraction=new.extraction,
        note=new.note,
        retry_page=new.retry_page,
        capture=new.capture or old.capture,
    )


def _columns(article: Article) -> dict[str, Any]:
    """What the row of an article says of it, but for its identifier."""
    capture = article.capture
    return {
        "url": article.url,
        "source": article.source,
        "outlet": article.outlet,
        "title": article.title,
        "body": article.body,
        "author": article.author,
        "language": article.language,
        "published": article.published,
        "first_seen": article.first_seen,
        "told": article.told,
        "extraction": article.extraction.value,
        "note": article.note,
        "retry_page": article.retry_page,
        "capture_file": capture.file if capture else None,
        "capture_offset": capture.offset if capture else None,
        "capture_length": capture.length if capture else None,
        "capture_sha256": capture.sha256 if capture else None,
    }


def article_of(row: Row[Any]) -> Article:
    """The article that a row of `articles` holds; for the modules of this room."""
    return Article(
        id=row.id,
        url=row.url,
        source=row.source,
        outlet=row.outlet,
        title=row.title,
        body=row.body,
        author=row.author,
        language=row.language,
        published=row.published,
        first_seen=row.first_seen,
        extraction=Extraction(row.extraction),
        note=row.note,
        retry_page=row.retry_page,
        capture=_capture(row),
    )


def _capture(row: Row[Any]) -> Capture | None:
    if row.capture_file is None:
        return None
    return Capture(
        file=row.capture_file, offset=row.capture_offset, length=row.capture_length, sha256=row.capture_sha256
    )


def known(tx: Transaction, ids: Iterable[str]) -> frozenset[str]:
    """Those of `ids` that are stored."""
    return _ids_where(tx, ids)


def needing_page(tx: Transaction, ids: Iterable[str]) -> frozenset[str]:
    """Those of `ids` whose page failed for a reason that may pass and was not asked for too often yet."""
    return _ids_where(tx, ids, articles.c.retry_page, articles.c.page_attempts < MAX_PAGE_ATTEMPTS)


def _ids_where(tx: Transaction, ids: Iterable[str], *conditions: Any) -> frozenset[str]:
    found: set[str] = set()
    for batch in batches(ids):
        found.update(tx.execute(select(articles.c.id).where(articles.c.id.in_(batch), *conditions)).scalars())
    return frozenset(found)


def get(tx: Transaction, article: str) -> Article | None:
    """The article with this identifier."""
    row = tx.execute(select(articles).where(articles.c.id == article)).one_or_none()
    return article_of(row) if row else None


def titles(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """The titles of those of `ids` that are stored."""
    found: dict[str, str] = {}
    for batch in batches(ids):
        found.update((row.id, row.title) for row in tx.execute(_TITLES, {"some": batch}))
    return found


_TITLES = select(articles.c.id, articles.c.title).where(one_of(articles.c.id))


def find(tx: Transaction, reference: str) -> Article | None:
    """The article that a person means: by its address, its identifier, or four or more first characters of that.

    None when there is none, or when the beginning fits several.
    """
    reference = reference.strip()
    if "://" in reference:
        return _at(tx, reference)
    exact = get(tx, reference)
    if exact or len(reference) < SHORTEST_PREFIX:
        return exact
    rows = tx.execute(select(articles).where(begins_with(articles.c.id, reference)).limit(2)).all()
    return article_of(rows[0]) if len(rows) == 1 else None


def _at(tx: Transaction, url: str) -> Article | None:
    try:
        return get(tx, article_id(url))
    except ValueError:
        return None


def unjudged(tx: Transaction, fingerprint: str, limit: int = 500) -> list[Article]:
    """Articles that the lexicon with this fingerprint has not judged: those that none has judged first, then by the one
    that has, each in the order in which they came out. That is the order of an index, so that no page sorts the rest.
    """
    order = (articles.c.judged_by, articles.c.told, articles.c.id)
    found: list[Article] = []
    for each in _not_judged_by(fingerprint):
        if len(found) < limit:
            rows = tx.execute(select(articles).where(each).order_by(*order).limit(limit - len(found)))
            found += map(article_of, rows)
    return found


def _not_judged_by(fingerprint: str) -> tuple[ColumnElement[bool], ...]:
    """Three ranges, because neither "IS DISTINCT FROM" nor OR uses the index: usually few of very many rows qualify."""
    by = articles.c.judged_by
    return by.is_(None), by < fingerprint, and_(by > fingerprint, by < THINNED)


def backlog(tx: Transaction, fingerprint: str) -> tuple[int, datetime | None]:
    """How many articles the lexicon with this fingerprint has not judged, and when the oldest of them was told."""
    ranges = (
        tx.execute(select(func.count(), func.min(articles.c.told)).where(each)).one()
        for each in _not_judged_by(fingerprint)
    )
    counted = [(number, oldest) for number, oldest in ranges if number]
    return sum(number for number, _ in counted), min((oldest for _, oldest in counted), default=None)


def count_by_source(tx: Transaction) -> dict[str, int]:
    """How many articles are stored, by the identifier of the source that named them first."""
    counted = select(articles.c.source, func.count().label("number")).group_by(articles.c.source)
    return {row.source: row.number for row in tx.execute(counted)}


def judge(
    tx: Transaction, article: str, fingerprint: str, judgement: Judgement, at: datetime, *, again: bool = False
) -> None:
    """Record what the lexicon with this fingerprint made of an article, as `judge_all` does."""
    judge_all(tx, {article: judgement}, fingerprint, at, again=again)


def judge_all(
    tx: Transaction, judged: Mapping[str, Judgement], fingerprint: str, at: datetime, *, again: bool = False
) -> None:
    """Record what the lexicon with this fingerprint made of articles; the same again changes nothing.

    Another judgement than the recorded one is offered to the stories again: any that flags the article, and one that
    does not when the article tells a story. `at` is when they were made; `again` says that they are no news, whatever
    they add to a story, because old articles were read again.
    """
    recorded = _BY_LEXICON.rows(tx, {"some": list(judged), "by": fingerprint})
    known = {row.article: judgement_of(row) for row in recorded}
    fresh = {article: judgement for article, judgement in judged.items() if known.get(article) != judgement}
    telling = {row.article for row in _TELLING.rows(tx, {"some": list(fresh)})}
    rows = [
        {
            "article": article,
            "fingerprint": fingerprint,
            "reason": judgement.reason.value if isinstance(judgement, NoMatch) else None,
            "score": judgement.score,
            "moves": encode_all(judgement.moves),
            "sources_cited": list(judgement.sources_cited),
            "evidence": encode_all(judgement.evidence),
            "judged_at": at,
            "joined": isinstance(judgement, NoMatch) and article not in telling,
            "again": again,
        }
        for article, judgement in fresh.items()
        # A story keeps what an article told it when the matcher breaks off on that article later.
        if not (article in telling and isinstance(judgement, NoMatch) and judgement.reason is Reason.FAILED)
    ]
    if fresh:
        named = (_JUDGED, [{"some": list(fresh), "by": fingerprint}])
        run_all(tx, [*upserts(tx.dialect.name, judgements, rows), named])


_BY_LEXICON = Prepared(
    select(judgements).where(one_of(judgements.c.article), judgements.c.fingerprint == bindparam("by"))
)
_TELLING = Prepared(select(tellings.c.article).where(one_of(tellings.c.article)))
_JUDGED = Prepared(update(articles).where(one_of(articles.c.id)).values(judged_by=bindparam("by")))


def offer_again(tx: Transaction, some: Iterable[str]) -> None:
    """Offer the judgements of articles to the stories once more, which is no news, where they concern any."""
    flags = judgements.c.reason.is_(None)
    tells = exists().where(tellings.c.article == judgements.c.article)
    chosen = update(judgements).where(among(judgements.c.article, some), or_(flags, tells))
    tx.execute(chosen.values(joined=False, again=True))


def judgement(tx: Transaction, article: str) -> Judgement | None:
    """The newest judgement of an article; None when its present text has not been judged."""
    row = tx.execute(select(judgements).where(judgements.c.article == article)).one_or_none()
    return judgement_of(row) if row else None


def judgement_of(row: Row[Any]) -> Judgement:
    """The judgement that a row of `judgements` holds; for the modules of this room."""
    moves, cited, evidence = decode_moves(row.moves), tuple(row.sources_cited), decode_evidence(row.evidence)
    if row.reason is None:
        return Match(score=row.score, moves=moves, sources_cited=cited, evidence=evidence)
    return NoMatch(reason=Reason(row.reason), score=row.score, moves=moves, sources_cited=cited, evidence=evidence)


def untaken(tx: Transaction, fingerprint: str, limit: int) -> list[str]:
    """Identifiers of articles whose judgement by this lexicon the stories have not taken in, in the order in which they
    came out. It sorts all of them: ask for many at a time.
    """
    statement = (
        select(articles.c.id)
        .join(judgements, judgements.c.article == articles.c.id)
        .where(*_untaken(fingerprint))
        .order_by(articles.c.told, articles.c.id)
        .limit(limit)
    )
    return list(tx.scalars(statement))


def untaken_of(tx: Transaction, fingerprint: str, some: Collection[str]) -> list[tuple[Article, Judgement]]:
    """Those of `some` articles that `untaken` would tell, with their judgements, in the same order."""
    statement = (
        select(articles, judgements.c.reason, judgements.c.score, judgements.c.moves)
        .add_columns(judgements.c.sources_cited, judgements.c.evidence)
        .join(judgements, judgements.c.article == articles.c.id)
        .where(*_untaken(fingerprint), among(judgements.c.article, some))
        .order_by(articles.c.told, articles.c.id)
    )
    # All at once: a row that cannot be read would leave the cursor open, and its connection at that moment's view.
    return [(article_of(row), judgement_of(row)) for row in tx.execute(statement).all()]


def is_any_untaken(tx: Transaction, fingerprint: str) -> bool:
    """Whether `untaken` would tell any."""
    return tx.scalar(select(exists().where(*_untaken(fingerprint)))) is True


def _untaken(fingerprint: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return judgements.c.fingerprint == fingerprint, ~judgements.c.joined


def latest(tx: Transaction, limit: int, before: tuple[datetime, str] | None = None) -> list[Article]:
    """The newest articles first; the next page is what comes `before` the last one's (told, id)."""
    order = (articles.c.told, articles.c.id)
    statement = select(articles).order_by(*(column.desc() for column in order)).limit(limit)
    if before:
        statement = statement.where(comes_before(order, before))
    return [article_of(row) for row in tx.execute(statement)]


def veil(tx: Transaction, article: str, veil: Veil, about: Collection[str]) -> bool:
    """Take the names that must not be kept out of a stored article; `about` are the requests that it is known for.

    Its judgement goes too, so that it is judged again by what is left. False when it names nobody.
    """
    row = tx.execute(select(articles).where(articles.c.id == article).with_for_update()).one()
    old = article_of(row)
    new = objections.veiled(veil, old, about)
    if new == old:
        return False
    tx.execute(delete(judgements).where(judgements.c.article == article))
    values = {"title": new.title, "body": new.body, "author": new.author, "url": new.url, "note": new.note}
    tx.execute(update(articles).where(articles.c.id == article).values(**values, judged_by=None))
    search.replace(tx, row.number, old.text, new.text)
    return True


def relocate(tx: Transaction, file: str, moved: Mapping[int, Capture | None]) -> int:
    """Record where the raw pages of a WARC file lie since it was written anew, by their old offset; None: nowhere any
    more. Returns how many articles have no raw page since.
    """
    held = select(articles.c.number, articles.c.capture_offset).where(articles.c.capture_file == file)
    lost = 0
    for row in tx.execute(held).all():
        new = moved.get(row.capture_offset)
        lost += new is None
        values = {
            "capture_file": new.file if new else None,
            "capture_offset": new.offset if new else None,
            "capture_length": new.length if new else None,
            "capture_sha256": new.sha256 if new else None,
        }
        tx.execute(update(articles).where(articles.c.number == row.number).values(**values))
    return lost


def part(tx: Transaction, which: Part, after: str, limit: int) -> list[tuple[Article, Judgement]]:
    """The judged articles of a part with their judgements, by identifier, the first behind `after`."""
    chosen = (
        select(articles, judgements.c.reason, judgements.c.score, judgements.c.moves)
        .add_columns(judgements.c.sources_cited, judgements.c.evidence)
        .join(judgements, judgements.c.article == articles.c.id)
        # PostgreSQL does not see that what holds for the one identifier holds for the other.
        .where(*_within(which), articles.c.id > after, judgements.c.article > after)
        .order_by(articles.c.id)
        .limit(limit)
    )
    return [(article_of(row), judgement_of(row)) for row in tx.execute(chosen)]


def count_part(tx: Transaction, which: Part) -> int:
    """How many articles a part has."""
    joined = articles.join(judgements, judgements.c.article == articles.c.id)
    return tx.execute(select(func.count()).select_from(joined).where(*_within(which))).scalar_one()


def _within(which: Part) -> Iterator[ColumnElement[bool]]:
    """The conditions of a part, none of which an index helps with but that of the identifiers: with another one each
    page would find and sort the whole part anew, a million articles twenty-five hundred times.
    """
    if which.source is not None:
        yield by_order_alone(articles.c.source) == which.source
    if which.since is not None:
        yield by_order_alone(articles.c.told) >= which.since
    if which.until is not None:
        yield by_order_alone(articles.c.told) < which.until
    if which.by is not None:
        yield begins_with(by_order_alone(judgements.c.fingerprint), which.by)
    if which.but_by is not None:
        yield judgements.c.fingerprint != which.but_by
    if which.first:
        yield articles.c.id >= which.first
    if which.last:
        yield articles.c.id < which.last + BEYOND
    if which.captured:
        yield articles.c.capture_file.is_not(None)


def captures(tx: Transaction) -> dict[str, dict[int, Capture]]:
    """Where the raw pages of articles lie, by file and offset."""
    found: dict[str, dict[int, Capture]] = {}
    columns = (articles.c.capture_file, articles.c.capture_offset, articles.c.capture_length, articles.c.capture_sha256)
    for row in tx.execute(select(*columns).where(articles.c.capture_file.is_not(None))):
        capture = Capture(
            file=row.capture_file, offset=row.capture_offset, length=row.capture_length, sha256=row.capture_sha256
        )
        found.setdefault(capture.file, {})[capture.offset] = capture
    return found


def captures_in(tx: Transaction, file: str) -> dict[int, Capture]:
    """The raw pages of articles in one WARC file, by their offset."""
    rows = tx.execute(select(articles).where(articles.c.capture_file == file))
    return {row.capture_offset: capture for row in rows if (capture := _capture(row))}


def count(tx: Transaction) -> int:
    """How many articles are stored."""
    return tx.execute(select(func.count()).select_from(articles)).scalar_one()


def judged(tx: Transaction) -> Sequence[tuple[Reason | None, int]]:
    """How many articles were left out for each reason; None: flagged. The most frequent first."""
    number = func.count()
    rows = tx.execute(select(judgements.c.reason, number).group_by(judgements.c.reason).order_by(number.desc()))
    return [(Reason(reason) if reason else None, total) for reason, total in rows]
