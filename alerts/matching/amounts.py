"""Pay, bonus or package of the people who move, as the text states it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from alerts.matching import currencies
from alerts.matching.article import Article
from alerts.matching.numerals import Numeral, numerals
from mercato.model import Amount, Period
from mercato.text import fold

_PAY = re.compile(
    r"\b(?:salaires?|remuneration\w*|primes?|bonus|package|paquet|contrat|remunere\w*|paye\w*|touch\w+|gagn\w+"
    r"|verse\w*|offr\w+|offert\w*"
    r"|propos\w+|promet\w*|promis\w*|miroiter|pont d'or|cheque|actions|stock-options|an|annuel\w*|somme|contre"
    r"|brut\w*"
    r"|indemnite\w*|convainc\w+|accorde\w*|augmentation|honoraires|percev\w+|percoi\w+|percu\w*|paies?"
    r"|emoluments?|cachet|annee"
    r"|fixe|recev\w+|recoi\w+|recu|recue|empoch\w+|emarg\w+|traitement|gratification|golden hello|appointements"
    r"|promesse|commun accord|rallonge|parachute|depart negocie|en parts)\b"
)
_NOT_PAY = re.compile(
    r"\b(?:leve\w*|levait|tour de table|investi\w*|valoris\w+|valeur boursiere|capitalisation|amende"
    r"|chiffre d'affaires|rachet\w+|rachat|acqui[st]\w*|licences?|business angels|valeur|contrat (?:de|avec"
    r"|vaut|pesait)|pesait|condamn\w+|exige\w*|frais"
    r"|financement|fonds|recettes|ventes|budget|pertes?|benefices?|economies|revenus|cout\w*"
    r"|facture"
    r"|subvention\w*|emprunt\w*|dette|commande\w*|marche|depens\w+)\b"
)
_SURELY_PAY = re.compile(
    r"\b(?:salaires?|remuneration\w*|primes?|bonus|package|indemnites?|honoraires|paie|percev\w+|percu\w*"
    r"|touch\w+|verses?)\b"
)
"""Words beside which a figure is pay even where sales or funds are spoken of farther off."""
_DENIED = re.compile(
    r"\b(?:n'ai pas|n'a pas (?:touche|recu|percu|obtenu|demande)|ne touchera|n'a jamais|dement\w*|faux|fausse"
    r"|fantaisistes?|exagere\w*|pas touche|refut\w+|rejet\w+ (?:les|ces|cette|l') ?(?:affirmations?|chiffres?"
    r"|informations?|montants?|sommes?))\b"
)
_NET = r"\s*(?:(?:\(?(?:bruts?|brutes?|nets?|nettes?)\)?|environ|hors primes?) ?){0,2}"
_YEARLY = re.compile(
    rf"{_NET}(?:par an(?:nee)?\b|par exercice|annuels?\b|annuelles?\b|(?:a )?l'an(?:nee)?\b|chaque annee|/ ?an\b)"
)
_MONTHLY = re.compile(rf"{_NET}(?:par mois\b|mensuels?\b|mensuelles?\b|/ ?mois\b|le mois\b|chaque mois)")
_ANNUAL_NOUN = re.compile(
    r"\b(?:salaire|salaires|fixe|remuneration|remunerations|traitement|paie|revenu|package|paquet)(?: \w+)?"
    r" (?:annuel|annuels|annuelle|annuelles)\b[^,;:.]{0,40}$"
)
_MONTHLY_NOUN = re.compile(r"\bmensue\w+\b[^,;:.]{0,40}$")
_LEAST = re.compile(
    r"(?:(?<!pas )(?<!jamais )plus (?:de |d')|(?:au|pas) moins (?:de |d')?|(?:au |un )?minimum (?:de |d')?"
    r"|superieure?s? aux? |(?<!pas )(?<!sans )(?<!pas y )\b(?:depass|exced)\w* (?:deja |largement )?(?:les? )?"
    r"|au-dela (?:de |d')|au-dessus (?:de |d')|a partir (?:de |d')|plancher (?:de |d')|franchi\w* les )$"
)
_MOST = re.compile(
    r"(?:jusqu'a |(?:au |un )?maximum (?:de |d')?|(?<!pas )moins (?:de |d')"
    r"|p(?:ouvant|ourrait|ourra|eut) (?:y )?atteindre |plafonn\w+ (?:[^,;.]{0,30} )?a |plafond (?:de |d')"
    r"|(?:pas|jamais|guere|sans|ne \w+) (?:y )?(?:depasser|exceder) (?:les )?"
    r"|n'?e? ?(?:exced|depass)\w+ (?:pas|guere) (?:les )?|(?:pas|jamais) plus (?:de |d')|au plus "
    r"|dans la limite (?:de |d')|inferieure?s? aux? |sous (?:les |la barre des ))$"
)
_LEAST_AFTER = re.compile(r"(?: par an)?,? (?:au (?:moins|minimum|bas mot)|minimum|et plus|ou plus)\b")
_MOST_AFTER = re.compile(r"(?: par an)?,? (?:au (?:plus|maximum)|maximum|grand maximum)\b")
_BETWEEN = re.compile(r"\bentre (?:environ )?(?:les )?$")
_LINK = re.compile(r"\s*(?:(?P<and>et)|a|-)\s*(?:les )?(?:us ?\$|[$€£] ?)?")
_CHANGED = re.compile(
    r"\b(?:pass|grimp|mont|tomb|port|relev|augment|baiss|bond|saut|abaiss|recul|progress|fond|chut)\w*\b"
    r"[^.;:]{0,50}\b(?:de |d')(?:quelque )?$"
)
"""« Son fixe passe de 900 000 à 1,1 million » gives the second sum only."""
_ALONE = re.compile(
    r"\s*(?:$|[.,;:!?)»\"]|- |(?:par (?:an|mois)|l'an|annuel\w*|mensuel\w*|bruts?|nets?|pour|a|et|contre|dans|en|sur"
    r"|selon|si|quand|la|le|au|chez|qui|que|dont|d'apres|ailleurs|aujourd'hui|auparavant|jusqu'ici|promis|promises)\b)"
)
"""What may follow a sum whose currency was told before: « contre 205 000 à la régie »; other words are counted."""
_LOWEST = 5000
_HIGHEST = 5 * 10**9
"""No pay is higher; what exceeds it is a valuation."""
_MEMORY = 3
"""Sentences after which a currency that was told is forgotten."""


_LONGEST_SENTENCE = 3000
"""Characters of a sentence in which sums are looked for; what is longer is a list or an attack."""
_MOST_FIGURES = 40
_MOST_SENTENCES, _LONGEST_AROUND = 200, 20_000
"""Sentences and characters in which the places of an article are looked for."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum of money in a sentence: its folded characters there, its value as pay, what stands around it."""

    sentence: int
    start: int
    end: int
    amount: Amount
    pay: bool  # by the words around it
    denied: bool  # by words of its sentence
    told: bool = True  # whether it has a currency of its own, rather than that of a sum before it
    rivals: int = 0  # other sums of the article that are pay by the words around them


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum as it is written: its characters, its ends before « plus de » and the like, its currency if it has one."""

    start: int
    end: int
    low: float
    high: float
    code: str | None


def figures(article: Article) -> Iterator[Figure]:
    """Every sum that could be somebody's pay, in order."""
    found = list(islice(_all_figures(article), _MOST_FIGURES))
    paid = {figure.amount for figure in found if figure.pay}
    for figure in found:
        yield replace(figure, rivals=len(paid - {figure.amount}))


def _all_figures(article: Article) -> Iterator[Figure]:
    code, told_in = "", -_MEMORY
    around = _around(article)
    for index in range(len(article.folded)):
        folded = plain_spaces(article.folded[index][:_LONGEST_SENTENCE])
        if index - told_in >= _MEMORY:
            code = ""
        for figure in _figures_of(folded, index, around, code):
            code, told_in = figure.amount.currency, index
            yield figure


def _figures_of(folded: str, index: int, around: str, code: str) -> Iterator[Figure]:
    """The sums of a sentence; those without a currency have that of the sum before, at first `code`."""
    read = list(_sums(folded, around))
    if not any(sum_.code for sum_ in read) and not code:
        return
    denied = bool(_DENIED.search(folded))
    code = code or next(sum_.code for sum_ in read if sum_.code) or ""
    for sum_ in read:
        code = sum_.code or code
        amount = _amount(replace(sum_, code=code), folded)
        if amount:
            pay = _is_pay(folded, sum_.start, sum_.end)
            yield Figure(index, sum_.start, sum_.end, amount, pay, denied, sum_.code is not None)


def plain_spaces(folded: str) -> str:
    """The text with ordinary spaces for those that do not break; no offset changes."""
    return folded.replace("\u202f", " ").replace("\u00a0", " ")


def find_amount(article: Article, index: int, *, denied: bool = False) -> Amount | None:
    """The pay stated in sentence `index`, or None; with `denied`, the pay of which it says that it is not true."""
    folded = plain_spaces(article.folded[index][:_LONGEST_SENTENCE])
    around = _around(article) if _DIGIT_OR_SCALE.search(folded) else ""
    found = (figure for figure in _figures_of(folded, index, around, "") if figure.pay and figure.denied is denied)
    return next((figure.amount for figure in found), None)


def _around(article: Article) -> str:
    """The beginning of the article, whose places tell which country's money is meant."""
    return " ".join(article.folded[:_MOST_SENTENCES])[:_LONGEST_AROUND]


_DIGIT_OR_SCALE = re.compile(r"\d|mill|cent")


def amount_in(text: str) -> Amount | None:
    """The first sum of money in a few words of a person, whatever stands around it; None for none."""
    folded = plain_spaces(fold(text[:_LONGEST_SENTENCE]))
    return next((figure.amount for figure in _figures_of(folded, 0, folded, "")), None)


def _sums(folded: str, around: str) -> Iterator[_Sum]:
    """The sums of a sentence as they are written, ranges as one."""
    if not _DIGIT_OR_SCALE.search(folded):
        return
    found = list(numerals(folded))
    place = 0
    while place < len(found):
        one = found[place]
        joined = _joined(found, place, folded, around)
        if joined:
            yield joined
            place += 2
            continue
        place += 1
        if (sum_ := _single(one, folded, around)) is not None:
            yield sum_


def _single(one: Numeral, folded: str, around: str) -> _Sum | None:
    """A number with its currency, or without one where nothing else is counted."""
    money = currencies.behind(folded, one.end, around)
    code = money.code if money else currencies.before(folded, one.start, around)
    if code is None and not (one.value >= _LOWEST and _ALONE.match(folded, one.end) and not _dated(one, folded)):
        return None
    return _Sum(one.start, money.end if money else one.end, one.value, one.value, code)


def _dated(one: Numeral, folded: str) -> bool:
    """Whether the figures are no sum: a postal code or a reference, which have no thousands set off."""
    return one.scale == 1 and folded[one.start : one.end].isdigit()


def _joined(found: Sequence[Numeral], place: int, folded: str, around: str) -> _Sum | None:
    """The range of two numbers (« de 3 à 5 millions »), or the second alone where pay changes from one to the other."""
    if place + 1 >= len(found):
        return None
    one, other = found[place], found[place + 1]
    money = currencies.behind(folded, one.end, around)
    link = _LINK.fullmatch(folded, money.end if money else one.end, other.start)
    last = currencies.behind(folded, other.end, around)
    code = last.code if last else money.code if money else currencies.before(folded, one.start, around)
    head = folded[max(0, one.start - 70) : one.start]
    if link is None or (link["and"] and not _BETWEEN.search(head)):
        return None
    low, high = _scaled(one, other), other.value
    if code is None and (low < _LOWEST or not _ALONE.match(folded, other.end) or _dated(other, folded)):
        return None
    end = last.end if last else other.end
    if _CHANGED.search(head):
        return _Sum(one.start, end, high, high, code)
    return _Sum(one.start, end, low, high, code) if low < high else None


def _scaled(one: Numeral, other: Numeral) -> float:
    """The value of the first number of a range, which may leave its scale to the second: « 300 et 400 000 »."""
    if not one.bare:
        return one.value
    for scale in (other.scale, 1000):
        if one.value < one.value * scale < other.value:
            return one.value * scale
    return one.value


def _is_pay(folded: str, start: int, end: int) -> bool:
    """Whether the figure is somebody's pay by the words around it."""
    if not _PAY.search(folded[max(0, start - 90) : end + 60]):
        return False
    sure = _SURELY_PAY.search(folded[max(0, start - 45) : end + 12])
    near, far = (15, 12) if sure or _YEARLY.match(folded[end : end + 25]) else (60, 40)
    return not _NOT_PAY.search(folded[max(0, start - near) : end + far])


def _amount(sum_: _Sum, folded: str) -> Amount | None:
    """The value of a sum; None when it cannot be pay. Pay by the month is told by the year."""
    head, after = folded[max(0, sum_.start - 60) : sum_.start], folded[sum_.end : sum_.end + 40]
    monthly = bool(_MONTHLY.match(after) or (_MONTHLY_NOUN.search(head) and not _YEARLY.match(after)))
    yearly = monthly or bool(_YEARLY.match(after) or _ANNUAL_NOUN.search(head))
    times = 12 if monthly else 1
    low, high = round(sum_.low * times), round(sum_.high * times)
    if not _LOWEST <= low <= _HIGHEST * (100 if sum_.code in currencies.CHEAP else 1):
        return None
    least, most = _bounds(low, high, head, after)
    period = Period.YEAR if yearly else Period.TOTAL
    return Amount(min=least, max=most, currency=sum_.code or "EUR", period=period)


def _bounds(low: int, high: int, head: str, after: str) -> tuple[int | None, int | None]:
    """Least and most by the words around: « plus de », « jusqu'à »; an unbounded sum is both."""
    if low != high:
        return low, high
    if _MOST.search(head) or _MOST_AFTER.match(after):
        return None, high
    if _LEAST.search(head) or _LEAST_AFTER.match(after):
        return low, None
    return low, high
