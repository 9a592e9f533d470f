"""Pay in words: «200 millions de dollars», «80 000 €», «de 10 à 40 millions de dollars par an»."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from babel.numbers import format_decimal, get_currency_name

from alerts.grammar import Term
from alerts.phrases import GRAMMARS, listed
from mercato.i18n import catalogue, mark, mark_plural
from mercato.model import Amount, Composition, PayPart, Period

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
# Shorter than CLDR's names («dollars des États-Unis»), as the press writes them.
_CURRENCIES: Mapping[str, str] = {
    "EUR": mark("euros"),
    "USD": mark("dollars"),
    "GBP": mark("pounds sterling"),
    "CAD": mark("Canadian dollars"),
}


@dataclass(frozen=True, slots=True)
class _Scale:
    """How a sum is written: its unit and the words for it."""

    unit: int
    words: tuple[str, str]  # for less than two and for two and more


_BILLIONS = _Scale(1_000_000_000, mark_plural("{number} billion", "{number} billion"))
_MILLIONS = _Scale(1_000_000, mark_plural("{number} million", "{number} million"))


def amount_label(amount: Amount, language: str) -> str:
    """`amount` as people write it, with «plus de», «jusqu’à», «de … à …» and «par an» where they apply."""
    messages = catalogue(language)
    text = _span(amount, language)
    return messages.gettext("{amount} a year").format(amount=text) if amount.period is Period.YEAR else text


def _span(amount: Amount, language: str) -> str:
    messages = catalogue(language)
    low, high, currency = amount.min, amount.max, amount.currency
    if low is None or high is None:
        text = messages.gettext("more than {sum}") if high is None else messages.gettext("up to {sum}")
        return text.format(sum=_sum(high if low is None else low, currency, language))
    if low == high:
        return _sum(low, currency, language)
    if not _scale(low) and not _scale(high) and currency in _SYMBOLS:
        text = messages.gettext("{symbol}{low} to {symbol}{high}")
        numbers = {"low": _number(low, language), "high": _number(high, language)}
        return text.format(symbol=_SYMBOLS[currency], **numbers)
    same = _scale(low) is _scale(high)
    lower = _number(low, language) if same else _sum(low, currency, language)
    return messages.gettext("{low} to {high}").format(low=lower, high=_sum(high, currency, language))


def _scale(value: int | None) -> _Scale | None:
    """The unit in which `value` needs no more than two decimals; None for plain digits."""
    for scale in (_BILLIONS, _MILLIONS):
        if value is not None and value >= scale.unit and value % (scale.unit // 100) == 0:
            return scale
    return None


def _number(value: int, language: str) -> str:
    scale = _scale(value)
    return format_decimal(value / scale.unit if scale else value, locale=language)


def _sum(value: int | None, currency: str, language: str) -> str:
    value = value or 0
    messages, scale, number = catalogue(language), _scale(value), _number(value, language)
    if scale:
        counted = messages.ngettext(*scale.words, value // scale.unit).format(number=number)
        return messages.gettext("{millions} {currency}").format(
            millions=counted, currency=_currency(currency, language)
        )
    if currency in _SYMBOLS:
        return messages.gettext("{symbol}{number}").format(symbol=_SYMBOLS[currency], number=number)
    return messages.gettext("{number} {currency}").format(number=number, currency=_currency(currency, language))


def _currency(currency: str, language: str) -> Term:
    known = _CURRENCIES.get(currency)
    name = catalogue(language).gettext(known) if known else get_currency_name(currency, count=2, locale=language)
    return Term(name, GRAMMARS[language])


# The whole comes first; what it consists of follows in the order of these.
_PARTS: Mapping[PayPart, str] = {
    PayPart.PACKAGE: mark("pay in all"),
    PayPart.SALARY: mark("salary"),
    PayPart.BONUS: mark("bonus"),
    PayPart.SIGNING_BONUS: mark("signing bonus"),
    PayPart.SHARES: mark("shares"),
    PayPart.OPTIONS: mark("stock options"),
    PayPart.SEVERANCE: mark("severance pay"),
}


def pay_label(amount: Amount, composition: Composition, language: str) -> str:
    """`amount` with what it consists of: «25 millions de dollars (rémunération totale, dont actions, sur 4 ans)»."""
    text, what = amount_label(amount, language), composition_label(composition, language)
    return catalogue(language).gettext("{amount} ({what})").format(amount=text, what=what) if what else text


def composition_label(composition: Composition, language: str) -> str:
    """What a figure consists of, for people; "" where nothing is told of it."""
    messages = catalogue(language)
    names = [messages.gettext(_PARTS[part]) for part in composition.parts]
    if PayPart.PACKAGE in composition.parts and len(names) > 1:
        names = [names[0], messages.gettext("with {parts}").format(parts=listed(names[1:], language))]
    elif names:
        names = [listed(names, language)]
    return ", ".join([*names, *_spread(composition, language)])


def _spread(composition: Composition, language: str) -> list[str]:
    messages = catalogue(language)
    if composition.years:
        count = composition.years
        return [messages.ngettext("over {count} year", "over {count} years", count).format(count=count)]
    return [messages.gettext("over several years")] if composition.multi_year else []
