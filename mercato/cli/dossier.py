"""One story at a time, and all of them counted: show, merge, split, flows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer

from alerts.amounts import pay_label
from alerts.pay import told_pay
from alerts.phrases import headline, novelty_label, status_label
from alerts.posts import post_label
from alerts.stories import hedged_destinations
from alerts.stories.consequences import Link, LinkKind, Seat, SeatState, links, neighbours, seat
from alerts.stories.flows import Span, flows
from alerts.stories.ladder import Rung, rungs
from alerts.stories.provenance import Provenance, provenance
from alerts.stories.recalls import is_recall, news
from alerts.turns import turn_label
from mercato.cli.archive import story_as_json
from mercato.cli.desk import ConfigOption, JsonOption, LimitOption, desk, emit, local, note, quoted, table, utc_now
from mercato.errors import MercatoError
from mercato.i18n import mark, phrase
from mercato.model import Claim, Figure, Story, StoryEvent, Telling, Voice
from scheduler import merging
from scheduler.jobs import reshelve
from storage import rechecks, verdicts
from storage import stories as dossiers
from storage.engine import Transaction

StoryArgument = Annotated[str, typer.Argument(metavar="ID", help=mark("Identifier of a story, or its beginning."))]

_VOICES = {Voice.ECHO: mark("echo"), Voice.TRANSLATED: mark("machine translation")}
_LINKS = {
    LinkKind.SUCCESSOR: mark("successor"),
    LinkKind.INTERIM: mark("interim"),
    LinkKind.PREDECESSOR: mark("predecessor"),
    LinkKind.TOGETHER: mark("leaves too"),
}
_SEATS = {
    SeatState.VACANT: mark("nobody known yet"),
    SeatState.INTERIM: mark("in the interim: {who}"),
    SeatState.FILLED: mark("taken by {who}"),
}

_BY = "mercato"  # who ruled, where the terminal did: whoever may run it is not asked for a name

Say = Callable[[str], str]


class NotFoundError(MercatoError):
    """What was asked for is not in the archive."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("show", help=mark("One story: what is known, who said it, what follows, and why it was flagged."))(
        _show
    )
    app.command("merge", help=mark("Rule that two stories tell one event; it holds whatever is read later."))(_merge)
    app.command("split", help=mark("Rule that articles of a story tell another event; it holds likewise."))(_split)
    app.command("flows", help=mark("How many people went from which firm to which."))(_flows)


@dataclass(frozen=True, slots=True)
class _File:
    """Everything that `show` says of a story."""

    story: Story
    provenance: Provenance | None  # None: withdrawn
    rungs: tuple[Rung, ...]
    links: tuple[Link, ...]
    seat: Seat | None
    gone: Mapping[str, datetime]  # articles whose page has vanished
    corrected: tuple[rechecks.Change, ...]  # what outlets took back


def _show(
    context: typer.Context, story: StoryArgument, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    with desk(context).newsroom(config) as room:
        reshelve(room.database)
        with room.database.reading() as tx:
            found = _found(tx, story)
            file = _file(tx, verdicts.corrected(found, verdicts.standing(tx, found.id)))
    if as_json:
        emit(_as_json(file))
    else:
        _print(file, desk(context).language, desk(context).say)


def _found(tx: Transaction, reference: str) -> Story:
    found = dossiers.get(tx, reference)
    if found is None:
        raise NotFoundError(
            phrase('{reference}: no such story, or several begin so; "mercato stories" lists them', reference=reference)
        )
    return found


def _file(tx: Transaction, story: Story) -> _File:
    gone = rechecks.gone(tx, [telling.article for telling in story.tellings])
    corrected = tuple(rechecks.history(tx, story.id))
    if not story.tellings:
        return _File(story, None, (), (), None, gone, corrected)
    linked = links(story, dossiers.Stacks(tx).lookup(neighbours(story)))
    return _File(story, provenance(story), rungs(story), linked, seat(story, linked), gone, corrected)


def _as_json(file: _File) -> dict[str, object]:
    """The JSON contract of `mercato show --json`."""
    return {
        **story_as_json(file.story),
        "timeline": [asdict(event) for event in file.story.events],
        "ladder": [
            {"status": rung.status.value, "at": rung.at, "article": rung.telling.article, "outlet": rung.telling.outlet}
            for rung in file.rungs
        ],
        "hedged_destinations": [
            {"destination": name, "status": status.value} for name, status in hedged_destinations(file.story)
        ],
        "gone": dict(file.gone),
        "corrections": [asdict(change) for change in file.corrected],
        "provenance": _provenance_as_json(file.provenance) if file.provenance else None,
        "seat": _seat_as_json(file.seat) if file.seat else None,
        "links": [
            {"kind": link.kind.value, "id": link.story.id, "headline": headline(link.story, "fr")}
            for link in file.links
        ],
    }


def _provenance_as_json(found: Provenance) -> dict[str, object]:
    return {
        "original": found.original,
        "first_published": {"outlet": found.first_published.outlet, "at": found.first_published.published},
        "first_seen": {"outlet": found.first_seen.outlet, "at": found.first_seen.first_seen},
        "independent_origins": list(found.independent),
        "echoes": [telling.article for telling in found.echoes],
    }


def _seat_as_json(found: Seat) -> dict[str, object]:
    by = found.taken_by
    return {
        "organisation": found.organisation,
        "role": found.role,
        "state": found.state.value,
        "taken_by": {"id": by.id, "people": list(by.people)} if by else None,
    }


def _print(file: _File, language: str, say: Say) -> None:
    story = file.story
    typer.secho(headline(story, language), bold=True)
    for name, value in (*_facts(story, language, say), *_origins(file.provenance, say), *_aftermath(file, say)):
        typer.echo(f"  {name:<22} {value}")
    _section(say("How sure"), (_rung_line(rung, language, say) for rung in file.rungs))
    _section(say("Linked stories"), (_link_line(link, language, say) for link in file.links))
    typer.echo("\n" + say("Articles"))
    for telling in (*news(story.tellings), *filter(is_recall, story.tellings)):
        _print_telling(telling, file.gone.get(telling.article), language, say)
    _section(say("Corrected by outlets"), (_change_line(change) for change in file.corrected))
    _section(say("Timeline"), (_event_line(event, language) for event in story.events))


def _section(title: str, lines: Iterable[str]) -> None:
    whole = list(lines)
    if whole:
        typer.echo("\n" + title + "".join(f"\n  {line}" for line in whole))


def _facts(story: Story, language: str, say: Say) -> Iterable[tuple[str, str]]:
    yield say("status"), status_label(story.status, language)
    yield say("who"), ", ".join(story.people) or (story.group.label if story.group else "–")
    yield say("from"), story.origin or "–"
    yield say("to"), story.destination or "–"
    for name, status in hedged_destinations(story):
        yield say("perhaps to"), f"{name} ({status_label(status, language)})"
    yield say("role"), post_label(story, language) or "–"
    for figure in story.figures:
        yield say("pay"), _figure_text(figure, language, say)


def _figure_text(figure: Figure, language: str, say: Say) -> str:
    amount, whose = pay_label(figure.amount, figure.composition, language), figure.source_cited or figure.outlet
    text = say("{amount}, denied: {source}") if figure.denied else say("{amount}, according to {source}")
    return text.format(amount=amount, source=whose)


def _origins(found: Provenance | None, say: Say) -> Iterable[tuple[str, str]]:
    if found is None:
        return
    yield say("original source"), found.original or "–"
    count = len(found.independent)
    yield say("independent origins"), f"{count} ({', '.join(found.independent)})"
    dated = found.first_published
    yield say("first published"), f"{dated.outlet}, {local(dated.published)}"
    yield say("first seen"), f"{found.first_seen.outlet}, {local(found.first_seen.first_seen)}"


def _aftermath(file: _File, say: Say) -> Iterable[tuple[str, str]]:
    if file.seat is not None:
        who = ", ".join(file.seat.taken_by.people) if file.seat.taken_by else ""
        state = say(_SEATS[file.seat.state]).format(who=who)
        yield (
            say("seat left"),
            say("{role} at {firm}: {state}").format(role=file.seat.role, firm=file.seat.organisation, state=state),
        )


def _rung_line(rung: Rung, language: str, say: Say) -> str:
    cited = ", ".join(rung.telling.sources_cited)
    whose = say("{outlet}, after {sources}").format(outlet=rung.telling.outlet, sources=cited)
    return f"{local(rung.at)}  {status_label(rung.status, language)}  ({whose if cited else rung.telling.outlet})"


def _link_line(link: Link, language: str, say: Say) -> str:
    return f"{link.story.id[:8]}  {say(_LINKS[link.kind])}  {headline(link.story, language)}"


def _change_line(change: rechecks.Change) -> str:
    return f"{local(change.at)}  {change.slot}  {change.before} → {change.after or '–'}  [{change.article}]"


def _print_telling(telling: Telling, gone: datetime | None, language: str, say: Say) -> None:
    told = say("{outlet}: {title}").format(outlet=telling.outlet, title=telling.title)
    marks = [say(_VOICES[telling.voice])] if telling.voice in _VOICES else []
    marks += [say("recalls it")] if is_recall(telling) else []
    marks += [say("page gone since {when}").format(when=local(gone))] if gone else []
    marked = f"  [{', '.join(marks)}]" if marks else ""
    typer.echo(f"  {local(telling.published or telling.first_seen)}  {told}{marked}")
    typer.echo(f"      {telling.url}  [{telling.article}]")
    words = {evidence.text: None for move in telling.moves for evidence in move.evidence}
    if words:
        typer.echo("      " + say("flagged for: {words}").format(words=quoted(words, say)))
    for move in telling.moves:
        for pay in told_pay(move):
            text = pay_label(pay.amount, pay.composition, language)
            label, denied = say("pay"), say("{amount}, denied").format(amount=text)
            typer.echo(f"      {label}  {denied if pay.denied else text}")


def _event_line(event: StoryEvent, language: str) -> str:
    return f"{local(event.at)}  {novelty_label(event.novelty, language)}  {turn_label(event, language)}".rstrip()


def _merge(context: typer.Context, one: StoryArgument, other: StoryArgument, config: ConfigOption = None) -> None:
    with desk(context).newsroom(config) as room:
        reshelve(room.database)
        with room.database.writing(exclusive="join") as tx:
            first, second = _found(tx, one), _found(tx, other)
            changed = merging.merge(tx, second, first, utc_now(), _BY)
    kept = next((story for story in changed if story.tellings), first)
    note(desk(context).say("One story: {id}").format(id=kept.id))


def _split(
    context: typer.Context,
    story: StoryArgument,
    articles: Annotated[
        list[str], typer.Option("--article", metavar="ARTICLE", help=mark("An article that tells another event."))
    ],
    person: Annotated[
        str | None, typer.Option("--person", help=mark("Only what these articles tell of this person."))
    ] = None,
    config: ConfigOption = None,
) -> None:
    with desk(context).newsroom(config) as room:
        reshelve(room.database)
        with room.database.writing(exclusive="join") as tx:
            found = _found(tx, story)
            changed = merging.split(tx, found, _claims(found, articles, person), utc_now(), _BY)
    names = ", ".join(sorted(part.id for part in changed if part.tellings) or [found.id])
    note(desk(context).say("Stories now: {ids}").format(ids=names))


def _claims(story: Story, articles: Sequence[str], person: str | None) -> frozenset[Claim]:
    """What the articles, named by the beginning of their identifiers, tell in the story, of one person or at all."""
    told = [telling for telling in news(story.tellings) if telling.article.startswith(tuple(articles))]
    return frozenset(
        Claim(article=telling.article, person=move.person)
        for telling in told
        for move in telling.moves
        if person is None or move.person == person
    )


def _flows(
    context: typer.Context,
    by: Annotated[Span, typer.Option("--by", help=mark("Count by month, quarter, year, or all in one."))] = Span.ALL,
    since: Annotated[
        datetime | None, typer.Option("--since", metavar="DATE", help=mark("From this day on, like 2026-01-01."))
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", metavar="DATE", help=mark("Up to the day before this one."))
    ] = None,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    say = desk(context).say
    with desk(context).newsroom(config) as room, room.database.reading() as tx:
        found = flows(dossiers.routes(tx, _utc(since), _utc(until)), by)[:limit]
    if as_json:
        for flow in found:
            emit(asdict(flow))
    elif found:
        headings = [say("period"), say("from"), say("to"), say("people"), say("stories")]
        table(headings, ([f.period or "–", f.origin, f.destination, str(f.people), str(f.stories)] for f in found))
    else:
        note(say("No established move between two firms in this time."))


def _utc(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=UTC) if day else None
