"""Displays of themes beside indicators: statistics by themes (D3), the matrix of schools (D5), a thread (D6).

The side-by-side display (D2) and the pillars (D4) are in ``display_joint``; files in ``display_files``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from ...errors import UserInputError
from ...store.file import connection
from ...store.reading import evidence as evidence_store
from ...store.records import codes as code_store
from ...store.records import people
from ...triangulate import parse_theme
from ...triangulate.case_matrix import STATE_WORDS, CaseMatrix, case_matrix
from ...triangulate.expressions import codes_of
from ...triangulate.strand_sentences import material
from ...triangulate.theme_statistics import Order, ThemeStatistics, theme_statistics
from ...triangulate.thread import Thread, ThreadEntry, thread
from ..editing.memos import memos_of
from ..propositions.judged import Judged
from ..propositions.proposition_acts import history_of, negative_cases_of
from ..propositions.proposition_page import CONTRAST_WORDS, INDICATOR_WORDS
from ..propositions.propositions import propositions_of
from ..propositions.source_strands import kinds_by_guid
from ..propositions.triangulating import contrasts_of
from ..schools.derived import case_indicators
from ..themes.theme_page import codable_choices
from ..themes.themes import quotes, subtree, voiced_codes
from .display_foot import Foot, foot_of

Content = TypeVar("Content")
BAND_INDICATORS = ("ehcp_quartile", "any_sen_quartile", "has_base", "phase")
_MOST_THEMES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Generic[Content]):
    """A display with its heading, what stands under it, and the indicators whose values are in it.

    ``codes`` are the codes it is about as a whole; a restricted one among them keeps it from leaving.
    ``named`` are codes that somebody chose by name among several.
    """

    what: str
    title: str
    content: Content
    foot: Foot
    indicators: tuple[str, ...] = ()
    has_quotes: bool = False
    codes: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def refused(where: str, message: str, next: str) -> UserInputError:
    return UserInputError.single(where, message, next)


# --- D3 -------------------------------------------------------------------------------------------


def statistics_by_themes(
    study: Path,
    indicator: str = "ehcp_quartile",
    *,
    contrast: str = "quartiles",
    themes: Sequence[str] | None = None,
    year: str | None = None,
    order: Order = "effect",
    origin: str = "all",
) -> Shown[ThemeStatistics]:
    """Every codable code (or ``themes``) by the groups of an indicator; see ``theme_statistics``.

    With ``origin`` 'person' codings that began as a machine's suggestion do not count.

    Raises:
        UserInputError: unknown code, indicator or contrast, or one without groups.
    """
    if contrast == "continuous":
        raise refused("contrast", "A display by groups needs groups.", "Use quartiles or two groups.")
    names = _short_names(study)
    keys = list(names) if themes is None else list(themes)
    if not keys:
        raise refused("themes", "The codebook has no codes.", "Import or make codes first.")
    found = contrasts_of(study, keys, indicator, contrast=contrast, year=year, origin=origin)
    content = theme_statistics(
        [(f.theme, names.get(f.theme, f.theme_name), f.contrast) for f in found], order=order
    )
    label = INDICATOR_WORDS.get(found[0].indicator, found[0].indicator.replace("_", " "))
    n = found[0].n_unread
    left_out = "1 person is" if n == 1 else f"{n} people are"
    notes = [
        "In a square: the mean share of the group's schools, and people who voice it of people (5/6).",
        "Shares are means of school shares with 95% t intervals; "
        f"{content.n_tested} of {len(keys)} themes were tested, q is over these.",
        "Looked at together to explore: sort by effect and interval, not by q.",
        f"{left_out} left out: nobody has read to the end what they said." if n else "",
        origin_note(origin),
    ]
    return Shown(
        what="d3",
        title=f"Statistics by themes: {label}, {CONTRAST_WORDS.get(contrast, contrast.replace('_', ' '))}",
        content=content,
        foot=foot_of(study, unit="school", denominators={f.contrast.denominator for f in found}, notes=notes),
        indicators=(found[0].indicator,),
        named=tuple(themes or ()),
    )


def origin_note(origin: str) -> str:
    """The note under a display that leaves out what began as a suggestion; blank for one that does not."""
    return "" if origin == "all" else "Codings that began as a machine's suggestion are left out."


def _short_names(study: Path) -> dict[str, str]:
    """Key -> name of each codable code, in the order of the codebook; the path where a name stands twice."""
    paths = codable_choices(study)
    ends = [path.rpartition(" > ")[2] for path in paths.values()]
    return {
        key: end if ends.count(end) == 1 else path
        for (key, path), end in zip(paths.items(), ends, strict=True)
    }


# --- D5 -------------------------------------------------------------------------------------------


def likely_themes(study: Path) -> list[str]:
    """Themes to begin with: those of the propositions, then those most used; no restricted ones."""
    with connection.reading(study) as db:
        barred = {c.key for c in code_store.codebook(db).codes if c.is_restricted}
    known = codable_choices(study).keys() - barred
    stated = [code for p in propositions_of(study).propositions for code in sorted(codes_of(p.theme))]
    wanted = [*stated, *voiced_codes(study)]
    return [code for code in dict.fromkeys(wanted) if code in known][:_MOST_THEMES]


def schools_by_themes(
    study: Path,
    themes: Sequence[str],
    *,
    indicators: Sequence[str] = BAND_INDICATORS,
    order: str | None = "ehcp_quartile",
    against: Judged | None = None,
    origin: str = "all",
) -> Shown[CaseMatrix]:
    """The matrix of schools; ``against`` marks the schools that contradict a judged proposition.

    With ``origin`` 'person' codings that began as a machine's suggestion do not count.

    Raises:
        UserInputError: no themes, or one that is unknown.
    """
    if not themes:
        raise refused("themes", "No theme is chosen.", "Choose at least one.")
    with connection.reading(study) as db:
        values = {name: found for name, found in case_indicators(db, list(indicators)).items() if found}
        schools = evidence_store.labels_by_urn(db)
    # Every school of a study can be set beside its phase; the grouping itself is not used here.
    some = next(iter(values), None)
    if some is None or not schools:
        raise refused(
            "school files", "No loaded file holds the study's schools.", "Import a school census first."
        )
    found = contrasts_of(study, themes, some, contrast=_any_contrast(some), origin=origin)
    names = _short_names(study)
    content = case_matrix(
        schools,
        {f.theme: (names.get(f.theme, f.theme_name), f.contrast, f.unread) for f in found},
        {name: (_short(name), values[name]) for name in values},
        deviant=_deviant(study, against),
        summaries=_summaries(study),
        order=order,
    )
    notes = [f"{STATE_WORDS}.", "Bands are quarters of the schools of its phase in the loaded files."]
    notes.append(origin_note(origin))
    if against is not None:
        notes.append(f"◆ contradicts {against.verdict.id}.")
    return Shown(
        what="d5",
        title="Schools by themes (mixed methods matrix)",
        content=content,
        foot=foot_of(
            study,
            unit="school; a theme is voiced where at least one person voices it",
            denominators={f.contrast.denominator for f in found},
            notes=notes,
        ),
        indicators=tuple(values),
    )


def _summaries(study: Path) -> dict[str, str]:
    """What the team wrote of each school: its memos, oldest first, by URN."""
    with connection.reading(study) as db:
        urns = {case["guid"]: case["urn"] for case in people.cases(db) if case["urn"]}
    found: dict[str, list[str]] = {}
    for memo in reversed(memos_of(study)):
        if memo["target_kind"] == "case" and memo["target_guid"] in urns:
            found.setdefault(urns[memo["target_guid"]], []).append(memo["text"])
    return {urn: " / ".join(texts) for urn, texts in found.items()}


def _any_contrast(indicator: str) -> str:
    return {"has_base": "base_v_none", "phase": "secondary_v_primary"}.get(indicator, "quartiles")


def _short(name: str) -> str:
    return {
        "ehcp_quartile": "EHC plans",
        "any_sen_quartile": "any SEN",
        "has_base": "base",
        "phase": "phase",
    }.get(name, name.replace("_", " "))


def _deviant(study: Path, against: Judged | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for case in negative_cases_of(study, against) if against is not None else ():
        if case["urn"]:
            reasons = found.setdefault(case["urn"], [])
            why = f"{case['why']} ({case['disposition']})"
            if why not in reasons:
                reasons.append(why)
    return found


# --- D6 -------------------------------------------------------------------------------------------


def thread_of(study: Path, theme: str, *, origin: str = "all") -> Shown[Thread]:
    """One code through all strands in time: codings, memos, and what propositions about it found.

    With ``origin`` 'person' codings that began as a machine's suggestion are left out; verdicts in the
    trail are those recorded, of all codings.

    Raises:
        UserInputError: no such code.
    """
    with connection.reading(study) as db:
        book = code_store.codebook(db)
        code = book.find(theme)
        if code is None:
            raise refused(f"code '{theme}'", "The codebook has no such code.", "Give its short id.")
        strands = {guid: material(kind) for guid, kind in kinds_by_guid(db).items()}
    guids = set(subtree(book, code.guid))
    rows = quotes(study, code=theme, origin=origin)
    codings = [
        {
            "made_at": row["made_at"],
            "strand": strands.get(row["source_guid"], "other"),
            "source": row["source"],
            "participant": row["participant"],
            "coder": row["coder"],
        }
        for row in rows
    ]
    entries = [*_memo_entries(study, guids, {row["guid"] for row in rows})]
    for proposition in propositions_of(study).propositions:
        named = [book.find(name) for name in codes_of(parse_theme(proposition.theme_text))]
        if any(c is not None and c.guid in guids for c in named):
            entries += _proposition_entries(history_of(study, proposition.id))
    return Shown(
        what="d6",
        title=f"Thread: {code.name}",
        content=thread(theme, code.name, codings, entries),
        foot=foot_of(
            study,
            unit="coding, memo or verdict",
            denominators=["none: numbers of codings are counts of work, not of people"],
            weights="none",
            notes=["Times are when people coded and wrote, not when they spoke.", origin_note(origin)],
        ),
        codes=(theme,),
    )


def _memo_entries(study: Path, codes: Collection[str], codings: Collection[str]) -> list[ThreadEntry]:
    return [
        ThreadEntry(at=m["changed_at"], kind="memo", strand="", what=m["text"], by=m["coder"])
        for m in memos_of(study)
        if (m["target_kind"] == "code" and m["target_guid"] in codes)
        or (m["target_kind"] == "coding" and m["target_guid"] in codings)
    ]


def _proposition_entries(history: Mapping[str, Any]) -> list[ThreadEntry]:
    key = history["id"]
    found = [(row, "proposition", f"{key} stated (version {row['version']})") for row in history["versions"]]
    found += [
        (row, "verdict", f"{key}: {row['convergence']}, {row['status']}")
        for row in history["verdicts"]
        if row
    ]
    found += [
        (row, "override", f"{key}: {row['convergence'] or 'taken back'}. {row['note']}")
        for row in history["overrides"]
    ]
    found += [
        (row, str(row["kind"]).replace("_", "-"), f"{key}: {row['text'] or 'taken back'}")
        for row in history["texts"]
    ]
    return [
        ThreadEntry(at=row["made_at"], kind=kind, strand="", what=what, by=row["made_by"])
        for row, kind, what in found
    ]
