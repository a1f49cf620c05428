"""Names and what to put in their place: the table, and where its names stand in a text.

A name is found as a whole word, with any kind of apostrophe, hyphen and white space inside it, composed
or decomposed, and with invisible characters between its letters. "Alice's" and "alice_1.txt" hold
"Alice"; "Alicea" does not. Digits and underscores end a word here: they do in names of files.

Case: a name is replaced in any case, in capitals by its pseudonym in capitals. One that is also an
ordinary word (May, Will) is left alone where it begins with a small letter. Of people with several
names, "A. Smith" and "Smith, Alice" are found too, unless two rows would claim them; "Alice" or
"Smith" alone only where the table has a row for it.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ..errors import Problem, UserInputError
from .diffing import Edit
from .ordinary_words import ORDINARY_WORDS


class Kind(StrEnum):
    """What a name is the name of."""

    PERSON = "person"
    SCHOOL = "school"
    PLACE = "place"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pseudonym:
    """A real name and what stands in its place.

    ``any_case``: replace it in small letters too; None leaves that to whether it is an ordinary word.
    What is wrong with a row is told by the table, all rows at once.
    """

    real: str
    pseudonym: str
    kind: Kind = Kind.PERSON
    any_case: bool | None = None

    @property
    def is_any_case(self) -> bool:
        """Is the name replaced where it begins with a small letter?"""
        if self.any_case is not None:
            return self.any_case
        return any(part.casefold() not in ORDINARY_WORDS for part in _WORDS.findall(self.real))


_WORDS = re.compile(r"[^\W\d_]+")
_APOSTROPHES = "'\u2019\u2018\u02bc\u2032\uff07`\u00b4"
_HYPHENS = "-\u2010\u2011\u2012\u2013\u2212\u00ad"
_UNSEEN = "[\u00ad\u200b-\u200f\u2060\ufeff]*"
_UNSEEN_RUN = re.compile(_UNSEEN[:-1] + "+")
_MARK = "\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff"
_WORD = re.compile(rf"(?<![^\W\d_])[^\W\d_](?:[^\W\d_]|[{_MARK}])*")
_BETWEEN = rf"(?:[\s\u200b{re.escape(_HYPHENS)}]+|[._])"  # alice.smith@ too
_NO_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff"
_UNSPACED = re.compile(f"[{_NO_SPACES}]")
_LEAST_INSIDE = 3
_Form = tuple[int, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class PseudonymTable:
    """The rows of a table, each usable, none against another.

    Raises:
        UserInputError: every problem of every row; rows are told by number, never by name.
    """

    entries: tuple[Pseudonym, ...]
    _by_word: dict[str, list[_Form]] = field(init=False, repr=False, compare=False)
    _others: re.Pattern[str] | None = field(init=False, repr=False, compare=False)
    _plain: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        problems = list(_problems(self.entries))
        if problems:
            raise UserInputError(
                f"The table of names has {len(problems)} problems; nothing was changed.", problems=problems
            )
        by_word: dict[str, list[_Form]] = {}
        for row, form in _forms(self.entries):
            word = _WORD.match(form)
            key = "" if word is None or _UNSPACED.search(word.group()) else _key(word.group())
            by_word.setdefault(key, []).append((row, re.compile(_tolerant(form), re.IGNORECASE)))
        # What does not begin with a word between spaces is looked for everywhere.
        others = "|".join(pattern.pattern for _, pattern in by_word.get("", ()))
        object.__setattr__(self, "_others", re.compile(others, re.IGNORECASE) if others else None)
        object.__setattr__(self, "_by_word", by_word)
        object.__setattr__(self, "_plain", tuple(_plain(e.real) for e in self.entries))

    def found(self, text: str, barriers: Sequence[int] = ()) -> Iterator[tuple[int, int, int]]:
        """(row, start_char, end_char) of every name to be replaced, in order, without overlaps.

        No name reaches across a barrier, an offset at which somebody else's words begin.
        """
        past = 0
        for at, forms in self._places(text):
            if at < past:
                continue
            for row, pattern in forms:
                m = pattern.match(text, at)
                if m is not None and self._counts(text, row, m.start(), m.end(), barriers):
                    yield row, m.start(), m.end()
                    past = m.end()
                    break

    def _places(self, text: str) -> Iterator[tuple[int, list[_Form]]]:
        """Where a name may begin, and which names."""
        by_word = self._by_word
        words = ((m.start(), forms) for m in _WORD.finditer(text) if (forms := by_word.get(_key(m.group()))))
        if self._others is None:
            return words
        anywhere = ((at, by_word[""]) for at in _starts(self._others, text))
        return heapq.merge(words, anywhere, key=lambda place: place[0])

    def _counts(self, text: str, row: int, start: int, end: int, barriers: Sequence[int]) -> bool:
        at = bisect_right(barriers, start)
        if at < len(barriers) and barriers[at] < end:
            return False
        return _is_whole(text, start, end) and _has_case(self.entries[row], text[start:end])

    def left(self, text: str) -> Counter[int]:
        """How often each row's name stands in a text, in any case and inside longer words too."""
        even = _plain(text)
        counts = ((row, even.count(name)) for row, name in enumerate(self._plain))
        return Counter({row: n for row, n in counts if n})


def edits_of(text: str, table: PseudonymTable, *, barriers: Sequence[int] = ()) -> list[Edit]:
    """The edits that put pseudonyms in place of the names in a text."""
    return [
        Edit(start_char=start, end_char=end, text=_cased(table.entries[row], text[start:end]))
        for row, start, end in table.found(text, barriers)
    ]


def _cased(entry: Pseudonym, found: str) -> str:
    letters = [c for c in found if c.isalpha()]
    is_loud = len(letters) > 1 and found.isupper() and not entry.real.isupper()
    return entry.pseudonym.upper() if is_loud else entry.pseudonym


def _has_case(entry: Pseudonym, found: str) -> bool:
    if entry.is_any_case or entry.real[:1].islower():
        return True
    first = next((c for c in found if c.isalpha()), "")
    return not first.islower()


# --- whole words ----------------------------------------------------------------------------------


def _starts(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    """Where a pattern matches, also inside another match of it."""
    at = 0
    while (m := pattern.search(text, at)) is not None:
        yield m.start()
        at = m.start() + 1


def _key(word: str) -> str:
    """A word as it is looked up, whatever its case and composition."""
    if word.isascii():
        return word.lower()
    seen = _UNSEEN_RUN.sub("", word)
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", seen).casefold())


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (_joins(text, start, start) or _joins(text, end, end - 1))


def _joins(text: str, at: int, inner: int) -> bool:
    """Does a word go on across this offset? ``inner`` is the name's own character beside it."""
    outer = at - 1 if at == inner else at
    if not 0 <= outer < len(text):
        return False
    own, other = text[inner], text[outer]
    if outer < inner:  # a mark before the name belongs to a letter before it
        while outer > 0 and unicodedata.category(text[outer]).startswith("M"):
            outer -= 1
        other = text[outer]
    elif unicodedata.category(other).startswith("M"):
        return True
    if _is_unspaced(own) or _is_unspaced(other):
        return False
    if own.isdigit():
        return other.isalnum()
    return (own.isalpha() or unicodedata.category(own).startswith("M")) and other.isalpha()


def _is_unspaced(character: str) -> bool:
    """Is this a letter of a script that is written without spaces between words?"""
    return _UNSPACED.match(character) is not None


# --- patterns -------------------------------------------------------------------------------------


def _tolerant(name: str) -> str:
    """A pattern for a name however it is composed, hyphenated, spaced or broken over lines."""
    composed = unicodedata.normalize("NFC", name.strip())
    parts: list[str] = []
    gap = False
    for char in composed:
        if char.isspace() or char in _HYPHENS:
            gap = bool(parts)
            continue
        if parts:
            parts.append(_BETWEEN if gap else _UNSEEN)
        gap = False
        # St. Mary's, St Mary's; but an initial needs its dot.
        is_abbreviation = char == "." and len(parts) > 2
        parts.append(r"\.?" if is_abbreviation else _sign(char))
    return "".join(parts)


def _sign(char: str) -> str:
    if char in _APOSTROPHES:
        return f"[{re.escape(_APOSTROPHES)}]"
    loose = unicodedata.normalize("NFD", char)
    if loose == char:
        return re.escape(char)
    return f"(?:{re.escape(char)}|{re.escape(loose)})"


def _forms(entries: Sequence[Pseudonym]) -> list[tuple[int, str]]:
    """Row and spelling, the longest first; a spelling that two rows claim is nobody's."""
    own = {_plain(e.real): row for row, e in enumerate(entries)}
    more: dict[str, set[int]] = {}
    shown: dict[str, str] = {}
    for row, entry in enumerate(entries):
        for form in _other_forms(entry):
            more.setdefault(_plain(form), set()).add(row)
            shown[_plain(form)] = form
    forms = [(row, entries[row].real.strip()) for row in own.values()]
    forms += [(min(rows), shown[p]) for p, rows in more.items() if len(rows) == 1 and p not in own]
    return sorted(forms, key=lambda f: (-len(f[1]), f[0], f[1]))


def _other_forms(entry: Pseudonym) -> Iterator[str]:
    words = entry.real.split()
    if entry.kind is not Kind.PERSON or len(words) < 2 or not words[0][:1].isalpha() or "." in words[0]:
        return
    first, last = words[0], words[-1]
    yield f"{first[0]}. {last}"
    yield f"{last}, {' '.join(words[:-1])}"


def _plain(name: str) -> str:
    """A name as it is compared with others: case, form, signs and white space evened out."""
    name = _UNSEEN_RUN.sub("", name).replace(".", "")
    for sign in _APOSTROPHES:
        name = name.replace(sign, "'")
    for sign in _HYPHENS:
        name = name.replace(sign, " ")
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


# --- what is wrong with a table -------------------------------------------------------------------


def _problems(entries: Sequence[Pseudonym]) -> Iterator[Problem]:
    if not entries:
        yield Problem(where="table", message="It holds no names.", next="Give at least one row.")
    first: dict[str, int] = {}
    for number, entry in enumerate(entries, start=1):
        where = f"row {number}"
        plain = _plain(entry.real)
        for fault, remedy in _row_faults(entry):
            yield Problem(where=where, message=fault, next=remedy)
        if plain and plain in first:
            told = f"The same real name stands in row {first[plain]}."
            yield Problem(where=where, message=told, next="Keep one of the two.")
        first.setdefault(plain, number)
    yield from _chains(entries)


def _row_faults(entry: Pseudonym) -> Iterator[tuple[str, str]]:
    real, pseudonym = entry.real.strip(), entry.pseudonym.strip()
    if not real:
        yield "The real name is blank.", "Fill it in, or take the row out."
    elif sum(c.isalnum() for c in real) < 2:
        yield "The real name is too short to be told from other words.", "Give at least two letters."
    if not pseudonym:
        yield "The pseudonym is blank.", "Fill it in: something must stand in the name's place."
    if pseudonym != entry.pseudonym or not entry.pseudonym.isprintable():
        yield "The pseudonym has blanks at its ends, line breaks or unseen characters.", "Type it anew."
    if any(unicodedata.category(c) in ("Cc", "Cs") and not c.isspace() for c in real):
        yield "The real name has characters that no text holds.", "Type it anew."


def _chains(entries: Sequence[Pseudonym]) -> Iterator[Problem]:
    """Pseudonyms that hold a real name, of their own row or another: nobody could tell the two apart."""
    patterns = [(n, e, re.compile(_tolerant(e.real), re.IGNORECASE)) for n, e in enumerate(entries, 1)]
    usable = [(n, p) for n, e, p in patterns if e.real.strip() and p.pattern]
    for number, entry in enumerate(entries, start=1):
        for other, pattern in usable:
            if any(_counts(entry.pseudonym, *m.span()) for m in pattern.finditer(entry.pseudonym)):
                told = f"The pseudonym holds the real name of row {other}."
                yield Problem(where=f"row {number}", message=told, next="Choose a pseudonym without it.")


def _counts(text: str, start: int, end: int) -> bool:
    return end - start >= _LEAST_INSIDE or _is_whole(text, start, end)
