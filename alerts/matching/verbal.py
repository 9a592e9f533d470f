"""Frames filled around verbs: subjects before and behind, clitics, relative clauses, openings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from alerts.lexicon import Slot
from alerts.matching.arguments import AT_THE_HEAD, MAX_REACH, NAMING, Arguments, side_of
from alerts.matching.events import Mover
from alerts.matching.names import Entity
from alerts.matching.phrases import Chunk
from alerts.matching.reading import Zone
from alerts.matching.slots import MAX_APPOSITION
from alerts.matching.triggers import Voice

_WHOEVER = frozenset({"celui", "celle", "homme", "femme", "personne", "patron", "patronne"})
_SIDE_OF_RELATIVE = {"dont": ("de",), "ou": ("chez", "a", "dans")}
"""Relative pronouns → the prepositions that they stand for."""


class Verbal(Arguments):
    """Fills a frame around a verb."""

    def _arguments(self) -> None:
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
        if right is Slot.MOVER and not self.event.movers:
            self._late_object()
        if left is Slot.MOVER and not self.event.movers and not passive:
            self._inverted()
        self._opening(complements)
        if passive and self.trigger.bare and frame.family == "found":
            self.event.recalled = True  # « une unité créée par X »

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
        for place in range(self.after + 1, min(len(self.items), self.after + MAX_APPOSITION)):
            item = self.items[place]
            if item.kind is Chunk.SIGN and item.value in {";", ".", "?"}:
                return None
            if item.kind is Chunk.NAME and self._is_person(item) and self.items[place - 1].value in NAMING:
                return place
        return None

    def _speaks(self) -> bool:
        """Whether « je » is the subject: « J'ai rejoint B », « je m'apprête à quitter A »."""
        words = self.phrase.sentence.tokens[max(0, self.trigger.start - 6) : self.trigger.start]
        return any(token.folded in {"je", "j'"} for token in words)

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
        for place in range(self.first - 1, max(-1, self.first - MAX_APPOSITION), -1):
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

    def _antecedent(self, slot: Slot) -> None:
        """« X, que A voit partir »: the direct object stands before the relative pronoun."""
        if slot is Slot.NONE or not (self.event.slot(slot) is None or self._is_flag(slot)):
            return
        relative = self._relative_before()
        if relative is None:
            return
        for place in range(relative - 1, max(-1, relative - MAX_APPOSITION), -1):
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

    def _late_object(self) -> None:
        """The direct object behind a complement: « engage pour ses achats | X », « fait venir de A, un rival, | X »."""
        opening = self.items[self.after : self.after + 1]
        if not opening or (opening[0].kind not in {Chunk.PREPOSITION, Chunk.WORD} and opening[0].value != ","):
            return  # « conservera | sa marque, … »
        for place in self._free_behind():
            signs = [item.value for item in self.items[self.after : place] if item.kind is Chunk.SIGN]
            if set(signs) <= {","} and not len(signs) % 2 and self._apart(place):
                self._give(Slot.MOVER, place, direct=True)
                for extra in self._coordinated(place, +1):
                    self._give(Slot.MOVER, extra, direct=True)
                return

    def _apart(self, index: int) -> bool:
        """Whether a name begins a phrase of its own: nothing but its own post and article stands behind the last."""
        place = index - 1
        while place > self.after and self.items[place].kind in {Chunk.DETERMINER, Chunk.ROLE}:
            place -= 1
        before = self.items[place]
        return place >= self.after and before.kind in {Chunk.WORD, Chunk.NAME, Chunk.SIGN, Chunk.GROUP}

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
        """The first of those behind the verb: « s'en vont, dit-on, X et Y »."""
        return next(self._free_behind(), None)

    def _free_behind(self) -> Iterator[int]:
        """The persons and groups somewhere behind the verb, in its clause, that no preposition governs."""
        for place in range(self.after, min(len(self.items), self.after + MAX_APPOSITION)):
            item = self.items[place]
            somebody = (item.kind is Chunk.NAME and self._is_person(item)) or item.kind is Chunk.GROUP
            if somebody and not self._governed(place):
                yield place
            if item.kind is Chunk.RELATIVE or place in self.verbs:
                return
            if item.kind is Chunk.SIGN and item.value not in {",", "(", ")"}:
                return

    def _opening(self, complements: dict[str, Slot]) -> None:
        """« Chez A, X est promue », « C'est chez B que X pointe », « B : X est nommée »."""
        opening = [item.value for item in self.items[:4]]
        place = 2 if opening[:2] == ["c'", "est"] else 4 if opening == ["ce", "n'", "est", "pas"] else 0
        if place >= self.first:
            return
        colon = next((k for k in range(min(self.first, 8)) if self.items[k].value == ":"), None)
        value = self.items[place].value if self.items[place].kind is Chunk.PREPOSITION else ""
        if value in {"chez", "au sein de", "du cote de", "a la tete de"} | AT_THE_HEAD or (value == "a" and place):
            slot = side_of(value, complements) if place else self._own_side()
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
