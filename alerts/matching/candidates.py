"""Where proper names may stand: the gazetteer's names and the runs of capitals of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alerts.lexicon import KnownName, Lexicon, NameType
from alerts.lexicon.vocabulary import is_word
from alerts.matching.brands import Declared, declared_end, institution_end, medium_end
from alerts.matching.reading import Sentence
from mercato.text import Token

_INVISIBLE = re.compile("[\u00ad\u200b\u2060]")
"""Hyphens and spaces that pages hide in long words, to say where a line may break."""


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate name before it is typed: words `start:end` of a sentence."""

    sentence: int
    start: int
    end: int
    key: tuple[str, ...]
    text: str
    known: KnownName | None
    unusual: bool = False  # an institution, or a name that capitals do not show


def spans_of(sentence: Sentence, text: str, lower: set[str], names: Declared, lexicon: Lexicon) -> Iterator[Span]:
    """The gazetteer's names and the runs of capitals of one sentence, from left to right."""
    words = sentence.tokens
    shouting = _title_case(words)
    small = lexicon.words("institutions.small") | lexicon.words("institutions.public")
    announced = {name[0] for name in names}
    index = 0
    while index < len(words):
        token = words[index]
        plain = token.text.islower() or not token.capital
        folded = token.folded
        if plain and folded not in lexicon.names and folded not in small and folded not in announced:
            index += 1
            continue
        end, known = _gazetteer(words, index, lexicon)
        body = institution_end(words, index, lexicon) if known and known.type is NameType.PRODUCT else index
        if body > end:  # « l'Office fédéral des routes » is not what one writes with
            known = None
        if known and known.type is NameType.PLACE and _names_a_firm(words, end, lexicon):
            end += 3 if _sign_goes_on(words, index, end + 1, lexicon) else 1  # « Luxembourg Institute | of Health »
            yield _span(sentence, text, index, end, None)
            index = end
            continue
        if known and not _part_of_person(words, index, end, known, lexicon):
            end = _with_suffix(words, end, known, lexicon)
            while (
                known.type is NameType.PRODUCT
                and end < len(words)
                and (words[end].text[0].isupper() or words[end].text[0].isdigit())
                and len(words[end].text) < 9
                and not _gazetteer(words, end, lexicon)[1]
            ):
                end += 1
            yield _span(sentence, text, index, end, known)
            index = end
            continue
        end = _unusual_end(words, index, shouting, names, lexicon)
        if end > index:
            yield _span(sentence, text, index, end, None, unusual=True)
            index = end
            continue
        post = index if shouting else _post_end(words, index, lexicon)
        if post > index:
            index = post
            continue
        end = _run_end(words, index, lower, shouting, lexicon)
        if end - index > 1 and (
            _demonym_before(words, index, end, lexicon) or words[index].folded in lexicon.words("first_names.openers")
        ):
            index += 1  # « la Vaudoise | Fabienne Rochat », « Exit | Mortimer Dujardin »
        if end > index:
            yield _span(sentence, text, index, end, None)
        index = max(end, index + 1)


_SURE_DEMONYM_ENDINGS = (
    "ais",
    "aise",
    "ois",
    "oise",
    "ain",
    "aine",
    "ien",
    "ienne",
    "and",
    "ande",
    "ard",
    "arde",
    "ol",
    "ole",
)
_DEMONYM_ENDINGS = (*_SURE_DEMONYM_ENDINGS, "an", "ane", "een", "enne", "in", "ine", "ene")
_RARE_DEMONYM_ENDINGS = (*_DEMONYM_ENDINGS, "ote", "ite", "que", "on")


def _demonym_before(words: Sequence[Token], index: int, end: int, lexicon: Lexicon) -> bool:
    """Whether the run begins with somebody's country or town behind an article."""
    article = index > 0 and words[index - 1].folded in {"le", "la", "l'", "du", "un", "une", "au"}
    word = words[index].folded
    following = words[index + 1].folded
    if not article or word in lexicon.words("first_names.names") or following in lexicon.words("institutions.english"):
        return False
    endings: tuple[str, ...] = _DEMONYM_ENDINGS if end - index > 2 else _SURE_DEMONYM_ENDINGS
    if following.split("-")[0] in lexicon.words("first_names.names"):
        endings = _RARE_DEMONYM_ENDINGS
    return word in lexicon.words("nationalities.names") or (len(word) > 4 and word.endswith(endings))


def _names_a_firm(words: Sequence[Token], index: int, lexicon: Lexicon) -> bool:
    """« Boston Scientific », « Brest Hebdo »: behind a place, a capitalised word that firms or newspapers end with."""
    ends = lexicon.words("organisation_heads.suffixes") | lexicon.words("press.last")
    return index < len(words) and words[index].text[0].isupper() and words[index].folded in ends


def _unusual_end(words: Sequence[Token], index: int, shouting: bool, names: Declared, lexicon: Lexicon) -> int:
    """The end of an institution or of a name that the article announces; `index` for none."""
    end = institution_end(words, index, lexicon)
    if end == index and not shouting and not begins(words, index):
        end = medium_end(words, index, lexicon)
    if end > index:
        return end
    return declared_end(words, index, names) if names else index


def _span(sentence: Sentence, text: str, start: int, end: int, known: KnownName | None, unusual: bool = False) -> Span:
    """A candidate over words `start:end`."""
    words = sentence.tokens
    key = tuple(token.folded for token in words[start:end])
    if known:
        key = ("=", known.name)
    written = _INVISIBLE.sub("", text[words[start].start : words[end - 1].end])
    return Span(sentence.index, start, end, key, " ".join(written.split()), known, unusual)


def _gazetteer(words: Sequence[Token], index: int, lexicon: Lexicon) -> tuple[int, KnownName | None]:
    """The longest known name that begins at `index`, and its end."""
    token = words[index]
    names = lexicon.names_by_two.get(token.folded)
    if names is None:
        return index, None
    following = words[index + 1].folded if index + 1 < len(words) else ""
    cased = token.capital or token.text[0].isdigit()
    for phrase, known in (*names.get(following, ()), *names.get("", ())):
        if len(phrase) > 2 and tuple(token.folded for token in words[index : index + len(phrase)]) != phrase:
            continue
        # « Ses » is not SES.
        if (cased or known.lower) and not (_spelled_out(token, known) and is_word(token.text)):
            return index + len(phrase), known
    return index, None


def _part_of_person(words: Sequence[Token], start: int, end: int, known: KnownName, lexicon: Lexicon) -> bool:
    """Whether a known one-word name is here a first name or a surname (« Alan Turing », « Jean Mistral »)."""
    if end - start > 1 or known.lower:
        return False
    following = words[end] if end < len(words) else None
    before = words[start - 1] if start else None
    first = words[start].folded in lexicon.words("first_names.names") or _spelled_out(words[start], known)
    if first and following and following.text[:1].isupper() and plain_name(following, lexicon):
        return before is None or before.folded != "chez"
    return bool(
        known.ambiguous and before and before.folded in lexicon.words("first_names.names") and before.text[:1].isupper()
    )


def _spelled_out(token: Token, known: KnownName) -> bool:
    """Whether a known acronym is written as a first name is: « Ans Verhaegen », where the agency writes « ANS »."""
    return known.name.isupper() and known.name.isalpha() and token.text[1:].islower()


def plain_name(token: Token, lexicon: Lexicon) -> bool:
    """Whether the word may continue a person's name."""
    return (
        token.text[0].isalpha()
        and token.folded not in lexicon.words("function.stops")
        and token.folded not in lexicon.words("organisation_heads.suffixes")
        and not token.text.isupper()
    )


def _with_suffix(words: Sequence[Token], end: int, known: KnownName, lexicon: Lexicon) -> int:
    """The end of « Google France » or « Mistral Labs »: a known organisation followed by a word that firms add."""
    suffixes = lexicon.words("organisation_heads.suffixes")
    while (
        known.type is NameType.ORGANISATION
        and end < len(words)
        and words[end].text[:1].isupper()
        and words[end].folded in suffixes
    ):
        end += 1
    return end


def _title_case(words: Sequence[Token]) -> bool:
    """Whether a line capitalises most of its words, so that capitals say nothing."""
    letters = [word for word in words if word.text[0].isalpha() and len(word.text) > 3]
    if len(letters) < 5 or sum(word.text[0].isupper() for word in letters) <= 0.7 * len(letters):
        return False
    plain = [word for word in letters if is_word(word.text)]  # a line of names alone capitalises nothing else
    return sum(word.text[0].isupper() for word in plain) > 0.7 * len(plain)


def _run_end(words: Sequence[Token], index: int, lower: set[str], shouting: bool, lexicon: Lexicon) -> int:
    """The end of the run of capitals that begins at `index`; `index` itself when none does."""
    if not _starts_name(words, index, lower, shouting, lexicon):
        return index
    end = index + 1
    while end < len(words) and end - index < 6:
        token = words[end]
        if _another_begins(words, index, end, lexicon):
            break
        if _continues_name(words, end, shouting, lower, lexicon) or (
            (token.folded in lexicon.words("first_names.particles") or _elided(words, end))
            and words[index].text[0].isalpha()  # « animateurs 3D d'Ivoryx »
            and _particle_goes_on(words, end, lexicon)
        ):
            end += 1
        elif _sign_goes_on(words, index, end, lexicon):
            end += 2
        elif _number_goes_on(words, index, end, lexicon):
            end += 1
        else:
            break
    while end - index > 1 and words[end - 1].text.islower() and words[end - 1].folded in _DANGLING:
        end -= 1
    return end


def _elided(words: Sequence[Token], index: int) -> bool:
    """« Oswald de | l'Isle-Ihler »."""
    return words[index].folded == "l'" and words[index - 1].folded == "de"


_DANGLING = frozenset({"de", "du", "des", "d'", "of", "y", "la", "le", "van", "von"})
"""Particles that end no name: behind them stood no capital after all."""


def _another_begins(words: Sequence[Token], start: int, index: int, lexicon: Lexicon) -> bool:
    """Whether behind a firm's name somebody's begins: « fait venir d'Outbrain | Joachim Bierhoff »."""
    if not start or words[start - 1].folded not in {"de", "d'", "du", "chez"} or not _capital_at(words, index + 1):
        return False
    first_names = lexicon.words("first_names.names")
    own = any(word.folded.split("-")[0] in first_names for word in words[start:index])
    return not own and words[index].folded.split("-")[0] in first_names and words[index + 1].text[1:].islower()


def _sign_goes_on(words: Sequence[Token], start: int, index: int, lexicon: Lexicon) -> bool:
    """« Jais & Partners », « Watt et Cie »: a firm of two names."""
    if index + 1 >= len(words) or words[start].folded in lexicon.words("first_names.names"):
        return False
    following = words[index + 1]
    if words[index].folded in {"of", "for"} and words[index - 1].folded in lexicon.words("institutions.english"):
        return following.text[0].isupper()  # « Luxembourg Institute of Health »
    if words[index].text == "&":
        return following.text[0].isupper() and not _gazetteer(words, index + 1, lexicon)[1]
    return words[index].folded == "et" and following.text in {"Cie", "Fils", "Associés", "Compagnie", "Filles"}


def _number_goes_on(words: Sequence[Token], start: int, index: int, lexicon: Lexicon) -> bool:
    """« Rempart 9 recrute »: a short number behind one word, not the count of what follows."""
    token = words[index]
    if index - start != 1 or not token.text.isdigit() or len(token.text) > 3 or begins(words, start):
        return False
    if words[start].folded in lexicon.words("function.stops"):
        return False
    after = words[index + 1] if index + 1 < len(words) else None
    return (
        after is None
        or not after.text[0].isalpha()
        or after.folded in lexicon.folded_forms
        or (after.folded in lexicon.words("function.prepositions"))
    )


def _starts_name(words: Sequence[Token], index: int, lower: set[str], shouting: bool, lexicon: Lexicon) -> bool:
    """Whether the word may begin a name: a capital that is not just the beginning of a sentence."""
    token = words[index]
    titles = lexicon.words("first_names.titles")
    address = token.folded in titles and _capital_at(words, index + 1)
    if not _name_like(token) or _ministry(words, index, lexicon) or address:
        return _clipped(words, index)
    if _clipped(words, index) or (index and words[index - 1].folded in titles):
        return True
    ordinary = _ordinary(token, lexicon)
    followed = _capital_at(words, index + 1)
    if not shouting and followed and token.folded in lexicon.words("first_names.names"):
        return True
    if shouting:
        return not ordinary and token.folded not in lower and not _mere_word(words, index)
    if begins(words, index):
        return not ordinary and token.folded not in lower
    article = token.folded in {"le", "la", "les"} and followed and not ordinary
    # Behind « chez » stands an employer, whatever word it begins with: « chez Grand Nordet ».
    article = article or (bool(index) and words[index - 1].folded == "chez" and followed)
    return article or not _stops(token, lexicon) or _syllable(words, index)


_LONGEST_ACRONYM = 5  # letters


def _post_end(words: Sequence[Token], index: int, lexicon: Lexicon) -> int:
    """The end of the post that begins here, whatever its capitals: « DRH », « VP Engineering »; `index` for none."""
    token, posts = words[index], lexicon.words("heads.posts")
    heads, known = lexicon.words("english.heads"), lexicon.words("english.words")
    end = index
    while (
        token.folded in lexicon.words("english.openers")
        and end < len(words)
        and words[end].folded in heads | known | {"of", "&"}
    ):
        end += 1
    if end - index > 1 and any(word.folded in heads for word in words[index:end]):
        return end
    acronym = token.text.isupper() and 1 < len(token.text) <= _LONGEST_ACRONYM
    return index + 1 if acronym and token.folded in posts else index


def _clipped(words: Sequence[Token], index: int) -> bool:
    """« N'Doye », « M'Baye »: a capital before an apostrophe and another behind it."""
    token = words[index]
    touching = _capital_at(words, index + 1) and words[index + 1].start == token.end
    return touching and token.text[0].isupper() and token.folded in {"n'", "m'", "o'"}


def _stops(token: Token, lexicon: Lexicon) -> bool:
    """Whether the word is a small one of the language, not « Lê » or « Vũ », which only folding makes one."""
    return token.folded in lexicon.words("function.stops") and (token.text.isascii() or is_word(token.text))


_SYLLABLES = frozenset(
    {"Ou", "Or", "Son", "On", "Si", "Ma", "Sa", "Ta", "Tu", "Ni", "Ne", "Me", "En", "Car", "Par", "Vos", "Nos", "An"}
)
"""Small words that are first names or surnames as well."""


def _syllable(words: Sequence[Token], index: int) -> bool:
    """« Ou Yingjie »: within a sentence, a small word with a capital before another that is no word."""
    if words[index].text not in _SYLLABLES or not _capital_at(words, index + 1):
        return False
    return words[index + 1].text[1:].islower() and not is_word(words[index + 1].text)


def _ministry(words: Sequence[Token], index: int, lexicon: Lexicon) -> bool:
    """« L'ancien ministre de l'Intérieur | Aksel Rosenkilde »: the field of a ministry before a name of two words."""
    before = words[index - 1].folded if index else ""
    field = words[index].folded in lexicon.words("institutions.fields") and before in {
        "l'",
        "la",
        "les",
        "du",
        "des",
        "aux",
    }
    return field and _capital_at(words, index + 1) and _capital_at(words, index + 2)


def _mere_word(words: Sequence[Token], index: int) -> bool:
    """Whether, in a line that capitalises everything, a word of the language opens no name: « Modèles », « Guerre »."""
    before = words[index - 1].folded if index else ""
    if before in {"ex-", "chez"} or not is_word(words[index].text):
        return False
    following = words[index + 1] if index + 1 < len(words) else None
    return following is None or not following.capital or following.text.isupper() or is_word(following.text)


def _name_like(token: Token) -> bool:
    """Whether the word is spelled as names are."""
    if not token.capital or len(token.text) == 1 or not any(map(str.isalpha, token.text)):
        return False
    return not token.text[0].islower() or token.text[1:2].isupper() or len(token.text) <= 12


def _ordinary(token: Token, lexicon: Lexicon) -> bool:
    """Whether the word is one of the language: a function word, a post, a form of a trigger verb."""
    word = token.folded
    return (
        _stops(token, lexicon)
        or word in lexicon.words("heads.posts")
        or word in lexicon.words("heads.callings")
        or word in lexicon.words("groups.nouns")
        or word in lexicon.words("organisation_heads.nouns")
        or word in lexicon.folded_forms
        or word in lexicon.numbers
    )


def begins(words: Sequence[Token], index: int) -> bool:
    """Whether the word opens a sentence, a quotation or what follows a colon."""
    return index == 0 or words[index - 1].text in {"«", ":", "(", "—", "–", "-", "•", "…", "|", "▪", "🔹"}


def _continues_name(words: Sequence[Token], index: int, shouting: bool, lower: set[str], lexicon: Lexicon) -> bool:
    """Whether the capital at `index` belongs to the name before it."""
    token = words[index]
    clipped = _clipped(words, index) or _clipped(words, index - 1)
    if clipped or not token.text[0].isalpha() or not (token.text[0].isupper() or token.capital):
        return clipped
    named = words[index - 1].folded in lexicon.words("first_names.names")
    mere = is_word(token.text) and not named and not _second_of_name(words, index)
    post = not shouting and _post_end(words, index, lexicon) > index
    if post or (shouting and (mere or token.folded in lower or _ordinary(token, lexicon))):
        return False
    if _stops(token, lexicon) and len(token.text) > 1:
        return _small_word_in_name(words, index, shouting, lexicon)
    known = _gazetteer(words, index, lexicon)[1]
    if known is None or known.ambiguous or known.type is NameType.PLACE:
        return True
    if known.type is NameType.PRODUCT and token.folded in lexicon.words("organisation_heads.suffixes"):
        return words[index - 1].text[0].isupper()  # « Kérios AI »
    return named and not known.tech


def _second_of_name(words: Sequence[Token], index: int) -> bool:
    """Whether the word follows a single capitalised one that is no word of the language: « Ismérie Poulain »."""
    return not is_word(words[index - 1].text) and not (index > 1 and words[index - 2].capital)


def _small_word_in_name(words: Sequence[Token], index: int, shouting: bool, lexicon: Lexicon) -> bool:
    """Whether a capitalised small word is part of the name before it: « Anh Du », « Yves Le Goff »."""
    token = words[index]
    if token.text == "Du" and not shouting and not _capital_at(words, index + 1):
        return True
    if words[index - 1].folded in lexicon.words("first_names.names"):
        return token.folded not in lexicon.words("function.prepositions") | lexicon.words("function.determiners")
    if not shouting and token.folded in lexicon.words("organisation_heads.suffixes"):
        return words[index - 1].text[0].isupper() and _gazetteer(words, index, lexicon)[1] is None  # « Boréalis Cloud »
    if token.text in _SYLLABLES | {"Du", "Li"} and not shouting and not begins(words, index):
        return True
    return token.text in {"Le", "La", "De", "Du", "Des", "El", "Al", "Ben"} and _capital_at(words, index + 1)


def _capital_at(words: Sequence[Token], index: int) -> bool:
    return index < len(words) and words[index].text[:1].isupper()


def _subject_ahead(words: Sequence[Token], index: int) -> bool:
    """Whether « de NAME » is followed by what follows a subject, which makes « Corine de Bilbao vient » one name."""
    alone = index < 2 or not words[index - 2].text[:1].isupper()
    after = words[index + 2].folded if index + 2 < len(words) else ""
    return alone and after in {"vient", "a", "est", "quitte", "rejoint", "prend", "part", "devient", "sera", "dirigera"}


def _particle_goes_on(words: Sequence[Token], index: int, lexicon: Lexicon) -> bool:
    """Whether a small particle is followed by the capital that makes it part of a name (« Tom van der Meulen »)."""
    particles = lexicon.words("first_names.particles")
    if words[index].folded in {"la", "l'"} and words[index - 1].folded == "de":
        return _capital_at(words, index + 1)  # « Vivien de la Rochette »
    if words[index].folded in {"de", "du", "des", "d'", "la", "le", "of", "y"}:
        previous = words[index - 1].folded
        two_back = words[index - 2] if index > 1 else None
        lone = words[index].folded == "d'" and not (two_back and two_back.text[:1].isupper())
        lone = lone or (words[index].folded in {"de", "du"} and _subject_ahead(words, index))
        lone = lone and not (two_back and two_back.folded in _ARTICLES)  # « les Portugais | d'Outmatic »
        double = "-" in previous and not (index > 1 and words[index - 2].text[:1].isupper())  # « Anne-Lise de X »
        if not lone and previous not in lexicon.words("first_names.names") and not double:
            return _noble(words, index, lexicon)
        known = _gazetteer(words, index + 1, lexicon)[1] if index + 1 < len(words) else None
        place = known is not None and known.type is NameType.PLACE and _subject_ahead(words, index)
        if index + 1 >= len(words) or (known and not place):  # « Corine de Bilbao vient »
            return False
    for token in words[index + 1 : index + 3]:
        if token.folded == "l'":
            continue
        if token.text[:1].isupper():
            return True
        if token.folded not in particles:
            return False
    return False


_ARTICLES = frozenset({"le", "la", "l'", "les", "un", "une", "des", "du", "au", "aux"})
_AFTER_NAMES = frozenset({",", "et", "qui", "que", "dont", "chez", "comme", "(", "pourrait", "aurait", "rejoindra"})


def _noble(words: Sequence[Token], index: int, lexicon: Lexicon) -> bool:
    """« Isaure de Cambray, », « Hermine de Bressols quitte »: an unknown first name before a name with a particle."""
    if words[index].folded not in {"de", "du", "d'"} or (index > 1 and words[index - 2].text[:1].isupper()):
        return False
    place = index + 1 + (index + 1 < len(words) and words[index + 1].folded in {"la", "l'"})
    if place >= len(words) or not words[place].text[0].isupper() or words[place].text.isupper():
        return False
    if _gazetteer(words, place, lexicon)[1] or words[place].folded in lexicon.words("organisation_heads.nouns"):
        return False
    previous = words[index - 1]
    before = words[index - 2].folded if index > 1 else ""
    if _ordinary(previous, lexicon) or before in {"chez", "le", "la", "les", "l'", "un", "une", "du", "des", "au"}:
        return False
    after = words[place + 1].folded if place + 1 < len(words) else "."
    if after in _AFTER_NAMES and not is_word(previous.text) and before not in {"de", "d'", "a", "en", "sur"}:
        return True  # « Amédée de Rosnay-Villaret, 36 ans », « Zéphir de Chamblay, que »
    verb = any(form.person == 3 for form in lexicon.folded_forms.get(after, ()))
    return verb or after in {"a", "est", "n'", "s'", "va", "vient", "ne", "sera", "etait", "avait", "prend", "part"}
