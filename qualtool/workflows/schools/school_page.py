"""What the page of a case shows: its indicators among the schools of its phase, its people, its quotes."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...indicators import OWN_PREFIX, census_years, quartile_cuts, rates
from ...model import IndicatorFile, ValueStatus
from ...store.file import connection
from ...store.reading import spoken
from ...store.records import indicators as indicator_store
from .derived import case_urns, derived_of, stored_files, uncollected
from .school_words import (
    CAUTIONS,
    FACTS,
    LINES,
    SOURCES,
    base_note,
    proxy_note,
    quartile_words,
    status_words,
    steadiness_words,
)

Populations = Mapping[tuple[str, str, str], tuple[float, ...]]
Row = Mapping[str, Any]

_KEPT = 2
_cache: dict[tuple[str, ...], Populations] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorLine:
    """One number of a school in its latest year, among all loaded schools of its phase and that year.

    ``value`` is None where the file has no number; ``shown`` then says why, in words.
    ``cuts`` are the lower quartile, the median and the upper quartile of ``population``;
    ``trend`` holds the years that have a number.
    """

    name: str
    label: str
    year: str
    value: float | None
    shown: str
    note: str
    source: str
    population: tuple[float, ...] = ()
    cuts: tuple[float, float, float] | None = None
    trend: tuple[tuple[str, float], ...] = ()

    @property
    def share_below(self) -> float | None:
        """The share of the population with a smaller number."""
        if self.value is None or not self.population:
            return None
        return sum(other < self.value for other in self.population) / len(self.population)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something known of a school that is not a number."""

    label: str
    shown: str
    year: str
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolProfile:
    """The indicators of one case; ``why_none`` says why there are none, and then the rest is empty.

    ``steadiness`` says how far quartiles of the phase depend on the year and on schools with a base."""

    phase: str | None = None
    lines: tuple[IndicatorLine, ...] = ()
    facts: tuple[Fact, ...] = ()
    caution: str | None = None
    why_none: str | None = None
    steadiness: str | None = None


def school_profile(study: Path, urn: str | None, kind: str = "school") -> SchoolProfile:
    """The profile of a case: of a school by its URN, of another kind of case the reason for none."""
    if kind != "school":
        return SchoolProfile(
            why_none="Published indicators are of schools. This case is not a school, so it has none."
        )
    if urn is None:
        return SchoolProfile(
            why_none="This school has no URN in the study. Give one in the sheet of transcripts."
        )
    with connection.reading(study) as db:
        if not indicator_store.files(db):
            return SchoolProfile(why_none="No school files are loaded. Import them to see indicators here.")
        derived = derived_of(db, case_urns(db))
        rows = [r for r in derived["rows"] if r["urn"] == urn]
        if not rows:
            return SchoolProfile(why_none=f"None of the loaded school files holds the URN {urn}.")
        populations = _populations_of(db)
    by_name: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda r: r["year"] or ""):
        by_name.setdefault(row["name"], []).append(row)
    phase = by_name["phase"][-1]["raw"] or None if "phase" in by_name else None
    found = (_line(name, by_name, phase, populations) for name in LINES)
    lines = tuple(line for line in found if line is not None)
    return SchoolProfile(
        phase=phase,
        lines=lines,
        facts=tuple(_facts(by_name)),
        caution=_caution(by_name),
        steadiness=steadiness_words(derived, phase),
    )


def _line(
    name: str, by_name: Mapping[str, Sequence[Row]], phase: str | None, populations: Populations
) -> IndicatorLine | None:
    rows = by_name.get(name)
    if not rows:
        return None
    last = rows[-1]
    year, value = str(last["year"] or ""), last["value"]
    population = populations.get((name, year, phase or ""), ())
    label, unit = LINES[name]
    number = f"{value:,.0f}" if unit == "" and value is not None else f"{value:.1f}{unit}" if value else "0%"
    fraction = str(last["raw"]).replace("/", " of ") if "/" in str(last["raw"]) else ""
    return IndicatorLine(
        name=name,
        label=label,
        year=year,
        value=value,
        shown=status_words(last["status"]) if value is None else number,
        note=str(last.get("reason") or fraction),
        source=SOURCES.get(last["source"], last["source"]),
        population=population,
        cuts=_cuts(name, year, by_name, population),
        trend=tuple((str(r["year"]), r["value"]) for r in rows if r["value"] is not None and r["year"]),
    )


def _cuts(
    name: str, year: str, by_name: Mapping[str, Sequence[Row]], population: Sequence[float]
) -> tuple[float, float, float] | None:
    """The cuts the quartile was made with, where there are such; else those of the population."""
    for row in by_name.get(name.replace("_rate", "_quartile"), ()):
        if row["year"] == year and row.get("cuts"):
            low, middle, high = row["cuts"]
            return low, middle, high
    return quartile_cuts(population) if population else None


def _caution(by_name: Mapping[str, Sequence[Row]]) -> str | None:
    rows = by_name.get("ehcp_rate", ())
    return CAUTIONS.get(rows[-1].get("caution") or "") if rows else None


def _facts(by_name: Mapping[str, Sequence[Row]]) -> list[Fact]:
    facts: list[Fact] = []
    for name, label in (("ehcp_quartile", "EHC plan quartile"), ("any_sen_quartile", "Any SEN quartile")):
        for row in by_name.get(name, ())[-1:]:
            words = quartile_words(row["value"])
            note = (
                row.get("reason")
                or f"quarters of the schools of its phase, {row.get('reference', 'as loaded')}"
            )
            facts.append(_fact(row, label, words, str(note)))
    for row in by_name.get("high_ehcp_proxy", ())[-1:]:
        told = row["raw"] if row["raw"] in ("yes", "no") else "not defined"
        facts.append(_fact(row, "High rate of EHC plans (proxy)", told, proxy_note(row)))
    for row in by_name.get("has_base", ())[-1:]:
        told = row["raw"] if row["raw"] in ("yes", "no") else "unknown: neither census nor register says"
        facts.append(_fact(row, "SEN unit or resourced provision", told, base_note(row)))
    for name, label in FACTS.items():
        for row in by_name.get(name, ())[-1:]:
            facts.append(_fact(row, label, _shown(row), _inherited(name, by_name)))
    for name, rows in by_name.items():
        if str(rows[-1]["source"]).startswith(OWN_PREFIX):
            facts.append(_fact(rows[-1], name.replace("_", " ").capitalize(), _shown(rows[-1]), ""))
    return facts


def _shown(row: Row) -> str:
    if row["status"] == ValueStatus.TEXT.value:
        return str(row["raw"])
    return status_words(row["status"]) if row["value"] is None else f"{row['value']:,.6g}"


def _inherited(name: str, by_name: Mapping[str, Sequence[Row]]) -> str:
    """That a grade or report card is of the school's predecessor, where it is."""
    told = "ofsted_grade_inherited" if name == "ofsted_grade" else "ofsted_card_inherited"
    rows = by_name.get(told, ()) if name.startswith("ofsted_") else ()
    return "of the school's predecessor" if rows and rows[-1]["raw"] == "yes" else ""


def _fact(row: Row, label: str, shown: str, note: str) -> Fact:
    source = SOURCES.get(row["source"], row["source"])
    if source.startswith(OWN_PREFIX):
        source = f"your table {source.removeprefix(OWN_PREFIX)}"
    return Fact(label=label, shown=shown, year=str(row["year"] or ""), source=source, note=note)


# --- all loaded schools ---------------------------------------------------------------------------


def _populations_of(db: Database) -> Populations:
    """Numbers of every loaded school, kept in memory under the digests of the files."""
    key = tuple(sorted(row["bytes_sha256"] for row in indicator_store.files(db)))
    with _lock:
        if key in _cache:
            return _cache[key]
    with uncollected():
        found = populations(stored_files(db))
    with _lock:
        while len(_cache) >= _KEPT:
            _cache.pop(next(iter(_cache)))
        _cache[key] = found
    return found


def populations(files: Sequence[IndicatorFile]) -> Populations:
    """Numbers of all schools with one, by (name, year, phase), in rising order."""
    found: dict[tuple[str, str, str], list[float]] = {}
    phases: dict[str, str] = {}
    for census in census_years(files):
        for school in census.schools.values():
            if school.phase is None:
                continue
            phases[school.urn] = school.phase
            numbers = {name: rate.value for name, rate in rates(school.cells).items()}
            numbers["roll"] = school.cells["roll"].value if "roll" in school.cells else None
            for name, value in numbers.items():
                if value is not None and name in LINES:
                    found.setdefault((name, census.year, school.phase), []).append(value)
    for (urn, year), value in _absence(files).items():
        if value is not None and urn in phases:
            found.setdefault(("absence_rate", year, phases[urn]), []).append(value)
    return {place: tuple(sorted(values)) for place, values in found.items()}


def _absence(files: Sequence[IndicatorFile]) -> dict[tuple[str, str], float | None]:
    """The first published number of each school and year; one file's suppression binds the others."""
    found: dict[tuple[str, str], float | None] = {}
    for file in files:
        for urn, _, name, value, status, _ in file.values:
            if name != "absence_rate" or file.year is None:
                continue
            if status == ValueStatus.SUPPRESSED.value:
                found[urn, file.year] = None
            else:
                found.setdefault((urn, file.year), value)
    return found


# --- people ---------------------------------------------------------------------------------------


def speakers_of(study: Path, case_guid: str) -> list[dict[str, Any]]:
    """Who of the case spoke: participant, role, consent, source, source_guid, kind, n_words."""
    with connection.reading(study) as db:
        return spoken.speakers_of_case(db, case_guid)
