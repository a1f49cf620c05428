"""What strands of school figures alone rest on: all schools of the files a study holds."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ... import __version__
from ...indicators import DEFINITIONS
from ...store import Database
from ...store.records import indicators as indicator_store
from ...triangulate.indicator_strand import IndicatorEvidence, indicator_result
from ...triangulate.propositions import Proposition, Strand
from ...triangulate.strand_result import StrandResult
from ..schools.derived import SchoolValue, of_all_schools, school_year

_GROUPED_BY = {
    "q4_v_rest": "ehcp_quartile",
    "quartiles": "ehcp_quartile",
    "base_v_none": "has_base",
    "secondary_v_primary": "phase",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalEvidence:
    """Which indicator by which, over all schools: values and groups by URN, and a digest of both.

    A file that changes neither leaves the digest as it is.
    """

    indicator: str
    by: str
    values: Mapping[str, float]
    groups: Mapping[str, str]
    digest: str


_MOST = 32
_kept: dict[tuple[str, ...], NationalEvidence] = {}
_lock = threading.Lock()


def derivations_of(db: Database, strands: Iterable[Strand]) -> list[dict[str, Any]]:
    """What school figures under these strands are: name, definition with its words, tool, and files.

    Stored with each verdict: the definition, and with it the figure, may change later. ``files`` are the
    standing files of the study, of which the figures were made, by dataset, year and SHA-256.
    """
    defined = {id.split(".")[0]: id for id in DEFINITIONS}
    published = {name: "published.1" for name in indicator_store.known_names(db)}
    known = {**published, **defined}
    columns = ("dataset", "year", "bytes_sha256")
    files = [{column: row[column] for column in columns} for row in indicator_store.files(db)]
    names = {name for strand in strands for name in (strand.indicator, grouped_by(strand)) if name}
    return [
        {
            "name": name,
            "definition": known[name],
            "words": DEFINITIONS[known[name]],
            "version": __version__,
            "files": files,
        }
        for name in sorted(names & known.keys())
    ]


def grouped_by(strand: Strand) -> str:
    """The indicator that a strand's schools are grouped by; empty where it has no groups."""
    return strand.by or _GROUPED_BY.get(strand.contrast or "", "")


def national_evidence(db: Database, strand: Strand, year: str | None) -> NationalEvidence:
    """What a strand of indicators looks at; kept in memory while the study's files are the same."""
    by = grouped_by(strand)
    indicator, wanted = strand.indicator or "", school_year(year)
    files = sorted(row["bytes_sha256"] for row in indicator_store.files(db))
    key = (indicator, by, wanted or "", *files)
    with _lock:
        known = _kept.get(key)
    if known is not None:
        return known
    found = _read(db, indicator, by, wanted) if by else _none(indicator, by)
    with _lock:
        while len(_kept) >= _MOST:
            _kept.pop(next(iter(_kept)))
        _kept[key] = found
    return found


def _none(indicator: str, by: str) -> NationalEvidence:
    return NationalEvidence(indicator=indicator, by=by, values={}, groups={}, digest="none")


def _read(db: Database, indicator: str, by: str, wanted: str | None) -> NationalEvidence:
    values: dict[str, tuple[str, float]] = {}
    groups: dict[str, tuple[str, str]] = {}
    for row in _in_year(db, indicator, wanted):
        if row.value is not None:
            told = (row.year or "", float(row.value))
            values[row.urn] = max(values.get(row.urn, ("", 0.0)), told)
    for row in _in_year(db, by, wanted):
        text = row.raw if row.value is None or row.raw in ("yes", "no") else f"{row.value:g}"
        groups[row.urn] = max(groups.get(row.urn, ("", "")), (row.year or "", str(text or "")))
    latest = {urn: value for urn, (_, value) in values.items()}
    grouped = {urn: text for urn, (_, text) in groups.items()}
    told = repr((sorted(latest.items()), sorted(grouped.items()))).encode()
    return NationalEvidence(
        indicator=indicator,
        by=by,
        values=latest,
        groups=grouped,
        digest=hashlib.sha256(told).hexdigest(),
    )


def _in_year(db: Database, name: str, wanted: str | None) -> Iterator[SchoolValue]:
    """Of all schools; what has no year belongs to each."""
    for row in of_all_schools(db).get(name, ()):
        if wanted is None or row.year in (wanted, None, ""):
            yield row


def national_result(proposition: Proposition, strand: Strand, national: NationalEvidence) -> StrandResult:
    """The finding of a strand of indicators."""
    missing = None
    if not national.by:
        missing = "the strand does not say by what schools are grouped: name it as 'by'"
    elif not national.values or not national.groups:
        missing = f"no file of the study gives {national.indicator} by {national.by}"
    evidence = IndicatorEvidence(
        values=national.values,
        groups=national.groups,
        key=f"indicator: {national.indicator}",
        missing=missing,
    )
    return indicator_result(proposition, strand, evidence)
