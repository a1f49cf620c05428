"""Indicators that are shown as published, and those made of one file's own counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..model import IndicatorFile, ValueStatus
from .dataset import OWN_PREFIX
from .datasets_ofsted import CARD_AREAS
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
                if place not in kept or (_is_withheld(status) and not _is_withheld(kept[place][0].status)):
                    kept[place] = Cell(value, status, raw), file.dataset
    for (urn, year, name), (cell, source) in kept.items():
        yield _row(urn, year, name, cell, definition="published.1", source=source)
    for file in files:
        if file.dataset == "ees_exclusions":
            yield from _suspension_rows(file)


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
