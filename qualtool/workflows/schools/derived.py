"""School indicators of a study: as published, and derived.

Deriving reads a whole national file, since cuts come from all schools; the result is kept in memory
under the digests of the files it came from, so that it is done once a process and set of files.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from ... import __version__
from ...errors import UserInputError
from ...indicators import derive, normalise_year, school_rows
from ...model import IndicatorFile, ValueStatus
from ...store import Database
from ...store.file import connection
from ...store.reading.overview import case_urns
from ...store.records import indicators as indicator_store
from ...store.records import releases

_KEPT = 4
# A count that would tell the rate it makes.
_COUNT_OF = {"persistent_absentees": "persistent_absence_rate"}
_cache: dict[tuple[tuple[str, ...], tuple[str, ...]], dict[str, Any]] = {}
_of_all: dict[tuple[str, ...], dict[str, list[SchoolValue]]] = {}
_lock = threading.Lock()


class SchoolValue(NamedTuple):
    """What one row of ``derive`` says, of a name that is known: as little as two million may weigh."""

    urn: str
    year: str | None
    value: float | None
    raw: str
    status: str


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause Python's search for cycles while millions of records are made, none of which is in one.

    The search would look at all of them again and again: it takes more than half of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def stored_files(db: Database) -> list[IndicatorFile]:
    """The standing indicator files as records again, with all their values."""
    rows = indicator_store.files(db)
    values = indicator_store.values_by_file(db)
    return [
        IndicatorFile(
            name=row["name"],
            dataset=row["dataset"],
            year=row["year"],
            encoding=row["encoding"],
            bytes_sha256=row["bytes_sha256"],
            values=values.get(row["id"], []),
            aggregates=row["report"].get("aggregates", []),
            checksums=row["report"].get("checksums", []),
            is_national=bool(row["is_national"]),
            licence=row["licence"],
            about=row["report"].get("about", {}),
        )
        for row in rows
    ]


def derived_of(db: Database, urns: Sequence[str] | None = None) -> dict[str, Any]:
    """Everything derived, for these schools or all; see ``indicators.derive`` for the keys."""
    digests = tuple(sorted(r["bytes_sha256"] for r in indicator_store.files(db)))
    key = (digests, tuple(sorted(urns)) if urns is not None else ("*",))
    with _lock:
        if key in _cache:
            return _cache[key]
    with uncollected():
        found = derive(stored_files(db), urns=None if urns is None else set(urns))
    with _lock:
        while len(_cache) >= _KEPT:
            _cache.pop(next(iter(_cache)))
        _cache[key] = found
    return found


def of_all_schools(db: Database) -> Mapping[str, Sequence[SchoolValue]]:
    """Everything derived, of every loaded school, by name; in the order of ``derive``'s rows."""
    key = tuple(sorted(r["bytes_sha256"] for r in indicator_store.files(db)))
    with _lock:
        if key in _of_all:
            return _of_all[key]
    found: dict[str, list[SchoolValue]] = {}
    with uncollected():
        for row in school_rows(stored_files(db)):
            told = SchoolValue(row["urn"], row["year"], row["value"], row["raw"], row["status"])
            found.setdefault(row["name"], []).append(told)
    with _lock:
        _of_all.clear()
        _of_all[key] = found
    return found


def school_year(text: str | None) -> str | None:
    """A year as it is stored (``2022/23``), from any way of writing it; None for none given.

    Raises:
        UserInputError: it is no year.
    """
    if text is None:
        return None
    year = normalise_year(text)
    if year is None:
        raise UserInputError.single(f"year '{text}'", "This is no school year.", "Write 2022-2023.")
    return year


def case_indicators(
    db: Database, names: Sequence[str], *, year: str | None = None
) -> dict[str, dict[str, str]]:
    """Indicators of the study's own schools as text: name -> URN -> value, of the latest year.

    An indicator of local authorities is every school's of that authority.
    """
    wanted = school_year(year)
    derived = derived_of(db, case_urns(db))
    found = _latest(derived["rows"], names, wanted, key="urn")
    of_las = _latest(derived["la_rows"], names, wanted, key="la_code")
    las = _latest(derived["rows"], ["la_code"], None, key="urn")["la_code"]
    for name in names:
        for urn, la_code in las.items():
            if la_code in of_las[name]:
                found[name].setdefault(urn, of_las[name][la_code])
    return found


def _latest(
    rows: Sequence[dict[str, Any]], names: Sequence[str], wanted: str | None, *, key: str
) -> dict[str, dict[str, str]]:
    """Name -> key -> the text of the latest year, or of the one wanted.

    Years in which no school has a value do not count. What is suppressed or missing of one school, in a
    year in which others have values, is not taken from an earlier year.
    """
    told = [
        (row, _text_of(row))
        for row in rows
        if row["name"] in names and (wanted is None or row["year"] in (wanted, None))
    ]
    with_values = {(row["name"], row["year"]) for row, text in told if text is not None}
    latest: dict[str, dict[str, tuple[str, str | None]]] = {name: {} for name in names}
    for row, text in told:
        if (row["name"], row["year"]) not in with_values:
            continue
        known = latest[row["name"]].get(row[key])
        if known is None or (row["year"] or "") >= known[0]:
            latest[row["name"]][row[key]] = (row["year"] or "", text)
    return {
        name: {urn: text for urn, (_, text) in found.items() if text is not None}
        for name, found in latest.items()
    }


def _text_of(row: Mapping[str, Any]) -> str | None:
    if row["status"] == "text" or row["raw"] in ("yes", "no"):
        return str(row["raw"])
    return None if row["value"] is None else f"{row['value']:g}"


def indicators(
    study: Path, *, derive: bool = False, year: str | None = None, name: str | None = None
) -> dict[str, Any]:
    """The document of ``qualtool indicators``: raw values, or with ``derive`` rates, quartiles, flags.

    ``files`` are all files that were ever imported, with the one that took an older one's place. Of raw
    values, what one file suppresses is not shown from another.
    """
    year = school_year(year)
    with connection.reading(study) as db:
        imported = releases.every_file(db)
        if derive:
            found = {**derived_of(db), "version": __version__, "files": imported}
            found["rows"] = [r for r in found["rows"] if _wanted(r, year, name)]
            return found
        raw = indicator_store.values(db, names=[name, _COUNT_OF.get(name, name)] if name else None)
    if year is not None:
        raw = raw[raw["year"] == year]
    columns = ["urn", "year", "name", "value", "status", "raw", "dataset"]
    plain = raw[columns].astype(object).where(raw[columns].notna(), None)
    rows = [dict(zip(columns, row, strict=True)) for row in plain.itertuples(index=False, name=None)]
    return {
        "rows": [row for row in _withheld_everywhere(rows) if name in (None, row["name"])],
        "cuts": {},
        "quartile_n": {},
        "reference": None,
        "succession": None,
        "trend": None,
        "files": imported,
    }


def _withheld_everywhere(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, and where one file suppresses a cell no number of it from any other."""
    suppressed = ValueStatus.SUPPRESSED.value
    withheld = {(r["urn"], r["year"], r["name"]) for r in rows if r["status"] == suppressed}
    for row in rows if withheld else ():
        names = {row["name"], _COUNT_OF.get(row["name"], row["name"])}
        if row["value"] is not None and any((row["urn"], row["year"], name) in withheld for name in names):
            row.update(value=None, status=suppressed, raw="", reason="another file suppresses it")
    return rows


def _wanted(row: dict[str, Any], year: str | None, name: str | None) -> bool:
    return (year is None or row["year"] == year) and (name is None or row["name"] == name)
