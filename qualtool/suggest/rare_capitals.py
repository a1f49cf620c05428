"""Which stretches of capital words are names, now that all texts have been read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from .capitals import is_ordinary, key
from .first_names import ALSO_WORDS, FIRST_NAMES
from .gazetteer import Gazetteer, name_key
from .name_evidence import LIKELY, LOOK, Capitals, Findings

ALSO_A_WORD = "also an ordinary word: look at every place"
_ONCE = "a capital inside a sentence, once"
_OFTEN = "a capital inside sentences, never without"
_KIN = "somebody's mum, dad or family"
_FIRST_NAME = "a common first name"


def add_capitals(findings: Findings, small: Mapping[str, int], gazetteer: Gazetteer) -> None:
    """Note as names what the stretches of capital words say; ``small`` counts words in small letters.

    A word that only ever opens sentences is a name where it is a first name that is no other word,
    and not otherwise.
    """
    for found in _merged(findings.capitals.values(), small).values():
        if len(found.words) == 1:
            _single(findings, found, small, gazetteer)
        elif found.n_inside or not any(small.get(key(word), 0) for word in found.words):
            _several(findings, found, gazetteer)


def _merged(stretches: Iterable[Capitals], small: Mapping[str, int]) -> dict[tuple[str, ...], Capitals]:
    """Of a stretch that only opens sentences, the rest behind a first word that may be none of it."""
    listed = list(stretches)
    inside = {s.words for s in listed if s.n_inside}
    merged: dict[tuple[str, ...], Capitals] = {}
    for one in listed:
        words = one.words
        is_loose = words[1:] in inside or bool(small.get(key(words[0])))
        if len(words) > 1 and not one.n_inside and is_loose and key(words[0]) not in FIRST_NAMES:
            into = merged.setdefault(words[1:], Capitals(words=words[1:]))
            into.n_inside += one.n_opening
        else:
            into = merged.setdefault(words, Capitals(words=words))
            into.n_inside += one.n_inside
            into.n_opening += one.n_opening
        into.n_kin += one.n_kin
        into.votes.update(one.votes)
    return merged


def _single(findings: Findings, found: Capitals, small: Mapping[str, int], gazetteer: Gazetteer) -> None:
    word = found.words[0]
    plain = key(word)
    n_small = small.get(plain, 0)
    if plain in FIRST_NAMES:
        findings.note(word, "person", _FIRST_NAME, votes=3, certainty=LIKELY)
    elif found.n_kin and not n_small and plain not in ALSO_WORDS:
        findings.note(word, "person", _KIN, votes=2, certainty=LIKELY)
    elif not found.n_inside:
        return
    elif n_small or plain in ALSO_WORDS:
        if plain not in ALSO_WORDS and not (found.n_inside >= 2 and found.n_inside >= 2 * n_small):
            return
        kind = "person" if plain in ALSO_WORDS else "other"
        findings.note(word, kind, "a capital inside sentences, mostly", certainty=LOOK)
    else:
        often = found.n_inside > 1
        findings.note(word, "other", _OFTEN if often else _ONCE, votes=0, certainty=LIKELY if often else LOOK)
    _weigh(findings, word, found.votes, gazetteer)
    if n_small or plain in ALSO_WORDS:
        findings.names[word].cautions[ALSO_A_WORD] = None


def _several(findings: Findings, found: Capitals, gazetteer: Gazetteer) -> None:
    name = " ".join(found.words)
    if all(is_ordinary(word) for word in found.words):
        return
    findings.note(name, "other", "capitals inside a sentence", votes=0, certainty=LIKELY)
    _weigh(findings, name, found.votes, gazetteer)


def _weigh(findings: Findings, name: str, votes: Counter[str], gazetteer: Gazetteer) -> None:
    """Add what the words around said of the kind, and what the register knows."""
    evidence = findings.names[name]
    evidence.votes.update(votes)
    if name_key(name) in findings.heads:
        evidence.votes["school"] += 2 + sum(votes.values())
    kind = gazetteer.kind_of(name)
    if kind is not None:
        # Half as much as everything else together: a register of the nation knows most surnames too.
        evidence.votes[kind] += 2 + sum(votes.values()) // 2
        evidence.why[f"like a {'school' if kind == 'school' else 'place'} in the register or the study"] = (
            None
        )
    evidence.votes += Counter()  # drops kinds without a vote
