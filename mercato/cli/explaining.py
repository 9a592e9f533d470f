"""The command `explain`: an article from a file, the archive or the web, and how it is judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from alerts.matching import explain, explanation_to_json
from crawler.extraction import extract
from crawler.items import Hints
from mercato.cli.desk import ConfigOption, JsonOption, desk, emit, note, utc_now
from mercato.cli.judging import InputError, read_record
from mercato.cli.reckoning import explanation_lines
from mercato.i18n import mark, phrase
from mercato.model import Article
from mercato.urls import web_url
from scheduler.jobs import Newsroom
from storage import articles

_PAGES = {".html", ".htm", ".xhtml"}
_RECORDS = {".json", ".jsonl"}
_TEXTS = {".txt", ".md", ".text"}


def add_to(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    text = mark("Show how an article is judged: a file, an article of the archive, or any page of the web.")
    app.command("explain", help=text)(_explain)


@dataclass(frozen=True, slots=True)
class _Text:
    """What is to be explained."""

    id: str
    title: str
    body: str
    published: date | None = None


def _explain(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URL|ID", help=mark("A text, HTML or JSON file, an archived article, or a web address.")
        ),
    ],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    lexicon = desk(context).lexicon(config)
    path = Path(what)
    for text in _from_file(path) if path.is_file() else [_from_archive_or_web(context, what, config)]:
        explanation = explain(text.title, text.body, lexicon, published=text.published)
        if as_json:
            emit(explanation_to_json(text.id, explanation))
        else:
            typer.secho(text.title or text.id, bold=True)
            for line in explanation_lines(explanation, desk(context).language):
                typer.echo(line)


def _from_file(path: Path) -> Iterator[_Text]:
    """HTML by its extraction, JSON by its keys; any other file is text whose first line is the title."""
    content = path.read_bytes()
    if path.suffix.lower() in _PAGES:
        yield _of_page(str(path), content, path.resolve().as_uri(), None)
        return
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise InputError(
            phrase("{path}: not text in UTF-8 ({why}); save it so, or give an .html file", path=path, why=error)
        ) from error
    if path.suffix.lower() in _RECORDS:
        yield from _records(path, text)
    else:
        title, _, body = text.partition("\n")
        yield _Text(str(path), title, body.strip())


def _records(path: Path, text: str) -> Iterator[_Text]:
    """The record of a JSON file, or those of a JSON Lines file. Raises InputError naming the line."""
    lines = text.splitlines() if path.suffix.lower() == ".jsonl" else [text]
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = read_record(json.loads(line), default_id=f"{path}:{number}")
        except (ValueError, TypeError) as error:
            wanted = phrase('an object with "title" and "body", and perhaps "published"')
            raise InputError(
                phrase(
                    "{path}, line {number}: {why}; expected {wanted}",
                    path=path,
                    number=number,
                    why=error,
                    wanted=wanted,
                )
            ) from error
        yield _Text(record.id, record.title, record.body, record.published)


def _of_page(name: str, content: bytes, url: str, charset: str | None) -> _Text:
    page = extract(content, url, charset, Hints(), utc_now())
    return _Text(name, page.title, page.text, page.published.date() if page.published else None)


def _from_archive_or_web(context: typer.Context, reference: str, config: Path | None) -> _Text:
    """The archived article, or else the page of the web: asked for once, politely, and not kept."""
    if web_url(reference) is None and _is_path(reference):
        raise _nothing(reference)  # before an archive is missed that a file has no need of
    with desk(context).newsroom(config) as room:
        with room.database.reading() as tx:
            article = articles.find(tx, reference)
        if article is not None:
            return _of_article(article)
        url = web_url(reference)
        if url is None:
            raise _nothing(reference)
        note(desk(context).say("Not in the archive: {url} is asked for once, and not kept.").format(url=url))
        return _fetched(room, url)


def _is_path(reference: str) -> bool:
    """Whether what was typed can only be meant for a file."""
    return Path(reference).name != reference or Path(reference).suffix.lower() in _PAGES | _RECORDS | _TEXTS


def _nothing(reference: str) -> InputError:
    wanted = phrase('no such file, no article of the archive ("mercato search" finds identifiers) and no web address')
    return InputError(phrase("{reference}: {wanted}", reference=reference, wanted=wanted))


def _fetched(room: Newsroom, url: str) -> _Text:
    # Imported here: Scrapy takes a second to load, and no other command has a use for it.
    from crawler.one_page import fetch_page  # noqa: PLC0415
    from crawler.pipelines import Archive  # noqa: PLC0415

    with ExitStack() as closing:
        # Without a folder: what a running crawl writes there must not be touched.
        page = fetch_page(room.settings, url, Archive(room.database, None, utc_now, closing))
    return _of_page(url, page.body, page.url, page.charset)


def _of_article(article: Article) -> _Text:
    return _Text(article.id, article.title, article.body, article.told.date())
