"""A person is forgotten: everywhere in the archive, for good, and so that the next crawl brings nothing back.

The digests of the name come first, so that whatever is written meanwhile is written without it; then everything that
there is, in steps that can all be done again. A crash costs running it again.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from alerts.delivery.files import write_eml
from alerts.links import personal
from alerts.stories import keys
from alerts.stories.names import Likeness, likeness
from alerts.stories.withholding import articles_about, tells_of, without_person
from crawler.lock import only_crawl
from crawler.pipelines import SOFTWARE
from mercato.errors import ObjectionError
from mercato.i18n import phrase
from mercato.model import Capture, Story
from scheduler.handover import link_key
from scheduler.jobs import Clock, Newsroom, join_pending, match_pending
from storage import articles, browse, cdxj, excision, objections, outbox, traces, upkeep, warc
from storage import stories as dossiers
from storage.engine import Transaction
from storage.objections import Objection
from storage.raw_archive import RawArchive, raw_archive
from storage.traces import Concerned
from storage.veil import Veil, name_words, tombstones_of

PATIENCE = 1200.0
"""Seconds to wait for a running crawl: its WARC file can only be written anew when it is closed."""

_BATCH = 50
_TEXT_FILES = frozenset({".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".xml", ".atom", ".rss", ".txt", ".log"})
_TEXT_FILES |= {".html", ".htm", ".md", ".opml", ".toml"}
_ROTATED = re.compile(r"\.log\.\d+$")
_DRY = "dry-run"

T = TypeVar("T")


@dataclass(slots=True)
class Found:
    """What is held of a person, or what was done about it: numbers and places, never the name."""

    rows: Counter[str] = field(default_factory=Counter)  # table → rows that name the person
    articles: int = 0
    stories: int = 0
    captures: int = 0  # raw pages
    mails: int = 0  # frozen mails that tell of the person
    recomposed: int = 0  # of them, not sent yet: composed anew
    files: int = 0  # of the outbox folder, the logs and those that were named
    unread: list[str] = field(default_factory=list)  # files that could not be looked into
    settings: list[int] = field(default_factory=list)  # lines of the settings file that name the person
    similar: list[str] = field(default_factory=list)  # names of the archive that may be the same person's
    clean: bool = True  # nothing is left in the database's own files

    def figures(self) -> dict[str, object]:
        """What the register keeps: numbers."""
        return {
            "rows": dict(sorted(self.rows.items())),
            **{
                name: getattr(self, name)
                for name in ("articles", "stories", "captures", "mails", "recomposed", "files")
            },
            "unread": len(self.unread),
            "settings": len(self.settings),
            "clean": self.clean,
        }


@dataclass(frozen=True, slots=True)
class _Case:
    """One request at work."""

    room: Newsroom
    veil: Veil
    objection: str
    files: Sequence[Path]

    def hers(self, name: str) -> bool:
        """Whether a name, as a story gives it, is the person's."""
        return bool(self.veil.named(name))

    def clean(self, text: str) -> str:
        """A text of the person's own stories without the name."""
        return self.veil.without(text, (self.objection,))


def check_names(names: Sequence[str], reference: str = "") -> None:
    """Raises ObjectionError for names that cannot be looked for, and for a reference that holds one of them."""
    if not names:
        raise ObjectionError(phrase("a name is needed: given name and surname"))
    try:
        stones = tombstones_of(names, _DRY, b"")
    except ValueError as error:
        raise ObjectionError(
            phrase("{why}; a single word would take out of all texts what names others too", why=error)
        ) from error
    if Veil(b"", stones).named(reference, (_DRY,)):
        raise ObjectionError(phrase("the reference holds the name; give a number or a date that names nobody"))


def look(room: Newsroom, names: Sequence[str], files: Sequence[Path] = (), *, rare: bool = False) -> Found:
    """What is held of the person with these names; changes nothing. `rare` as for `forget`. Raises ObjectionError."""
    case = dry_case(room, names, files, rare=rare)
    found = Found()
    with room.database.reading() as tx:
        concerned = _concerned(tx, case)
        hits = list(traces.find(tx, case.veil, concerned))
        found.similar = _similar(tx, case, names)
        known = articles.captures(tx)
        dropped = _captures_of(tx, concerned.articles)
    found.rows.update(trace.table for trace in hits)
    found.articles = len({t.key for t in hits if t.table == "articles"})
    found.stories = len(concerned.stories)
    found.mails = found.rows["digests"]
    found.captures = _captures_naming(case, dropped, known)
    found.settings = _settings_lines(case)
    for path in _own_files(case):
        _look_into(case, path, found)
    return found


def _captures_naming(
    case: _Case, dropped: Collection[tuple[str, int]], known: Mapping[str, Mapping[int, Capture]]
) -> int:
    """How many raw pages of articles would go."""
    raw, total = raw_archive(case.room.settings), 0
    if raw is None:
        return total
    for name in raw.names():
        going = {record.offset for record in excision.naming(raw, name, case.veil, _in(dropped, name))}
        total += len(going & known.get(name, {}).keys())
    return total


def dry_case(room: Newsroom, names: Sequence[str], files: Sequence[Path] = (), *, rare: bool = False) -> _Case:
    """A request that nobody has granted: for looking only. Raises ObjectionError."""
    check_names(names)
    veil = Veil(b"", tombstones_of(names, _DRY, b"", rare=rare), _hints(names))
    return _Case(room, veil, _DRY, files)


def forget(
    room: Newsroom,
    clock: Clock,
    names: Sequence[str],
    reference: str,
    files: Sequence[Path] = (),
    *,
    rare: bool = False,
) -> tuple[Objection, Found]:
    """Forget the person with these names; returns the line of the register and what was done.

    `reference` is the operator's number of the request; `files` are files and folders of the operator's own, such as
    exports, that are to be gone through too. With `rare` the surname alone is taken for the person wherever it stands,
    not only in what is about them. Waits for a running crawl. Raises ObjectionError, and ArchiveError and
    StorageError as writing does.
    """
    check_names(names, reference)
    with only_crawl(room.settings.folder, PATIENCE):
        line = Objection(id=uuid4().hex[:16], at=clock(), reference=reference, report={})
        with room.database.writing() as tx:
            key = objections.salt(tx, uuid4().hex + uuid4().hex)
            stones = objections.record(tx, line, names, key, rare=rare)
        return line, _carry_out(_Case(room, Veil(key, stones, _hints(names)), line.id, files), clock)


def forget_again(room: Newsroom, clock: Clock) -> Found:
    """Carry out every request of the register once more, by the digests alone: after an old backup was restored."""
    total = Found()
    with room.database.reading() as tx:
        veil = objections.veil(tx)
    for objection in sorted({stone.objection for stone in veil.tombstones}):
        theirs = [stone for stone in veil.tombstones if stone.objection == objection]
        found = _carry_out(_Case(room, Veil(veil.salt, theirs), objection, ()), clock)
        total.rows += found.rows
        total.articles, total.stories = total.articles + found.articles, total.stories + found.stories
        total.captures, total.clean = total.captures + found.captures, total.clean and found.clean
    return total


def _carry_out(case: _Case, clock: Clock) -> Found:
    found = Found()
    with case.room.database.reading() as tx:
        concerned = _concerned(tx, case)
    found.stories = len(concerned.stories)
    concerned = _mails_taken_back(case, concerned, found)
    _take_out_of_stories(case, concerned)
    _take_out_of_articles(case, concerned, found)
    _take_out_of_captures(case, concerned, found, clock())
    match_pending(case.room, clock)
    join_pending(case.room)
    _take_out_of_the_rest(case, concerned, found)
    _write_mails_anew(case, concerned)
    found.settings = _settings_lines(case)
    for path in _own_files(case):
        _take_out_of_file(case, path, found)
    found.clean = upkeep.maintain(case.room.database).clean
    with case.room.database.writing() as tx:
        objections.conclude(tx, case.objection, found.figures())
    return found


def _hints(names: Sequence[str]) -> tuple[str, ...]:
    """Without one of these no text holds one of the names: their words, but for the shortest."""
    words = {word for name in names for word in name_words(name)}
    return tuple(sorted(word for word in words if len(word) > 2) or sorted(words))


def _concerned(tx: Transaction, case: _Case) -> Concerned:
    """The stories that are about the person, with their articles and mails."""
    nothing = Concerned(objection=case.objection)
    hits = traces.find(tx, case.veil, nothing, ("stories", "tellings", "story_events"))
    ids = {trace.row["id"] if trace.table == "stories" else trace.row["story"] for trace in hits}
    told = [story for story in dossiers.get_all(tx, sorted(ids)) if tells_of(story, case.hers)]
    return Concerned(
        objection=case.objection,
        stories=frozenset(story.id for story in told),
        articles=frozenset(article for story in told for article in articles_about(story, _also_by_part(case))),
        digests=outbox.telling(tx, [story.id for story in told]),
    )


def _also_by_part(case: _Case) -> Callable[[str], bool]:
    """Whether a name in one of the person's own stories is theirs, also by the surname alone."""
    return lambda name: case.hers(name) or case.veil.means(name, (case.objection,))


def _similar(tx: Transaction, case: _Case, names: Sequence[str]) -> list[str]:
    """Names of movers that may be other spellings of `names`, for a person to decide on."""
    alike = {
        name
        for name in browse.people(tx)
        if any(likeness(name, given) >= Likeness.VARIANT for given in names) and not case.hers(name)
    }
    return sorted(alike)


def _mails_taken_back(case: _Case, concerned: Concerned, found: Found) -> Concerned:
    """Mails that nobody has had are composed anew; the others of `concerned` remain, to be made free of the name."""
    with case.room.database.writing(exclusive="compose") as tx:
        named = [t.key[0] for t in traces.find(tx, case.veil, concerned, ("digests",))]
        every = concerned.digests | frozenset(named)
        back = outbox.unfreeze(tx, every)
    found.mails, found.recomposed = len(every), len(back)
    return replace(concerned, digests=every.difference(back))


def _take_out_of_stories(case: _Case, concerned: Concerned) -> None:
    for batch in _batches(sorted(concerned.stories)):
        with case.room.database.writing(exclusive="join") as tx:
            left = [without_person(s, _also_by_part(case), case.clean) for s in dossiers.get_all(tx, batch)]
            dossiers.save(tx, left, _keys(left), set(batch))


def _keys(some: Sequence[Story]) -> Mapping[str, frozenset[str]]:
    return {story.id: keys(story) for story in some}


def _take_out_of_articles(case: _Case, concerned: Concerned, found: Found) -> None:
    with case.room.database.writing() as tx:
        objections.mark_articles(tx, case.objection, concerned.articles)
    with case.room.database.reading() as tx:
        named = {t.row["id"] for t in traces.find(tx, case.veil, concerned, ("articles",))}
    for batch in _batches(sorted(named | set(concerned.articles))):
        with case.room.database.writing() as tx:
            for article in batch:
                about = (case.objection,) if article in concerned.articles else ()
                found.articles += articles.veil(tx, article, case.veil, about)
    found.rows["articles"] = found.articles


def _take_out_of_captures(case: _Case, concerned: Concerned, found: Found, now: datetime) -> None:
    raw = raw_archive(case.room.settings)
    if raw is None:
        return
    with raw.alone():
        warc.recover(raw.folder)
        for name in raw.names():
            _take_out_of_capture(case, concerned, found, raw, name, now)
        if (raw.folder / cdxj.MERGED).exists():
            raw.merge_index()
        if raw.store:
            with case.room.database.reading() as tx:
                found.unread += sorted(articles.captures(tx).keys() - set(raw.names()))  # on another machine still


def _take_out_of_capture(
    case: _Case, concerned: Concerned, found: Found, raw: RawArchive, name: str, now: datetime
) -> None:
    with case.room.database.reading() as tx:
        dropped, known = _captures_of(tx, concerned.articles), articles.captures_in(tx, name)
    going = excision.naming(raw, name, case.veil, _in(dropped, name))
    if not going:
        return
    done = excision.without(raw, name, going, why="a person asked for it", software=SOFTWARE, now=now)
    with case.room.database.writing() as tx:
        found.captures += articles.relocate(tx, name, excision.relocated(done, known))
    raw.delete(name)


def _captures_of(tx: Transaction, ids: Collection[str]) -> frozenset[tuple[str, int]]:
    found = (articles.get(tx, article) for article in ids)
    return frozenset((a.capture.file, a.capture.offset) for a in found if a and a.capture)


def _in(dropped: Collection[tuple[str, int]], name: str) -> Callable[[int], bool]:
    return lambda offset: (name, offset) in dropped


def _take_out_of_the_rest(case: _Case, concerned: Concerned, found: Found) -> None:
    """Every other text of the database: mails, rulings, acts, titles kept with stories, reports."""
    with case.room.database.reading() as tx:
        hits = [trace for trace in traces.find(tx, case.veil, concerned) if trace.table != "articles"]
    for batch in _batches(hits):
        with case.room.database.writing() as tx:
            traces.redact(tx, case.veil, concerned, batch)
    found.rows.update(trace.table for trace in hits)


def _write_mails_anew(case: _Case, concerned: Concerned) -> None:
    """Files of mails that were written to the outbox folder, from the ledger that names nobody any more."""
    room = case.room
    with room.database.reading() as tx:
        letters = outbox.written(tx, concerned.digests)
    key = link_key(room) if any(message.link_base for _, _, message in letters) else ""
    for digest, recipient, message in letters:
        whole = personal(message, digest, recipient, key)
        write_eml(whole, recipient or room.settings.mail.sender, room.settings.outbox)


def _settings_lines(case: _Case) -> list[int]:
    """Lines of the settings file that name the person: only the operator changes that file."""
    path = case.room.settings.file
    if path is None or not path.exists():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [number for number, line in enumerate(lines, start=1) if case.veil.named(line)]


def _own_files(case: _Case) -> Iterator[Path]:
    """The mails in the outbox folder, the logs, the files that the operator named, and old databases, which are only
    told of."""
    yield from _old_databases(case.room.settings.database_url)
    yield from _logs(case.room.settings.log_file)
    for place in (case.room.settings.outbox, *case.files):
        yield from (
            sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else filter(Path.exists, [place])
        )


def _logs(file: Path | None) -> Iterator[Path]:
    """The file that is being written, and those that were rotated away: mercato.log.1 and so on."""
    yield from sorted(file.parent.glob(f"{file.name}*")) if file else ()


def _old_databases(url: str) -> Iterator[Path]:
    """What an upgrade or a restore has left beside an SQLite database."""
    file = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
    for pattern in (f"{file.name}.at-*", f"{file.name}.before-restore*") if file else ():
        yield from sorted(file.parent.glob(pattern)) if file else ()


def _look_into(case: _Case, path: Path, found: Found) -> None:
    text = _text_of(path)
    if text is None:
        found.unread.append(str(path))
    elif case.veil.named(text, _about(case, path)):
        found.files += 1


def _about(case: _Case, path: Path) -> Sequence[str]:
    """Logs lose the surname alone too: the addresses in them often hold no more, and no text suffers by it."""
    file = case.room.settings.log_file
    return (case.objection,) if file and path.parent == file.parent and path.name.startswith(file.name) else ()


def _take_out_of_file(case: _Case, path: Path, found: Found) -> None:
    """Write a text file anew without the name; a mail that the ledger does not know any more is deleted."""
    text = _text_of(path)
    if text is None:
        found.unread.append(str(path))
        return
    about = _about(case, path)
    if not case.veil.named(text, about):
        return
    found.files += 1
    if path.suffix == ".eml":
        path.unlink()
        return
    # Line by line, and in place: a service that has its log open goes on writing to the same file.
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines(True)
    content = "".join(case.veil.without(line, about) for line in lines)
    path.write_text(content, encoding="utf-8")


def _text_of(path: Path) -> str | None:
    """What a person would read in a file; None for one that cannot be looked into."""
    if path.suffix == ".eml":
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        return "\n".join([str(mail["Subject"]), *texts])
    if path.suffix.lower() in _TEXT_FILES or _ROTATED.search(path.name):
        return path.read_text(encoding="utf-8", errors="replace")
    return None


def _batches(values: Collection[T]) -> Iterator[list[T]]:
    remaining = iter(values)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
