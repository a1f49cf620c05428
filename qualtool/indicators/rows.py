"""Rows of one file, taken one at a time: schools, areas, blank rows, rows left out, faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..errors import Problem
from ..model import ValueStatus
from .dataset import Get, Value
from .plan import Plan
from .register import laestab_of
from .summing import add_rows
from .years import normalise_year

OTHER_YEAR = ": import the file again for that year"
_KNOWN_ONCE = "Take the line out that is not meant, or ask the publisher; neither was chosen for you."


def is_urn(text: str) -> bool:
    """Six ASCII digits: a URN is text and never a number."""
    return len(text) == 6 and text.isascii() and text.isdigit()


class SchoolRows:
    """Collects what the rows of a file with one row a school hold.

    ``take`` never raises: faults gather in ``problems`` with their line, all of them.
    """

    def __init__(
        self, plan: Plan, *, name: str, year: str | None, urn_by_laestab: Mapping[str, str] | None = None
    ) -> None:
        self.plan = plan
        self.name = name
        self.year = year
        self.urn_by_laestab = urn_by_laestab or {}
        self.values: list[Value] = []
        self.aggregates: list[dict[str, Any]] = []
        self.problems: list[Problem] = []
        self.left_out: Counter[str] = Counter()
        self.warned: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.counts: dict[str, Counter[str]] = {c.column.name: Counter() for c in plan.columns}
        self.n_rows = self.n_blank = self.n_aggregate = 0
        self._line_of: dict[str, int] = {}
        self._row_of: dict[str, list[str]] = {}
        self._span_of: dict[str, tuple[int, int]] = {}

    @property
    def n_schools(self) -> int:
        return len(self._line_of)

    def take(self, line: int, row: list[str]) -> None:
        """Take one row, as read, with the line it starts on."""
        self.n_rows += 1
        if not any(cell.strip() for cell in row):
            self.n_blank += 1
        elif self._fit(line, row):
            if self._is_other_year(row):
                return
            urn = self._urn_of(row)
            if is_urn(urn):
                self._school(line, row, urn)
            else:
                self._no_school(line, row, urn)

    def _fit(self, line: int, row: list[str]) -> bool:
        width = self.plan.width
        if len(row) < width:
            row += [""] * (width - len(row))
            self.warned["short rows were filled with blanks"] += 1
        elif len(row) > width:
            if not self.plan.dataset.joins_tail:
                self._problem(
                    line,
                    f"The line has {len(row)} cells and the header has {width}.",
                    "Mend the line, or download the file again.",
                )
                return False
            row[width - 1 :] = [",".join(row[width - 1 :])]
            self.warned["rows ran over into further columns: joined into the last one"] += 1
        return True

    def _is_other_year(self, row: list[str]) -> bool:
        if self.plan.year is None or self.year is None:
            return False
        printed = row[self.plan.year].strip()
        found = normalise_year(printed)
        if found == self.year:
            return False
        if found is None:
            self.left_out[f"the time period {printed or '(blank)'} is no year"] += 1
        else:
            self.left_out[f"of {found}, not of {self.year}{OTHER_YEAR}"] += 1
        return True

    def _urn_of(self, row: list[str]) -> str:
        urn = row[self.plan.key].strip() if self.plan.key is not None else ""
        if not urn and self.plan.laestab is not None:
            return self.urn_by_laestab.get(laestab_of(row[self.plan.laestab]), "")
        return urn

    def _get(self, row: list[str]) -> Get:
        index = self.plan.index
        return lambda header: row[index[header]].strip() if header in index else ""

    def _school(self, line: int, row: list[str], urn: str) -> None:
        dataset = self.plan.dataset
        get = self._get(row)
        reason = dataset.skip(get) if dataset.skip else None
        if reason:
            self.left_out[reason] += 1
            return
        first = self._line_of.get(urn)
        if first is not None and (not dataset.sums_rows or self._row_of[urn] == row):
            self._problem(line, f"The school {urn} is already on line {first}.", _KNOWN_ONCE)
            return
        note = dataset.mend(row, self.plan.index) if dataset.mend else None
        if note:
            self.warned[note] += 1
        found = self._values(row, urn)
        if first is None:
            self._line_of[urn] = line
            start = len(self.values)
            self.values += found
            self._span_of[urn] = (start, len(self.values))
            if dataset.sums_rows:
                self._row_of[urn] = list(row)
        else:
            start, end = self._span_of[urn]
            self.values[start:end] = add_rows(self.values[start:end], found, ratios=dataset.ratios)
            self.left_out["a further row of a school: added to its first"] += 1

    def _values(self, row: list[str], urn: str) -> list[Value]:
        la_code = (row[self.plan.la].strip() or None) if self.plan.la is not None else None
        found: list[Value] = []
        for planned in self.plan.columns:
            raw = row[planned.position]
            value, status = planned.value_of(raw)
            column = planned.column
            self.counts[column.name][status] += 1
            if status is ValueStatus.UNKNOWN_TOKEN:
                self.unknown[raw.strip()] += 1
            if column.keeps_blank or status is not ValueStatus.BLANK:
                found.append((urn, la_code, column.name, value, status.value, raw))
        if self.plan.dataset.extras is not None:
            for name, text in self.plan.dataset.extras(self._get(row), self._warn):
                status = ValueStatus.TEXT if text else ValueStatus.BLANK
                self.counts.setdefault(name, Counter())[status] += 1
                found.append((urn, la_code, name, None, status.value, text))
        return found

    def _warn(self, message: str) -> None:
        self.warned[message] += 1

    def _no_school(self, line: int, row: list[str], urn: str) -> None:
        level = self.plan.dataset.level_of(self._get(row)) if self.plan.dataset.level_of else None
        if level is not None:
            self._aggregate(row, level)
        elif not urn and self.plan.laestab is not None:
            self.left_out["no URN is known for the school's number: import the register first"] += 1
        else:
            shown = "is blank" if not urn else "is not six digits"
            self._problem(
                line, f"The URN {shown}.", "A URN has six digits and is text: check how it was saved."
            )

    def _aggregate(self, row: list[str], level: tuple[str, str | None, str | None]) -> None:
        self.n_aggregate += 1
        for planned in self.plan.columns:
            raw = row[planned.position]
            value, status = planned.value_of(raw)
            if status is ValueStatus.UNKNOWN_TOKEN:
                self.unknown[raw.strip()] += 1
            self.aggregates.append(
                {
                    "level": level[0],
                    "phase": level[1],
                    "la_code": level[2],
                    "name": planned.column.name,
                    "value": value,
                    "status": status.value,
                    "raw": raw,
                }
            )

    def _problem(self, line: int, message: str, next: str) -> None:
        self.problems.append(Problem(where=f"{self.name}, line {line}", message=message, next=next))


class AuthorityRows(SchoolRows):
    """Rows of local authorities: all of them aggregates of level ``la``; there are no schools."""

    def take(self, line: int, row: list[str]) -> None:
        """Take one row of an authority; its key is the three-digit code."""
        self.n_rows += 1
        if not any(cell.strip() for cell in row):
            self.n_blank += 1
        elif self._fit(line, row) and not self._is_other_year(row):
            code = row[self.plan.key].strip() if self.plan.key is not None else ""
            if not (len(code) == 3 and code.isascii() and code.isdigit()):
                self._problem(line, "This is no code of a local authority.", "Such a code has three digits.")
            elif code in self._line_of:
                self._problem(line, f"{code} is already on line {self._line_of[code]}.", _KNOWN_ONCE)
            else:
                self._line_of[code] = line
                self._aggregate(row, ("la", None, code))

    @property
    def n_schools(self) -> int:
        return 0

    def _aggregate(self, row: list[str], level: tuple[str, str | None, str | None]) -> None:
        for planned in self.plan.columns:
            self.counts[planned.column.name][planned.value_of(row[planned.position])[1]] += 1
        super()._aggregate(row, level)
