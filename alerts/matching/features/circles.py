"""Who follows whom, who takes whose post and who is of which group, told without the other's name: « deux collègues
l'accompagnent », « Y assurera l'intérim », « parmi eux figure X ».

Whoever follows, or is of a group, goes from where and to where the other goes; whoever takes a post goes to where the
other leaves. The frames know only those who are named on both sides (« Y succède à X »).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from alerts.matching.article import Article
from alerts.matching.parties import Party

Told = Mapping[int, Mapping[int, Party]]
"""Sentence → chunks that name a person or a group, and whom."""

_BACK = 3  # sentences before, in which the other is looked for
_FOLLOWING = re.compile(
    r"\b(?:l'|la |le |les |lui |leur )(?:y )?(?:a |ont |aura |auront |avait |avaient )?(?:deja |aussi |egalement )?"
    r"(?:suiv|accompagn|emboit|imit|preced)\w+"
    r"|\bl(?:e|a|es) sui(?:t|vent|vra|vront|vrait|vraient)\b"
    r"|\b(?:dans|a) (?:son|sa|ses|leurs?) (?:sillage|suite|bagages?|valises?|foulee|depart|traces|aventure)\b"
    r"|\bavec (?:lui|elle|eux|elles)\b|\ba (?:ses|leurs) cotes\b|\b(?:fait|font|feront|fera) (?:de meme|aussi partie)\b"
    r"|\bdu (?:meme )?voyage\b|\b(?:accompagne|flanque|entoure|suivi|imite|seconde|epaule)(?:e|s|es)? (?:de|par|d')"
)
"""Marks of somebody who moves with another: by an object, a possessive or « avec lui »."""
_LED = re.compile(r"accompagne|flanque|entoure|seconde|epaule|(?:suivi|imite)(?:e|s|es)? par")
"""Those of them before which the leader stands …"""
_TAKEN = re.compile(r"\b(?:emmen|entrain|amen|embarqu|emport|attir|pren|compt)\w* (?:\w+ ){0,2}$")
"""… and the verbs before the others of which he does: « X emmène | avec lui Y »."""
_ALONGSIDE = re.compile(
    r"\b(?:travaill|collabor|oeuvr|discut|echang|parl|dialogu|negoci|dejeun|din|contact)\w* (?:\w+ )?$"
)
"""Verbs before « avec lui » of which nobody moves: « deux personnes qui travaillent | avec lui »."""

_POST = (
    r"(?:ancien(?:ne|nes|s)? )?(?:postes?|fauteuil|siege|fonctions?|missions?|attributions|bureau|portefeuille|mandat"
    r"|responsabilites|dossiers)"
)
_RELIEVING = re.compile(
    r"\binterim|\binterimaire"
    rf"|\b(?:son|sa|ses|leurs?|ces?|cette) {_POST}\b"
    r"|\b(?:son|sa|ses|leurs?|ces?|cette) (?:place|succession|suite|releve|relais)\b"
    r"|\b(?:lui|leur) succ\w+|\bl'a remplac\w+|\b(?:le|la|les) (?:remplac|suppl|relaie|relay)\w+"
    r"|\bla (?:succession|releve)\b|\ble (?:relais|flambeau|temoin)\b|\bpr(?:end|endra|endrait|is|endre) la suite\b"
    r"|\bsuccess(?:eur|rice|eure)s?\b|\bremplacant(?:e|s|es)?\b|\bremplac\w+ (?:par|d'ici|des)\b|\ben remplacement\b"
    r"|\b(?:le poste|la fonction|la direction|la charge|l'equipe|la division) (?:est|a ete|sera|fut|echoit|revient)\b"
    r"|\breprise? par\b|\bconfiee?s? (?:[^,;.]{0,40} )?a\b|\bechoi\w+ a\b|\baffaires courantes\b"
    r"|\bassure la continuite\b|\bfait office de\b|\ben attendant\b"
)
"""Marks of somebody who takes the post of another."""
MEMBERS = re.compile(
    r"(?:parmi (?:eux|elles|lesquel|les|ces)|au nombre|au rang|figur|y figur|il s'agit|ce sont|dont "
    r"|on (?:y )?(?:trouve|retrouve|compte|cite)|l'une? d'e"
    r"|(?:le|la) (?:premiere?|seconde?|deuxieme|troisieme|quatrieme|derniere?)\b"
    r"|dans (?:ce|cette|le|la|les) (?:casting|liste|lot|groupe|rangs|equipe|vague|contingent|wagon|valise|charrette))"
)
"""How a sentence begins that names members of a group: « Parmi eux », « Dans ce lot figure », « Le premier, X, »."""
_HELD = re.compile(rf"(?:son|sa|ses|leurs?) {_POST}")
_OWN_POST = re.compile(
    r"\b(?:quitt|conserv|gard|retrouv|occup|abandonn|perd|voi|pren|pris|rend|repren)\w* (?:\w+ ){0,2}$"
    r"|\b(?:de|dans|a|en|toutes) $"
)
"""What stands before one's own post: « quitte ses fonctions », « démissionne de son poste »."""
_HANDED = frozenset({"son", "sa", "ses", "le", "la", "leur", "leurs"})
"""What a mark begins with that somebody ahead of it may hand on: « X laisse sa place à Y »."""


@dataclass(frozen=True, slots=True)
class Circles:
    """Who stands in such a relation with whom."""

    leaders: Mapping[Party, frozenset[Party]] = field(default_factory=dict)  # who follows → whom
    relieved: Mapping[Party, frozenset[Party]] = field(default_factory=dict)  # who takes a post → whose
    relievers: Mapping[Party, frozenset[Party]] = field(default_factory=dict)  # whose post is taken → by whom
    groups: Mapping[Party, frozenset[Party]] = field(default_factory=dict)  # member → group

    def of(self, party: Party) -> Iterator[tuple[str, frozenset[Party]]]:
        """What others are to the party, and who they are: leader, relieved, reliever, of-group."""
        for who, circle in (
            ("leader", self.leaders),
            ("relieved", self.relieved),
            ("reliever", self.relievers),
            ("of-group", self.groups),
        ):
            if party in circle:
                yield who, circle[party]


def find_circles(article: Article, told: Told, moves: Callable[[Party], bool]) -> Circles:
    """The circles of an article, given where people are named and whether the grammar moves somebody."""
    finder = _Finder(article, told, moves)
    leaders, relieved, relievers, groups = (defaultdict[Party, set[Party]](set) for _ in range(4))
    for index in told:
        for one, other in finder.following(index):
            leaders[one].add(other)
        for one, other in finder.relieving(index):
            relieved[one].add(other)
            relievers[other].add(one)
        for one, other in finder.belonging(index):
            groups[one].add(other)
    return Circles(*map(_frozen, (leaders, relieved, relievers, groups)))


def _frozen(circle: Mapping[Party, set[Party]]) -> Mapping[Party, frozenset[Party]]:
    return {party: frozenset(others) for party, others in circle.items()}


@dataclass(frozen=True, slots=True)
class _Finder:
    """Looks for the marks of sentences that name somebody."""

    article: Article
    told: Told
    moves: Callable[[Party], bool]

    def following(self, index: int) -> Iterator[tuple[Party, Party]]:
        """Who follows whom in a sentence: all whom it names follow the one, who mostly stands in one before."""
        named, folded = self.told[index], self.article.folded[index]
        for match in _FOLLOWING.finditer(folded):
            if match[0].startswith("avec") and _ALONGSIDE.search(folded[: match.start()]):
                continue
            at = self._chunk(index, match.start())
            ahead = [named[chunk] for chunk in sorted(named) if chunk < at and named[chunk].named]
            first = bool(_LED.match(match[0]) or _TAKEN.search(folded[: match.start()]))
            leader = ahead[0] if ahead and first else self._earlier(index)
            if leader is None and len(ahead) > 1:
                leader = ahead[0]
            for party in named.values():
                if leader is not None and party is not leader:
                    yield party, leader

    def relieving(self, index: int) -> Iterator[tuple[Party, Party]]:
        """Who takes whose post in a sentence: the person nearest to the mark, that of who stands before both."""
        folded = self.article.folded[index]
        named = {chunk: party for chunk, party in self.told[index].items() if party.named}
        for match in _RELIEVING.finditer(folded):
            if _HELD.fullmatch(match[0]) and _OWN_POST.search(folded[: match.start()]):
                continue
            at = self._chunk(index, match.start())
            ahead, behind = [k for k in sorted(named) if k < at], [k for k in sorted(named) if k > at]
            handed = bool(ahead and behind) and (match[0].endswith(" par") or match[0].split()[0] in _HANDED)
            other = named[ahead[0]] if len(ahead) > 1 or handed else self._earlier(index)
            nearest = behind[:1] + ahead[:0:-1] if other and handed else ahead[::-1] + behind
            party = next((named[k] for k in nearest if named[k] is not other), None)
            if other is not None and party is not None:
                yield party, other

    def belonging(self, index: int) -> Iterator[tuple[Party, Party]]:
        """Who is of which group: those named behind « dont », or where a sentence begins as lists of members do."""
        named, folded = self.told[index], self.article.folded[index]
        group, first = None, 0
        at = folded.find(" dont ")
        if at >= 0:
            first = self._chunk(index, at)
            ahead = [named[chunk] for chunk in sorted(named) if chunk < first and not named[chunk].named]
            group = ahead[-1] if ahead else None
        elif MEMBERS.match(folded):
            group = self._earlier(index, groups=True)
        for chunk, party in named.items():
            if group is not None and party.named and chunk >= first:
                yield party, group

    def _chunk(self, index: int, offset: int) -> int:
        """The chunk at a folded character of a sentence."""
        phrase = self.article.phrases[index]
        words, base = phrase.sentence.tokens, phrase.sentence.start
        places = (k for k, item in enumerate(phrase.items) if words[item.start].start - base >= offset)
        return next(places, len(phrase.items))

    def _earlier(self, index: int, *, groups: bool = False) -> Party | None:
        """Who, or which group, was told of last before a sentence: what the grammar moves, else what comes first."""
        for back in range(1, _BACK + 1):
            named = self.told.get(index - back, {})
            persons = [named[chunk] for chunk in sorted(named) if named[chunk].named is not groups]
            if persons:
                return next((party for party in persons if self.moves(party)), persons[0])
        return None
