"""French names in French sentences: elision, contraction, the article of institutions, groups without names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from alerts.grammar import Term, number_word, without_employer
from alerts.typography import capitalised
from mercato.model import Group
from mercato.text import fold

# Heads of common names: an institution or a function that begins with one takes the article («la Commission
# européenne», «la direction technique»), unlike a firm («Apple», «La Banque Postale»).
_FEMININE = re.compile(
    "academie|agence|autorite|banque|caisse|chambre|commission|cour|delegation|direction|ecole|federation|fondation|"
    "gendarmerie|gouvernance|haute|mairie|metropole|mission|police|presidence|region|responsabilite|societe|tete|"
    "universite|vice-presidence|ville"
)
_MASCULINE = re.compile(
    "cabinet|centre|comite|commissariat|conseil|departement|fonds|gouvernement|groupe|institut|laboratoire|ministere|"
    "parlement|pilotage|pole|rectorat|secretariat|senat|service"
)
# Public bodies known by their initials, which the French tech press writes with the article.
_INITIALS = {
    "ademe": "l’",
    "amf": "l’",
    "anssi": "l’",
    "arcep": "l’",
    "arcom": "l’",
    "cea": "le ",
    "cnes": "le ",
    "cnil": "la ",
    "cnrs": "le ",
    "dga": "la ",
    "dgse": "la ",
    "dinum": "la ",
    "disic": "la ",
    "inra": "l’",
    "inrae": "l’",
    "onera": "l’",
    "sncf": "la ",
}
_FUNCTIONS = re.compile("direction|presidence|vice-presidence|tete|responsabilite|gouvernance|pilotage")

_VOWELS = "aeiou"
# Words that begin with a vowel and refuse elision all the same.
_NO_ELISION = frozenset(("onze", "onzieme", "oui", "ouistiti", "uhlan", "ululement"))

_DETERMINERS = re.compile("des|les|une|un|la|le|plusieurs|certains|certaines|quelques")
_COLLECTIVES = {"equipe": "une", "trio": "un", "duo": "un", "groupe": "un", "poignee": "une", "partie": "une"}
# Endings of the feminine names of posts and trades, folded.
_FEMININE_ENDINGS = ("trice", "euse", "iere", "ante", "ente", "cheffe", "ienne", "ingenieure", "associee")
_SINGULAR_DETERMINERS = ("une ", "un ", "la ", "le ", "l’", "l'")


def elides(text: str) -> bool:
    """Whether «de» becomes «d’» before `text`: a vowel, or y before a consonant; h and initials keep «de».

    Firms that begin with h («Huawei», «Helsing», «HPE») are written without elision, which is also never wrong for
    people.
    """
    word = re.match(r"[^\W_]*", fold(text))
    head = word[0] if word else ""
    if len(head) < 2 or head in _NO_ELISION:
        return False
    if head[0] == "y":
        return head[1] not in _VOWELS
    return head[0] in _VOWELS


def with_article(text: str) -> str:
    """`text` as subject or object: with its article when it is a common name or a known public body."""
    head = fold(re.split(r"[\s’']", text, maxsplit=1)[0])
    if fold(text) in _INITIALS:
        return _INITIALS[fold(text)] + text
    article = "la" if _FEMININE.fullmatch(head) else "le" if _MASCULINE.fullmatch(head) else ""
    if article:
        return f"l’{text}" if elides(text) else f"{article} {text}"
    return text


def with_de(text: str) -> str:
    """«d’Apple», «de Meta», «du Figaro», «de la Commission européenne», «de onze chercheurs», «de chercheurs»."""
    text = with_article(text)
    contracted = _contracted(text, "du ", "des ")
    if contracted:
        return contracted
    if text.startswith("des "):
        return with_de(text.removeprefix("des "))
    return f"d’{text}" if elides(text) else f"de {text}"


def with_chez(text: str) -> str:
    """«chez Meta», «au Figaro», «à la Commission européenne», «au CNRS»: where somebody works."""
    noun = with_article(text)
    return _contracted(noun, "au ", "aux ") or (f"chez {text}" if noun == text else f"à {noun}")


def with_a(text: str) -> str:
    """«à Meta», «au Figaro», «à la Commission européenne»: where somebody goes."""
    noun = with_article(text)
    return _contracted(noun, "au ", "aux ") or f"à {noun}"


def _contracted(text: str, masculine: str, plural: str) -> str | None:
    """`text` with its article «le» or «les» melted into the preposition; None when it has neither."""
    for article, melted in (("le ", masculine), ("les ", plural)):
        if text.lower().startswith(article):
            return melted + text[len(article) :]
    return None


_FORMS: Mapping[str, Callable[[str], str]] = {
    "le": with_article,
    "Le": lambda text: with_article(text) if with_article(text) == text else capitalised(with_article(text)),
    "a": with_a,
    "de": with_de,
    "chez": with_chez,
}


class French:
    """French forms: le, Le (at the head of a sentence), a, de, chez."""

    language = "fr"

    def form(self, term: Term, wanted: str) -> str:
        """`term` with its article or preposition. Raises ValueError for a form that is none of these."""
        if wanted not in _FORMS:
            raise ValueError(f"French has no form {wanted!r} of {term.text!r}; there are: {', '.join(_FORMS)}")
        return _FORMS[wanted](term.text)

    def group(self, group: Group, employer: str | None) -> Term:
        """«onze chercheurs», «plusieurs ingénieurs», «des membres de l’équipe MLX», «trois anciens d’Apple»."""
        if employer and re.fullmatch("ancien(ne)?s?", fold(group.label)):
            return self.group(Group(label=f"{group.label} {with_de(employer)}", count=group.count), None)
        label = without_employer(re.sub(r"\b(de|d[’']) ?(?:ses|leurs) ", "", group.label), employer)
        if group.count and group.count > 1:
            return Term(f"{number_word(group.count, self.language)} {label}", self, proper=False, plural=True)
        text = _with_determiner(label, alone=group.count == 1)
        return Term(text, self, proper=False, plural=not text.lower().startswith(_SINGULAR_DETERMINERS))

    def names_post(self, role: str, /) -> bool:
        """False for «direction technique», «présidence»: one takes them over, one does not become them."""
        return not _FUNCTIONS.fullmatch(fold(role).split(" ", 1)[0])


def _with_determiner(label: str, *, alone: bool) -> str:
    """«des chercheurs», «les meilleurs ingénieurs», «un trio»; «une directrice technique» for one person `alone`."""
    head = fold(label).split(" ", 1)[0]
    if _DETERMINERS.fullmatch(head) or head.startswith("l'"):
        return label
    if head in _COLLECTIVES:
        return f"{_COLLECTIVES[head]} {label}"
    if alone:
        return f"une {label}" if head.endswith(_FEMININE_ENDINGS) else f"un {label}"
    return f"les {label}" if head in ("meilleurs", "meilleures") else f"des {label}"
