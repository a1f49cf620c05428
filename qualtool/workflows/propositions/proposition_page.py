"""What the page Propositions shows: the convergence matrix (D1), a proposition whole, and files of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...exporting.display_docx import DisplayPicture, DisplayTable, write_display_docx
from ...triangulate.convergence import Convergence
from ...triangulate.findings import Finding
from ...triangulate.grouping import CONTRASTS
from ...triangulate.propositions import Direction, Proposition, StrandKind
from ...triangulate.sentences import counted, p_value, test_words
from ...triangulate.strand_result import StrandResult
from ...triangulate.strand_sentences import material
from ..about import about_now
from ..roles import require_exit
from ..themes.quote_groups import Passage, passages_of
from ..themes.themes import ALL, PERSON
from .counted_quotes import rows_behind
from .judged import Judged, Matrix

# A sign a person can tell apart in black and white too.
GLYPHS: Mapping[Finding, str] = {
    Finding.SUPPORTS: "▲",
    Finding.LEANS_FOR: "△",
    Finding.OPPOSES: "▼",
    Finding.LEANS_AGAINST: "▽",
    Finding.NO_MEANINGFUL_DIFFERENCE: "=",
    Finding.UNCLEAR: "?",
    Finding.TOO_THIN: "·",
    Finding.SILENT_SUBSTANTIVE: "○",
    Finding.SILENT_STRUCTURAL: "–",
}
GLYPH_MEANINGS = (
    "▲ supports",
    "△ leans for",
    "▼ opposes",
    "▽ leans against",
    "= no meaningful difference",
    "? too imprecise",
    "· too thin",
    "○ asked, voiced by nobody",
    "– not asked, or no data",
)
GLYPH_WORDS = "; ".join(GLYPH_MEANINGS)
KINDS = (
    StrandKind.INTERVIEW,
    StrandKind.FOCUS_GROUP,
    StrandKind.FREE_TEXT,
    StrandKind.SURVEY_CLOSED,
    StrandKind.INDICATOR,
    StrandKind.EXTERNAL_FINDING,
)
WITHOUT_SUGGESTED_WORDS = (
    "Codings that began as a machine's suggestion are left out: this is what the verdicts would be; those"
    " recorded and overridden are of all codings."
)
_EFFECTS = {"unclear": "OR or RR"}
CODES = tuple(c.value for c in Convergence)
DIRECTION_WORDS = {
    Direction.MORE: "more in the first group",
    Direction.LESS: "less in the first group",
    Direction.RISING: "rising over the groups",
    Direction.FALLING: "falling over the groups",
    Direction.NO_DIFFERENCE: "no difference that matters",
}


INDICATOR_WORDS = {
    "ehcp_quartile": "quarter of EHC plans",
    "ehcp_rate": "EHC plan rate",
    "any_sen_quartile": "quarter of any SEN",
    "any_sen_rate": "rate of any SEN",
    "has_base": "base",
    "phase": "phase",
    "sen_support_rate": "SEN support rate",
    "fsm6_rate": "free meals in six years",
    "absence_rate": "absence rate",
}
CONTRAST_WORDS = {
    "q4_v_rest": "top against the rest",
    "base_v_none": "with against without",
    "yes_v_no": "yes against no",
    "quartiles": "all four, in order",
    "continuous": "school by school",
    "secondary_v_primary": "secondary against primary",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixTable:
    """D1 as a table: ``columns`` in order, ``rows`` of text by column; ``keys`` the ids of its rows."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]
    keys: tuple[str, ...]


def matrix_table(matrix: Matrix, told: Callable[[StrandResult], str] | None = None) -> MatrixTable:
    """One row a proposition: a cell for each kind of strand, then codes, status and what stands against.

    ``told`` writes a strand's cell; ``cell_text`` when left out.
    """
    write = told or cell_text
    used = [kind for kind in KINDS if any(s.kind is kind for r in matrix.rows for s in r.verdict.strands)]
    rows = []
    for row in matrix.rows:
        verdict = row.verdict
        cells = {
            material(kind): "\n".join(write(s) for s in verdict.strands if s.kind is kind) for kind in used
        }
        rows.append(
            {
                "id": verdict.id,
                "proposition": " ".join(verdict.proposition.statement.split()),
                **cells,
                "computed": verdict.code_words,
                "researcher": row.override["code"] if row.override else "",
                "status": verdict.assessment.status.value,
                "against": _against(row),
                "stale": "look again" if row.is_stale else "",
                **({"with all codings": _with_all(row)} if matrix.origin != ALL else {}),
                "stated": "before results" if verdict.is_confirmatory else "after looking",
            }
        )  # fmt: skip
    first = ("id", "proposition", "status", "computed", "researcher", "stale")
    if matrix.origin != ALL:
        first = ("id", "proposition", "status", "computed", "with all codings", "researcher", "stale")
    columns = (*first, *(material(k) for k in used), "against", "stated")
    return MatrixTable(columns=columns, rows=tuple(rows), keys=tuple(r.verdict.id for r in matrix.rows))


def _against(row: Judged) -> str:
    """Schools that contradict it of those counted, and how many of them nobody has explained."""
    n, of = row.verdict.n_negative, row.verdict.n_schools
    if not of:
        return ""
    open_ones = f", {row.n_unexplained} unexplained" if n else ""
    return f"{n} of {counted(of, 'school')}{open_ones}"


def _with_all(row: Judged) -> str:
    """What the verdict is with suggested codings, where that is another."""
    if row.of_all is None or not row.differs_from_all:
        return "the same"
    return f"{row.of_all.assessment.status.value}; {row.of_all.code_words}"


NUMBER_WORDS = (
    "Numbers: + is as predicted, brackets are 95% intervals. Differences of shares from -1 to +1 (+0.20 is 20"
    " points), tau-b and rho likewise; a level is a share from 0 to 1; OR, RR and RD as they were published."
)


def cell_text(strand: StrandResult) -> str:
    """A cell of D1: glyph, estimate with its interval, schools and people."""
    glyph = GLYPHS[strand.finding]
    if strand.finding.is_silent or strand.estimate is None:
        return f"{glyph} {strand.finding.value.replace('_', ' ')}"
    effect = _EFFECTS.get(strand.effect_type, strand.effect_type)
    estimate = f"{effect} {number(strand, strand.estimate)}".strip()
    if strand.ci_low is not None and strand.ci_high is not None:
        estimate += f" [{number(strand, strand.ci_low)}, {number(strand, strand.ci_high)}]"
    counts = [counted(strand.n_cases, "school") if strand.unit == "school" and strand.n_cases else ""]
    counts.append(_people(strand, strand.n_participants) if strand.n_participants else "")
    return " · ".join(part for part in (f"{glyph} {estimate}", *counts) if part)


def _people(strand: StrandResult, n: int) -> str:
    if strand.unit == "respondent":
        return counted(n, "respondent")
    return "1 person" if n == 1 else f"{n:,} people"


def number(strand: StrandResult, value: float) -> str:
    """An estimate with its sign in hundredths; shares held against a bound and ratios have none."""
    if strand.bound:
        return f"{value:.2f}"
    if strand.kind is not StrandKind.EXTERNAL_FINDING:
        return f"{value:+.2f}"
    return f"{value:+.3g}" if strand.effect_type == "RD" else f"{value:.3g}"


def strand_rows(row: Judged) -> list[dict[str, Any]]:
    """The strands of a proposition as a table; p never without the smallest attainable one."""
    return [
        {
            "strand": strand_label(s),
            "what counts": s.scope,
            "finding": f"{GLYPHS[s.finding]} {s.finding.value.replace('_', ' ')}",
            "estimate": None if s.estimate is None else number(s, s.estimate),
            "95% interval": None
            if s.ci_low is None or s.ci_high is None
            else f"{number(s, s.ci_low)} to {number(s, s.ci_high)}",
            "important": f"{s.mid:g}",
            "p (least possible)": None if s.p is None or s.min_p is None else test_words(s.p, s.min_p),
            "q": None if s.q is None else p_value(s.q),
            "units": _units(s),
            "denominator": s.denominator,
            "weights": s.weights,
            "why": s.reason or s.method,
        }
        for s in row.verdict.strands
    ]


def strand_label(strand: StrandResult) -> str:
    """A strand in words: its material, by what, and how contrasted."""
    words = material(strand.kind)
    if strand.indicator:
        words += f" by {INDICATOR_WORDS.get(strand.indicator, strand.indicator.replace('_', ' '))}"
    contrast = CONTRAST_WORDS.get(strand.contrast, strand.contrast.replace("_", " "))
    return f"{words} ({contrast})" if contrast else words


def _units(s: StrandResult) -> str:
    """Schools, and how many people of how many: those whom the shares of the groups are of."""
    parts = [counted(s.n_cases, "school") if s.n_cases and s.unit == "school" else ""]
    part, whole = s.n_voiced, s.n_asked
    if s.unit == "school" and s.groups and s.contrast in CONTRASTS:
        part, whole = sum(g.n_voiced for g in s.groups), sum(g.n for g in s.groups)
    parts += [f"{part} of {_people(s, whole)}" if whole else ""]
    return ", ".join(p for p in parts if p)


# --- quotes behind a cell -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The quotes of one code behind a cell: those that count as voicing, and those that do not."""

    code: str
    counted: tuple[Passage, ...]
    others: tuple[Passage, ...]
    n_people: int


def passages_behind(
    study: Path, proposition: Proposition, strand: int, *, origin: str = ALL
) -> tuple[Behind, ...]:
    """Quotes of every code of a proposition's theme, of the people and sources of one of its strands.

    ``strand`` is its place in the proposition. Of a strand without texts (closed answers, figures) the
    quotes of all sources are given: what people say of the matter.
    """
    found = rows_behind(study, proposition, proposition.strands[strand], origin=origin)
    return tuple(
        Behind(
            code=code,
            counted=passages_of([r for r in rows if r["counts"]]),
            others=passages_of([r for r in rows if not r["counts"]]),
            n_people=len({r["participant_id"] for r in rows if r["counts"]}),
        )
        for code, rows in found.items()
    )


# --- files ----------------------------------------------------------------------------------------


def _origin_notes(origin: str) -> list[str]:
    return [] if origin == ALL else [WITHOUT_SUGGESTED_WORDS]


def proposition_docx(study: Path, row: Judged, picture: bytes | None) -> bytes:
    """One proposition as a Word document: sentences, chart, table of strands, override.

    Raises:
        NotAllowedError: a reader asks for it.
    """
    require_exit(study, "display", release=False)
    words = list(row.verdict.sentences())
    if row.override:
        words.append(
            f"Researcher's code: {row.override['code']} ({row.override['by']}, {row.override['at'][:10]})."
            f" {row.override['note']}"
        )
    if row.meta_inference:
        words.append(f"Taken together: {row.meta_inference}")
    rows = strand_rows(row)
    table = DisplayTable(title="Strands", columns=tuple(rows[0]) if rows else (), rows=tuple(rows))
    title = f"{row.verdict.id}: {' '.join(row.verdict.proposition.statement.split())}"
    caption = "Estimates with 95% intervals; right is as predicted; the band is smaller than important."
    pictures = [DisplayPicture(png=picture, words=caption)] if picture else []
    notes = _origin_notes(ALL if row.of_all is None else PERSON)
    about = about_now(study, title, rows_in=len(rows), notes=notes)
    return write_display_docx(about, paragraphs=words, pictures=pictures, tables=[table])
