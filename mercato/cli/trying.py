"""A watch tried on the archive before it is saved: watch try."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from alerts.backtest import Trial
from alerts.lexicon import lexicon_of
from alerts.phrases import headline, status_label
from mercato.cli.archive import story_as_json
from mercato.cli.desk import ConfigOption, JsonOption, desk, emit, note, quoted, utc_now
from mercato.errors import SettingsError
from mercato.i18n import catalogue, decimal, mark, phrase
from mercato.model import OwnWords, Story, Watch
from mercato.settings import Settings, load_settings
from scheduler.jobs import open_newsroom
from scheduler.trial import try_watch

_MOST_DAYS = 31
"""Days with a line of their own; a longer span is shown by weeks."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(no_args_is_help=True, help=mark("Watches, tried before they are saved."))
    group.command("try", help=mark("Show what a changed watch would have told, and what it would lose."))(_try)
    group.callback()(lambda: None)  # keeps "try" a command of its own: Typer would melt a single one into its group
    app.add_typer(group, name="watch")


_Words = Annotated[
    list[str] | None, typer.Option(metavar="FAMILY=WORDS", help=mark("A wording for a family; may be repeated."))
]


def _try(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=mark("The watch; a new name is a new watch."))],
    draft: Annotated[
        Path | None, typer.Option("--draft", help=mark("A changed copy of the settings file, not in force yet."))
    ] = None,
    organisation: Annotated[
        list[str] | None, typer.Option("--organisation", help=mark("One organisation more; may be repeated."))
    ] = None,
    person: Annotated[
        list[str] | None, typer.Option("--person", help=mark("One person more; may be repeated."))
    ] = None,
    muted: Annotated[list[str] | None, typer.Option("--muted", help=mark("A word to mute; may be repeated."))] = None,
    alias: Annotated[
        list[str] | None,
        typer.Option("--alias", metavar="NAME=FORM", help=mark("Another form of a name; may be repeated.")),
    ] = None,
    verb: _Words = None,
    noun: _Words = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3660, help=mark("How far back."))] = 30,
    samples: Annotated[int, typer.Option("--samples", min=0, max=1000, help=mark("Stories shown of each sort."))] = 10,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    settings = desk(context).settings(config)
    tried = load_settings(draft) if draft else settings
    more = OwnWords(
        place="watch try",
        organisations=tuple(organisation or ()),
        aliases=_pairs("--alias", alias),
        verbs=_pairs("--verb", verb),
        nouns=_pairs("--noun", noun),
    )
    changed = bool(draft or organisation or person or muted or alias or verb or noun)
    watch = _widened(_chosen(tried, settings, name, changed), organisation, person, muted)
    lexicon = lexicon_of(tried.model_copy(update={"words": (*tried.words, more)}))
    now, say = utc_now(), desk(context).say
    with open_newsroom(settings) as room:
        trial = try_watch(
            room,
            watch,
            lexicon,
            _named(settings.watches, name),
            since=now - timedelta(days=days),
            now=now,
            progress=lambda count: note(say("Articles judged so far: {count}").format(count=count)),
        )
        again = lexicon.fingerprint != room.lexicon.fingerprint
    if as_json:
        emit({**trial_as_json(trial, samples), "judged_again": again})
    else:
        for line in _lines(trial, samples, again, desk(context).language):
            typer.echo(line)


def _pairs(option: str, given: Iterable[str] | None) -> dict[str, tuple[str, ...]]:
    """« leave=solder son bail » by what stands before the sign."""
    found: dict[str, tuple[str, ...]] = {}
    for text in given or ():
        name, sign, words = (part.strip() for part in text.partition("="))
        if not (name and sign and words):
            accepted = "NAME=FORM" if option == "--alias" else phrase('FAMILY=WORDS such as "leave=solder son bail"')
            raise typer.BadParameter(
                phrase("{text!r}: expected {accepted}", text=text, accepted=accepted), param_hint=option
            )
        found[name] = (*found.get(name, ()), words)
    return found


def _named(watches: Iterable[Watch], name: str) -> Watch | None:
    return next((watch for watch in watches if watch.name == name), None)


def _chosen(tried: Settings, settings: Settings, name: str, changed: bool) -> Watch:
    """The watch to try: the draft's, the present one, or a new one. Raises SettingsError for a name without words."""
    watch = _named(tried.watches, name) or _named(settings.watches, name)
    if watch is None and not changed:
        known = ", ".join(watch.name for watch in settings.watches) or phrase("none")
        sentence = phrase(
            "{name}: no such watch; known: {known}. For a new one say what it is to hold, or give --draft",
            name=name,
            known=known,
        )
        raise SettingsError(str(settings.file), [sentence])
    return watch or Watch(name=name)


def _widened(
    watch: Watch, organisations: Sequence[str] | None, people: Sequence[str] | None, muted: Sequence[str] | None
) -> Watch:
    return replace(
        watch,
        organisations=(*watch.organisations, *(organisations or ())),
        people=(*watch.people, *(people or ())),
        muted=(*watch.muted, *(muted or ())),
    )


def trial_as_json(trial: Trial, samples: int) -> dict[str, object]:
    """The JSON contract of `mercato watch try --json`."""
    return {
        "watch": trial.watch.name,
        "since": trial.since.isoformat(),
        "until": trial.until.isoformat(),
        "articles": trial.articles,
        "hits": len(trial.hits),
        "hits_now": len(trial.present),
        "hits_per_day": round(trial.rate, 3),
        "per_day": {day.isoformat(): count for day, count in trial.per_day.items()},
        "gained": [story_as_json(story) for story in trial.gained],
        "lost": [story_as_json(story) for story in trial.lost],
        "samples": [story_as_json(story) for story in trial.hits[:samples]],
    }


def _lines(trial: Trial, samples: int, again: bool, language: str) -> Iterator[str]:
    """The trial for people: how much, when, what is gained and lost, what it looks like."""
    say = catalogue(language).gettext
    line = say("Watch “{name}”, {since} to {until}: articles {articles}, stories {hits} ({rate} per day); now: {now}.")
    yield typer.style(
        line.format(
            name=trial.watch.name,
            since=trial.since,
            until=trial.until,
            articles=trial.articles,
            hits=len(trial.hits),
            rate=decimal(f"{trial.rate:.2f}", language),
            now=len(trial.present),
        ),
        bold=True,
    )
    if again:
        yield say("The words change: once saved, the whole archive is judged again.")
    yield from _bars(trial)
    for heading, colour, stories in (
        (say("Gained: {count}"), "green", trial.gained),
        (say("Lost: {count}"), "red", trial.lost),
        (say("Latest of all: {count}"), None, trial.hits),
    ):
        if not stories:
            continue
        yield "\n" + typer.style(heading.format(count=len(stories)), fg=colour, bold=True)
        for story in stories[:samples]:
            yield from _story(story, language)


def _bars(trial: Trial) -> Iterator[str]:
    """A line per day, or per week of a long span."""
    weekly = len(trial.per_day) > _MOST_DAYS
    counts: dict[date, int] = {}
    for day, count in trial.per_day.items():
        begins = day - timedelta(days=day.weekday()) if weekly else day
        counts[begins] = counts.get(begins, 0) + count
    longest = max(1, *counts.values())
    for day, count in counts.items():
        yield f"  {day}  {count:>4}  {'▇' * -(-40 * count // longest)}".rstrip()


def _story(story: Story, language: str) -> Iterator[str]:
    """Headline, and the words of the first telling that flagged it."""
    say = catalogue(language).gettext
    telling = story.tellings[0]
    words = {piece.text: None for move in telling.moves for piece in move.evidence}
    yield f"  {headline(story, language)} ({status_label(story.status, language)})"
    told = say("{outlet}: {title}").format(outlet=telling.outlet, title=telling.title)
    yield typer.style(f"      {told}  [{quoted(words, say)}]", dim=True)
