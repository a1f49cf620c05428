"""Indicators that are shown as published, and those made of one file's own counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..model import IndicatorFile, ValueStatus
from .dataset import OWN_PREFIX
from .datasets_ofsted import CARD_AREAS, GRADES
from .rates import rate
from .school_years import Cell

PUBLISHED = (
    "region",
    "absence_rate",
    "persistent_absence_rate",
    "attainment8",
    "progress8",
    "progress8_low",
    "progress8_high",
    "ofsted_grade",
    "ofsted_framework",
    "ofsted_grade_inherited",
    "ofsted_card_inherited",
    "ofsted_ungraded_outcome",
    *CARD_AREAS,
)
_SUSPENSIONS = ("suspensions", "exclusions_headcount")


def published_rows(files: Sequence[IndicatorFile]) -> Iterator[dict[str, Any]]:
    """One row a school, year and name of ``PUBLISHED`` or of a table of the team; then suspension rates.

    Where two files tell of the same, a suppressed cell wins over a number: one file must not undo
    what another withheld. Otherwise the earlier of ``files`` is used.
    """
    kept: dict[tuple[str, str | None, str], tuple[Cell, str]] = {}
    for file in files:
        for urn, _, name, value, status, raw in file.values:
            if name in PUBLISHED or file.dataset.startswith(OWN_PREFIX):
                place = (urn, file.year, name)
                if place not in kept or _takes_place(status, file.dataset, *kept[place]):
                    kept[place] = Cell(value, status, raw), file.dataset
    for (urn, year, name), (cell, source) in kept.items():
        row = _row(urn, year, name, cell, definition="published.1", source=source)
        if name == "ofsted_grade" and cell.raw.strip() in GRADES and source == "ofsted_mi":
            row["raw"], row["printed"] = GRADES[cell.raw.strip()], cell.raw
        yield row
    yield from _suspension_rates(files)


def _suspension_rates(files: Sequence[IndicatorFile]) -> Iterator[dict[str, Any]]:
    """Of two files of one year the later is used, but for schools that the other withholds."""
    found: dict[tuple[str, str | None], dict[str, Any]] = {}
    for file in files:
        if file.dataset == "ees_exclusions":
            for row in _suspension_rows(file):
                known = found.get((row["urn"], file.year))
                if known is None or not _is_withheld(known["status"]):
                    found[row["urn"], file.year] = row
    yield from found.values()


def _takes_place(status: str, dataset: str, kept: Cell, kept_of: str) -> bool:
    if _is_withheld(kept.status):
        return False
    return _is_withheld(status) or dataset == kept_of


def _is_withheld(status: str) -> bool:
    return status == ValueStatus.SUPPRESSED.value


def _suspension_rows(file: IndicatorFile) -> Iterator[dict[str, Any]]:
    cells: dict[str, dict[str, Cell]] = {}
    for urn, _, name, value, status, raw in file.values:
        if name in _SUSPENSIONS:
            cells.setdefault(urn, {})[name] = Cell(value, status, raw)
    for urn, found in cells.items():
        made = rate(found, above=_SUSPENSIONS[:1], below=_SUSPENSIONS[1])
        cell = Cell(made.value, made.status, made.raw)
        row = _row(
            urn, file.year, "suspension_rate", cell, definition="suspension_rate.1", source=file.dataset
        )
        yield row if made.reason is None else {**row, "reason": made.reason}


def _row(
    urn: str, year: str | None, name: str, cell: Cell, *, definition: str, source: str
) -> dict[str, Any]:
    return {
        "urn": urn,
        "year": year,
        "name": name,
        "value": cell.value,
        "status": cell.status,
        "raw": cell.raw,
        "definition": definition,
        "source": source,
    }


def authority_rows(files: Sequence[IndicatorFile]) -> Iterator[dict[str, Any]]:
    """Rows of the team's tables of local authorities: as ``published_rows``, with ``la_code`` for ``urn``."""
    for file in files:
        if file.dataset.startswith(OWN_PREFIX):
            for found in file.aggregates:
                cell = Cell(found["value"], found["status"], found["raw"])
                row = _row("", file.year, found["name"], cell, definition="published.1", source=file.dataset)
                del row["urn"]
                yield {"la_code": found["la_code"], **row}
