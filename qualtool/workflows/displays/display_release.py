"""What of a display may leave: small numbers, exact figures, words, and numbers under other licences.

A release has bands and no exact indicator, suppressed counts, quotes of consent yes with the role alone.
Numbers that are not under the Open Government Licence leave with somebody's sign-off only, and never
beside quotes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...disclosure import QuoteCandidate, release_quotes, suppress_frequencies, threshold_for
from ...errors import ExportError
from ...model import Consent
from ...store.file import connection
from ...store.records import codes as code_store
from ...store.records import people
from ...triangulate import parse_theme
from ...triangulate.case_matrix import CaseMatrix, band_of, rare_attributes, without_counts
from ...triangulate.expressions import codes_of
from ...triangulate.joint_display import VERBATIM, ChosenQuote, JointDisplay
from ...triangulate.pillar import Pillar, masked_pillar
from ...triangulate.sentences import counted
from ...triangulate.theme_statistics import ThemeStatistics, counts_of, masked
from ...triangulate.thread import Thread
from ..schools.derived import of_all_schools
from ..themes.themes import subtree
from .display_foot import licences_of, not_open
from .display_strands import Convergence, is_small
from .displays import Content, Shown

LEAST_SCHOOLS = 5
_SHORTEST = 4  # a shorter own name, as the A of School A, stands in too many words


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """Who checked an output, when (ISO 8601), and what they said of it."""

    by: str
    at: str
    text: str

    @property
    def sentence(self) -> str:
        return f"Output check signed off by {self.by} on {self.at[:10]}: {self.text}"


def needs_sign_off(study: Path, shown: Shown[Any]) -> tuple[str, ...]:
    """Licences of the numbers in a display that are not open; a release of it then needs a sign-off."""
    return not_open(licences_of(study, shown.indicators))


def require_sign_off(licences: Collection[str], text: str | None) -> None:
    """Refuse a release of numbers under these licences without a sign-off.

    Raises:
        ExportError: there is no sign-off.
    """
    if licences and not (text or "").strip():
        raise ExportError.single(
            "release",
            f"It holds numbers under the licence {', '.join(licences)}.",
            "Have the output checked, and give who checked it and what was found as the sign-off.",
        )


def without_mixed_quotes(study: Path, shown: Shown[Content]) -> Shown[Content]:
    """The display for any file: quotes go where numbers in it are not under an open licence."""
    if not shown.has_quotes or not needs_sign_off(study, shown):
        return shown
    content: Any = shown.content
    if isinstance(content, JointDisplay):
        content = replace(content, quotes=())
    elif isinstance(content, Pillar):
        content = replace(content, rows=tuple(replace(row, quotes=()) for row in content.rows))
    note = "Quotes are left out: numbers that are not under an open licence never stand beside them."
    foot = replace(shown.foot, notes=(*shown.foot.notes, note))
    return replace(shown, content=content, has_quotes=False, foot=foot)


def without_restricted(study: Path, shown: Shown[Content]) -> Shown[Content]:
    """The display for a working copy: restricted codes stay out unless they were named."""
    content: Any = shown.content
    if isinstance(content, ThemeStatistics):
        barred = barred_keys(study, [row.key for row in content.rows]) - set(shown.named)
        kept = tuple(row for row in content.rows if row.key not in barred)
        n, content = len(content.rows) - len(kept), replace(content, rows=kept)
        note = f"{counted(n, 'restricted code')} left out unless named."
    elif isinstance(content, Pillar):
        barred = barred_keys(study, {code for row in content.rows for code in row.codes})
        rows = tuple(replace(row, quotes=()) if barred & set(row.codes) else row for row in content.rows)
        n = sum(bool(row.quotes) for row in content.rows) - sum(bool(row.quotes) for row in rows)
        content, note = replace(content, rows=rows), "Quotes of restricted codes are left out."
    else:
        return shown
    if not n:
        return shown
    return replace(shown, content=content, foot=replace(shown.foot, notes=(*shown.foot.notes, note)))


def released(study: Path, shown: Shown[Content]) -> Shown[Content]:
    """The display as it may leave; the chart and every table are made from it.

    Raises:
        ExportError: it is about a restricted code.
    """
    content: Any = shown.content
    if barred_keys(study, shown.codes):
        raise ExportError.single(
            "release", "It is about a restricted code.", "Restricted codes leave nothing: show another theme."
        )
    licences = licences_of(study, shown.indicators)
    made, notes, n = _MAKERS[type(content)](study, content, licences)
    foot = replace(
        shown.foot, is_release=True, n_suppressed=n, notes=(*shown.foot.notes, *(t for t in notes if t))
    )
    return replace(shown, content=made, foot=foot)


def barred_keys(study: Path, codes: Collection[str]) -> frozenset[str]:
    """Those of ``codes`` (keys, paths, names, expressions) that stand for a restricted code."""
    with connection.reading(study) as db:
        book = code_store.codebook(db)
    barred = {c.guid for c in book.codes if c.is_restricted}
    found = set()
    for name in codes:
        whole = book.find(name)
        parts = [whole] if whole is not None else [book.find(part) for part in codes_of(parse_theme(name))]
        if any(code is not None and barred & set(subtree(book, code.guid)) for code in parts):
            found.add(name)
    return frozenset(found)


_Made = tuple[object, Sequence[str], int]


def _statistics(study: Path, content: ThemeStatistics, licences: Sequence[str]) -> _Made:
    barred = barred_keys(study, [row.key for row in content.rows])
    kept = replace(content, rows=tuple(row for row in content.rows if row.key not in barred))
    table = suppress_frequencies(counts_of(kept), licences=licences)
    hidden = frozenset((str(r["code"]), str(r["group"])) for r in table.rows if r["suppressed"])
    note = f"{counted(len(content.rows) - len(kept.rows), 'restricted code')} left out."
    notes = [*table.notes, note if len(kept.rows) < len(content.rows) else ""]
    return masked(kept, hidden, n_suppressed=table.n_suppressed), notes, table.n_suppressed


def _joint(study: Path, content: JointDisplay, licences: Sequence[str]) -> _Made:
    counts = [cell.counts(content.theme) for cell in content.themes]
    kind = "survey" if content.is_survey else "interview"
    table = suppress_frequencies(counts, kind=kind, licences=licences)
    hidden = {str(r["group"]) for r in table.rows if r["suppressed"]}
    themes = tuple(cell.hidden() if cell.group in hidden else cell for cell in content.themes)
    standings = tuple(replace(s, urn="", value=None, position=None) for s in content.standings)
    quotes, n_named = _quotes(study, content.quotes)
    made = replace(
        content,
        themes=themes,
        standings=standings,
        quotes=quotes,
        # A sentence holds the counts of every group.
        sentences=() if hidden else content.sentences,
        silent={group: tuple("a school" for _ in names) for group, names in content.silent.items()},
        n_suppressed=table.n_suppressed,
    )
    notes = [*table.notes, "Indicators are shown as bands.", _named_note(n_named)]
    return made, notes, table.n_suppressed


# What a school is called beside its own name.
_GENERIC = frozenset(
    ("the", "of", "and", "at", "st", "school", "primary", "secondary", "junior", "infant", "academy",
     "college", "high", "community", "church", "ce", "rc", "c", "e", "voluntary", "aided", "trust",
     "special", "free", "all-through")
)  # fmt: skip


def _names_of_cases(study: Path) -> list[re.Pattern[str]]:
    """The own names of the study's schools and other cases, without what every school is called."""
    with connection.reading(study) as db:
        names = [str(case["name"]) for case in people.cases(db)]
    own = {" ".join(w for w in name.split() if w.lower().strip(".,") not in _GENERIC) for name in names}
    return [re.compile(rf"\b{re.escape(name)}\b", re.I) for name in own if len(name) >= _SHORTEST]


def _quotes(study: Path, quotes: Sequence[ChosenQuote]) -> tuple[tuple[ChosenQuote, ...], int]:
    """Those that disclosure lets out, with the role alone; and how many stay since they name a case.

    Places to paraphrase are no quotes.
    """
    names = _names_of_cases(study)
    said = [q for q in quotes if q.consent == VERBATIM]
    kept = [q for q in said if not any(name.search(q.words) for name in names)]
    candidates = [
        QuoteCandidate(quote=q.words, code="", code_path="", participant="", role=q.role, consent=Consent.YES)
        for q in kept
    ]
    out = release_quotes(candidates, unknown_consent="withhold", attribution="role").quotes
    made = tuple(
        replace(q, words=r.quote, role=r.attribution, school="", source_guid="", start_char=0)
        for q, r in zip(kept, out, strict=True)
    )
    return made, len(said) - len(kept)


def _named_note(n: int) -> str:
    return f"{counted(n, 'quote')} withheld for naming a school or another case of the study." if n else ""


def _pillar(study: Path, content: Pillar, licences: Sequence[str]) -> _Made:
    barred = barred_keys(study, {code for row in content.rows for code in row.codes})
    kept = [row for row in content.rows if not barred & set(row.codes)]
    quotes = [_quotes(study, row.quotes) for row in kept]
    rows = tuple(replace(row, quotes=found) for row, (found, _) in zip(kept, quotes, strict=True))
    made = masked_pillar(replace(content, rows=rows), threshold_for(licences))
    note = f"{counted(len(content.rows) - len(rows), 'proposition')} about restricted codes left out."
    notes = [note if len(rows) < len(content.rows) else "", _named_note(sum(n for _, n in quotes))]
    return made, notes, made.n_suppressed


def _cases(study: Path, content: CaseMatrix, licences: Sequence[str]) -> _Made:
    barred = barred_keys(study, content.themes)
    themes = {key: name for key, name in content.themes.items() if key not in barred}
    rows = tuple(replace(row, cells=tuple(c for c in row.cells if c.theme in themes)) for row in content.rows)
    plain = without_counts(replace(content, themes=themes, rows=rows))
    made = rare_attributes(plain, _bands_of_all(study, tuple(content.indicators)), least=LEAST_SCHOOLS)
    note = (
        f"A school's bands are shown where at least {LEAST_SCHOOLS} schools of the loaded files share them."
    )
    return made, [note, "Counts of people are left out: the states are of schools."], made.n_suppressed


def _bands_of_all(study: Path, names: Collection[str]) -> list[dict[str, str]]:
    with connection.reading(study) as db:
        every = of_all_schools(db)
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for name in names:
        for row in every.get(name, ()):
            text = row.raw if row.status == "text" or row.raw in ("yes", "no") else None
            if text is None and row.value is None:
                continue
            known = found.setdefault(row.urn, {}).get(name)
            year = row.year or ""
            if known is None or year >= known[0]:
                found[row.urn][name] = (year, text or f"{row.value:g}")
    return [{name: band_of(text) for name, (_, text) in bands.items()} for bands in found.values()]


def _thread(study: Path, content: Thread, licences: Sequence[str]) -> _Made:
    """Counts of work and codes of verdicts leave; memos, notes and inferences are words of the team."""
    kept = ("code", "coding", "proposition", "verdict")
    entries = tuple(replace(e, by="") for e in content.entries if e.kind in kept)
    made = replace(
        content,
        entries=entries,
        counts=tuple(replace(c, n_people=None) for c in content.counts),
        strands=tuple(replace(c, n_people=None) for c in content.strands),
    )
    return made, ["Memos, notes and names of coders are left out."], 0


def _convergence(study: Path, content: Convergence, licences: Sequence[str]) -> _Made:
    themes = {row.verdict.id: sorted(codes_of(row.verdict.proposition.theme)) for row in content.matrix.rows}
    barred = barred_keys(study, {code for codes in themes.values() for code in codes})
    rows = [row for row in content.matrix.rows if not barred & set(themes[row.verdict.id])]
    threshold = threshold_for(licences)
    n = sum(is_small(strand, threshold) for row in rows for strand in row.verdict.strands)
    left = len(content.matrix.rows) - len(rows)
    note = f"{counted(left, 'proposition')} about restricted codes left out." if left else ""
    made = Convergence(matrix=replace(content.matrix, rows=tuple(rows)), threshold=threshold)
    return made, [f"Numbers that rest on fewer than {threshold} people are suppressed.", note], n


_MAKERS: dict[type, Any] = {
    Convergence: _convergence,
    ThemeStatistics: _statistics,
    JointDisplay: _joint,
    Pillar: _pillar,
    CaseMatrix: _cases,
    Thread: _thread,
}
