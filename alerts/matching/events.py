"""What a trigger says: who moves, from where, to where, as the words around it tell. One sentence at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from alerts.lexicon import Frame, Lexicon, MoverPlace, NameType, Slot
from alerts.matching.insertions import OPENING, time_end
from alerts.matching.names import Entity
from alerts.matching.phrases import HUMANS, ORDINALS, POINTING, Chunk, Hold, Item, People, Phrase, Role
from alerts.matching.reading import Zone
from alerts.matching.triggers import Trigger, Voice, find_triggers

MAX_REACH = 45
"""Chunks on either side of a trigger that are looked at."""
_PERSONAL = frozenset({"il", "elle", "ils", "elles", "celui-ci", "celle-ci", "-t-il", "-t-elle", *ORDINALS})
"""Pronouns that may stand for a mover."""


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves: a person, a group, or somebody pointed to by a post or a pronoun who is named elsewhere."""

    entity: Entity | None = None
    people: People | None = None
    role: Role | None = None
    pronoun: str = ""
    place: int = 0  # chunk


@dataclass(slots=True)
class Event:
    """A filled frame."""

    frame: Frame
    trigger: Trigger
    phrase: Phrase
    movers: list[Mover] = field(default_factory=list)
    origin: Entity | None = None
    destination: Entity | None = None
    predecessors: list[Mover] = field(default_factory=list)
    role: Role | None = None
    direct: set[str] = field(default_factory=set)  # slots that were filled by a direct argument
    wants_origin: bool = False  # a pronoun or « l'entreprise » stands where the organisation should
    wants_destination: bool = False
    recalled: bool = False  # told in a clause about the firm: « B, qu'il a cofondée »

    def slot(self, slot: Slot) -> object:
        """What fills a slot, or None."""
        filled: dict[Slot, object] = {
            Slot.MOVER: self.movers or None,
            Slot.ORIGIN: self.origin or (self.wants_origin or None),
            Slot.DESTINATION: self.destination or (self.wants_destination or None),
            Slot.PREDECESSOR: self.predecessors or None,
        }
        return filled.get(slot)


def find_events(phrase: Phrase, lexicon: Lexicon) -> list[Event]:
    """The events of a sentence: for each trigger the frame that its surroundings fill best."""
    triggers = [trigger for trigger in find_triggers(phrase, lexicon) if not _within_a_post(trigger, phrase)]
    starts = {
        phrase.by_token[trigger.start]
        for trigger in triggers
        if trigger.voice is not Voice.NOMINAL and not all(frame.future_only for frame, _ in trigger.frames)
    }
    events = []
    for trigger in triggers:
        tried = [_Filler(phrase, trigger, frame, starts, lexicon).fill() for frame, _ in trigger.frames]
        kept = [event for event in tried if event and _enough(event)]
        if kept:
            events.append(max(kept, key=_fullness))
    return events


def _within_a_post(trigger: Trigger, phrase: Phrase) -> bool:
    """Whether the verb is only a word of a post: « responsable des données »."""
    chunk = phrase.items[phrase.by_token[trigger.start]]
    return trigger.voice is not Voice.NOMINAL and chunk.kind is Chunk.ROLE and chunk.start < trigger.start


def _enough(event: Event) -> bool:
    """Whether the frame's needs are met."""
    if not event.movers and not (event.frame.family == "succeed" and event.predecessors):
        return False
    if event.frame.role_required and event.role is None:
        return False
    posted = event.role is not None and event.role.post and event.role.hold is not Hold.FORMER
    told = bool(event.origin or posted) and any(mover.entity for mover in event.movers)
    if told and event.frame.family in {"arrive", "return"}:
        # « X arrive de A », « X arrive comme directrice »: to the firm that the article is about.
        event.destination = event.destination or (event.role.organisation if event.role and posted else None)
        event.wants_destination = event.destination is None
    return all(any(_met(need, event) for need in needs) for needs in event.frame.needs)


def _met(need: str, event: Event) -> bool:
    """Whether something fills what the frame needs; the firm that a mover is told by is an origin."""
    if need == "role":
        return event.role is not None
    if event.slot(Slot(need)):
        return True
    return need == Slot.ORIGIN and event.frame.family == "leave" and any(map(_own_firm, event.movers))


def _own_firm(mover: Mover) -> Entity | None:
    """The firm of « deux ingénieurs d'A », « le directeur technique d'A »."""
    if mover.people:
        return mover.people.organisation
    return mover.role.organisation if mover.role and mover.role.hold is not Hold.COMING else None


def _fullness(event: Event) -> tuple[int, int, int]:
    """How well a frame explains what stands around its trigger."""
    tail = next((words for frame, words in event.trigger.frames if frame is event.frame), 0)
    sides = sum(side is not None for side in (event.origin, event.destination, event.role))
    return (2 * bool(event.movers) + 2 * sides + 2 * bool(tail) + len(event.direct), tail, event.frame.strength)


_WHOEVER = frozenset({"celui", "celle", "homme", "femme", "personne", "patron", "patronne"})
_NAMING = frozenset({"est", "sera", "serait", "appelle", "nomme", "que", "nom", ":", "etait"})
"""Words right before the name that a sentence tells."""
_OPENED_BY = {",": ",", ")": "(", "—": "—", "–": "–", "-": "-"}
_LONGEST_ASIDE = 22  # chunks
_MAX_APPOSITION = 14
"""Chunks between two coordinated names."""


def _slight(item: Item) -> bool:
    """Whether a chunk between coordinated names says nothing of its own: « et de M. », « ainsi que la »."""
    if item.kind in {Chunk.COORDINATOR, Chunk.DETERMINER, Chunk.ROLE}:
        return True
    return item.value in _SLIGHT


_SLIGHT = frozenset(
    [
        "de",
        "a",
        "que",
        "qu'",
        "puis",
        "ainsi",
        "enfin",
        "surtout",
        "m",
        "m.",
        "mm.",
        "mme",
        "mmes",
        "mlle",
        "dr",
        "celui",
        "celle",
        "ceux",
        "dont",
        "notamment",
        "aussi",
        "egalement",
        "elle-meme",
        "lui-meme",
    ]
)

_STILL = frozenset(
    ["jusqu'ici", "jusqu'alors", "jusque-la", "auparavant", "encore", "precedemment", "present", "toujours"]
)

_POST_WORDS = frozenset({"poste", "fonction", "fonctions", "role", "titre", "charge"})
_DURATIONS = frozenset({"an", "ans", "annees", "mois", "decennies"})
_OF_SERVICE = frozenset(
    {"passe", "passes", "passees", "de", "carriere", "service", "services", "chez", "au sein de", "a"}
)
_TAKING_OFFICE = frozenset({"appoint", "head", "board", "interim", "succeed", "return", "arrive"})


_AT_THE_HEAD = frozenset(
    [
        "a la barre de",
        "a la direction de",
        "a la direction generale de",
        "a la presidence de",
        "aux commandes de",
        "aux manettes de",
    ]
)
_SIDE_OF_RELATIVE = {"dont": ("de",), "ou": ("chez", "a", "dans")}
"""Relative pronouns → the prepositions that they stand for."""
_LIKE = {
    **dict.fromkeys(_AT_THE_HEAD, "a la tete de"),
    "a la tete de": "a",
    "dans les rangs de": "au sein de",
    "dans les equipes de": "au sein de",
    "au comite executif de": "au sein de",
}
"""Compound prepositions → those that lead to the same side where a frame does not name them."""


def _slot(preposition: str, complements: Mapping[str, Slot]) -> Slot:
    """The side that a preposition leads to."""
    while preposition not in complements and preposition in _LIKE:
        preposition = _LIKE[preposition]
    return complements.get(preposition, Slot.NONE)


class _Filler:
    """Fills one frame around one trigger."""

    def __init__(self, phrase: Phrase, trigger: Trigger, frame: Frame, verb_chunks: set[int], lexicon: Lexicon) -> None:
        self.phrase = phrase
        self.items = phrase.items
        self.trigger = trigger
        self.frame = frame
        self.lexicon = lexicon
        self.verbs = verb_chunks
        self.first = phrase.by_token[trigger.start]
        self.after = phrase.by_token[trigger.end - 1] + 1
        self.event = Event(frame, trigger, phrase)
        last = self.items[self.after - 1]
        # The trigger's last words may be the beginning of a chunk: « prend la tête de | B », « aux commandes de | B ».
        self.preposition = "de" if last.kind is Chunk.PREPOSITION and last.end > trigger.end else ""

    def fill(self) -> Event | None:
        """The event, whatever could be filled."""
        if self.trigger.voice is Voice.NOMINAL:
            self._nominal()
        else:
            self._verbal()
        self._roles_near()
        return self.event

    # --- verbs ---

    def _verbal(self) -> None:
        """Subject on the left, object and complements on the right, turned round in the passive."""
        frame, passive = self.frame, self.trigger.voice is Voice.PASSIVE
        if passive and frame.object is Slot.NONE and not self._tail() and not self.trigger.given:
            return
        left = frame.object if passive and frame.object is not Slot.NONE else frame.subject
        right = Slot.NONE if passive else frame.object
        complements = dict(frame.complements)
        if self.trigger.given:
            left = complements.get("a", Slot.NONE)
        if passive:
            told = frame.object is not Slot.NONE or self.trigger.given
            complements["par"] = frame.subject if told else Slot.NONE
        self._left(left)
        self._right(right, complements)
        if not passive:
            self._antecedent(right)
        self._antecedent_side(complements)
        if passive and frame.family == "poach" and self.event.destination is None:
            self.event.wants_destination = True  # « X a été débauché »: by a firm named elsewhere
        self._clitic(frame.object if not passive else Slot.NONE)
        if complements.get("a") is Slot.MOVER and not passive and not self.event.movers:
            self._recipient()
        if left is Slot.MOVER and not self.event.movers and not passive:
            self._inverted()
        self._opening(complements)

    def _tail(self) -> int:
        return self.trigger.end - self.trigger.start - 1

    def _left(self, slot: Slot) -> None:
        """Fill the slot of the subject, or of the object of a passive, from the left."""
        if slot is Slot.NONE:
            return
        if self.frame.role_subject:
            self._role_subject()
            return
        found = self._search_left(slot)
        if found is None and self.trigger.bare:
            found = self._after_comma(slot)
        if found is None and slot is Slot.MOVER and self._whoever():
            found = self._named_behind()
        if found is None and slot is Slot.MOVER and self._speaks():
            self.event.movers.append(Mover(pronoun="je", place=self.first))
        if found is None and slot in {Slot.ORIGIN, Slot.DESTINATION} and self._periphrasis():
            self.event.wants_origin = self.event.wants_origin or slot is Slot.ORIGIN
            self.event.wants_destination = self.event.wants_destination or slot is Slot.DESTINATION
        if found is not None:
            self._give(slot, found, direct=True)
            if slot in {Slot.MOVER, Slot.PREDECESSOR}:
                for extra in self._coordinated(found, -1):
                    self._give(slot, extra, direct=True)

    def _search_left(self, slot: Slot) -> int | None:
        """The chunk that is the subject: the nearest fitting one that no preposition governs."""
        index, relative = self.first - 1, False
        pending: int | None = None
        while index >= 0 and self.first - index <= MAX_REACH:
            item = self.items[index]
            if item.kind is Chunk.SIGN and item.value in {";", ".", "…", "!", "?"}:
                return pending
            opening = self._opening_of_aside(index) if item.kind is Chunk.SIGN else None
            if opening is not None:
                index = opening
                continue
            if item.kind is Chunk.RELATIVE and item.value == "qui" and not relative:
                relative = True
                pending = None
                index -= 1
                continue
            if (
                item.kind is Chunk.RELATIVE
                and item.value in {"que", "qu'", "dont", "ou"}
                and pending is None
                and not relative
            ):
                between = self.items[index + 1 : self.first]
                closed = any(other.value in {",", "—", "–", ")"} for other in between)
                if not closed and any(other.kind in {Chunk.NAME, Chunk.PRONOUN} for other in between):
                    return None
            if self._fits(item, slot):
                governed = self._governed(index)
                if not governed or (relative and not self._seat(index)):
                    return self._head_of_apposition(index, slot)
                side = slot not in {Slot.MOVER, Slot.PREDECESSOR} and not self._seat(index)
                if side and governed == "de" and pending is None:
                    pending = index  # « le conseil de A limoge X »: taken when no free-standing name follows
            index -= 1
        return pending

    def _opening_of_aside(self, index: int) -> int | None:
        """Where an aside opens that ends at `index`: « X, que Y avait formée, quitte », « X, dit Y, quitte »."""
        closing = self.items[index].value
        if closing not in _OPENED_BY:
            return None
        low = max(-1, index - _LONGEST_ASIDE)
        opening = next((k for k in range(index - 1, low, -1) if self.items[k].value == _OPENED_BY[closing]), None)
        if opening is None or index - opening < 2:
            return None
        aside = range(opening + 1, index)
        if closing == ")" or self._subordinate(opening + 1):
            return opening
        first = self.items[opening + 1]
        speaks = first.kind is Chunk.WORD and (first.value == "a" or first.value not in _SLIGHT | HUMANS)
        named = any(self._is_person(self.items[k]) and not self._governed(k) for k in aside)
        return opening if speaks and named else None

    def _subordinate(self, index: int) -> bool:
        """Whether a relative clause begins at a chunk: « que », « dont », « à qui »."""
        behind = self.items[index + 1] if index + 1 < len(self.items) else None
        piped = self.items[index].kind is Chunk.PREPOSITION and behind is not None and behind.kind is Chunk.RELATIVE
        return piped or self.items[index].kind is Chunk.RELATIVE

    def _seat(self, index: int) -> bool:
        """Whether an unknown name only says where a firm sits: « la start-up d'Évry »."""
        head = self.items[index - 2].value if index > 1 else ""
        return not self._surely_organisation(self.items[index]) and head in self.lexicon.words(
            "organisation_heads.nouns"
        )

    def _periphrasis(self) -> bool:
        """Whether « l'entreprise », « le groupe », « il », « qui » is the subject: a firm that is named elsewhere."""
        heads = self.lexicon.words("organisation_heads.nouns")
        for place in range(self.first - 1, max(-1, self.first - 22), -1):
            item = self.items[place]
            if item.kind is Chunk.SIGN and item.value in {";", "."}:
                return False
            if item.kind in {Chunk.PRONOUN, Chunk.RELATIVE, Chunk.WORD, Chunk.DETERMINER} and item.value in {
                "il",
                "elle",
                "celui-ci",
                "celle-ci",
                "qui",
                "-t-il",
                "-t-elle",
                "nous",
            }:
                return True
            if item.kind is Chunk.WORD and item.value in heads and not self._governed(place):
                return True
        return False

    def _whoever(self) -> bool:
        """Whether « celui qui », « l'homme qui » is the subject."""
        near = range(self.first - 1, max(0, self.first - 8), -1)
        who = next((place for place in near if self.items[place].value == "qui"), None)
        return who is not None and self.items[who - 1].value in _WHOEVER

    def _named_behind(self) -> int | None:
        """« … est X », « … s'appelle X », « … : X »: whom the end of the sentence names."""
        for place in range(self.after + 1, min(len(self.items), self.after + _MAX_APPOSITION)):
            item = self.items[place]
            if item.kind is Chunk.SIGN and item.value in {";", ".", "?"}:
                return None
            if item.kind is Chunk.NAME and self._is_person(item) and self.items[place - 1].value in _NAMING:
                return place
        return None

    def _speaks(self) -> bool:
        """Whether « je » is the subject: « J'ai rejoint B », « je m'apprête à quitter A »."""
        words = self.phrase.sentence.tokens[max(0, self.trigger.start - 6) : self.trigger.start]
        return any(token.folded in {"je", "j'"} for token in words)

    def _governed(self, index: int) -> str:
        """The preposition that stands before a chunk, perhaps with a determiner or plain nouns between."""
        own = self._own_preposition(self.items[index])
        if own:
            return own
        place = index - 1
        while place >= 0 and self.items[place].kind is Chunk.DETERMINER:
            place -= 1
        if place >= 0 and self.items[place].kind is Chunk.PREPOSITION:
            return self.items[place].value
        if place >= 0 and self.items[place].kind is Chunk.COORDINATOR:
            earlier = self._coordinate_before(place)
            return self._governed(earlier) if earlier is not None else ""
        return ""

    def _coordinate_before(self, place: int) -> int | None:
        """The chunk before a coordinator, when it is a name or post."""
        if place > 0 and self.items[place - 1].kind in {Chunk.NAME, Chunk.ROLE}:
            return place - 1
        return None

    def _head_of_apposition(self, index: int, slot: Slot) -> int:
        """For « X, directeur de A, » the chunk of X: the post only describes him."""
        item = self.items[index]
        if slot in {Slot.MOVER, Slot.PREDECESSOR} and item.kind in {Chunk.ROLE, Chunk.GROUP}:
            for place in range(index - 1, max(-1, index - 5), -1):
                before = self.items[place]
                if before.kind is Chunk.NAME and self._is_person(before) and not self._verb_between(place, index):
                    return place
                if (before.kind is Chunk.SIGN and before.value in {",", "("}) or before.kind in {
                    Chunk.DETERMINER,
                    Chunk.WORD,
                }:
                    continue
                break
        return index

    def _verb_between(self, low: int, high: int) -> bool:
        return any(low < verb < high for verb in self.verbs)

    def _after_comma(self, slot: Slot) -> int | None:
        """« Débauché chez A, X rejoint B »: the subject of an opening participle stands behind its comma."""
        if self.first > 4:
            return None
        for comma in range(self.after, min(len(self.items), self.after + MAX_REACH)):
            if self.items[comma].value != ",":
                continue
            for place in range(comma + 1, min(len(self.items), comma + 4)):
                item = self.items[place]
                if item.kind is Chunk.NAME and self._fits(item, slot):
                    return place
                if item.kind not in {Chunk.DETERMINER, Chunk.ROLE, Chunk.SIGN} or item.value == "(":
                    break
        return None

    def _role_subject(self) -> None:
        """« La direction technique de B revient à X »: the subject is a post."""
        for place in range(self.first - 1, max(-1, self.first - 8), -1):
            role = self.items[place].role
            if role:
                self.event.role = role
                self.event.destination = role.organisation
                return

    def _right(self, direct: Slot, complements: dict[str, Slot]) -> None:
        """Fill what stands behind the trigger: the direct object, then complements by their prepositions."""
        self._covered(complements)
        preposition, nested, comma = self.preposition, False, False
        index = self._behind_insertions()
        while index < len(self.items) and index - self.after <= MAX_REACH:
            item = self.items[index]
            if self._ends_clause(index, item):
                return
            if item.kind is Chunk.SIGN:
                comma = comma or item.value in {",", "—", "–"}
                nested = False
                preposition = "" if item.value in {",", ":"} else preposition
            elif item.kind is Chunk.PREPOSITION:
                if not (item.value == "de" and nested and not self._awaits_mover(index, complements)):
                    preposition, nested = item.value, False
            elif item.kind in {Chunk.NAME, Chunk.ROLE, Chunk.GROUP}:
                preposition = self._own_preposition(item) or preposition
                slot = _slot(preposition, complements) if preposition else (direct if not comma else Slot.NONE)
                if not preposition and slot is Slot.NONE and not comma:
                    slot = complements.get("", Slot.NONE)
                if slot is Slot.DESTINATION and preposition and self._years_spent(index):
                    slot = Slot.ORIGIN
                self._take(slot, index, preposition, comma)
            elif item.kind is Chunk.WORD and not nested and self._noun_like(item):
                self._promise(item, _slot(preposition, complements) if preposition else direct)
                nested = True
            if item.kind is Chunk.NAME and item.entity and item.entity.type in {NameType.PRODUCT, NameType.UNKNOWN}:
                nested = True  # « l'équipe Alexa d'Amazon »
            if item.entity and item.entity.type is NameType.PLACE:
                preposition = ""  # « a fondé à Lille | une société »
            index += 1

    def _behind_insertions(self) -> int:
        """The first chunk behind the times that follow the trigger: « rejoint, dès mars, | B »."""
        words, place = self.phrase.sentence.tokens, self.trigger.end
        while place < len(words) and (words[place].text == "," or words[place].folded in OPENING):
            aside = words[place].text == ","
            end = time_end(words, place + aside)
            closed = not aside or (end < len(words) and words[end].text == ",")
            if end == place + aside or not closed:
                break
            place = end + aside
        return max(self.after, self.phrase.by_token[place] if place < len(words) else len(self.items))

    def _awaits_mover(self, index: int, complements: dict[str, Slot]) -> bool:
        """« l'arrivée chez B | de X »: behind a noun, « de » and somebody is who moves, whatever stands between."""
        if self.trigger.voice is not Voice.NOMINAL or complements.get("de") is not Slot.MOVER or self.event.movers:
            return False
        behind = next((item for item in self.items[index + 1 :] if item.kind is not Chunk.DETERMINER), None)
        return behind is not None and (behind.kind is Chunk.GROUP or self._is_person(behind))

    def _own_preposition(self, item: Item) -> str:
        """« de » where it is part of the group's chunk: « de | dix-huit développeurs »."""
        if item.kind is not Chunk.GROUP:
            return ""
        first = self.phrase.sentence.tokens[item.start].folded
        return "de" if self.lexicon.contractions.get(first, first) == "de" else ""

    def _years_spent(self, index: int) -> bool:
        """Whether the chunk is where time was spent before: « devient directrice après huit ans passés chez A »."""
        words = [item.value for item in self.items[self.after : index]]
        while words and words[-1] in _OF_SERVICE:
            words.pop()
        return bool(words) and words[-1] in _DURATIONS and "apres" in words[-6:-1]

    def _promise(self, item: Item, slot: Slot) -> None:
        """« rejoint la licorne », « arrive chez l'éditeur »: an organisation that is named elsewhere, if not next."""
        if item.value not in self.lexicon.words("organisation_heads.nouns") or self.event.slot(slot) is not None:
            return
        self.event.wants_origin = self.event.wants_origin or slot is Slot.ORIGIN
        self.event.wants_destination = self.event.wants_destination or slot is Slot.DESTINATION

    def _covered(self, complements: dict[str, Slot]) -> None:
        """A post or group that the trigger's own words began holds the organisation: « rejoint les équipes de B »."""
        for index in range(self.first, self.after):
            item = self.items[index]
            inner = item.role.organisation if item.role else item.people.organisation if item.people else None
            slot = complements.get("de", complements.get("", Slot.NONE))
            side = slot in {Slot.ORIGIN, Slot.DESTINATION} and self.event.slot(slot) is None
            if inner and side and item.end > self.trigger.start + 1:
                self._give_organisation(slot, inner)
            before = self.items[index - 1]
            if item.kind is Chunk.NAME and before.kind is Chunk.PREPOSITION and index > self.first:
                # « prend | chez B | la direction », « confie | à X | le poste »
                self._take(_slot(before.value, complements), index, before.value, comma=False)

    def _ends_clause(self, index: int, item: Item) -> bool:
        """Whether the reach of the trigger ends here."""
        if item.kind is Chunk.SIGN and item.value in {";", ".", "!", "?", "…"}:
            return True
        return item.kind is Chunk.RELATIVE or (index in self.verbs and index >= self.after)

    def _noun_like(self, item: Item) -> bool:
        """Whether a word may be the noun that « de B » depends on (« l'équipe de B », « le pôle IA de B »)."""
        word = self.phrase.sentence.tokens[item.start]
        return word.text[0].isalpha() and len(word.text) > 2 and not word.folded.endswith("ment")

    def _take(self, slot: Slot, index: int, preposition: str, comma: bool) -> None:
        """Give the chunk to the slot if it fits; a post may stand for its organisation."""
        item = self.items[index]
        if slot in {Slot.ORIGIN, Slot.DESTINATION}:
            self._take_side(slot, index, preposition)
        elif slot is Slot.MOVER and self.trigger.voice is Voice.NOMINAL and self._surely_organisation(item):
            self._take_side(self._own_side(), index, preposition)  # « son départ de A »
        elif slot in {Slot.MOVER, Slot.PREDECESSOR} and (item.role or self._fits(item, slot)):
            index = self._holder(index)
            filled = self.event.movers if slot is Slot.MOVER else self.event.predecessors
            if self._fits(self.items[index], slot) and not filled:
                self._give(slot, index, direct=True)
                for extra in self._coordinated(index, +1):
                    self._give(slot, extra, direct=True)
        elif item.role and item.role.post and self.event.role is None and not comma:
            self.event.role = item.role
            if item.role.organisation and self.event.destination is None and self.frame.family in _TAKING_OFFICE:
                self.event.destination = item.role.organisation

    def _holder(self, index: int) -> int:
        """The person named behind a post: « du directeur technique, X »; the post itself when nobody is."""
        if self.items[index].role is None:
            return index
        for behind in range(index + 1, min(len(self.items), index + 5)):
            if self.items[behind].value not in {",", "m.", "m", "mme", "dr"}:
                return behind if self._is_person(self.items[behind]) else index
        return index

    def _own_side(self) -> Slot:
        """The side that a noun of movement is about: departures leave, arrivals join."""
        return Slot.ORIGIN if self.frame.family in {"leave", "fire"} else Slot.DESTINATION

    def _take_side(self, slot: Slot, index: int, preposition: str) -> None:
        """Give an organisation to its side; a post stands for its own."""
        item = self.items[index]
        if item.role:
            if slot is Slot.DESTINATION or self.frame.family == "leave":
                self.event.role = self.event.role or item.role
            if item.role.organisation and self.event.slot(slot) is None:
                self._give_organisation(slot, item.role.organisation)
            return
        vague = preposition in {"a", "de", "dans", "sur", "vers"}
        free = self.event.slot(slot) is None or self._is_flag(slot)
        if free and item.kind is Chunk.NAME and self._is_organisation(item, strict=vague):
            self._give(slot, index, direct=not preposition)

    def _is_flag(self, slot: Slot) -> bool:
        """Whether the slot is only promised by a pronoun so far."""
        return (slot is Slot.ORIGIN and self.event.origin is None) or (
            slot is Slot.DESTINATION and self.event.destination is None
        )

    def _clitic(self, slot: Slot) -> None:
        """A pronoun before the verb stands for the object (« la rejoindre ») or the place (« y prendra »)."""
        clitic = self.trigger.clitic
        if not clitic:
            self._us(slot)
            return
        if clitic == "y":
            slot = Slot.DESTINATION
        if clitic == "en":
            slot = self.frame.complements.get("de", Slot.NONE)  # « en prend la tête »
        if slot is Slot.PREDECESSOR:
            self.event.wants_destination = self.event.destination is None  # « X le remplace »: where he was
        if clitic in {"le", "la", "les", "l'", "y", "en"}:
            if slot is Slot.DESTINATION and self.event.destination is None:
                self.event.wants_destination = True
            elif slot is Slot.ORIGIN and self.event.origin is None:
                self.event.wants_origin = True
            elif slot is Slot.MOVER and not self.event.movers and clitic != "en":
                self.event.movers.append(Mover(pronoun=clitic, place=self.first))

    def _us(self, slot: Slot) -> None:
        """« X nous rejoint », « X nous a quittés »: the firm whose words these are; « B m'a nommée »: who speaks."""
        words = self.phrase.sentence.tokens[max(0, self.trigger.start - 2) : self.trigger.start]
        if any(word.folded in {"me", "m'"} for word in words) and slot is Slot.MOVER and not self.event.movers:
            self.event.movers.append(Mover(pronoun="je", place=self.first))
        ours = self.trigger.person == 1 and self.trigger.plural
        if ours or not any(word.folded == "nous" for word in words):
            return
        if slot is Slot.ORIGIN and self.event.origin is None:
            self.event.wants_origin = True
        if (slot is Slot.DESTINATION or self.frame.family == "arrive") and self.event.destination is None:
            self.event.wants_destination = True

    def _recipient(self) -> None:
        """Who is given something, before the verb: « B lui confie », « X, à qui B confie », « à X, B confie »."""
        before = self.phrase.sentence.tokens[max(0, self.trigger.start - 2) : self.trigger.start]
        if any(word.folded in {"me", "m'"} for word in before):
            self.event.movers.append(Mover(pronoun="je", place=self.first))  # « B m'a proposé »
            return
        if self.trigger.clitic in {"lui", "leur"}:
            place = self.phrase.by_token[self.trigger.start - 1]
            while place > self.first - 4 and self.items[place].value != self.trigger.clitic:
                place -= 1
            self.event.movers.append(Mover(pronoun="ils" if self.trigger.clitic == "leur" else "lui", place=place))
            return
        for place in range(self.first - 1, max(-1, self.first - _MAX_APPOSITION), -1):
            item = self.items[place]
            if item.kind is Chunk.SIGN and item.value in {";", ".", ":"}:
                return
            if item.value == "auquel" or (item.value == "qui" and self._governed(place) == "a"):
                found = self._person_before(place)
                if found is not None:
                    self._give(Slot.MOVER, found, direct=True)
                return
            if item.kind is Chunk.NAME and self._is_person(item) and self._governed(place) == "a":
                self._give(Slot.MOVER, place, direct=True)
                return

    def _person_before(self, index: int) -> int | None:
        """The person named last before a chunk, no verb between."""
        for place in range(index - 1, max(-1, index - _MAX_APPOSITION), -1):
            if place in self.verbs or self.items[place].value in {";", ".", ":"}:
                return None
            if self.items[place].kind is Chunk.NAME and self._is_person(self.items[place]):
                return place
        return None

    def _antecedent(self, slot: Slot) -> None:
        """« X, que A voit partir »: the direct object stands before the relative pronoun."""
        if slot is Slot.NONE or not (self.event.slot(slot) is None or self._is_flag(slot)):
            return
        relative = self._relative_before()
        if relative is None:
            return
        for place in range(relative - 1, max(-1, relative - _MAX_APPOSITION), -1):
            item = self.items[place]
            if place in self.verbs or (item.kind is Chunk.SIGN and item.value in {";", ".", ":"}):
                return
            if self._fits(item, slot) and item.kind is not Chunk.PRONOUN:
                if item.kind is Chunk.ROLE and place + 1 < relative:
                    continue
                self._give(slot, self._head_of_apposition(place, slot), direct=True)
                self.event.recalled = slot is Slot.DESTINATION
                if slot is Slot.MOVER:
                    for extra in self._coordinated(place, -1):
                        self._give(slot, extra, direct=True)
                return

    def _antecedent_side(self, complements: Mapping[str, Slot]) -> None:
        """« B, dont X prend la tête », « B, où arrive X »: the side stands before the relative pronoun."""
        relative = self.first - 1
        while relative > max(0, self.first - 10) and self.items[relative].kind is not Chunk.RELATIVE:
            relative -= 1
        if relative < 1 or self.items[relative].value not in _SIDE_OF_RELATIVE:
            return
        if complements.get("de") is Slot.MOVER and self.items[relative].value == "dont" and not self.event.movers:
            found = self._person_before(relative)  # « X, dont B annonce le départ »
            if found is not None:
                self._give(Slot.MOVER, found, direct=False)
        slots = (complements.get(word) for word in _SIDE_OF_RELATIVE[self.items[relative].value])
        slot = next((slot for slot in slots if slot in {Slot.ORIGIN, Slot.DESTINATION}), None)
        if slot is None or not (self.event.slot(slot) is None or self._is_flag(slot)):
            return
        place = relative - 1 - (self.items[relative - 1].value == ",")
        if place >= 0 and self.items[place].kind is Chunk.NAME and self._surely_organisation(self.items[place]):
            self._give(slot, place, direct=False)

    def _relative_before(self) -> int | None:
        """The « que » that opens the trigger's clause: only the clause's subject and its verbs stand between."""
        for place in range(self.first - 1, max(-1, self.first - 10), -1):
            item = self.items[place]
            if item.kind is Chunk.RELATIVE:
                return place if item.value in {"que", "qu'"} else None
            if item.kind is Chunk.SIGN:
                return None
        return None

    def _inverted(self) -> None:
        """« À la direction de B arrive le 2 mai X »: behind an opening complement the subject follows the verb."""
        if self.frame.object is Slot.MOVER:
            return
        fronted = self._fronted()
        found = self._subject_behind() if fronted else self._subject_next()
        if found is None:
            return
        self._give(Slot.MOVER, found, direct=fronted)
        if fronted:
            for extra in self._coordinated(found, +1):
                self._give(Slot.MOVER, extra, direct=True)
            self._fronted_side()

    def _fronted(self) -> bool:
        """Whether a complement opens the clause: « Chez B arrive … », « Non, c'est de A que part … »."""
        start = 0
        for place in range(self.first):
            if self.items[place].kind is Chunk.SIGN and self.items[place].value not in {",", "(", ")"}:
                start = place + 1
            elif self.items[place].value == "," and place == start + 1:
                start = place + 1  # « Non, … », « Mercredi, … »
        opening = self.items[start : self.first]
        if not opening:
            return False
        alone = opening[0].value == "il" and len(opening) < 4
        relative = self._relative_before()
        if relative is not None and not any(item.entity for item in self.items[relative : self.first]):
            return self.frame.object in {Slot.ORIGIN, Slot.DESTINATION}  # « B, que rejoignent X et Y »
        return opening[0].kind is Chunk.PREPOSITION or opening[0].value in {"c'", "ce", "y", "ici", "la"} or alone

    def _subject_next(self) -> int | None:
        """The person right behind the verb: « arrive | la juriste X »."""
        for place in range(self.after, min(len(self.items), self.after + 4)):
            item = self.items[place]
            if item.kind is Chunk.NAME and self._is_person(item):
                return place
            if place in self.verbs or item.kind not in {Chunk.DETERMINER, Chunk.ROLE}:
                return None
        return None

    def _subject_behind(self) -> int | None:
        """The person or group somewhere behind the verb that no preposition governs: « s'en vont, dit-on, X et Y »."""
        for place in range(self.after, min(len(self.items), self.after + _MAX_APPOSITION)):
            item = self.items[place]
            subject = (item.kind is Chunk.NAME and self._is_person(item)) or item.kind is Chunk.GROUP
            if subject and not self._governed(place):
                return place
            if item.kind is Chunk.RELATIVE or place in self.verbs:
                return None
            if item.kind is Chunk.SIGN and item.value not in {",", "(", ")"}:
                return None
        return None

    def _opening(self, complements: dict[str, Slot]) -> None:
        """« Chez A, X est promue », « C'est chez B que X pointe », « B : X est nommée »."""
        opening = [item.value for item in self.items[:4]]
        place = 2 if opening[:2] == ["c'", "est"] else 4 if opening == ["ce", "n'", "est", "pas"] else 0
        if place >= self.first:
            return
        colon = next((k for k in range(min(self.first, 8)) if self.items[k].value == ":"), None)
        value = self.items[place].value if self.items[place].kind is Chunk.PREPOSITION else ""
        if value in {"chez", "au sein de", "du cote de", "a la tete de"} | _AT_THE_HEAD or (value == "a" and place):
            slot = _slot(value, complements) if place else self._own_side()
            found = self._first_firm(place + 1, min(place + 6, self.first))
        elif colon and self.event.frame.family not in {"arrive", "leave", "return"}:
            # The word before a title's colon is as often its subject: « Remaniement : X nommée à … ».
            strict = self.phrase.sentence.zone is Zone.TITLE
            slot, found = self._own_side(), self._first_firm(0, colon, strict)
        else:
            return
        if found and slot in {Slot.ORIGIN, Slot.DESTINATION} and (self.event.slot(slot) is None or self._is_flag(slot)):
            self._give_organisation(slot, found)

    def _first_firm(self, low: int, high: int, strict: bool = False) -> Entity | None:
        """The first organisation among the chunks `low:high`, before any sign; a post's organisation too."""
        for item in self.items[low:high]:
            if item.kind is Chunk.SIGN:
                return None
            if item.role and item.role.organisation:
                return item.role.organisation
            if item.kind is Chunk.NAME and self._is_organisation(item, strict):
                return item.entity
        return None

    def _fronted_side(self) -> None:
        """The organisation of an opening complement: « À la direction de B arrive X », « De A se retire X »."""
        side = self._own_side()
        if self.event.slot(side) is not None:
            return
        for item in reversed(self.items[: self.first]):
            inner = item.role.organisation if item.role else None
            if item.role and item.role.post:
                self.event.role = self.event.role or item.role
            if item.kind is Chunk.NAME and self._is_organisation(item):
                inner = item.entity
            if inner:
                self._give_organisation(side, inner)
                return

    # --- nouns ---

    def _nominal(self) -> None:
        """The arguments of a noun: by their prepositions, or beside it."""
        place = self.frame.mover
        complements = dict(self.frame.complements)
        if place is MoverPlace.COMPLEMENT:
            self._right(complements.get("", Slot.NONE), complements)
            if not self.event.movers:
                self._possessive()
            if self.event.slot(self._own_side()) is None:
                self._announcer()
            if self.event.slot(self._own_side()) is None:
                self._main_clause()
        elif place in {MoverPlace.BESIDE, MoverPlace.BEFORE}:
            self._right(complements.get("", Slot.NONE), complements)
            self._beside(before_only=place is MoverPlace.BEFORE)
        elif place is MoverPlace.ROLE:
            self._apposed_role()
        elif place is MoverPlace.ROLE_AFTER:
            self._carnet()
        else:
            self._right(complements.get("", Slot.NONE), complements)
            self.event.movers.append(Mover(pronoun="je", place=self.first))

    def _possessive(self) -> None:
        """« son départ », « leur arrivée »: the mover is whom the article speaks of."""
        before = self.phrase.sentence.tokens[self.trigger.start - 1].folded if self.trigger.start else ""
        if before in {"le", "la", "l'"}:
            self._of_whom()
        if before in {"son", "sa", "ses", "leur", "leurs"}:
            found = self._search_left(Slot.MOVER)
            if found is not None:
                self._give(Slot.MOVER, found, direct=False)
                for extra in self._coordinated(found, -1):
                    self._give(Slot.MOVER, extra, direct=False)
            else:
                self.event.movers.append(Mover(pronoun="elle" if before == "sa" else "il", place=self.first))

    def _of_whom(self) -> None:
        """« X, dont le départ », « X, dont A annonce l'arrivée »: the mover stands before « dont »."""
        near = range(self.first - 1, max(-1, self.first - 7), -1)
        relative = next((k for k in near if self.items[k].kind in {Chunk.RELATIVE, Chunk.SIGN}), None)
        if relative is None or self.items[relative].value != "dont":
            return
        found = self._person_before(relative)
        if found is not None:
            self._give(Slot.MOVER, found, direct=False)

    def _announcer(self) -> None:
        """« B annonce l'arrivée de X », « A confirme son départ »: the firm that tells it is the one it is about."""
        words = self.phrase.sentence.tokens
        telling = self.lexicon.words("journalism.announcing")
        place = self.first - 1
        while place >= 0 and self.items[place].kind is Chunk.DETERMINER:
            place -= 1
        while place >= 0 and words[self.items[place].start].folded.endswith("ment"):
            place -= 1
        if place < 1 or self.items[place].value not in telling:
            return
        while place >= 0 and self.first - place < 7 and self.items[place].kind is not Chunk.SIGN:
            item = self.items[place]
            if item.kind is Chunk.NAME:
                if item.entity and self._surely_organisation(item) and not self._governed(place):
                    self._give_organisation(self._own_side(), item.entity)
                return
            place -= 1

    def _main_clause(self) -> None:
        """« Avec l'arrivée de X, B tient … »: the firm whose clause the noun opens."""
        if self.items[0].kind is not Chunk.PREPOSITION or self.first > 3:
            return
        comma = next((k for k in range(self.after, len(self.items) - 1) if self.items[k].value == ","), None)
        if comma is None:
            return
        place = comma + 1 + (self.items[comma + 1].kind is Chunk.DETERMINER)
        item = self.items[place] if place < len(self.items) else None
        if item and item.entity and self._surely_organisation(item):
            self._give_organisation(self._own_side(), item.entity)

    def _beside(self, before_only: bool) -> None:
        """The person right before (« X, transfuge de A ») or right behind the phrase (« transfuge de A, X »)."""
        left = self.items[self.first - 1] if self.first else None
        if before_only and (self.verbs or (left and (left.kind is Chunk.PREPOSITION or left.value in _STILL))):
            return  # « jusqu'ici chez A », « sorti de chez A »: where he was
        for place in range(self.first - 1, max(-1, self.first - 7), -1):
            item = self.items[place]
            if (
                self._fits(item, Slot.MOVER)
                and item.kind is not Chunk.PRONOUN
                and not self._verb_between(place, self.first)
            ):
                if before_only and self._governed(place):
                    return
                self._give(Slot.MOVER, self._head_of_apposition(place, Slot.MOVER), direct=True)
                for extra in self._coordinated(place, -1):
                    self._give(Slot.MOVER, extra, direct=True)
                return
            if item.kind is Chunk.SIGN and item.value not in {",", "(", ")", ":"}:
                break
        if before_only:
            return
        for place in range(self.after, min(len(self.items), self.after + 8)):
            item = self.items[place]
            if item.kind is Chunk.NAME and self._is_person(item):
                self._give(Slot.MOVER, place, direct=True)
                return
            if place in self.verbs:
                return

    def _apposed_role(self) -> None:
        """« X, nouveau directeur de B »: a post that is marked as coming, beside its holder."""
        own = self.phrase.by_token[self.trigger.start]
        role = self.items[own].role
        if role is None:
            role = next(
                (
                    self.items[k].role
                    for k in range(max(0, own - 3), min(len(self.items), own + 2))
                    if self.items[k].role
                ),
                None,
            )
        if role is None or not role.post or (self.frame.family == "appoint" and role.hold is not Hold.COMING):
            return
        self.event.role, self.event.destination = role, role.organisation
        for place in (own - 1, own - 2, own + 1, own + 2, own - 3):
            if not 0 <= place < len(self.items) or self._verb_between(min(place, own), max(place, own)):
                continue
            if self.items[place].kind is Chunk.NAME and self._is_person(self.items[place]):
                self._give(Slot.MOVER, place, direct=True)
                return
        named = next((k for k in range(own + 1, min(len(self.items), own + 7)) if self.items[k].entity), None)
        if named and self._is_person(self.items[named]) and self.items[named - 1].value in _NAMING - {"que"}:
            self._give(Slot.MOVER, named, direct=True)  # « le nouveau patron de B s'appelle X »
            return
        titled = self.phrase.sentence.zone is Zone.TITLE and role.definite and role.organisation
        if titled and role.hold is Hold.COMING and not any(self._is_person(item) for item in self.items):
            self.event.movers.append(Mover(role=role, place=own))  # the article goes on to say who it is

    def _carnet(self) -> None:
        """« B : X, directeur technique »: a line of a digest of appointments."""
        before = [k for k in range(self.first) if self.items[k].kind is Chunk.NAME]
        if self.verbs - {self.first} or self._labelled(before):
            return
        if len(before) != 1 or not self._is_organisation(self.items[before[0]]):
            return
        person = self._person_behind()
        if person is None:
            return
        role = self._role_behind(person)
        if role is None or not role.post or (role.hold is Hold.FORMER and role.organisation is None):
            return
        self.event.role = role if role.hold is not Hold.FORMER else None
        self._give(Slot.MOVER, person, direct=True)
        self.event.destination = self.items[before[0]].entity

    def _labelled(self, before: Sequence[int]) -> bool:
        """« Directeur scientifique : X. » and « X (B) : directeur scientifique »; whether the line is one of these."""
        if not before:
            role, person = self.items[0].role, self._person_behind()
            if role is None or not role.post or role.hold is Hold.FORMER or person is None or self.first > 2:
                return False
            after = self.items[person + 1 : person + 2]
            if after and not (after[0].kind is Chunk.SIGN and after[0].value in {".", ",", ";", "("}):
                return False
            self.event.destination, self.event.wants_destination = role.organisation, role.organisation is None
        else:
            person, role = before[0], self._role_behind(self.first)
            if len(before) != 2 or not self._is_person(self.items[person]) or role is None or not role.post:
                return False
            if self.items[before[1] - 1].value != "(" or not self._is_organisation(self.items[before[1]]):
                return False
            self.event.destination = self.items[before[1]].entity
        self.event.role = role
        self._give(Slot.MOVER, person, direct=True)
        return True

    def _person_behind(self) -> int | None:
        """The person right behind the trigger."""
        near = range(self.after, min(len(self.items), self.after + 3))
        return next((k for k in near if self._is_person(self.items[k])), None)

    def _role_behind(self, index: int) -> Role | None:
        """The first post behind a chunk."""
        return next((item.role for item in self.items[index + 1 : index + 8] if item.role), None)

    # --- what fits ---

    def _roles_near(self) -> None:
        """« comme directrice », « en tant que CTO », « au poste de DG »: the post of the move."""
        if self.event.role is not None:
            return
        if len(self.items) > 1 and self.items[0].value in {"au poste de", "a titre de", "comme"} and self.items[1].role:
            self.event.role = self.items[1].role  # « Au poste de directrice technique, B accueille X »
            return
        for place in range(self.after, min(len(self.items), self.after + 14)):
            item = self.items[place]
            if (item.kind is Chunk.SIGN and item.value in {";", ".", "?", "!"}) or place in self.verbs:
                return
            if item.role and self._post_marked(place):
                self.event.role = item.role
                if (
                    item.role.organisation
                    and self.event.destination is None
                    and self.frame.family not in {"leave", "fire"}
                ):
                    self.event.destination = item.role.organisation
                return

    def _post_marked(self, place: int) -> bool:
        """Whether a post is introduced as the one of the move."""
        role = self.items[place].role
        before = self.items[place - 1] if place else None
        if before is None:
            return False
        if before.value == "de" and place > 1 and self.items[place - 2].value in _POST_WORDS:
            return True  # « confie à X le poste de directrice technique »
        if before.kind is Chunk.PREPOSITION and before.value in {
            "comme",
            "en tant que",
            "en qualite de",
            "au poste de",
            "aux fonctions de",
            "a titre de",
            "pour",
        }:
            return True
        return (
            self.frame.family in {"appoint", "board", "interim"}
            and before.kind is not Chunk.PREPOSITION
            and role is not None
            and role.post
        )

    def _members(self, index: int) -> Iterator[int]:
        """The names behind a group: « trois chercheurs d'OpenAI : X, Y et Z », « deux cadres, dont X »."""
        opening = self.items[index + 1] if index + 1 < len(self.items) else None
        if opening is None or opening.value not in {":", ",", "(", "—", "–", "-", "dont"}:
            return
        for place in range(index + 2 - (opening.value == "dont"), min(len(self.items), index + 5)):
            item = self.items[place]
            if item.kind is Chunk.NAME and self._is_person(item):
                yield place
                yield from self._coordinated(place, +1)
                return
            if item.kind not in {Chunk.DETERMINER, Chunk.ROLE} and item.value not in {"dont", "notamment"}:
                return

    def _coordinated(self, index: int, step: int) -> Iterator[int]:
        """The chunks coordinated with the mover at `index`: « X, Y et Z », « de X et de Y », « X, chef de B, et Y »."""
        place, seen = index + step, 0
        while 0 <= place < len(self.items) and seen < 12 and abs(place - index) <= _MAX_APPOSITION:
            item = self.items[place]
            if self._coordinate(item, place, step):
                if not self._linked(min(place, index), max(place, index)):
                    return
                yield place
                index, seen = place, seen + 1
            elif place in self.verbs or (
                item.kind in {Chunk.RELATIVE, Chunk.SIGN} and item.value not in {",", "(", ")", "que", "qu'", "dont"}
            ):
                return
            place += step

    def _coordinate(self, item: Item, place: int, step: int) -> bool:
        """Whether the chunk can stand in a row of movers."""
        if item.kind is Chunk.NAME:
            return self._is_person(item)
        opened = place > 0 and (
            self.items[place - 1].value in {"et", "que", "qu'"} or self.items[place - 2].value == "et"
        )
        return item.kind is Chunk.GROUP and step > 0 and opened

    def _linked(self, low: int, high: int) -> bool:
        """Whether a coordinator or a comma joins two names, with no more than an enclosed description between."""
        between = self.items[low + 1 : high]
        signs = {k for k, item in enumerate(between) if item.value in {",", "(", ")"}}
        words = {k for k, item in enumerate(between) if item.kind is Chunk.COORDINATOR or item.value == "ainsi"}
        joints = signs | words
        if not joints:
            return False
        plain = [k for k, item in enumerate(between) if k not in joints and not _slight(item)]
        # A description needs a sign on either side: « X, gardien des formats, et Y ».
        return not plain or (min(signs, default=99) < plain[0] and max(joints) > plain[-1] and len(joints) > 1)

    def _fits(self, item: Item, slot: Slot) -> bool:
        """Whether a chunk can fill the slot at all."""
        if slot in {Slot.MOVER, Slot.PREDECESSOR}:
            if item.kind is Chunk.NAME:
                return self._is_person(item)
            if item.kind is Chunk.PRONOUN:
                return item.value in _PERSONAL
            if item.kind is Chunk.WORD:
                return self._points_to_somebody(item)
            return item.kind is Chunk.GROUP or bool(
                item.role and (item.role.definite or item.role.organisation or item.role.hold is not Hold.PLAIN)
            )
        if slot in {Slot.ORIGIN, Slot.DESTINATION}:
            by_boss = item.role is not None and item.role.post and item.role.organisation is not None
            known = self.phrase.sentence.zone is not Zone.TITLE and self.frame.family not in {"poach", "appoint"}
            return by_boss or (item.kind is Chunk.NAME and self._is_organisation(item, strict=known))
        return False

    def _points_to_somebody(self, item: Item) -> bool:
        """« ce dernier », « l'intéressée »: somebody who was named before."""
        if item.value not in HUMANS or not item.start:
            return False
        return self.items[self.phrase.by_token[item.start - 1]].value in POINTING

    def _is_person(self, item: Item) -> bool:
        """Whether a name is a person's."""
        return item.entity is not None and item.entity.type is NameType.PERSON

    def _surely_organisation(self, item: Item) -> bool:
        """Whether a name is an organisation's beyond doubt."""
        return item.entity is not None and item.entity.type is NameType.ORGANISATION

    def _is_organisation(self, item: Item, strict: bool = False) -> bool:
        """Whether a name is an organisation's; an unknown name in its place may be."""
        if item.entity is None:
            return False
        if item.entity.type is NameType.ORGANISATION:
            return True
        if item.entity.type is NameType.MEDIUM:
            return True
        return item.entity.type is NameType.UNKNOWN and not strict

    def _give(self, slot: Slot, index: int, direct: bool) -> None:
        """Put the chunk into the slot."""
        item = self.items[index]
        if slot is Slot.MOVER:
            self.event.movers.append(self._mover(index))
            if item.people:
                self._give_members(index, item.people)
        elif slot is Slot.PREDECESSOR:
            self.event.predecessors.append(self._mover(index))
        elif item.entity:
            self._give_organisation(slot, item.entity)
        elif item.role and item.role.organisation:
            self._give_organisation(slot, item.role.organisation)
        if direct:
            self.event.direct.add(slot.value)

    def _give_organisation(self, slot: Slot, entity: Entity) -> None:
        if slot is Slot.ORIGIN:
            self.event.origin = entity
        elif slot is Slot.DESTINATION:
            self.event.destination = entity

    def _give_members(self, index: int, people: People) -> None:
        """Put the named members of a group in its place, or beside it when some remain unnamed."""
        members = [self._mover(place) for place in self._members(index)]
        if members and self.event.origin is None and people.organisation is not self.event.destination:
            self.event.origin = people.organisation
        if members and (people.count is None or len(members) >= people.count):
            self.event.movers.pop()
        self.event.movers.extend(members)

    def _mover(self, index: int) -> Mover:
        item = self.items[index]
        pronoun = item.value if item.kind is Chunk.PRONOUN else ""
        if item.kind is Chunk.WORD:
            pronoun = "celui-ci" if item.value in {"dernier", "derniere"} else "il"
        return Mover(item.entity, item.people, item.role, pronoun, index)
