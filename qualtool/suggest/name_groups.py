"""Forms of one name together, and a pseudonym for each group.

"Alice", "Alice Smith" and "Mrs Smith" are one person where the study has no other Alice and no other
Smith; "Oakfield", "Oakfield Primary" and "Oakfield Primary School" are one school. Where two could be
meant, the short form stands alone and says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from .capitals import key
from .gazetteer import name_key
from .name_evidence import Evidence
from .name_rules import TITLE, school_head

_MALE, _FEMALE = ("mr", "sir", "lord"), ("mrs", "ms", "miss", "dame", "lady")
SEVERAL = "several have this name: one pseudonym for all, unless you say which is meant"
_STEMS = {"person": "PERSON", "school": "SCHOOL", "place": "PLACE", "other": "NAME"}
_MADE = re.compile(r"\[([A-Z]{1,12})-(\d{1,4}|[A-Z]{1,3})\]")


def grouped(names: Mapping[str, Evidence], short_for: Mapping[str, str]) -> dict[str, str]:
    """Name -> the name that stands for its group (the fullest form).

    ``short_for`` are short forms and the full names they are known to be forms of.
    """
    people = [n for n, e in names.items() if e.kind == "person" and not e.stem]
    schools = [n for n, e in names.items() if e.kind == "school"]
    leads = {name: name for name in names}
    leads.update(_people(people, names))
    leads.update(_schools(schools, names))
    for short, full in short_for.items():
        if short in leads and full in leads and names[short].kind == names[full].kind:
            leads[short] = leads[full]
    for name in names:
        # "There are three Connors": the plural goes with the name.
        if name.endswith("s") and name[:-1] in names and not names[name].stem:
            names[name].votes = names[name[:-1]].votes.copy()
            leads[name] = leads[name[:-1]]
    # One name written with two kinds of apostrophe or in another case is one name.
    alike: dict[tuple[str, str], str] = {}
    for name, evidence in names.items():
        first = alike.setdefault((evidence.kind, name_key(name)), name)
        if leads[name] == name:
            leads[name] = leads[first]
    return leads


def _parts(name: str) -> tuple[str, list[str]]:
    """``(title in small letters, words of the name in small letters)``."""
    match = TITLE.match(name)
    title = match.group().strip(" .").lower() if match and match.end() < len(name) else ""
    rest = name[match.end() :] if match and title else name
    return title, [key(word) for word in rest.split()]


def _sex(title: str) -> str:
    return "m" if title in _MALE else "f" if title in _FEMALE else "?"


def _people(people: Sequence[str], names: Mapping[str, Evidence]) -> dict[str, str]:
    parts = {name: _parts(name) for name in people}
    full = [n for n in people if not parts[n][0] and len(parts[n][1]) > 1]
    leads: dict[str, str] = {}
    titled: dict[tuple[str, str], str] = {}
    for name in (n for n in people if parts[n][0]):
        title, words = parts[name]
        leads[name] = titled.setdefault((_sex(title), words[-1]), name)
    for (_, surname), lead in list(titled.items()):
        same = {one for (_, other), one in titled.items() if other == surname}
        owners = [n for n in full if parts[n][1][-1] == surname]
        if len(owners) == 1 and len(same) == 1:
            leads.update({n: owners[0] for n in people if leads.get(n) == lead})
    for name in (n for n in people if not parts[n][0] and len(parts[n][1]) == 1):
        word = parts[name][1][0]
        by_first = {n for n in full if parts[n][1][0] == word}
        by_last = {n for n in full if parts[n][1][-1] == word}
        by_last |= {leads[n] for n in people if parts[n][0] and parts[n][1][-1] == word}
        owners_all = by_first or by_last
        if len(owners_all) == 1:
            leads[name] = owners_all.pop()
        elif owners_all:
            names[name].cautions[SEVERAL] = None
    return leads


def _schools(schools: Sequence[str], names: Mapping[str, Evidence]) -> dict[str, str]:
    heads: dict[str, list[str]] = {}
    for name in schools:
        heads.setdefault(name_key(school_head(name) or name), []).append(name)
    leads: dict[str, str] = {}
    for forms in heads.values():
        fullest = sorted(forms, key=lambda n: (-len(n.split()), -len(n), n))
        lead = fullest[0]
        for name in fullest:
            owners = [n for n in fullest if n != name and _is_form_of(name, n) and leads.get(n, n) == n]
            if len(owners) == 1:
                leads[name] = leads.get(owners[0], owners[0])
            elif len(owners) > 1:
                names[name].cautions[SEVERAL] = None
            elif name != lead and name_key(name) == name_key(lead):
                leads[name] = lead
    return leads


def _is_form_of(short: str, longer: str) -> bool:
    """Are all words of the shorter name in the longer one, in order?"""
    ours, theirs = name_key(short).split(), iter(name_key(longer).split())
    return len(ours) < len(name_key(longer).split()) and all(word in theirs for word in ours)


# --- pseudonyms -----------------------------------------------------------------------------------


def pseudonyms_for(
    order: Iterable[str],
    leads: Mapping[str, str],
    names: Mapping[str, Evidence],
    given: Mapping[str, str],
    texts: Iterable[str],
) -> dict[str, str]:
    """Name -> pseudonym: the same for every form of a name, numbered in ``order``.

    ``given`` are pseudonyms the study has already (of its schools). Numbers that texts use already are
    passed over, so that a later round never gives a person another's pseudonym.
    """
    counters = _used(texts)
    reals = {name.casefold() for name in names if len(name) > 2}
    by_lead: dict[str, str] = {}
    for name, pseudonym in given.items():
        # "LA Eastmarch" would give Eastmarch away, and is refused as a pseudonym.
        if not any(real in pseudonym.casefold() for real in reals):
            by_lead.setdefault(leads.get(name, name), pseudonym)
    found: dict[str, str] = {}
    for name in order:
        lead = leads[name]
        if lead not in by_lead:
            stem = _stem(names[lead].stem or _STEMS[names[lead].kind], reals)
            counters[stem] = counters.get(stem, 0) + 1
            sign = letters(counters[stem]) if names[lead].kind == "school" else f"{counters[stem]:02d}"
            by_lead[lead] = f"[{stem}-{sign}]"
        found[name] = by_lead[lead]
    return found


def _stem(word: str, reals: Collection[str]) -> str:
    """The word of a pseudonym; its first letter where a real name (Son, Ace) stands inside it."""
    return word[0] if any(real in word.casefold() for real in reals) else word


def _used(texts: Iterable[str]) -> dict[str, int]:
    """The highest number of each kind that texts hold already."""
    highest: dict[str, int] = {}
    for text in texts:
        if "[" not in text:
            continue
        for stem, sign in _MADE.findall(text):
            number = int(sign) if sign.isdecimal() else number_of(sign)
            highest[stem] = max(highest.get(stem, 0), number)
    return highest


def letters(number: int) -> str:
    """1 -> A, 26 -> Z, 27 -> AA."""
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def number_of(sign: str) -> int:
    """The number that ``letters`` writes so."""
    number = 0
    for letter in sign:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
