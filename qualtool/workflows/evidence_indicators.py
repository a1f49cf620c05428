"""What strands of school figures alone rest on: all schools of the files a study holds."""

from __future__ import annotations

from dataclasses import dataclass

from ..store import Database
from ..store import indicators as indicator_store
from ..triangulate.indicator_strand import IndicatorEvidence, indicator_result
from ..triangulate.propositions import Proposition, Strand
from ..triangulate.strand_result import StrandResult
from .derived import derived_of, school_year

_GROUPED_BY = {
    "q4_v_rest": "ehcp_quartile",
    "quartiles": "ehcp_quartile",
    "base_v_none": "has_base",
    "secondary_v_primary": "phase",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalEvidence:
    """Which indicator by which, in which files; the values are read when they are wanted."""

    db: Database
    indicator: str
    by: str
    year: str | None
    fingerprint: tuple[str, ...]


def national_evidence(db: Database, strand: Strand, year: str | None) -> NationalEvidence:
    """What a strand of indicators will look at."""
    by = strand.by or _GROUPED_BY.get(strand.contrast or "", "")
    digests = tuple(sorted(row["bytes_sha256"] for row in indicator_store.files(db)))
    indicator = strand.indicator or ""
    wanted = school_year(year)
    return NationalEvidence(
        db=db,
        indicator=indicator,
        by=by,
        year=wanted,
        fingerprint=(indicator, by, wanted or "", *digests),
    )


def national_result(proposition: Proposition, strand: Strand, national: NationalEvidence) -> StrandResult:
    """The finding of a strand of indicators."""
    missing = None
    values: dict[str, tuple[str, float]] = {}
    groups: dict[str, tuple[str, str]] = {}
    if not national.by:
        missing = "the strand does not say by what schools are grouped: name it as 'by'"
    else:
        for row in derived_of(national.db)["rows"]:
            year = row["year"] or ""
            if national.year is not None and year not in (national.year, ""):
                continue
            if row["name"] == national.indicator and row["value"] is not None:
                values[row["urn"]] = max(values.get(row["urn"], ("", 0.0)), (year, float(row["value"])))
            if row["name"] == national.by:
                text = row["raw"] if row["value"] is None else f"{row['value']:g}"
                text = row["raw"] if row["raw"] in ("yes", "no") else text
                groups[row["urn"]] = max(groups.get(row["urn"], ("", "")), (year, str(text or "")))
        if not values or not groups:
            missing = f"no file of the study gives {national.indicator} by {national.by}"
    evidence = IndicatorEvidence(
        values={urn: value for urn, (_, value) in values.items()},
        groups={urn: text for urn, (_, text) in groups.items()},
        key=f"indicator: {national.indicator}",
        missing=missing,
    )
    return indicator_result(proposition, strand, evidence)
