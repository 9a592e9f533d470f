"""Judging texts: match, group."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from alerts.matching import judge, to_json
from alerts.stories import group
from mercato.cli.desk import ConfigOption, desk, emit, note
from mercato.errors import MercatoError
from mercato.i18n import in_language, mark, phrase
from mercato.model import Article, Judgement

_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


class InputError(MercatoError):
    """What was given to judge cannot be read."""

    exit_code = 2


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("match", help=mark("Judge articles: JSON Lines in, JSON Lines out."))(_match)
    app.command("group", help=mark("Tell which articles tell the same event: JSON Lines in, JSON Lines out."))(_group)


@dataclass(frozen=True, slots=True)
class Record:
    """An article as programs give it."""

    id: str
    title: str
    body: str
    published: date | None
    moment: datetime | None
    outlet: str
    url: str


_JsonLines = Annotated[bool, typer.Option("--jsonl", help=mark("The format; there is no other yet."))]


def _match(
    context: typer.Context,
    jsonl: _JsonLines = True,  # noqa: ARG001  # says what is the case anyhow
    config: ConfigOption = None,
) -> None:
    """Each line: {"id", "title", "body", "published"}; offsets count characters of title + two newlines + body."""
    lexicon, mistakes = desk(context).lexicon(config), 0
    for record in _inputs():
        if isinstance(record, str):
            note(in_language(record, desk(context).say))
            mistakes += 1
            continue
        emit(to_json(record.id, judge(record.title, record.body, lexicon, published=record.published)))
    if mistakes:
        raise typer.Exit(1)


def _group(
    context: typer.Context,
    jsonl: _JsonLines = True,  # noqa: ARG001  # says what is the case anyhow
    config: ConfigOption = None,
) -> None:
    lexicon, mistakes = desk(context).lexicon(config), 0
    judged: list[tuple[Article, Judgement]] = []
    for record in _inputs():
        if isinstance(record, str):
            note(in_language(record, desk(context).say))
            mistakes += 1
            continue
        judgement = judge(record.title, record.body, lexicon, published=record.published)
        judged.append((_article(record), judgement))
    labels = group(judged)
    for article, _ in judged:
        emit({"id": article.id, "story": labels[article.id]})
    if mistakes:
        raise typer.Exit(1)


def _article(record: Record) -> Article:
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


def _inputs() -> Iterator[Record | str]:
    """The records of standard input; in place of a line that cannot be used, a sentence that says why."""
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            yield read_record(json.loads(line.decode("utf-8")))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            yield phrase(
                "standard input, line {number}: not JSON in UTF-8 ({why}); the line is skipped",
                number=number,
                why=error,
            )
        except (KeyError, TypeError, ValueError) as error:
            yield phrase(
                'standard input, line {number}: {why}; expected an object with "id", "title" and "body"',
                number=number,
                why=error,
            )


def read_record(record: Any, default_id: str | None = None) -> Record:
    """An article from its JSON; `default_id` stands in for a missing identifier.

    Raises TypeError and ValueError with what is wrong.
    """
    if not isinstance(record, dict):
        raise TypeError("not an object")
    record = record if default_id is None else {"id": default_id, **record}
    missing = [key for key in ("id", "title") if not isinstance(record.get(key), str)]
    if missing:
        raise ValueError(phrase("no text under {names}", names=", ".join(missing)))
    moment = _moment(record.get("published"))
    return Record(
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
