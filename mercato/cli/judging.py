"""Judging texts: match, group, explain."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from alerts.lexicon import load_lexicon
from alerts.matching import explain, judge, render_explanation, to_json
from alerts.stories import group
from crawler.extraction import extract
from crawler.items import Hints
from mercato.cli.desk import ConfigOption, JsonOption, desk, emit, note, utc_now
from mercato.errors import MercatoError
from mercato.i18n import mark
from mercato.model import Article, Judgement
from storage import articles

_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


class InputError(MercatoError):
    """What was given to judge cannot be read."""

    exit_code = 2


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("match", help=mark("Judge articles: JSON Lines in, JSON Lines out."))(_match)
    app.command("group", help=mark("Tell which articles tell the same event: JSON Lines in, JSON Lines out."))(_group)
    app.command("explain", help=mark("Show how an article is judged: a file, or an article of the archive."))(_explain)


@dataclass(frozen=True, slots=True)
class _Input:
    """One line of standard input."""

    id: str
    title: str
    body: str
    published: date | None
    moment: datetime | None
    outlet: str
    url: str


_JsonLines = Annotated[bool, typer.Option("--jsonl", help=mark("The format; there is no other yet."))]


def _match(jsonl: _JsonLines = True) -> None:  # noqa: ARG001  # says what is the case anyhow
    """Each line: {"id", "title", "body", "published"}; offsets count characters of title + two newlines + body."""
    lexicon, mistakes = load_lexicon(), 0
    for record in _inputs():
        if isinstance(record, str):
            note(record)
            mistakes += 1
            continue
        emit(to_json(record.id, judge(record.title, record.body, lexicon, published=record.published)))
    if mistakes:
        raise typer.Exit(1)


def _group(jsonl: _JsonLines = True) -> None:  # noqa: ARG001  # says what is the case anyhow
    lexicon, mistakes = load_lexicon(), 0
    judged: list[tuple[Article, Judgement]] = []
    for record in _inputs():
        if isinstance(record, str):
            note(record)
            mistakes += 1
            continue
        judgement = judge(record.title, record.body, lexicon, published=record.published)
        judged.append((_article(record), judgement))
    labels = group(judged)
    for article, _ in judged:
        emit({"id": article.id, "story": labels[article.id]})
    if mistakes:
        raise typer.Exit(1)


def _article(record: _Input) -> Article:
    return Article(
        id=record.id,
        url=record.url,
        source=record.outlet,
        outlet=record.outlet,
        title=record.title,
        body=record.body,
        published=record.moment,
        first_seen=record.moment or _UNDATED,
    )


def _inputs() -> Iterator[_Input | str]:
    """The records of standard input; in place of a line that cannot be used, a sentence that says why."""
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            yield _input(json.loads(line.decode("utf-8")))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            yield f"standard input, line {number}: not JSON in UTF-8 ({error}); the line is skipped"
        except (KeyError, TypeError, ValueError) as error:
            yield f'standard input, line {number}: {error}; expected an object with "id", "title" and "body"'


def _input(record: Any) -> _Input:
    if not isinstance(record, dict):
        raise TypeError("not an object")
    missing = [key for key in ("id", "title") if not isinstance(record.get(key), str)]
    if missing:
        raise ValueError(f"no text under {', '.join(missing)}")
    moment = _moment(record.get("published"))
    return _Input(
        id=record["id"],
        title=record["title"],
        body=record.get("body") or "",
        published=moment.date() if moment else None,
        moment=moment,
        outlet=record.get("outlet") or "",
        url=record.get("url") or "",
    )


def _moment(published: object) -> datetime | None:
    if not published:
        return None
    if not isinstance(published, str):
        raise TypeError('"published" is no text')
    # Archives often know only the month or the year: its first day stands for it.
    moment = datetime.fromisoformat(published + "0000-01-01"[len(published) :] if len(published) < 10 else published)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _explain(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="FILE|URL|ID", help=mark("A text or HTML file, or an archived article."))
    ],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    path = Path(what)
    title, body, published = _from_file(path) if path.is_file() else _from_archive(context, what, config)
    lexicon = load_lexicon()
    if as_json:
        emit(to_json(what, judge(title, body, lexicon, published=published)))
    else:
        typer.echo(render_explanation(explain(title, body, lexicon, published=published), colour=sys.stdout.isatty()))


def _from_file(path: Path) -> tuple[str, str, date | None]:
    """An HTML page by its extraction; any other file as text whose first line is the title."""
    content = path.read_bytes()
    if path.suffix.lower() in {".html", ".htm", ".xhtml"}:
        page = extract(content, path.resolve().as_uri(), None, Hints(), utc_now())
        return page.title, page.text, page.published.date() if page.published else None
    try:
        title, _, body = content.decode("utf-8").strip().partition("\n")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not text in UTF-8 ({error}); save it so, or give an .html file") from error
    return title, body.strip(), None


def _from_archive(context: typer.Context, reference: str, config: Path | None) -> tuple[str, str, date | None]:
    with desk(context).newsroom(config) as room, room.database.reading() as tx:
        article = articles.find(tx, reference)
    if article is None:
        raise InputError(
            f'{reference}: no such file, and no article of the archive; "mercato search" finds identifiers'
        )
    return article.title, article.body, article.told.date()
