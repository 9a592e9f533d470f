"""Names that capitals do not show: institutions, brands in small letters or with signs in them, names in quotes.

A capital is what French has for names, but firms call themselves « fa# », « p2r », « e.cho » or « bien branché ». Such
a name is believed where something announces it (« chez », « la start-up », « rejoint ») and then found everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from alerts.lexicon import Lexicon
from alerts.lexicon.vocabulary import is_word, lemma
from alerts.matching.reading import Sentence
from mercato.text import Token

_SIGNS = frozenset(".&/*#@_+²°!-~·")
_LONGEST = 16  # characters of a brand with signs in it
_QUOTED_WORDS = 4
_NO_BRANDS = frozenset(
    [
        *(
            "et/ou",
            "h/f",
            "f/h",
            "km/h",
            "24/7",
            "7/7",
            "24h/24",
            "7j/7",
            "tcp/ip",
            "ci/cd",
            "b2b",
            "b2c",
            "c2c",
            "co2",
        ),
        *("2g", "3g", "4g", "5g", "6g", "mp3", "mp4", "2d", "3d", "4k", "8k", "n°", "1er", "1re", "2e", "3e", "24h"),
        *("r&d", "r&b", "q&a", "m&a", "p&l", "c.-a-d", "etc."),
    ]
)
Declared = frozenset[tuple[str, ...]]
"""Names without capitals that the article announces somewhere, as folded words."""


def declared(sentences: Sequence[Sentence], lexicon: Lexicon) -> Declared:
    """The names in small letters, with signs, or in quotes that the article announces as an organisation's."""
    found: set[tuple[str, ...]] = set()
    announcing = lexicon.words("organisation_heads.nouns") | lexicon.words("employers.joined") | {"chez"}
    for sentence in sentences:
        words = sentence.tokens
        for index, before in enumerate(words[:-1], 1):
            quoted = words[index].text in _QUOTES and _of_a_post(
                [t.folded for t in words[max(0, index - 3) : index]], lexicon
            )
            if before.folded in announcing or quoted:
                end, start = _announced_end(words, index, lexicon)
                if end > start:
                    found.add(tuple(token.folded for token in words[start:end]))
        for index in range(len(words)):
            end = _odd_end(words, index)
            if end > index and _stands_as_firms_do(words, index, end, lexicon):
                found.add(tuple(token.folded for token in words[index:end]))
        found.update(_described(words, lexicon))
        found.update(_openings(words, sentences, lexicon))
    return frozenset(found)


def _described(words: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[str, ...]]:
    """« rouge ou noir », la chaîne de parfumeries; deux & demi, le petit cabinet; le fournisseur caennais « le fil »:
    in quotes or around a sign, and said to be a firm.
    """
    for index, token in enumerate(words):
        quoted = token.text == "«"
        if quoted:
            end, start = _quoted(words, index + 1, _LONGEST_DESCRIBED)
        elif token.text == "&" and 0 < index < len(words) - 1 and _lower(words[index - 1]) and _lower(words[index + 1]):
            start, end = index - 1, index + 2
        else:
            continue
        known = _said_behind(words, end + quoted, lexicon) or (quoted and _said_before(words, index, lexicon))
        if end > start and known:
            yield tuple(word.folded for word in words[start:end])


_LONGEST_DESCRIBED = 6  # words: « le fil & l'eau »
_HEADS = 4  # words between a name and the noun that says what it is


def _said_behind(words: Sequence[Token], index: int, lexicon: Lexicon) -> bool:
    """Whether « , la chaîne », « , un petit laboratoire » stands at `index`."""
    heads = lexicon.words("organisation_heads.nouns") | lexicon.words("employers.kinds")
    after = [word.folded for word in words[index : index + _HEADS]]
    if after[:1] != [","] or len(after) < 2 or after[1] not in lexicon.words("function.determiners") | heads:
        return False
    return any(word in heads or word.removesuffix("s") in heads for word in after[1:])


def _said_before(words: Sequence[Token], index: int, lexicon: Lexicon) -> bool:
    """Whether « le fournisseur d'accès caennais » ends at `index`: no verb as in « l'éditeur lance »."""
    heads = lexicon.words("organisation_heads.nouns")
    for word in reversed(words[max(0, index - _HEADS) : index]):
        if word.folded in heads:
            return True
        base = lemma(word.text)
        verb = word.folded in lexicon.folded_forms or (base.endswith(("er", "ir", "re")) and base != word.folded)
        if not word.text[0].islower() or verb or _small(word.folded, lexicon) != (word.folded in {"de", "d'"}):
            return False
    return False


def _lower(token: Token) -> bool:
    return token.text.isalpha() and token.text.islower()


_LONGEST_OPENING = 3  # words


def _openings(words: Sequence[Token], sentences: Sequence[Sentence], lexicon: Lexicon) -> Iterator[tuple[str, ...]]:
    """« wagon bleu recrute »: words in small letters that open a sentence and are elsewhere spoken of as firms are."""
    if not words or not words[0].text.islower() or _small(words[0].folded, lexicon):
        return
    for end in range(1, min(_LONGEST_OPENING, len(words) - 1) + 1):
        verb = words[end].folded
        if verb in lexicon.words("employers.acts") or verb in _SUBJECTS_VERBS or verb == ":":
            name = tuple(token.folded for token in words[:end])
            if any(_is_spoken_of(name, sentence.tokens, lexicon) for sentence in sentences):
                yield name
            return


def _is_spoken_of(name: tuple[str, ...], words: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether the words stand behind « chez », « la start-up » or the « de » of a post."""
    heads = lexicon.words("organisation_heads.nouns")
    for index in range(1, len(words) - len(name) + 1):
        if words[index].folded == name[0] and tuple(w.folded for w in words[index : index + len(name)]) == name:
            before = [token.folded for token in words[max(0, index - 3) : index] if token.text not in _QUOTES]
            if before and (before[-1] in heads or before[-1] in {"chez", "ex-"} or _of_a_post(before, lexicon)):
                return True
    return False


_QUOTES = frozenset("«»")


def _of_a_post(before: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether « directrice de » or « la tête d' » stands before."""
    had = ("heads.posts", "employers.had")
    return before[-1] in {"de", "d'"} and any(word in lexicon.words(name) for word in before[:-1] for name in had)


_PAGE = re.compile(r"\.(?:com|fr|org|net|be|ca|eu|html?|php|txt|json)$|^www|@\w+\.|^[\d.,/-]+$")
"""Addresses stand for pages more often than for firms."""
_OF_BOTH = re.compile(r"[./·-](?:e|s|es|ne|nes|le|les|euse|euses|rice|rices|trice|trices|ve|ves)\b")
"""« les salarié·e·s », « développeur/euse »: for women and men."""
_RATE = re.compile(r"/(?:s|h|an|mois|jour|heure|min|m2|kg|kwh)$")
_LONE_LETTER = re.compile(r"^(?:[a-df-z]-\w+|\w+-[a-z])$")
_BEHIND_POSTS = frozenset({"de", "d'", "du", "chez", "par", "pour", "a", "avec", "vers", "contre", "ex-", "que", "qu'"})
_SUBJECTS_VERBS = frozenset({"a", "n'", "ne", "s'", "se", "est", "vient", "va", "pourrait", "avait"})


def _odd_end(words: Sequence[Token], index: int) -> int:
    """The end of a name with a sign between its letters at `index`; `index` for none."""
    if index and words[index - 1].end == words[index].start and words[index - 1].text[-1] not in "'’ʼ«“(":
        return index
    touching = index + 1 < len(words) and words[index].end == words[index + 1].start
    end = max(index + 1, glued_end(words, index) if touching and words[index + 1].text in _SIGNS else index)
    text = "".join(token.folded for token in words[index:end])
    return end if text[:1].isalpha() and (_is_odd(text) or (end == index + 1 and _mixed(words[index]))) else index


def _is_odd(text: str) -> bool:
    """Whether the folded text is spelled as neither words nor addresses are: « e.cho », « o&k », « k-lou »."""
    parts = [part for part in _SEPARATORS.split(text) if part]
    if sum(map(len, parts)) < 2 or (len(parts) < 2 and not text.endswith("+") and not _LONE_LETTER.match(text)):
        return False
    if text in _NO_BRANDS or _PAGE.search(text) or _OF_BOTH.search(text) or _RATE.search(text):
        return False
    return not all(len(part) > 2 and is_word(part) for part in parts) or "&" in text or text.count(".") > 1


_SEPARATORS = re.compile(r"[./&_+#*°²·@!~]")


def _stands_as_firms_do(words: Sequence[Token], start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether an odd name stands where a firm's would: behind « la start-up nantaise » or « directrice de », before
    what employers do or what they are.
    """
    before = [token.folded for token in words[max(0, start - 3) : start] if token.text not in _QUOTES]
    after = [token.folded for token in words[end : end + 4] if token.text not in _QUOTES]
    heads = lexicon.words("organisation_heads.nouns")
    if before and before[-1] in _BEHIND_POSTS:
        # « le chef de p2r » is a firm's, the compression of h264 no firm's.
        return not _mixed(words[start]) or _of_a_post(before, lexicon)
    if heads & set(before[-2:]):
        return True
    if after[:1] == [","]:
        return any(word in lexicon.words("employers.kinds") for word in after[1:])
    opens = not before or before[-1] in {",", ":", "-"}
    return opens and bool(after) and (after[0] in lexicon.words("employers.acts") or after[0] in _SUBJECTS_VERBS)


def _announced_end(words: Sequence[Token], index: int, lexicon: Lexicon) -> tuple[int, int]:
    """End and start of the unusual name that stands at `index` behind its announcement; (index, index) for none."""
    if words[index].text == "«":
        return _quoted(words, index + 1)
    end = glued_end(words, index)
    if end > index + 1 or _mixed(words[index]):
        return max(end, index + 1), index
    if words[index - 1].folded != "chez":
        return index, index
    return _small_run(words, index, lexicon), index


def _quoted(words: Sequence[Token], start: int, most: int = _QUOTED_WORDS) -> tuple[int, int]:
    """End and start of a quotation of `most` words, which is a name when something announces it."""
    for end in range(start, min(start + most + 1, len(words))):
        if words[end].text == "»":
            return end, start
    return start, start


def _mixed(token: Token) -> bool:
    """Whether one word mixes letters and digits as brands do: « p2r », « w00t »."""
    return (
        token.folded not in _NO_BRANDS
        and token.text[0].isalpha()
        and any(map(str.isdigit, token.text))
        and len(token.text) > 2
    )


def _small_run(words: Sequence[Token], index: int, lexicon: Lexicon) -> int:
    """The end of a name in small letters behind « chez »: up to the next small word, verb or sign."""
    end = index
    while end < len(words) and end - index < _QUOTED_WORDS and _bare(words[end], lexicon, first=end == index):
        end += 1
    return end


_SMALL_LISTS = (
    "function.determiners",
    "function.prepositions",
    "function.clause_openers",
    "function.coordinators",
    "function.stops",
    "heads.current",
)
_SMALL = frozenset(
    [
        *("elle", "elles", "lui", "eux", "moi", "toi", "nous", "vous", "soi", "qui", "tous", "tout", "certains"),
        *("plusieurs", "leur", "leurs", "nombre", "chaque"),
    ]
)


def _small(word: str, lexicon: Lexicon) -> bool:
    """Whether the word is one of those that never stand for a firm behind « chez »."""
    return word in _SMALL or any(word in lexicon.words(name) for name in _SMALL_LISTS)


def _bare(token: Token, lexicon: Lexicon, first: bool) -> bool:
    """Whether a word in small letters may be part of a name."""
    if not token.text[0].isalpha() or not token.text.islower():
        return not first and token.text.isdigit()
    return not _small(token.folded, lexicon) and (first or token.folded not in lexicon.folded_forms)


def glued_end(words: Sequence[Token], index: int) -> int:
    """The end of a brand written with signs and no space (« e.cho », « F/7 », « fa# »); `index` for none."""
    if not words[index].text[0].isalnum() and words[index].text not in {"&", "@", "#", "²"}:
        return index
    end = index + 1
    while end < len(words) and words[end].start == words[end - 1].end and _joins(words[end - 1], words[end]):
        end += 1
    if end < len(words) and words[end].start == words[end - 1].end and words[end].text[0].isalnum():
        return index
    while end > index and words[end - 1].text in {".", "!", "-"}:
        end -= 1
    text = "".join(token.folded for token in words[index:end])
    usual = text in _NO_BRANDS or len(text) > _LONGEST or not any(map(str.isalpha, text))
    return index if end <= index + 1 or usual else end


def _joins(before: Token, token: Token) -> bool:
    """Whether two words that touch may be parts of one brand."""
    sign, letters = before.text in _SIGNS, token.text[0].isalnum()
    return (sign and letters) or (not sign and token.text in _SIGNS)


def institution_end(words: Sequence[Token], index: int, lexicon: Lexicon) -> int:
    """The end of « Agence marocaine du calcul intensif » or « université de Brême »; `index` for none."""
    word = words[index].folded
    if words[index].text[0].isupper():
        if not index or word not in lexicon.words("institutions.capital"):
            return index
    elif word not in lexicon.words("institutions.small") and not _public_body(words, index, lexicon):
        return index
    end = _adjectives(words, index + 1, lexicon)
    public = _public_body(words, index, lexicon)
    linked = _complement(words, end, lexicon, capital=words[index].text[0].islower() and not public)
    named = linked > end  # « son laboratoire européen » names nothing, « l'école polytechnique » does
    while linked > end:
        end = linked
        linked = _complement(words, end, lexicon, capital=False)
    told = named or words[index].text[0].isupper() or word in lexicon.words("institutions.schools")
    return end if end > index + 1 and told else index


_LONGEST_FIELD = 6  # words


def _public_body(words: Sequence[Token], index: int, lexicon: Lexicon) -> bool:
    """Whether « l'agence du littoral numérique », « l'autorité des données » begins at `index`: one of its kind, for a
    field of the industry.
    """
    if not index or words[index - 1].folded not in {"l'", "la", "le"}:
        return False
    if words[index].folded not in lexicon.words("institutions.public"):
        return False
    behind = _adjectives(words, index + 1, lexicon)
    of = [word.folded for word in words[behind : behind + _LONGEST_FIELD]]
    definite = (of[:1] and of[0] in {"du", "des"}) or of[:2] in (["de", "la"], ["de", "l'"])
    return bool(definite) and any(word in lexicon.words("scope.tech") for word in of)


def medium_end(words: Sequence[Token], index: int, lexicon: Lexicon) -> int:
    """The end of « Le Rouage », « La Gazette des joueurs » in mid-sentence, as titles are written; else `index`."""
    if words[index].text not in {"Le", "La", "Les", "L'", "L’"} or index + 1 >= len(words):
        return index
    noun = words[index + 1]
    press = noun.folded in lexicon.words("press.nouns")
    if not noun.text[0].isupper() or noun.text.isupper() or noun.folded in lexicon.words("first_names.names"):
        return index
    end = _adjectives(words, index + 2, lexicon) if press else index + 2
    return _complement(words, end, lexicon, capital=False) if press else end


def _adjectives(words: Sequence[Token], index: int, lexicon: Lexicon) -> int:
    """Behind a noun, the end of up to two adjectives of place or kind."""
    endings = ("aine", "ain", "ienne", "ien", "aise", "ais", "oise", "ois", "ique", "ale", "al")
    known = lexicon.words("institutions.adjectives")
    stop = index
    while stop < min(index + 2, len(words)) and words[stop].text.islower():
        if words[stop].folded not in known and not words[stop].folded.endswith(endings):
            break
        stop += 1
    return stop


def _complement(words: Sequence[Token], index: int, lexicon: Lexicon, capital: bool) -> int:
    """The end of « du calcul intensif », « de la régulation numérique », « d'Angers » at `index`."""
    if index >= len(words) or words[index].folded not in {"de", "du", "des", "d'"}:
        return index
    place = index + 1
    while place < len(words) and words[place].folded in {"la", "l'", "les"}:
        place += 1
    if place >= len(words) or not words[place].text[0].isalpha():
        return index
    token = words[place]
    field = token.folded in lexicon.words("institutions.adjectives") | lexicon.words("scope.tech")
    if token.text[0].islower() and (capital or (_small(token.folded, lexicon) and not field)):
        return index
    surname = place + 1 < len(words) and words[place + 1].text[0].isupper()
    if token.text[0].isupper() and surname and token.folded in lexicon.words("first_names.names"):
        return index  # « l'école de Marc Dupin », but « l'université de Maurice »
    return _adjectives(words, place + 1, lexicon)


def declared_end(words: Sequence[Token], index: int, names: Declared) -> int:
    """The end of the longest announced name that stands at `index`; `index` for none."""
    fits = (len(name) for name in names if tuple(token.folded for token in words[index : index + len(name)]) == name)
    return index + max(fits, default=0)
