"""Moving in and keeping house: init, doctor."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from alerts.delivery.smtp import Mailer
from alerts.lexicon import lexicon_of
from crawler.catalogue import followed
from crawler.health import health
from mercato.cli.desk import ConfigOption, desk, note, utc_now
from mercato.errors import DeliveryError, MercatoError, StoreError
from mercato.i18n import mark
from mercato.model import Delivery, FeedState
from mercato.settings import DEFAULT_FILE, Settings
from storage import articles, feeds, outbox, own_sources, own_watches
from storage.engine import open_database
from storage.raw_archive import WARC, raw_archive

_NEEDS_A_PERSON = frozenset({Delivery.REFUSED, Delivery.FAILED, Delivery.UNCERTAIN})

_LITTLE_SPACE = 500_000_000
"""Bytes: about a week of the whole catalogue: some 1,400 pages a day of 30 kB compressed, and as much again for text,
search index and the room that a backup needs."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("init", help=mark("Write a commented settings file; overwrites nothing."))(_init)
    app.command("doctor", help=mark("Check settings, database, disk, mail server and outlets."))(_doctor)


def _init(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help=mark("Where to write it."))] = Path(DEFAULT_FILE),
) -> None:
    say = desk(context).say
    text = (files("mercato.cli") / f"mercato.{desk(context).language}.toml").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError:
        note(say("{path} exists already; nothing was changed.").format(path=path))
        raise typer.Exit(1) from None
    typer.echo(say("{path} is written. Fill in the contact and the recipients, then: mercato doctor").format(path=path))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: good, or what is wrong and what to do."""

    good: bool
    text: str


def _doctor(context: typer.Context, config: ConfigOption = None) -> None:
    settings = desk(context).settings(config)
    findings = list(examine(settings, desk(context).say))
    for finding in findings:
        typer.secho(f"{'✓' if finding.good else '✗'} {finding.text}", fg=None if finding.good else "red")
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)


def examine(settings: Settings, say: Callable[[str], str]) -> Iterator[Finding]:
    """Everything that can be checked without visiting a site or sending a mail, in the language of `say`."""
    yield Finding(True, say("settings: {file}").format(file=settings.file))
    if "example.org" in settings.crawl.contact:
        text = say("crawl.contact is {contact}: put your own, sites must be able to reach you")
        yield Finding(False, text.format(contact=settings.crawl.contact))
    yield _lexicon(settings, say)
    yield from _archive(settings, say)
    yield from _store(settings, say)
    yield _space(settings, say)
    yield _mail(settings, say)


def _lexicon(settings: Settings, say: Callable[[str], str]) -> Finding:
    try:
        return Finding(True, say("lexicon: version {version}").format(version=lexicon_of(settings).fingerprint[:12]))
    except MercatoError as error:
        return Finding(False, error.said(say))


def _archive(settings: Settings, say: Callable[[str], str]) -> Iterator[Finding]:
    try:
        with open_database(settings.database_url) as database, database.reading() as tx:
            held, states, digests = articles.count(tx), feeds.states(tx), outbox.digests(tx)
            paused = own_sources.paused(tx)
            own = {
                "sources": own_sources.beside(tx, settings.sources),
                "watches": own_watches.beside(tx, settings.watches),
            }
    except MercatoError as error:
        yield Finding(False, error.said(say))
        return
    yield Finding(True, say("database: {kind}, {count} articles").format(kind=database.dialect, count=held))
    whole = settings.model_copy(update=own)
    yield from _outlets(whole, states, paused, say)
    yield from _watches(whole, say)
    for digest in digests:
        yield from _stuck(digest, say)


def _store(settings: Settings, say: Callable[[str], str]) -> Iterator[Finding]:
    """Whether closed raw files can be moved to where the settings say, and how many wait."""
    raw = raw_archive(settings)
    if raw is None or raw.store is None:
        return
    waiting = len(raw.waiting())
    try:
        held = sum(name.endswith(WARC) for name in raw.store.sizes())
    except StoreError as error:
        yield Finding(False, error.said(say))
        return
    told = say("raw files: {held} in {store}, {waiting} here")
    yield Finding(True, told.format(held=held, store=raw.store.url, waiting=waiting))


def _outlets(
    settings: Settings, states: Mapping[str, FeedState], paused: Mapping[str, datetime], say: Callable[[str], str]
) -> Iterator[Finding]:
    """How many outlets are followed and paused, and for each that needs a person, what was seen and what to do."""
    sources = followed(settings.sources, settings.crawl.catalogue)
    found = {source.id: health(source, states.get(source.id), utc_now(), say) for source in sources}
    resting = sorted(found.keys() & paused)
    if resting:
        yield Finding(True, say("outlets paused on the page: {names}").format(names=", ".join(resting)))
    stuck = {name: state for name, state in found.items() if state.needs_attention and name not in paused}
    if not stuck:
        yield Finding(True, say("outlets: {count} followed").format(count=len(sources)))
        return
    text = say("outlets: {count} followed; need a look: {names}")
    names = ", ".join(f"{name} ({state.state.value})" for name, state in stuck.items())
    yield Finding(False, text.format(count=len(sources), names=names))
    for name, state in stuck.items():
        yield Finding(False, f"{name}: {state.detail}")


def _stuck(digest: outbox.DigestRecord, say: Callable[[str], str]) -> Iterator[Finding]:
    """The deliveries of a digest that a person must know of."""
    text = say("digest {watch} {period} to {recipient}: {detail}")
    for delivery in digest.deliveries:
        if delivery.state in _NEEDS_A_PERSON or (delivery.state is Delivery.PENDING and delivery.detail):
            detail = delivery.detail or say("cut off while it was sent")
            yield Finding(
                False,
                text.format(watch=digest.watch, period=digest.period, recipient=delivery.recipient, detail=detail),
            )


def _space(settings: Settings, say: Callable[[str], str]) -> Finding:
    free = shutil.disk_usage(settings.folder).free
    text = (
        say("disk: {free:.1f} GB free in {folder}")
        if free > _LITTLE_SPACE
        else say("disk: only {free:.1f} GB free in {folder}; make room, or move [storage] elsewhere")
    )
    return Finding(free > _LITTLE_SPACE, text.format(free=free / 1e9, folder=settings.folder))


def _mail(settings: Settings, say: Callable[[str], str]) -> Finding:
    if not settings.mail.url:
        text = say("mail: no server set, digests are written to {folder}")
        return Finding(True, text.format(folder=settings.outbox))
    try:
        with Mailer(settings.mail) as mailer:
            mailer.check()
    except DeliveryError as error:
        return Finding(False, error.said(say))
    return Finding(True, say("mail: the server answers"))


def _watches(settings: Settings, say: Callable[[str], str]) -> Iterator[Finding]:
    if not settings.watches:
        text = say("no watch: nobody is told anything; add a [[watch]] to the settings file, or make one on the page")
        yield Finding(False, text)
    for watch in settings.watches:
        if not watch.recipients:
            text = say("watch {name} has no recipient: its digests are only written to {folder}")
            yield Finding(False, text.format(name=watch.name, folder=settings.outbox))
