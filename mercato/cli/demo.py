"""The whole main job, offline, on the bundled press: what a new user sees first."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from alerts.phrases import headline, status_label
from crawler.health import HealthState, health
from mercato import press
from mercato.cli import page
from mercato.cli.desk import Desk, desk, quoted, table, utc_now
from mercato.cli.words import unread_label, word
from mercato.i18n import mark, phrase
from mercato.model import CycleCode, Match, Source, Story, Watch
from mercato.settings import CrawlSettings, MailSettings, Settings, StorageSettings
from scheduler.jobs import Crawled, Newsroom, crawl, open_newsroom
from scheduler.mailing import Digested, send_owed
from storage import articles, feeds
from storage import stories as dossiers

_MARKER = ".mercato-demo"
"""Lies in a folder that a demo made: only such a one is emptied, never somebody's archive."""
_MOST = 1000  # more than the bundled press can hold


def run(
    context: typer.Context,
    folder: Annotated[Path, typer.Option("--folder", help=mark("Where the demo's archive goes; made anew."))] = Path(
        "demo"
    ),
    serve: Annotated[
        bool, typer.Option("--serve", help=mark("Then open the review page on it, until Ctrl-C."))
    ] = False,
    port: page.PortOption = None,
) -> None:
    """Crawl the bundled press on loopback, and print what was fetched, refused, flagged, grouped and mailed."""
    surroundings, now = desk(context), utc_now()
    _clear(folder)
    with press.serve(now) as server, open_newsroom(demo_settings(folder.resolve(), server.sources)) as room:
        result = crawl(room, utc_now)
        _print_visits(surroundings, room, server.sources, result)
        _print_judgements(surroundings, room)
        _print_stories(surroundings, room)
        digests = send_owed(room, utc_now, room.settings.watches, since=now - timedelta(days=60))
        _print_digests(surroundings, digests)
        if serve:
            page.show(replace(room, settings=page.placed(room.settings, None, port)), surroundings.say)
    worked = result.report.code in (CycleCode.OK, CycleCode.PARTIAL) and all(digest.path for digest in digests)
    raise typer.Exit(0 if worked else result.exit_code or 1)


def demo_settings(folder: Path, sources: Sequence[Source]) -> Settings:
    """The settings with which the demo crawls `sources` into `folder`: everything on this machine, one watch."""
    watch = Watch(name="démo", recipients=("lectrice@mercato.example",), language="fr")
    return Settings(
        file=None,
        folder=folder,
        language="fr",
        storage=StorageSettings(),
        crawl=CrawlSettings(
            contact="https://mercato.example/contact", allow_private_addresses=True, delay=0.0, catalogue=False
        ),
        mail=MailSettings.model_validate({"from": "mercato@mercato.example"}),
        sources=tuple(sources),
        watches=(watch,),
    )


def _clear(folder: Path) -> None:
    """Empty the folder of an earlier demo; a folder that holds anything else is left alone."""
    marker = folder / _MARKER
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())) and not marker.exists():
        raise typer.BadParameter(
            phrase("{folder} holds something else than an earlier demo; choose another --folder", folder=folder)
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    marker.touch()


def _print_visits(surroundings: Desk, room: Newsroom, sources: Sequence[Source], result: Crawled) -> None:
    say, report = surroundings.say, result.report
    with room.database.reading() as tx:
        states = feeds.states(tx)
    rows = [
        (source.name, word(found.state, surroundings.language), found.detail)
        for source in sources
        if (found := health(source, states.get(source.id), utc_now(), say)).state is not HealthState.NEW
    ]
    table([say("outlet"), say("feed"), say("details")], rows, title=say("Visited"))
    typer.echo(
        say("Pages read: {pages}; articles kept: {new}; {seconds:.0f} s.").format(
            pages=report.pages, new=report.articles_new, seconds=report.seconds
        )
    )
    for reason, times in sorted(report.refused.items()):
        typer.echo(
            say("  not read: {reason} ({times})").format(
                reason=unread_label(reason, surroundings.language), times=times
            )
        )
    typer.echo()


def _print_judgements(surroundings: Desk, room: Newsroom) -> None:
    say, rows = surroundings.say, list[tuple[str, str, str]]()
    with room.database.reading() as tx:
        for article in sorted(articles.latest(tx, _MOST), key=lambda article: (article.outlet, article.told)):
            judgement = articles.judgement(tx, article.id)
            if isinstance(judgement, Match):
                words = dict.fromkeys(e.text for move in judgement.news for e in move.evidence)
                rows.append((article.outlet, article.title, "✓ " + quoted(list(words)[:3], say)))
            elif judgement is not None:
                rows.append((article.outlet, article.title, word(judgement.reason, surroundings.language)))
    table([say("outlet"), say("title"), say("flagged for, or why not")], rows, title=say("Judged"))


def _print_stories(surroundings: Desk, room: Newsroom) -> None:
    say, language = surroundings.say, surroundings.language
    with room.database.reading() as tx:
        found = dossiers.latest(tx, _MOST)
    table(
        [say("status"), say("story"), say("told by")],
        [_story_row(story, language) for story in found],
        title=say("Stories"),
    )


def _story_row(story: Story, language: str) -> tuple[str, str, str]:
    outlets = dict.fromkeys(telling.outlet for telling in story.tellings)
    return status_label(story.status, language), headline(story, language), ", ".join(outlets)


def _print_digests(surroundings: Desk, digests: Sequence[Digested]) -> None:
    for digest in digests:
        typer.echo(surroundings.say("The digest: {path}").format(path=digest.path or digest.detail))
