"""The quotes behind a cell of a display."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ...store.file import connection
from ...store.records import codes as code_store
from ...triangulate import parse_theme
from ...triangulate.expressions import codes_of
from ..propositions.triangulating import contrast_of
from ..themes.quote_groups import Passage, passages_of
from ..themes.themes import ALL, quotes


def passages_of_cell(
    study: Path, theme: str, urns: Collection[str] | None = None, *, origin: str = ALL
) -> tuple[Passage, ...]:
    """Passages of a theme's codes from people of these schools (None: from anybody).

    Interviewers' words are left out, as they are in the counts.

    Raises:
        UserInputError: no such code.
    """
    with connection.reading(study) as db:
        is_code = code_store.codebook(db).find(theme) is not None
    codes = [theme] if is_code else sorted(codes_of(parse_theme(theme)))
    rows = [
        row
        for code in codes
        for row in quotes(study, code=code, origin=origin)
        if row["participant_id"] is not None
        and not row["is_interviewer"]
        and (urns is None or row["urn"] in urns)
    ]
    return passages_of(rows)


def schools_in_group(study: Path, theme: str, indicator: str, contrast: str, label: str) -> frozenset[str]:
    """URNs of the schools that a contrast puts into the group of this label (Q4, rest, base, primary)."""
    found = contrast_of(study, theme, indicator, contrast=contrast)
    return frozenset(s.urn for s in found.contrast.schools if s.place is not None and s.place.label == label)
