"""What stands around the body of every mail: who it is for, proof of life, why it came and how to stop it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alerts.phrases import NAME_LIMIT, date_label
from alerts.sectors import sector_label
from alerts.typography import one_line
from mercato.i18n import catalogue
from mercato.model import Edition, SourceHealth, Watch, Window

_FAILED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the layout of every mail says around its body, in reading order."""

    language: str
    watch: str
    subject: str
    preheader: str  # what the list of mails shows behind the subject
    title: str
    date: str
    summary: str
    notices: tuple[str, ...] = ()
    proof: tuple[str, ...]
    why_me: str
    unsubscribe: str = ""  # placeholder of the link that stops these mails


def proof(watch: Watch, window: Window, health: SourceHealth | None, next_run: datetime | None) -> tuple[str, ...]:
    """Proof of life: what was looked at, what could not be, and when the next mail comes."""
    messages, zone, language = catalogue(watch.language), watch.timezone, watch.language
    start, end = (date_label(moment, zone, language) for moment in (window.start, window.end))
    if window.edition in (Edition.INSTANT, Edition.CORRECTION):
        period = messages.gettext("Sent at once, on {end} ({zone}); the sources are those of the last 24 hours.")
    else:
        period = messages.gettext("Period covered: from {start} to {end} ({zone}).")
    lines = [period.format(start=start, end=end, zone=zone)]
    # The mail with which a watch begins covers a moment: that nobody was visited in it says nothing.
    if not window.first:
        lines += _health(health, language)
    if next_run:
        following = messages.gettext("Next mail: {date}.")
        lines.append(following.format(date=date_label(next_run, zone, language)))
    return tuple(lines)


def _health(health: SourceHealth | None, language: str) -> Iterable[str]:
    messages = catalogue(language)
    if health is None or not health.checked:
        yield messages.gettext("No source was visited in this period: stories may be missing.")
        return
    checked = messages.ngettext("{count} source checked", "{count} sources checked", health.checked)
    checked = checked.format(count=health.checked)
    if not health.failed:
        yield messages.gettext("{checked}, all of them readable.").format(checked=checked)
        return
    failed = messages.ngettext("{count} could not be read", "{count} could not be read", len(health.failed))
    names = [one_line(name, NAME_LIMIT) for name in health.failed[:_FAILED]]
    more = "…" if len(health.failed) > _FAILED else ""
    text = messages.gettext("{checked}, {failed}: {names}.")
    joined = ", ".join(names) + more
    yield text.format(checked=checked, failed=failed.format(count=len(health.failed)), names=joined)


def why_me(watch: Watch, edition: Edition) -> str:
    """Why the reader has this mail: the watch, and what it follows.

    A denial also reaches those who left the watch after they were told what it denies.
    """
    messages = catalogue(watch.language)
    sectors = (sector_label(sector, watch.language) for sector in watch.sectors)
    followed = [one_line(name, NAME_LIMIT) for name in (*watch.organisations, *watch.people, *sectors)]
    text = messages.gettext("You receive this mail because you are a recipient of the watch “{watch}” ({scope}).")
    if edition is Edition.CORRECTION:
        text = messages.gettext(
            "You receive this denial because you are a recipient of the watch “{watch}” ({scope}), or were one when it "
            "told what is denied now."
        )
    scope = one_line(", ".join(followed), 300) or messages.gettext("all organisations")
    return text.format(watch=one_line(watch.name, NAME_LIMIT), scope=scope)
