"""What an event of a story changed, in words: «Rumeur → Démenti»."""

from __future__ import annotations

from alerts.amounts import amount_label
from alerts.phrases import listed, status_label
from alerts.stories.novelty import FIGURES_BETWEEN, figure_told
from mercato.i18n import catalogue, mark
from mercato.model import Amount, Novelty, Status, StoryEvent

_SLOTS = {
    "who": mark("who: {change}"),
    "origin": mark("leaves: {change}"),
    "destination": mark("joins: {change}"),
    "role": mark("role: {change}"),
    "amount": mark("pay: {change}"),
    "status": mark("status: {change}"),
    "retracted": mark("no longer told: {change}"),
}


def turn_label(event: StoryEvent, language: str) -> str:
    """What stood there before and what stands there now, amounts and statuses as people write them; of a correction
    the slot too: «rejoint : OpenAI → Anthropic». Empty for an event that changed nothing."""
    if event.novelty is Novelty.CORRECTED:
        return _corrected(event, language)
    before, after = (_value(value, event.novelty, language) for value in (event.before, event.after))
    if event.novelty is Novelty.AMOUNT and before and after:
        # No arrow: another figure stands beside those that were given, it does not replace them.
        return catalogue(language).gettext("{figure} (given before: {others})").format(figure=after, others=before)
    return changed(before, after)


def changed(before: str, after: str) -> str:
    """Two states with an arrow between, or the one that there is."""
    return f"{before} → {after}" if before and after else after or before


def _corrected(event: StoryEvent, language: str) -> str:
    """From the event's «slot=value» before and after."""
    slot, _, before = event.before.partition("=")
    after = event.after.partition("=")[2]
    sort = {"status": Novelty.STATUS, "amount": Novelty.AMOUNT}.get(slot, Novelty.CORRECTED)
    before, after = _value(before, sort, language), _value(after, sort, language)
    nothing = catalogue(language).gettext("(nothing)")
    change = before if slot == "retracted" else changed(before, after or nothing)
    return catalogue(language).gettext(_SLOTS.get(slot, "{change}")).format(change=change)


def _value(value: str, novelty: Novelty, language: str) -> str:
    """One side of an event; what was taken back may be a status, a figure or a name."""
    if novelty in {Novelty.STATUS, Novelty.RETRACTED} and value in set(Status):
        return status_label(Status(value), language)
    if novelty in {Novelty.AMOUNT, Novelty.RETRACTED}:
        told = [figure_told(part) for part in value.split(FIGURES_BETWEEN)]
        figures = [_figure(*figure, language) for figure in told if figure]
        return listed(figures, language) if len(figures) == len(told) else value
    return value


def _figure(amount: Amount, denied: bool, language: str) -> str:
    label = amount_label(amount, language)
    return catalogue(language).gettext("{amount}, denied").format(amount=label) if denied else label
