"""The quotes that count in a proposition's strand: its codes, facets, roles, phase, and kind of source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import UserInputError
from ...model import Basis, Stance
from ...store.file import connection
from ...triangulate.expressions import codes_of, is_voiced
from ...triangulate.propositions import Proposition, Strand, StrandKind, Unit
from ...triangulate.text_strand import has_role
from ..schools.derived import case_indicators
from ..themes.themes import ALL, quotes
from .source_strands import kinds_by_guid

_OF_SCHOOLS = (StrandKind.INTERVIEW, StrandKind.FOCUS_GROUP)
_TWO_THEMES = ("theme_pair", "ordering")


def counts(row: Mapping[str, Any], proposition: Proposition) -> bool:
    """Does a coding count as voicing the theme, by the facets the proposition wants?"""
    if proposition.stance is not None and row["stance"] != proposition.stance:
        return False
    if proposition.stance is None and row["stance"] == Stance.DENIES:
        return False
    is_reported = row["basis"] == Basis.REPORTED
    if proposition.basis is not None and is_reported is not (proposition.basis is Basis.REPORTED):
        return False
    return all(
        wanted is None or row[facet] == wanted
        for facet, wanted in (("valence", proposition.valence), ("level", proposition.level))
    )


def rows_behind(
    study: Path, proposition: Proposition, strand: Strand | None = None, *, origin: str = ALL
) -> dict[str, list[dict[str, Any]]]:
    """Rows of ``themes.quotes`` by code of the theme, of the people and sources a strand looks at.

    Without a strand those of every kind of source. Interviewers' words are left out. ``fits`` of a row
    says whether it counts as voicing its code: a denial, or another facet, is shown and does not.
    ``counts`` says that it fits, and that its speaker is counted by the strand as voicing the theme.
    """
    with connection.reading(study) as db:
        kinds = kinds_by_guid(db)
        phases = case_indicators(db, ["phase"])["phase"] if proposition.phase else {}
    wanted = _sources(proposition, strand)
    found: dict[str, list[dict[str, Any]]] = {}
    for code in codes_of(proposition.theme):
        try:
            rows = quotes(study, code=code, origin=origin)
        except UserInputError:
            continue  # a code that was removed has no quotes; the strand itself says so
        found[code] = [
            {**row, "fits": counts(row, proposition)}
            for row in rows
            if row["participant_id"] is not None
            and not row["is_interviewer"]
            and (proposition.role is None or has_role(row["role"] or "", proposition.role))
            and (proposition.phase is None or phases.get(row["urn"] or "") == proposition.phase)
            and (wanted is None or kinds.get(row["source_guid"]) in wanted)
            and _is_of_survey(row["source"], strand)
        ]
    voicing = _people_counted(found, proposition, strand)
    for row in (row for rows in found.values() for row in rows):
        row["counts"] = row["fits"] and row["participant_id"] in voicing
    return found


def _people_counted(
    found: Mapping[str, list[dict[str, Any]]], proposition: Proposition, strand: Strand | None
) -> set[int]:
    """Of whom the theme is true as a whole; where schools are compared, those of no school are not among
    them. A contrast of two themes counts whoever voices either."""
    codes: dict[int, set[str]] = {}
    for code, rows in found.items():
        for row in rows:
            if row["fits"] and (row["urn"] or not _compares_schools(proposition, strand)):
                codes.setdefault(row["participant_id"], set()).add(code)
    if strand is not None and strand.contrast in _TWO_THEMES:
        return set(codes)
    return {person for person, voiced in codes.items() if is_voiced(proposition.theme, voiced)}


def _compares_schools(proposition: Proposition, strand: Strand | None) -> bool:
    return proposition.unit is Unit.SCHOOL and strand is not None and strand.kind in _OF_SCHOOLS


def _sources(proposition: Proposition, strand: Strand | None) -> frozenset[StrandKind] | None:
    """Kinds of sources of a strand; focus groups go with the interviews unless a strand of their own is."""
    if strand is None or not strand.is_of_texts:
        return None
    has_own = any(s.kind is StrandKind.FOCUS_GROUP for s in proposition.strands)
    if strand.kind is StrandKind.INTERVIEW and not has_own:
        return frozenset((StrandKind.INTERVIEW, StrandKind.FOCUS_GROUP))
    return frozenset((strand.kind,))


def _is_of_survey(source: str, strand: Strand | None) -> bool:
    if strand is None or strand.kind is not StrandKind.FREE_TEXT or strand.survey is None:
        return True
    survey = source.partition("#")[0]
    return strand.survey in (survey, survey.rpartition(".")[0])
