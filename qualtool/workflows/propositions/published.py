"""The published findings a study holds, as a table for people to read."""

from __future__ import annotations

from pathlib import Path

from ...store.file import connection
from ...store.records import propositions as store
from ...triangulate.external_strand import ExternalFinding
from .evidence import finding_from


def published_table(study: Path) -> list[dict[str, str]]:
    """A row of words for each finding: whose, of what, the number as printed, its base, what was noted."""
    with connection.reading(study) as db:
        rows = store.findings(db)
    found = [(finding_from(row["content"]), row["file_name"]) for row in rows]
    return [
        {
            "Study": one.study,
            "About": ", ".join(part for part in (one.indicator, one.theme) if part),
            "Kind": one.effect_type.value,
            "Number": _number(one),
            "Base": "not printed" if one.n is None else f"{one.n:,}",
            "Caveat": one.caveat,
            "Account of": one.account_of or ("itself, retold" if one.is_secondary else ""),
            "Its words": one.quantifier,
            "Year": one.year,
            "Population": one.population,
            "Controls": one.controls,
            "Propositions": ", ".join(one.propositions),
            "File": file,
        }
        for one, file in found
    ]


def _number(one: ExternalFinding) -> str:
    if one.estimate is None:
        return "none"
    if one.low is None or one.high is None:
        return f"{one.estimate:g}, no interval"
    return f"{one.estimate:g} ({one.low:g} to {one.high:g})"
