"""Pay, bonus or package of the people who move, as the text states it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from alerts.matching.article import Article
from mercato.model import Amount, Period
from mercato.text import fold

_WORDS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "douze": 12, "quinze": 15, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "cent": 100, "une centaine de": 100, "un demi": 0.5, "une dizaine de": 10,
    "deux cents": 200, "trois cents": 300,
}  # fmt: skip
_NUMBER = r"(?:\d{1,3}(?:[ .]\d{3})+|\d+(?:[.,]\d+)?|" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
_SCALE = r"(?:millions?|milliards?|mille|k|m|md)"
_CURRENCY = (
    r"(?:dollars? canadiens|dollars?|euros?|livres?(?: sterling)?|francs? suisses|francs? cfa|f ?cfa|fcfa"
    r"|francs?|yens?|yuans?"
    r"|couronnes? danoises|couronnes? norvegiennes|couronnes?|dirhams?|roupies?|\$ ?ca|us\$|\$|€|£|chf|usd|eur"
    r"|gbp|cad)"
)
_AMOUNT = re.compile(
    rf"(?:(?P<bound>plus de|au moins|superieure? a|depass\w+(?: les)?|au-dela de|jusqu'a|au maximum|maximum de"
    rf"|moins de|pouvant atteindre|plafonn\w+ a|(?:pourra|peut|doit|saurait) (?:pas )?(?:depasser|exceder)"
    rf"|n'exced\w+ pas"
    rf"|ne depass\w+ pas)\s+)?"
    rf"(?:(?:entre|de)\s+)?(?P<first>{_NUMBER})(?:[\s-]*(?P<scale1>{_SCALE})\b)?"
    rf"(?:\s*(?:et|a|-)\s*(?P<second>{_NUMBER}))?"
    rf"\s*(?P<scale>{_SCALE})?\s*(?:de\s+|d')?(?P<currency>{_CURRENCY})(?![a-z])"
)
_PAY = re.compile(
    r"\b(?:salaires?|remuneration\w*|primes?|bonus|package|paquet|contrat|remunere\w*|paye\w*|touch\w+|gagn\w+"
    r"|verse\w*|offr\w+|offert\w*"
    r"|propos\w+|promet\w*|promis\w*|miroiter|pont d'or|cheque|actions|stock-options|an|annuel\w*|somme|contre"
    r"|brut\w*"
    r"|indemnite\w*|convainc\w+|accorde\w*|augmentation|honoraires|percev\w+|percoi\w+|percu\w*|paies?"
    r"|emoluments?|cachet|annee"
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
_YEARLY = re.compile(r"\s*(?:bruts?|nets?)?\s*(?:par an(?:nee)?\b|annuels?|l'an\b|chaque annee|/ ?an\b)")
_DENIED = re.compile(
    r"\b(?:n'ai pas|n'a pas (?:touche|recu|percu|obtenu|demande)|ne touchera|n'a jamais|dement\w*|faux|fausse"
    r"|fantaisistes?|exagere\w*|pas touche|refut\w+|rejet\w+ (?:les|ces|cette|l') ?(?:affirmations?|chiffres?"
    r"|informations?|montants?|sommes?))\b"
)
_CURRENCIES = (
    ("dollars canadiens", "CAD"),
    ("dollar canadien", "CAD"), ("$ ca", "CAD"), ("$ca", "CAD"), ("cad", "CAD"),
    ("cfa", "XOF"), ("danoise", "DKK"), ("norvegienne", "NOK"), ("couronne", "SEK"),
    ("dirham", "MAD"), ("roupie", "INR"),
    ("dollar", "USD"), ("$", "USD"), ("usd", "USD"), ("euro", "EUR"),
    ("€", "EUR"), ("eur", "EUR"), ("livre", "GBP"), ("£", "GBP"), ("gbp", "GBP"), ("franc", "CHF"), ("chf", "CHF"),
    ("yen", "JPY"), ("yuan", "CNY"),
)  # fmt: skip
_SCALES = {
    "millions": 10**6,
    "million": 10**6,
    "m": 10**6,
    "milliards": 10**9,
    "milliard": 10**9,
    "md": 10**9,
    "mille": 10**3,
    "k": 10**3,
}
_HIGHEST = 5 * 10**9
"""No pay is higher; what exceeds it is a valuation."""


_LONGEST_SENTENCE = 3000
"""Characters of a sentence in which sums are looked for; what is longer is a list or an attack."""
_MOST_FIGURES = 40


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum of money in a sentence: its folded characters there, its value as pay, what stands around it."""

    sentence: int
    start: int
    end: int
    amount: Amount
    pay: bool  # by the words around it
    denied: bool  # by words of its sentence


def figures(article: Article) -> Iterator[Figure]:
    """Every sum that could be somebody's pay, in order."""
    every = (figure for index in range(len(article.folded)) for figure in _figures_in(article, index))
    yield from islice(every, _MOST_FIGURES)


def _figures_in(article: Article, index: int) -> Iterator[Figure]:
    folded = plain_spaces(article.folded[index][:_LONGEST_SENTENCE])
    denied = bool(_DENIED.search(folded))
    for match in _AMOUNT.finditer(folded):
        amount = _amount(match, folded[match.end() : match.end() + 25])
        if amount:
            yield Figure(index, match.start(), match.end(), amount, _is_pay(folded, match), denied)


def plain_spaces(folded: str) -> str:
    """The text with ordinary spaces for those that do not break; no offset changes."""
    return folded.replace("\u202f", " ").replace("\u00a0", " ")


def find_amount(article: Article, index: int, *, denied: bool = False) -> Amount | None:
    """The pay stated in sentence `index`, or None; with `denied`, the pay of which it says that it is not true."""
    found = (figure for figure in _figures_in(article, index) if figure.pay and figure.denied is denied)
    return next((figure.amount for figure in found), None)


def amount_in(text: str) -> Amount | None:
    """The first sum of money in a few words of a person, whatever stands around it; None for none."""
    folded = plain_spaces(fold(text[:_LONGEST_SENTENCE]))
    read = (_amount(match, folded[match.end() : match.end() + 25]) for match in _AMOUNT.finditer(folded))
    return next((amount for amount in read if amount), None)


def _is_pay(folded: str, match: re.Match[str]) -> bool:
    """Whether the figure is somebody's pay by the words around it."""
    start, end = match.span()
    if not _PAY.search(folded[max(0, start - 90) : end + 60]):
        return False
    sure = _SURELY_PAY.search(folded[max(0, start - 45) : end + 12])
    near, far = (15, 12) if sure or _YEARLY.match(folded[end : end + 25]) else (60, 40)
    return not _NOT_PAY.search(folded[max(0, start - near) : end + far])


def _amount(match: re.Match[str], after: str) -> Amount | None:
    """The value of a match; None when it cannot be pay."""
    scale = _SCALES.get(match["scale"] or match["scale1"] or "", 1)
    first = round(_number(match["first"]) * scale)
    second = round(_number(match["second"]) * scale) if match["second"] else None
    if not 5000 <= first <= _HIGHEST:
        return None
    currency = next((code for word, code in _CURRENCIES if word in match["currency"]), "EUR")
    period = Period.YEAR if _YEARLY.match(after) else Period.TOTAL
    bound = match["bound"] or ""
    if second is not None and second > first:
        return Amount(min=first, max=second, currency=currency, period=period)
    if bound.startswith(("plus", "au moins", "super", "depass", "au-dela")):
        return Amount(min=first, max=None, currency=currency, period=period)
    if bound:
        return Amount(min=None, max=first, currency=currency, period=period)
    return Amount(min=first, max=first, currency=currency, period=period)


def _number(text: str) -> float:
    """The value of a number in figures or in words."""
    if text in _WORDS:
        return _WORDS[text]
    plain = text.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", plain):
        return float(plain.replace(".", ""))
    return float(plain.replace(",", "."))
