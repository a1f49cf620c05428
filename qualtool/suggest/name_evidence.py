"""What speaks for a name: which rules found it, and what kind of name they take it for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .capitals import Word, key, place_names, runs_of
from .first_names import ANY_FIRST_NAME
from .gazetteer import Gazetteer, name_key
from .identifiers import Written, written_identifiers
from .name_rules import introduced_names, school_names, titled_names
from .ordinary_words import ARTICLES, KIN, PERSON_BEFORE, PERSON_BEHIND, PLACE_BEFORE, PLACE_WORDS, RELATIVES

LOOK, LIKELY, SURE = 0, 1, 2


@dataclass(slots=True, kw_only=True)
class Evidence:
    """Votes for a kind, the rules, and how sure they are (0 look, 1 likely, 2 sure).

    ``stem`` is the word of the pseudonym of written numbers and addresses, else blank; ``is_known`` says
    that the study's own tables hold it as a person's or school's name.
    """

    votes: Counter[str] = field(default_factory=Counter[str])
    why: dict[str, None] = field(default_factory=dict[str, None])
    certainty: int = LOOK
    stem: str = ""
    is_known: bool = False
    cautions: dict[str, None] = field(default_factory=dict[str, None])

    @property
    def kind(self) -> str:
        """The kind with most votes; among equals school, then person, then place."""
        if not self.votes:
            return "other"
        order = ("school", "person", "place", "other")
        return min(self.votes, key=lambda kind: (-self.votes[kind], order.index(kind)))


@dataclass(slots=True, kw_only=True)
class Capitals:
    """How often, and where, one stretch of capital words stands: see ``capitals.Run``.

    ``n_kin`` counts "Haydn's mum", which is as good at the start of a sentence.
    """

    words: tuple[str, ...]
    n_inside: int = 0
    n_opening: int = 0
    n_kin: int = 0
    votes: Counter[str] = field(default_factory=Counter[str])


class Findings:
    """Evidence by name, gathered text by text, and the stretches of capital words beside it.

    ``heads`` are schools' names without the words for a kind of school, as ``name_key`` has them.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.names: dict[str, Evidence] = {}
        self.capitals: dict[tuple[str, ...], Capitals] = {}
        self.heads: set[str] = set()
        self._gazetteer = gazetteer

    def note(
        self, name: str, kind: str, why: str, *, votes: int = 1, certainty: int = SURE, stem: str = ""
    ) -> None:
        """Count a rule's word for a name."""
        if len(name) < 2 or "\n" in name or "\t" in name or "  " in name:
            return
        evidence = self.names.setdefault(name, Evidence())
        evidence.votes[kind] += votes
        evidence.why[why] = None
        evidence.certainty = max(evidence.certainty, certainty)
        evidence.stem = evidence.stem or stem

    def read(self, text: str) -> None:
        """Apply every rule to one text."""
        taken = [(w.start_char, w.end_char) for w in self._written(text)]
        taken += [(w.start_char, w.end_char) for w in self._schools(text)]
        taken += [(w.start_char, w.end_char) for w in self._known(text)]
        taken += [(w.start_char, w.end_char) for w in self._titled(text)]
        for word in introduced_names(text):
            certainty = SURE if key(word.text.split()[0]) in ANY_FIRST_NAME else LIKELY
            why = "after words such as 'called' or 'my son'"
            self.note(word.text, "person", why, votes=3, certainty=certainty)
        for word in place_names(text):
            self.note(word.text, "place", "made like the name of a place", votes=3)
            taken.append((word.start_char, word.end_char))
        self._read_capitals(text, sorted(taken))

    def _written(self, text: str) -> list[Written]:
        found = written_identifiers(text)
        for written in found:
            sign = text[written.start_char : written.end_char]
            self.note(sign, "other", written.why, votes=9, stem=written.stem)
        return found

    def _schools(self, text: str) -> Iterator[Word]:
        for school in school_names(text):
            self.note(school.word.text, "school", "ends as the name of a school", votes=5)
            self.heads.add(name_key(school.head))
            yield school.word

    def _known(self, text: str) -> Iterator[Word]:
        if not self._gazetteer:
            return
        for word, kind in self._gazetteer.found_in(text):
            which = "school" if kind == "school" else "authority or district"
            self.note(word.text, kind, f"name of a {which} in the register or the study", votes=4)
            yield word

    def _titled(self, text: str) -> Iterator[Word]:
        for word, _ in titled_names(text):
            self.note(word.text, "person", "behind a title", votes=9)
            yield word

    def _read_capitals(self, text: str, taken: Sequence[tuple[int, int]]) -> None:
        at, end_taken = 0, 0
        for run in runs_of(text):
            start, end = run.words[0].start_char, run.words[-1].end_char
            while at < len(taken) and taken[at][0] < end:
                end_taken = max(end_taken, taken[at][1])
                at += 1
            if end_taken > start:
                continue
            words = tuple(w.text for w in run.words)
            found = self.capitals.setdefault(words, Capitals(words=words))
            if run.opens:
                found.n_opening += 1
            else:
                found.n_inside += 1
            found.n_kin += run.owns and run.behind in KIN
            found.votes.update(_votes(words, run.before, run.behind, run.owns))


def _votes(words: tuple[str, ...], before: str, behind: str, owns: bool) -> dict[str, int]:
    """What the words around a stretch say of its kind."""
    person = (before in PERSON_BEFORE) + (behind in PERSON_BEHIND) + 2 * (owns and behind in RELATIVES)
    place = (before in PLACE_BEFORE) + (before == "in")
    if words[0].lower() in ANY_FIRST_NAME:
        person += 3
    if words[-1].lower() in PLACE_WORDS and len(words) > 1:
        place += 3
    votes = {"person": person, "place": place, "other": 3 * (before in ARTICLES)}
    return {kind: n for kind, n in votes.items() if n}
