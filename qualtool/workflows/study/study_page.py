"""How far the coding of each source is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import altair as alt

from ...triangulate.progress_chart import progress_chart
from ..gathering.sources import sources_of


def source_rows(study: Path, *, coder: str | None = None) -> list[dict[str, Any]]:
    """Transcripts with their state, those nobody touched first; ``coder`` as in ``sources_of``.

    Keys: guid, source, state (``unread``, ``read``, ``coded``), codings, turns, characters,
    coded_by, read_by, recorded_on.
    """
    order = {"unread": 0, "read": 1, "coded": 2}
    rows = [
        {
            "guid": row["guid"],
            "source": row["name"],
            "state": _state(row),
            "codings": row["n_codings"],
            "coded_by": ", ".join(row["coders"]),
            "read_by": ", ".join(row["read_by"]),
            "turns": row["n_turns"],
            "characters": row["n_chars"],
            "recorded_on": row["recorded_on"] or "",
        }
        for row in sources_of(study, coder=coder)
    ]
    return sorted(rows, key=lambda row: (order[row["state"]], row["source"]))


def _state(row: Mapping[str, Any]) -> str:
    if row["n_codings"]:
        return "coded"
    return "read" if row["read_by"] else "unread"


def draw_progress(progress: Mapping[str, int]) -> alt.LayerChart | alt.FacetChart:
    """The bar of coded, read and unread transcripts."""
    return progress_chart(progress)


def metrics(counts: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """What is in a study, as label, number and a word of explanation."""
    return [
        ("Transcripts", counts["transcripts"], "Imported interviews and focus groups."),
        ("Answers", counts["answers"], "Free-text answers of surveys; each is a source of its own."),
        ("Participants", counts["participants"], "People who spoke, and respondents of surveys."),
        ("Schools", counts["schools"], f"Of {counts['cases']} cases in all."),
        ("Codes", counts["codes"], "Codes that can be applied; headings are not counted."),
        ("Codings", counts["codings"], "One coder, one code, one stretch of text."),
        ("Words", counts["words"], "In all transcripts and answers, interviewers included."),
        ("School files", counts["indicator_files"], "Published files of school indicators."),
    ]
