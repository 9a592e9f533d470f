"""The review page from the command line: `mercato review`, and beside the service and the demo."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.catalogue import followed
from crawler.health import health
from mercato.cli.desk import ConfigOption, desk, note, utc_now
from mercato.cli.words import word
from mercato.i18n import catalogue, mark
from mercato.model import FeedState, Source
from mercato.settings import Settings
from scheduler.jobs import Newsroom, open_newsroom
from scheduler.pulse import Pulse

if TYPE_CHECKING:
    from review.room import OutletLine, Room

# The web framework and the pictures take a second to import: commands that serve no page do not wait for them, which is
# why `review` is imported where it is used.

HostOption = Annotated[
    str | None, typer.Option("--host", help=mark("Where to listen; default: [review] host, this machine only."))
]
PortOption = Annotated[
    int | None, typer.Option("--port", min=0, max=65_535, help=mark("At which port; 0 takes any that is free."))
]


def add_to(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("review", help=mark("Serve the page where stories are judged, searched and seen."))(_review)


def _review(
    context: typer.Context,
    host: HostOption = None,
    port: PortOption = None,
    password: Annotated[
        bool, typer.Option("--make-password", help=mark("Ask for a password, print what [review] password must hold."))
    ] = False,
    token: Annotated[
        bool, typer.Option("--make-token", help=mark("Print a token for programs, and what [review] tokens must hold."))
    ] = False,
    config: ConfigOption = None,
) -> None:
    say = desk(context).say
    if password or token:
        from review.doors import make_password, make_token  # noqa: PLC0415
    if password:
        typer.echo(make_password(typer.prompt(say("Password"), hide_input=True, confirmation_prompt=True)))
        return
    if token:
        secret, digest = make_token()
        typer.echo(say("token: {secret}\n[review] tokens: {digest}").format(secret=secret, digest=digest))
        return
    with open_newsroom(placed(desk(context).working(config), host, port)) as news:
        show(news, say)


def show(news: Newsroom, say: Callable[[str], str]) -> None:
    """Serve the page until Ctrl-C or SIGTERM; says where."""
    from review.server import address_of, listen, serve  # noqa: PLC0415

    settings = news.settings.review
    with listen(settings.host, settings.port) as listening:
        note(say("The review page: {address}  Ctrl-C stops it.").format(address=address_of(listening)))
        serve(room(news), listening)


def placed(settings: Settings, host: str | None, port: int | None) -> Settings:
    """The settings with the page at the host and port of the command line, where those are given."""
    given = {"host": host, "port": port}
    changed = {name: value for name, value in given.items() if value is not None}
    return settings.model_copy(update={"review": settings.review.model_copy(update=changed)})


def room(news: Newsroom, pulse: Pulse | None = None) -> Room:
    """What the review page needs, over an open newsroom; `pulse` is that of the service beside it."""
    from review.room import Room  # noqa: PLC0415

    return Room(news, utc_now, partial(_outlets, news), outlet_line, pulse)


@contextmanager
def beside(news: Newsroom, say: Callable[[str], str], pulse: Pulse) -> Iterator[None]:
    """Serve the page beside a service while the block runs, unless the settings switch it off; says where."""
    settings = news.settings.review
    if not settings.enabled:
        yield
        return
    from review.server import address_of, listen, serving  # noqa: PLC0415

    with listen(settings.host, settings.port) as listening, serving(room(news, pulse), listening):
        note(say("The review page: {address}").format(address=address_of(listening)))
        yield


def _outlets(news: Newsroom, states: Mapping[str, FeedState], now: datetime, language: str) -> Sequence[OutletLine]:
    sources = followed(news.sources(), news.settings.crawl.catalogue)
    return [outlet_line(source, states.get(source.id), now, language) for source in sources]


def outlet_line(source: Source, state: FeedState | None, now: datetime, language: str) -> OutletLine:
    """How the outlet `source` does at `now`, in `language`, from what is remembered of its feed; None: nothing is."""
    from review.room import OutletLine  # noqa: PLC0415

    found = health(source, state, now, catalogue(language).gettext)
    return OutletLine(
        id=source.id,
        name=source.name,
        feed=source.feed,
        country=source.country,
        state=word(found.state, language),
        advice=found.detail,
        needs_attention=found.needs_attention,
        last_success=state.last_success if state else None,
        next_due=state.next_due if state else None,
    )
