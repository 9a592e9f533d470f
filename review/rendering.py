"""Templates in the visitor's language. All text from outside is escaped by Jinja and made harmless here."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_datetime, get_timezone
from babel.numbers import format_decimal, format_percent
from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.responses import HTMLResponse

from alerts.amounts import amount_label, composition_label
from alerts.mail_view import told_by
from alerts.phrases import (
    date_label,
    headline,
    kind_label,
    novelty_label,
    role_label,
    sentence,
    short_day_label,
    status_label,
)
from alerts.posts import post_label
from alerts.reasons import evidence_label, grounds, grounds_label
from alerts.sectors import sector_label
from alerts.turns import turn_label
from alerts.typography import one_line
from mercato.i18n import catalogue
from mercato.model import Story
from mercato.urls import web_url
from review.forms import here
from review.passages import harmless, weighed
from review.room import Visitor, visitor_of
from review.words import country_label, month_label, word

_LINE = 300
_SLIGHT = 0.05  # points that one decimal does not show


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The answer that a template makes of `values`, in the language of who is asking."""
    visitor = visitor_of(request)
    environment = _environment(visitor.language)
    text = environment.get_template(template).render(
        visitor=visitor,
        path=here(request),
        can_leave=bool(getattr(request.state, "session", "")),
        **values,
    )
    return HTMLResponse(text, status)


@lru_cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("review"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    messages = catalogue(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        messages.gettext, messages.ngettext, newstyle=False, pgettext=messages.pgettext, npgettext=messages.npgettext
    )
    in_language = {
        "headline": headline,
        "sentence": sentence,
        "status_label": status_label,
        "kind_label": kind_label,
        "novelty_label": novelty_label,
        "reason": evidence_label,
        "amount": amount_label,
        "composition": composition_label,
        "word": word,
        "sector": sector_label,
        "country": country_label,
        "month": month_label,
        "turn": turn_label,
        "post": post_label,
        "told_by": told_by,
        "grounds": _grounds,
    }
    environment.filters |= {name: partial(_in_language, label, language) for name, label in in_language.items()}
    environment.filters |= {
        "number": partial(_number, language),
        "points": partial(_points, language),
        "percent": partial(_percent, language),
        "line": _line,
        "harmless": harmless,
        "role": role_label,
        "day": _day,
        "moment": _moment,
        "stamp": _stamp,
        "href": _href,
        "query": _query,
        "who": _who,
        "weighed": weighed,
    }
    return environment


def _in_language(label: Any, language: str, value: Any) -> str:
    return str(label(value, language))


def _number(language: str, value: float, form: str = "0.0") -> str:
    """A number as the language writes it, by a CLDR pattern."""
    return format_decimal(value, form, locale=language).replace("-", "\N{MINUS SIGN}")


def _percent(language: str, share: float) -> str:
    """A share as the language writes it: «50 %»."""
    return format_percent(share, locale=language)


def _points(language: str, value: float) -> str:
    """What evidence weighs, with its sign; «0» for words that were found and weigh nothing of their own."""
    return _number(language, value, "+0.0;-0.0") if abs(value) >= _SLIGHT else "0"


def _line(text: str | None) -> str:
    """Text from outside on one line; «–» for none."""
    return one_line(text or "", _LINE) or "–"


def _grounds(story: Story, language: str) -> str:
    """The decisive words as mails quote them, for who reads no reckoning; "" where there are none."""
    found = grounds(story, language)
    return harmless(grounds_label(found, language)) if found else ""


def _who(story: Story) -> str:
    """The movers' names, or what their group is called."""
    return ", ".join(story.people) or (story.group.label if story.group else "")


@pass_context
def _day(context: Context, moment: datetime | None) -> str:
    visitor: Visitor = context["visitor"]
    return short_day_label(moment, visitor.zone, visitor.language) if moment else "–"


@pass_context
def _moment(context: Context, moment: datetime | None) -> str:
    visitor: Visitor = context["visitor"]
    return date_label(moment, visitor.zone, visitor.language) if moment else "–"


@pass_context
def _stamp(context: Context, moment: datetime | None) -> str:
    """Day and time in few characters, for tables; CLDR pattern."""
    visitor: Visitor = context["visitor"]
    if moment is None:
        return "–"
    text = format_datetime(moment, "d MMM y, HH:mm", get_timezone(visitor.zone), visitor.language)
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _href(url: str) -> str:
    """An address from outside as a link may bear it: http and https only, so that no link runs a script."""
    return web_url(url) or "#"


def _query(values: dict[str, Any]) -> str:
    """The query of an address, without empty fields."""
    return urlencode({name: value for name, value in values.items() if value not in (None, "", False)})
