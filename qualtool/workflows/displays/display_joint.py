"""The side-by-side joint display (D2) and the pillars of a research question (D4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...indicators.quartiles import quartile
from ...store.file import connection
from ...store.records import codes as code_store
from ...triangulate import parse_theme
from ...triangulate.case_matrix import BANDS, UNKNOWN_BAND, band_of
from ...triangulate.expressions import affirmed_codes, codes_of
from ...triangulate.findings import Finding
from ...triangulate.grouping import CONTRASTS
from ...triangulate.joint_display import (
    ChosenQuote,
    JointDisplay,
    Standing,
    choose_quotes,
    expected_groups,
)
from ...triangulate.pillar import Pillar, PillarLine, PillarRow, pillar
from ...triangulate.propositions import Direction, Proposition, Strand, StrandKind
from ...triangulate.strand_result import FRAMES, StrandResult
from ...triangulate.theme_cell import ThemeCell, cell_of
from ..propositions.counted_quotes import rows_behind
from ..propositions.judged import Judged, Matrix
from ..propositions.proposition_page import GLYPHS, INDICATOR_WORDS, cell_text, strand_label
from ..propositions.triangulating import TriangulatedTheme, contrast_of
from ..schools.derived import case_indicators
from ..schools.school_page import school_profile
from ..themes.quote_groups import CONSENT_WORDS
from ..themes.themes import quotes
from .display_foot import EQUAL, OF_STRANDS, ON_PURPOSE, foot_of
from .display_strands import hidden_text, smallest_number
from .displays import Shown, origin_note, refused

# The number behind a grouping, to place the schools in the country by.
_RATE_OF = {"ehcp_quartile": "ehcp_rate", "any_sen_quartile": "any_sen_rate"}
_OF_TEXTS = (StrandKind.INTERVIEW, StrandKind.FOCUS_GROUP, StrandKind.FREE_TEXT)
_PILLAR_QUOTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What D2 is asked for: a theme by an indicator, and what a proposition adds to it."""

    theme: str
    indicator: str
    contrast: str
    proposition: Proposition | None = None
    spec: Strand | None = None
    sign: int | None = None
    strand: StrandResult | None = None
    merge: Mapping[str, str] | None = None
    title: str = ""
    foot: str = ""
    origin: str = "all"


def joint_of_proposition(study: Path, row: Judged, *, origin: str = "all") -> Shown[JointDisplay]:
    """D2 of a judged proposition, by the first of its strands of texts that has groups of schools.

    ``origin`` is that of the judging; with 'person' no quote began as a machine's suggestion.

    Raises:
        UserInputError: none of its strands has groups of schools.
    """
    proposition = row.verdict.proposition
    chosen = _strand_with_groups(row)
    if chosen is None:
        raise refused(
            f"proposition {proposition.id}",
            "None of its strands sets what people said beside groups of schools.",
            "Choose another, or set a theme beside an indicator.",
        )
    strand, spec = chosen
    is_number = strand.contrast == "continuous"
    wanted = _Wanted(
        theme=proposition.theme_text,
        indicator=strand.indicator,
        contrast="quartiles" if is_number else strand.contrast,
        proposition=proposition,
        spec=spec,
        origin=origin,
        sign=0 if proposition.direction is Direction.NO_DIFFERENCE else proposition.sign,
        strand=None if is_number or not strand.groups else strand,
        merge=dict(spec.merge),
        title=f"{proposition.id}: {' '.join(proposition.statement.split())}",
        foot=row.meta_inference,
    )
    return _joint(study, wanted)


def has_groups(row: Judged) -> bool:
    """Can a judged proposition be shown side by side?"""
    return _strand_with_groups(row) is not None


def _strand_with_groups(row: Judged) -> tuple[StrandResult, Strand] | None:
    """The first strand of texts by groups of schools; a rate stands for its quarters."""
    for strand, spec in zip(row.verdict.strands, row.verdict.proposition.strands, strict=False):
        is_of_groups = strand.contrast != "continuous" or strand.indicator in _RATE_OF.values()
        if strand.finding is Finding.SILENT_STRUCTURAL:
            continue  # nobody was asked, or the study has no such figure: nothing stands beside anything
        if strand.kind in _OF_TEXTS and strand.contrast in CONTRASTS and strand.indicator and is_of_groups:
            return strand, spec
    return None


def joint_of_theme(
    study: Path,
    theme: str,
    indicator: str = "ehcp_quartile",
    *,
    contrast: str = "q4_v_rest",
    origin: str = "all",
) -> Shown[JointDisplay]:
    """D2 of a theme by the groups of an indicator.

    With ``origin`` 'person' codings that began as a machine's suggestion do not count and are not quoted.

    Raises:
        UserInputError: unknown theme, indicator or contrast, or one without groups.
    """
    if contrast == "continuous":
        raise refused("contrast", "A display by groups needs groups.", "Use quartiles or two groups.")
    return _joint(study, _Wanted(theme=theme, indicator=indicator, contrast=contrast, origin=origin))


def _joint(study: Path, wanted: _Wanted) -> Shown[JointDisplay]:
    found = contrast_of(study, wanted.theme, wanted.indicator, contrast=wanted.contrast, origin=wanted.origin)
    merge = wanted.merge or {}
    group_of = {
        s.urn: merge.get(s.place.label, s.place.label) for s in found.contrast.schools if s.place is not None
    }
    themes = _themes(found, wanted.strand)
    groups = tuple(t.group for t in themes)
    sign = wanted.sign if wanted.sign is not None else _sign(found)
    expected = expected_groups(groups, sign)
    placed = {urn: group for urn, group in group_of.items() if group in groups}
    is_written = wanted.strand is not None and wanted.strand.kind is StrandKind.FREE_TEXT
    is_all = wanted.strand is None and found.sources == "all"
    rows = _rows(study, wanted, is_all=is_all)
    chosen, withheld = choose_quotes(rows, placed, expected)
    label = INDICATOR_WORDS.get(found.indicator, found.indicator.replace("_", " "))
    strand = wanted.strand
    denominator = found.contrast.denominator if strand is None else strand.denominator
    content = JointDisplay(
        title=wanted.title or f"{found.theme_name} by {label}",
        theme=found.theme_name,
        indicator=label,
        groups=groups,
        expected_high=expected,
        standings=_standings(study, found, placed),
        themes=themes,
        quotes=chosen,
        silent=_silent(found, placed, expected, strand),
        withheld=withheld,
        sentences=tuple(found.sentences if strand is None else strand.sentences),
        foot=wanted.foot,
        reason=(found.contrast.reason if strand is None else strand.reason) or "",
        is_survey=is_written or is_all,
    )
    notes = [
        _withheld_note(withheld),
        f"What counts: {strand.scope}." if strand is not None and strand.scope else "",
        "" if strand is None else f"Strand: {strand_label(strand)}.",
        origin_note(wanted.origin),
    ]
    return Shown(
        what="d2",
        title=f"Side by side: {content.title}",
        content=content,
        foot=foot_of(
            study,
            unit="school" if strand is None else strand.unit,
            denominators=[denominator],
            weights=EQUAL if strand is None or strand.unit == "school" else strand.weights,
            frame=ON_PURPOSE if strand is None else _frame(strand),
            notes=notes,
        ),
        indicators=(found.indicator,),
        has_quotes=bool(chosen),
        codes=tuple(_codes(study, wanted.theme)),
    )


def _frame(strand: StrandResult) -> str:
    return ON_PURPOSE if strand.frame == "purposive" else FRAMES[strand.frame]


def _sign(found: TriangulatedTheme) -> int:
    """Without a proposition what was found is what is expected; quotes against it are still wanted."""
    estimate = found.contrast.estimate
    return 0 if estimate is None or not estimate else (1 if estimate > 0 else -1)


def _themes(found: TriangulatedTheme, strand: StrandResult | None) -> tuple[ThemeCell, ...]:
    if strand is not None:
        return tuple(
            ThemeCell(
                group=g.label,
                share=g.share,
                low=g.low,
                high=g.high,
                n_voiced=g.n_voiced,
                n_people=g.n,
                n_cases_voiced=None,
                n_cases=g.n_cases,
            )
            for g in strand.groups
        )
    return tuple(cell_of(group) for group in found.contrast.groups)


def _standings(study: Path, found: TriangulatedTheme, placed: Mapping[str, str]) -> tuple[Standing, ...]:
    name = _RATE_OF.get(found.indicator, found.indicator)
    with connection.reading(study) as db:
        words = case_indicators(db, [found.indicator])[found.indicator]
    standings = []
    for urn, group in placed.items():
        line = next((one for one in school_profile(study, urn).lines if one.name == name), None)
        has_place = line is not None and line.value is not None and line.cuts is not None
        band = band_of(words.get(urn))
        if line is not None and line.value is not None and line.cuts is not None:
            band = BANDS[quartile(line.value, line.cuts) - 1]
        standings.append(
            Standing(
                urn=urn,
                label=found.schools.get(urn, urn),
                group=group,
                value=line.value if line is not None and has_place else None,
                position=line.share_below if line is not None and has_place else None,
                band=band,
            )
        )
    return tuple(standings)


def _rows(study: Path, wanted: _Wanted, *, is_all: bool) -> list[dict[str, Any]]:
    """Quotes to choose from: of a proposition those its strand looks at, else those of the theme."""
    if wanted.proposition is not None:
        return _of_proposition(study, wanted.proposition, wanted.spec, wanted.origin)
    rows: dict[str, dict[str, Any]] = {}
    for code in _codes(study, wanted.theme):
        for row in quotes(study, code=code, origin=wanted.origin):
            if row["participant_id"] is not None and not row["is_interviewer"]:
                rows[row["guid"]] = row
    return [r for r in rows.values() if is_all or "#" not in r["source"]]


def _of_proposition(
    study: Path, proposition: Proposition, spec: Strand | None, origin: str
) -> list[dict[str, Any]]:
    """Quotes that count, and denials, of the codes that make the theme true; codes under a 'not' do not."""
    rows = rows_behind(study, proposition, spec, origin=origin)
    affirmed = affirmed_codes(proposition.theme)
    kept = [r for code, found in rows.items() if code in affirmed for r in found]
    return list({r["guid"]: r for r in kept if r["counts"] or r["stance"] == "denies"}.values())


def _codes(study: Path, theme: str) -> list[str]:
    """Codes that a theme names; a name with spaces is one code."""
    with connection.reading(study) as db:
        is_code = code_store.codebook(db).find(theme) is not None
    return [theme] if is_code else sorted(codes_of(parse_theme(theme)))


def _silent(
    found: TriangulatedTheme,
    placed: Mapping[str, str],
    expected: Collection[str],
    strand: StrandResult | None,
) -> dict[str, tuple[str, ...]]:
    silent: dict[str, list[str]] = {}
    if strand is not None:  # by the proposition's own filters
        for case in strand.negative_cases:
            if case.why == "asked and silent" and case.case in placed:
                silent.setdefault(placed[case.case], []).append(found.schools.get(case.case, case.case))
        return {group: tuple(dict.fromkeys(names)) for group, names in silent.items()}
    for school in found.contrast.schools:
        group = placed.get(school.urn)
        is_silent = school.n_asked > 0 and school.n_voiced == 0
        if group in expected and group is not None and is_silent:
            silent.setdefault(group, []).append(found.schools.get(school.urn, school.urn))
    return {group: tuple(names) for group, names in silent.items()}


def _withheld_note(withheld: Mapping[str, int]) -> str:
    if not withheld:
        return ""
    told = ", ".join(f"{n} {CONSENT_WORDS.get(consent, consent)}" for consent, n in withheld.items())
    return f"Quotes not shown: {told}."


# --- D4 -------------------------------------------------------------------------------------------


def pillars_of(study: Path, matrix: Matrix, question: str | None = None) -> Shown[Pillar]:
    """D4 of the propositions of a research question (its id), or of all.

    Raises:
        UserInputError: no proposition belongs to it.
    """
    texts = dict(matrix.questions)
    rows = [r for r in matrix.rows if question is None or r.verdict.proposition.question == question]
    if not rows:
        raise refused("question", "No proposition belongs to it.", "State one, or choose another question.")
    content = pillar(
        texts.get(question or "", "All propositions"),
        [_pillar_row(study, row, matrix.origin) for row in rows],
    )
    indicators = {s.indicator for row in rows for s in row.verdict.strands if s.indicator}
    n = Counter(row.is_written for row in content.rows)
    notes = [
        f"{n[True]} of {len(content.rows)} pillars are meta-inferences that somebody wrote; "
        "the others are the computed code.",
        "Estimates are signed: + is as predicted; brackets are 95% intervals.",
        origin_note(matrix.origin),
    ]
    return Shown(
        what="d4",
        title=f"Pillars: {content.question}",
        content=content,
        foot=foot_of(study, unit="proposition", weights=OF_STRANDS, frame=OF_STRANDS, notes=notes),
        indicators=tuple(sorted(indicators)),
        has_quotes=any(row.quotes for row in content.rows),
    )


def _pillar_row(study: Path, row: Judged, origin: str) -> PillarRow:
    verdict = row.verdict
    of_texts = [s for s in verdict.strands if s.kind in _OF_TEXTS]
    of_numbers = [s for s in verdict.strands if s.kind not in _OF_TEXTS]
    told = row.override["code"] if row.override else verdict.code_words
    theme = _theme_name(study, verdict.proposition)
    statement = " ".join(verdict.proposition.statement.split())
    computed = f"{verdict.id} {statement} [{told}; {verdict.assessment.status.value}]"
    return PillarRow(
        id=verdict.id,
        data=tuple(_line(s) for s in of_numbers),
        category=tuple(f"{GLYPHS[s.finding]} {s.finding.value.replace('_', ' ')}" for s in of_numbers),
        pillar=f"{verdict.id} {row.meta_inference}" if row.meta_inference else computed,
        is_written=bool(row.meta_inference),
        theme=(
            PillarLine(text=theme, hidden=theme),
            *(_line(s) for s in of_texts),
        ),
        quotes=_pillar_quotes(study, verdict.proposition, origin),
        codes=tuple(sorted(codes_of(verdict.proposition.theme))),
    )


def _theme_name(study: Path, proposition: Proposition) -> str:
    """The name of a theme that is one code; an expression as it is written."""
    with connection.reading(study) as db:
        book = code_store.codebook(db)
    codes = codes_of(proposition.theme)
    code = book.find(codes[0]) if codes == (proposition.theme_text.strip('"'),) else None
    return proposition.theme_text if code is None else code.name


def _line(strand: StrandResult) -> PillarLine:
    label = strand_label(strand)
    return PillarLine(
        text=f"{label}: {cell_text(strand)}",
        hidden=f"{label}: {hidden_text(strand)}",
        smallest=smallest_number(strand),
    )


def _pillar_quotes(study: Path, proposition: Proposition, origin: str) -> tuple[ChosenQuote, ...]:
    rows = _of_proposition(study, proposition, None, origin)
    everybody = {row["urn"] or "": "all" for row in rows}
    chosen, _ = choose_quotes(rows, everybody, (), most=_PILLAR_QUOTES)
    return chosen


def bands_in(standings: Sequence[Standing]) -> dict[str, dict[str, int]]:
    """Number of schools by group and band, bands from the bottom up."""
    found: dict[str, dict[str, int]] = {}
    for standing in standings:
        counts = found.setdefault(standing.group, {})
        counts[standing.band] = counts.get(standing.band, 0) + 1
    order = [*BANDS, UNKNOWN_BAND]
    return {
        group: dict(sorted(counts.items(), key=lambda item: order.index(item[0]) if item[0] in order else -1))
        for group, counts in found.items()
    }
