"""School indicators of a study: as published, and derived.

Deriving reads a whole national file, since cuts come from all schools; the result is kept in memory
under the digests of the files it came from, so that it is done once a process and set of files.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import Problem, UserInputError
from ..indicators import derive, normalise_year
from ..model import IndicatorFile
from ..store import Database, connection
from ..store import indicators as indicator_store
from ..store.overview import case_urns

_KEPT = 4
_cache: dict[tuple[tuple[str, ...], tuple[str, ...]], dict[str, Any]] = {}
_lock = threading.Lock()


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
    found = derive(stored_files(db), urns=None if urns is None else set(urns))
    with _lock:
        while len(_cache) >= _KEPT:
            _cache.pop(next(iter(_cache)))
        _cache[key] = found
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
        problem = Problem(where=f"year '{text}'", message="This is no school year.", next="Write 2022-2023.")
        raise UserInputError(str(problem), problems=(problem,))
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
    """Name -> key -> the text of the latest year, or of the one wanted."""
    latest: dict[str, dict[str, tuple[str, str]]] = {name: {} for name in names}
    for row in rows:
        name = row["name"]
        if name not in latest or (wanted is not None and row["year"] not in (wanted, None)):
            continue
        text = row["raw"] if row["status"] in ("text",) or row["raw"] in ("yes", "no") else None
        if text is None and row["value"] is not None:
            text = f"{row['value']:g}"
        if text is None:
            continue
        known = latest[name].get(row[key])
        if known is None or (row["year"] or "") >= known[0]:
            latest[name][row[key]] = (row["year"] or "", text)
    return {name: {urn: text for urn, (_, text) in found.items()} for name, found in latest.items()}


def indicators(
    study: Path, *, derive: bool = False, year: str | None = None, name: str | None = None
) -> dict[str, Any]:
    """The document of ``qualtool indicators``: raw values, or with ``derive`` rates, quartiles, flags."""
    year = school_year(year)
    with connection.reading(study) as db:
        if derive:
            found = dict(derived_of(db))
            found["rows"] = [r for r in found["rows"] if _wanted(r, year, name)]
            return found
        raw = indicator_store.values(db, names=[name] if name else None)
    if year is not None:
        raw = raw[raw["year"] == year]
    columns = ["urn", "year", "name", "value", "status", "raw"]
    rows = raw[columns].astype(object).where(raw[columns].notna(), None).to_dict("records")
    return {"rows": rows, "cuts": {}, "quartile_n": {}, "reference": None, "succession": None, "trend": None}


def _wanted(row: dict[str, Any], year: str | None, name: str | None) -> bool:
    return (year is None or row["year"] == year) and (name is None or row["name"] == name)
