"""What should be replaced before a study is shown to others: names, numbers, addresses, proposed.

Rules, the register of schools and, where one is installed, a spaCy model each say what they found; a
person decides. Nothing is fetched, nothing is random: the same texts give the same proposals.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .capitals import is_ordinary, key, small_words, without_possessive
from .first_names import ALSO_WORDS
from .gazetteer import Gazetteer
from .name_evidence import LIKELY, LOOK, SURE, Evidence, Findings
from .name_groups import grouped, pseudonyms_for
from .name_rules import TITLE, is_school_word
from .rare_capitals import ALSO_A_WORD, add_capitals

KINDS = ("person", "school", "place", "other")
CERTAINTIES = ("look", "likely", "sure")
_MOST_CONTEXTS, _AROUND = 3, 60
_TOKEN = re.compile(r"\w+")
_ONE_LETTER = re.compile(r"[^\W\d_]\.?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedText:
    """A text with the name of its source."""

    source: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownName:
    """A name the study holds in its tables: of a participant, a speaker, a school.

    ``pseudonym`` is the one the study has for it already. ``is_kept`` proposes it even where no text
    holds it, because it would still stand in a table. ``short_for`` is the full name it is a form of.
    """

    name: str
    kind: str
    why: str
    pseudonym: str | None = None
    is_kept: bool = True
    short_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One place of a name: half-open code-point offsets into the source's current text."""

    source: str
    start_char: int
    end_char: int
    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A name to replace. ``kind`` is person, school, place or other; ``certainty`` look, likely or sure.

    ``n`` counts whole words written just so, the longest name at each place; ``why`` are the rules that
    found it; ``caution`` is what a person should mind, or blank. Forms of one name share a pseudonym.
    """

    real: str
    pseudonym: str
    kind: str
    certainty: str
    why: tuple[str, ...]
    caution: str
    n: int
    n_sources: int
    contexts: tuple[Context, ...] = field(default=())


def propose_names(
    texts: Sequence[NamedText],
    *,
    known: Iterable[KnownName] = (),
    gazetteer: Gazetteer | None = None,
    entities: Iterable[tuple[str, str]] = (),
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Proposal, ...]:
    """Everything in the texts that names somebody, some school or some place.

    ``entities`` are names and kinds by a model. The proposals come by certainty, surest first, then by
    kind and pseudonym. ``progress`` is called with the number of texts read and of all.
    """
    places = gazetteer or Gazetteer()
    findings = Findings(places)
    for done, one in enumerate(texts):
        findings.read(one.text)
        if progress is not None:
            progress(done + 1, len(texts))
    small = small_words(one.text for one in texts)
    kept = list(known)
    for name in kept:
        _add_known(findings, name, small)
    for name, kind in entities:
        if not (name.count(" ") == 0 and small.get(key(name), 0)):
            findings.note(name, kind, "a language model takes it for a name", votes=2, certainty=1)
    add_capitals(findings, small, places)
    _add_parts(findings, small)
    return _proposals(findings.names, texts, kept)


def _add_known(findings: Findings, known: KnownName, small: Mapping[str, int]) -> None:
    """A name from the study's tables; one that is also an ordinary word says so.

    The short form of a school that is such a word ("Hope") counts only where sentences show it as a name.
    """
    plain = key(known.name)
    is_word = " " not in plain and (bool(small.get(plain)) or plain in ALSO_WORDS or is_ordinary(known.name))
    capitals = findings.capitals.get((known.name,))
    if is_word and not known.is_kept and not (capitals and capitals.n_inside):
        return
    findings.note(known.name, known.kind, known.why, votes=20, certainty=SURE)
    if is_word and known.name in findings.names:
        findings.names[known.name].cautions[ALSO_A_WORD] = None
        findings.names[known.name].is_known = known.is_kept


def _add_parts(findings: Findings, small: Mapping[str, int]) -> None:
    """First names and surnames of people found by their full name; they count where they stand alone."""
    people = [n for n, e in findings.names.items() if e.kind == "person" and not e.stem and " " in n]
    for name in people:
        title = TITLE.match(name)
        for word in (name[title.end() :] if title else name).split():
            plain = key(word)
            if word in findings.names or _ONE_LETTER.fullmatch(word) or is_school_word(word):
                continue
            capitals = findings.capitals.get((word,))
            is_word = bool(small.get(plain)) or plain in ALSO_WORDS or is_ordinary(word)
            if is_word and not (capitals and capitals.n_inside):
                continue
            certainty = LOOK if is_word else findings.names[name].certainty
            findings.note(word, "person", "part of a longer name", votes=3, certainty=certainty)
            if is_word:
                findings.names[word].cautions[ALSO_A_WORD] = None


# --- places and order -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Places:
    n: int = 0
    sources: set[int] = field(default_factory=set[int])
    first: tuple[int, int] | None = None
    contexts: list[Context] = field(default_factory=list[Context])

    def add(self, other: _Places) -> None:
        self.n += other.n
        self.sources |= other.sources
        self.first = min(filter(None, (self.first, other.first)), default=None)
        self.contexts = [*self.contexts, *other.contexts][:_MOST_CONTEXTS]


def _places_of(names: Iterable[str], texts: Sequence[NamedText]) -> dict[str, _Places]:
    """Where each name stands as a whole word; where two could stand, the longer does."""
    by_first: dict[str, list[str]] = {}
    for name in names:
        token = _TOKEN.search(name)
        if token is not None:
            by_first.setdefault(token.group(), []).append(name)
    for several in by_first.values():
        several.sort(key=lambda name: (-len(name), name))
    offsets = {name: _TOKEN.search(name).start() for several in by_first.values() for name in several}  # pyright: ignore[reportOptionalMemberAccess]
    found = {name: _Places() for name in names}
    for number, one in enumerate(texts):
        end = 0
        for token in _TOKEN.finditer(one.text):
            candidates = by_first.get(token.group())
            if candidates is None or token.start() < end:
                continue
            for name in candidates:
                start = token.start() - offsets[name]
                if start >= end and _stands_at(one.text, name, start):
                    end = start + len(name)
                    _count(found[name], number, one, start, end)
                    break
    return found


def _stands_at(text: str, name: str, start: int) -> bool:
    end = start + len(name)
    if not text.startswith(name, start):
        return False
    is_cut = end < len(text) and (text[end].isalnum() or text[end] == "_") and name[-1].isalnum()
    return not is_cut


def _count(places: _Places, number: int, one: NamedText, start: int, end: int) -> None:
    places.n += 1
    places.sources.add(number)
    if places.first is None:
        places.first = (number, start)
    if len(places.contexts) < _MOST_CONTEXTS:
        text = one.text
        places.contexts.append(
            Context(
                source=one.source,
                start_char=start,
                end_char=end,
                before=text[max(0, start - _AROUND) : start],
                words=text[start:end],
                after=text[end : end + _AROUND],
            )
        )


def _proposals(
    names: Mapping[str, Evidence], texts: Sequence[NamedText], known: Sequence[KnownName]
) -> tuple[Proposal, ...]:
    places = _places_of(names, texts)
    kept = {k.name for k in known if k.is_kept}
    standing = {name: evidence for name, evidence in names.items() if places[name].n or name in kept}
    _join_spellings(standing, places)
    leads = grouped(standing, {k.name: k.short_for for k in known if k.short_for})
    for name, lead in leads.items():
        # A short form that joined a longer name is of its kind.
        if lead != name and standing[name].certainty < SURE:
            standing[name].certainty = max(standing[name].certainty, standing[lead].certainty - 1)
    last = (len(texts), 0)
    order = sorted(standing, key=lambda name: (places[name].first or last, name))
    given = {k.name: k.pseudonym for k in known if k.pseudonym}
    pseudonyms = pseudonyms_for(order, leads, standing, given, (one.text for one in texts))
    found = [
        Proposal(
            real=name,
            pseudonym=pseudonyms[name],
            kind=evidence.kind,
            certainty=CERTAINTIES[_certainty(evidence)],
            why=tuple(evidence.why),
            caution="; ".join(evidence.cautions),
            n=places[name].n,
            n_sources=len(places[name].sources),
            contexts=tuple(places[name].contexts),
        )
        for name, evidence in standing.items()
    ]
    return tuple(sorted(found, key=_rank))


def _join_spellings(standing: dict[str, Evidence], places: Mapping[str, _Places]) -> None:
    """Spellings that replacing does not tell apart become the most frequent one, which gets their places."""
    spellings: dict[str, list[str]] = {}
    for name in standing:
        spellings.setdefault(spelling_key(name), []).append(name)
    for several in spellings.values():
        best, *others = sorted(several, key=lambda name: (-places[name].n, name))
        for name in others:
            gone, into = standing.pop(name), standing[best]
            into.votes += gone.votes
            into.why.update(gone.why)
            into.certainty = max(into.certainty, gone.certainty)
            into.is_known = into.is_known or gone.is_known
            places[best].add(places[name])


def spelling_key(name: str) -> str:
    """A name with case, form, hyphens, apostrophes and blanks evened out, as replacing compares them."""
    plain = re.sub(r"[\u2018\u2019\u02bc`´]", "'", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(re.sub(r"[-\u2010-\u2013]", " ", plain).split())


def _certainty(evidence: Evidence) -> int:
    if not evidence.cautions:
        return evidence.certainty
    return LIKELY if evidence.is_known else LOOK


def _rank(one: Proposal) -> tuple[int, int, int, str, str]:
    return (
        -CERTAINTIES.index(one.certainty),
        KINDS.index(one.kind),
        len(one.pseudonym),
        one.pseudonym,
        without_possessive(one.real),
    )
