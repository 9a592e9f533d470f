"""What a language asks of a name before it can stand in a sentence: articles, elisions, numbers.

Sentences live in the gettext catalogues; a translator writes the place of a name as a format field, and asks for the
form it needs there: `{origin:de}` gives «d’Apple», «de Meta», «du Figaro» or «de la Commission européenne».
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from alerts.typography import capitalised
from mercato.i18n import catalogue, mark
from mercato.model import Group
from mercato.text import fold


class Grammar(Protocol):
    """The forms that format fields can ask for; a language answers those that its own catalogue uses."""

    language: str

    def form(self, term: Term, wanted: str) -> str:
        """`term` in the form that the field asks for. Raises ValueError for a form that the language lacks."""

    def group(self, group: Group, employer: str | None) -> Term:
        """Movers without names as the sentence calls them, in mid-sentence; `employer` need not be said twice."""

    def names_post(self, role: str, /) -> bool:
        """Whether `role` names a person's post («directrice technique») and not a function («direction technique»)."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words with a place in a sentence. A proper name is never capitalised («danah boyd», «xAI»)."""

    text: str
    grammar: Grammar
    proper: bool = True
    plural: bool = False

    def __str__(self) -> str:
        return self.text

    def __format__(self, wanted: str) -> str:
        if not wanted:
            return self.text
        if wanted == "cap":
            return self.text if self.proper else capitalised(self.text)
        return self.grammar.form(self, wanted)


_NUMBERS = (
    mark("two"),
    mark("three"),
    mark("four"),
    mark("five"),
    mark("six"),
    mark("seven"),
    mark("eight"),
    mark("nine"),
    mark("ten"),
    mark("eleven"),
    mark("twelve"),
    mark("thirteen"),
    mark("fourteen"),
    mark("fifteen"),
    mark("sixteen"),
)

# Labels come from French articles; these are common enough to be told in another language.
_LABELS: Mapping[str, str] = {
    "chercheurs": mark("researchers"),
    "ingenieurs": mark("engineers"),
    "chercheurs et ingenieurs": mark("researchers and engineers"),
    "developpeurs": mark("developers"),
    "salaries": mark("employees"),
    "employes": mark("employees"),
    "cadres": mark("executives"),
    "dirigeants": mark("executives"),
    "fondateurs": mark("founders"),
    "cofondateurs": mark("co-founders"),
    "anciens": mark("former employees"),
    "specialistes": mark("specialists"),
    "personnes": mark("people"),
}


def number_word(count: int, language: str) -> str:
    """`count` in words up to sixteen, as French newspapers do, else in digits."""
    if 2 <= count <= 16:
        return catalogue(language).gettext(_NUMBERS[count - 2])
    return str(count)


def without_employer(label: str, employer: str | None) -> str:
    """«salariés d’OpenAI» as «salariés», when the sentence names OpenAI anyway."""
    if not employer:
        return label
    return re.sub(rf"\s(?:de |d[’'])(?:l[’']|la )?{re.escape(employer)}$", "", label, flags=re.IGNORECASE) or label


class English:
    """English names take no form: the catalogue's sentences are written around them."""

    language = "en"

    def form(self, term: Term, wanted: str) -> str:
        """English sentences ask for no other form than the capital. Raises ValueError."""
        raise ValueError(f"English has no form {wanted!r} of {term.text!r}")

    def group(self, group: Group, employer: str | None) -> Term:
        """«eleven researchers»; a label that has no English name stays French, in quotation marks."""
        label = without_employer(group.label, employer)
        label = _LABELS.get(fold(label)) or f"“{label}”"
        text = f"{number_word(group.count, self.language)} {label}" if group.count else label
        return Term(text, self, proper=False, plural=group.count != 1)

    def names_post(self, _role: str, /) -> bool:
        """Roles are French whatever the reader's language, and English sentences take both sorts in one way."""
        return True
