"""The outlets that are followed: list, check, add, import, export."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Annotated

import typer

from crawler.catalogue import followed
from crawler.health import Health, health
from crawler.opml import from_opml, to_opml
from crawler.polling import rate
from mercato.cli.desk import ConfigOption, JsonOption, LimitOption, desk, emit, local, note, table, utc_now
from mercato.cli.words import unread_label, word
from mercato.errors import SettingsError
from mercato.i18n import mark, phrase
from mercato.model import FeedState, Source, Visited
from mercato.settings import Settings, load_settings
from mercato.urls import host_of, url_key, web_url
from scheduler.cycle import run_cycle
from storage import feeds, own_sources, runs
from storage.engine import open_database


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(no_args_is_help=True, help=mark("The outlets that are followed."))
    group.command("list", help=mark("Every outlet and how it is doing."))(_list)
    group.command("check", help=mark("Visit the feeds now, no article, and say how each is doing."))(_check)
    group.command("visits", help=mark("What the last visits of an outlet asked for and got."))(_visits)
    group.command("add", help=mark("Follow one more feed: adds it to the settings file."))(_add)
    group.command("import", help=mark("Follow the feeds of an OPML file: adds them to the settings file."))(_import)
    group.command("export", help=mark("Write the followed feeds as OPML to standard output."))(_export)
    app.add_typer(group, name="sources")


def source_as_json(
    source: Source, state: FeedState | None, found: Health, paused: datetime | None
) -> dict[str, object]:
    """The JSON contract of `mercato sources list --json`."""
    return {
        "id": source.id,
        "name": source.name,
        "feed": source.feed,
        "state": found.state.value,
        "reason": state.reason if state else "",
        "detail": found.detail,
        "offers": list(state.offers) if state else [],
        "entries_a_day": round(rate(state), 2),
        "gaps": state.gaps if state else 0,
        "hub": state.hub if state else None,
        "last_success": state.last_success if state else None,
        "failures": state.failures if state else 0,
        "next_due": state.next_due if state else None,
        "paused": paused,
        "country": source.country,
        "topic": source.topic,
        "confidence": source.confidence.value,
    }


def everything(settings: Settings) -> Settings:
    """The settings with the outlets that were added on the page beside those of the file."""
    with open_database(settings.database_url) as database, database.reading() as tx:
        return settings.model_copy(update={"sources": own_sources.beside(tx, settings.sources)})


def chosen(settings: Settings, ids: Collection[str]) -> list[Source]:
    """Those of the followed outlets with these identifiers, all when there are none. Raises SettingsError."""
    sources = followed(settings.sources, settings.crawl.catalogue)
    unknown = sorted(set(ids) - {source.id for source in sources})
    if unknown:
        raise SettingsError(
            str(settings.file),
            [phrase('{name}: no such outlet; "mercato sources list" names them', name=name) for name in unknown],
        )
    return [source for source in sources if not ids or source.id in ids]


def _list(context: typer.Context, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    settings = everything(desk(context).settings(config))
    _print(context, settings, chosen(settings, ()), as_json)


def _check(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help=mark("Only these outlets."))] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    settings = everything(desk(context).settings(config))
    sources = chosen(settings, ids or ())
    report = run_cycle(settings, sources=[source.id for source in sources], pages=False)
    if report.detail:
        note(report.detail)
    _print(context, settings, sources, as_json)


def _print(context: typer.Context, settings: Settings, sources: Sequence[Source], as_json: bool) -> None:
    say, language, now = desk(context).say, desk(context).language, utc_now()
    with open_database(settings.database_url) as database, database.reading() as tx:
        states, paused = feeds.states(tx), own_sources.paused(tx)
    rows = [(source, states.get(source.id), health(source, states.get(source.id), now, say)) for source in sources]
    if as_json:
        for row in rows:
            emit(source_as_json(*row, paused.get(row[0].id)))
        return
    rest = {name: say("paused since {moment}").format(moment=local(since)) for name, since in paused.items()}
    headings = [say("id"), say("outlet"), say("state"), say("last success"), say("details")]
    table(
        headings,
        (
            [
                source.id,
                source.name,
                rest.get(source.id) or word(found.state, language),
                local(state.last_success if state else None),
                found.detail,
            ]
            for source, state, found in rows
        ),
    )
    stuck = sum(found.needs_attention and source.id not in rest for source, _, found in rows)
    note(say("Outlets: {count}; to be looked at: {stuck}.").format(count=len(rows), stuck=stuck))


def _visits(
    context: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help=mark("The outlet."))],
    limit: LimitOption = 20,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    settings, say = everything(desk(context).settings(config)), desk(context).say
    (source,) = chosen(settings, [id_])
    with open_database(settings.database_url) as database, database.reading() as tx:
        lines = runs.visits_of(tx, source.id, limit)
    if as_json:
        for line in lines:
            emit(asdict(line))
        return
    headings = [
        say("when"),
        say("result"),
        say("entries"),
        say("known"),
        say("pages asked"),
        say("kept"),
        say("skipped"),
    ]
    table(headings, (_visit_row(line, desk(context).language) for line in lines))


def _visit_row(line: Visited, language: str) -> list[str]:
    result = word(line.outcome, language)
    result = f"{result} ({unread_label(line.reason, language)})" if line.reason else result
    skipped = ", ".join(f"{unread_label(reason, language)} {count}" for reason, count in line.skipped.items())
    return [local(line.at), result, str(line.entries), str(line.known), str(line.asked), str(line.kept), skipped]


def _add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help=mark("Address of an RSS or Atom feed."))],
    name: Annotated[str | None, typer.Option("--name", help=mark("The outlet's name; default: its host."))] = None,
    id_: Annotated[str | None, typer.Option("--id", help=mark("Its identifier; default: made of its host."))] = None,
    config: ConfigOption = None,
) -> None:
    settings = desk(context).settings(config)
    address = web_url(url)
    if address is None:
        raise typer.BadParameter(phrase("{url!r}: expected an address such as https://www.example.org/feed/", url=url))
    host = host_of(address).removeprefix("www.")
    identifier = id_ or host.replace(".", "-")[:64]
    _append(context, settings, [Source(id=identifier, name=name or host, feed=address)])


def _import(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help=mark("OPML file."))],
    config: ConfigOption = None,
) -> None:
    settings = desk(context).settings(config)
    sources, refused = from_opml(file.read_bytes(), str(file))
    for sentence in refused:
        note(sentence)
    _append(context, settings, sources)


def _append(context: typer.Context, settings: Settings, sources: Sequence[Source]) -> None:
    """Add the sources that are not followed yet to the end of the settings file; its comments stay as they are."""
    say, file = desk(context).say, settings.file
    assert file is not None, "settings that were read have a file"
    new = _unfollowed(sources, chosen(everything(settings), ()))
    before = file.read_text(encoding="utf-8")
    file.write_text(before.rstrip("\n") + "\n" + "".join(map(_as_toml, new)), encoding="utf-8")
    try:
        load_settings(file)
    except SettingsError:
        file.write_text(before, encoding="utf-8")
        raise
    typer.echo(
        say("Added to {file}: {added}; followed already: {known}.").format(
            added=len(new), file=file, known=len(sources) - len(new)
        )
    )


def _unfollowed(sources: Sequence[Source], present: Sequence[Source]) -> list[Source]:
    """Those of `sources` whose feed is not among `present`, each under an identifier that is free."""
    keys, ids = {url_key(source.feed) for source in present}, {source.id for source in present}
    new: list[Source] = []
    for source in sources:
        if url_key(source.feed) not in keys:
            candidates = chain([source.id], (f"{source.id[:60]}-{number}" for number in count(2)))
            free = next(name for name in candidates if name not in ids)
            keys.add(url_key(source.feed))
            ids.add(free)
            new.append(replace(source, id=free))
    return new


_WRITTEN = ("id", "name", "feed", "homepage", "language", "country", "topic")


def _as_toml(source: Source) -> str:
    fields = ((key, getattr(source, key)) for key in _WRITTEN)
    # A JSON string is a TOML basic string.
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields if value)
    return "\n[[source]]\n" + "\n".join(lines) + "\n"


def _export(context: typer.Context, config: ConfigOption = None) -> None:
    settings = everything(desk(context).settings(config))
    sys.stdout.write(to_opml(chosen(settings, ()), "Mercato", utc_now(), language=desk(context).language))
