"""A published school file: bytes and a name in, an ``IndicatorFile`` out.

The dataset is recognised by its header and not by the file name. A file is read whole or refused
whole, with every fault and its line. Only the columns below are kept; the rest of a file stays in
the file, whose hash is kept.

| variable | from | meaning |
|---|---|---|
| ``school_type`` | census, SEN, SPC | ``State-funded primary`` ...: the phase to use |
| ``roll`` | census, SEN | pupils on roll, whole school |
| ``ehcp_count`` ``sen_support_count`` | census, SEN | pupils, whole school |
| ``fsm_count`` | census | pupils eligible for free school meals |
| ``fsm6_count`` ``fsm6_base`` | census | eligible within six years; the pupils they are counted in |
| ``eal_count`` ``english_first_language_count`` ``first_language_unclassified_count`` | census | pupils |
| ``ehcp_need_*`` ``sen_support_need_*`` ``approved_provision_*`` | SEN | primary needs; provision |
| ``sen_unit_census`` ``resourced_provision_census`` | SEN | 0 or 1 |
| ``sen_unit_gias`` ``resourced_provision_gias`` | register | yes, no or unknown (blank) |
| ``resourced_provision_type`` ``*_on_roll`` ``*_capacity`` ``sen_provision`` | register | as printed |
| ``school_name`` ``la_name`` ``region`` ``district`` ``urban_rural`` ``trust`` | register and others | text |
| ``establishment_type`` ``establishment_group`` ``status`` ``phase_gias`` | register | text |
| ``open_date`` ``close_date`` ``census_date`` ``ofsted_date`` | register, inspections | as printed |
| ``roll_gias`` ``fsm_count_gias`` ``fsm_rate_gias`` ``school_capacity`` | register | official figures |
| ``easting`` ``northing`` | register | metres, British National Grid |
| ``ofsted_grade`` | register, inspections | text, the framework's own words or codes |
| ``linked_establishments`` | register | ``115961 Predecessor, ...`` |
| ``absence_rate`` ``persistent_absence_rate`` | absence files | per cent |
| ``enrolments`` ``possible_sessions`` ``absence_sessions`` ``persistent_absentees`` | absence | counts |
| ``attainment8`` ``progress8`` ``progress8_low`` ``progress8_high`` ``progress8_banding`` | KS4 | scores |
| ``ks2_*`` | KS2 | cohort counts, expected standard, progress with limits, scaled scores |
| ``ks4_cohort*`` ``attainment8_difference`` | KS4 information | counts of the Year 11 cohort only |
| ``ks4_dest_*`` | KS4 destinations | pupils and per cent by destination and group |
| ``exclusions_headcount`` ``suspensions`` ``permanent_exclusions`` ``pupils_suspended`` | exclusions | n |
| ``pupil_premium_*`` | pupil premium | pupils and pounds |
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from ..errors import IndicatorError, Problem
from ..model import IndicatorFile
from . import checksums
from .catalogue import is_description, recognise
from .dataset import Dataset, find_header, header_index
from .links import LinkRows
from .own_tables import OwnTable
from .plan import Plan, make_plan
from .rows import OTHER_YEAR, AuthorityRows, SchoolRows
from .tables import NotASchoolFile, Row, Table, open_tables
from .years import normalise_year, year_of_name

Progress = Callable[[int, int], None]
# Titles above a header are at most this many lines.
_HEADER_WITHIN = 10
_TELL_EVERY = 2000


def read_indicator_file(
    data: bytes,
    *,
    name: str,
    progress: Progress | None = None,
    year: str | None = None,
    urn_by_laestab: Mapping[str, str] | None = None,
    own: OwnTable | None = None,
) -> IndicatorFile:
    """Read one published file, or with ``own`` a table of the team by its mapping.

    ``progress(done, expected)`` counts lines. ``year`` (any spelling of a school year) wins over
    the file's own and its name; a file of several years yields the asked one, else its latest.
    ``urn_by_laestab`` finds schools in files that know only their seven-digit number.

    Raises:
        IndicatorError: not a known file, or one with faults; each is in ``problems`` with its line.
    """
    return _Opened(data, name=name, own=own).of_year(year, progress, urn_by_laestab)


def read_indicator_years(
    data: bytes,
    *,
    name: str,
    progress: Progress | None = None,
    year: str | None = None,
    urn_by_laestab: Mapping[str, str] | None = None,
    own: OwnTable | None = None,
    folder: str = "",
) -> list[IndicatorFile]:
    """As ``read_indicator_file``, but every year of a file of several: one record a year, latest first.

    ``folder`` is the name of the folder the file lay in: it tells the school year where nothing else does.
    Records of such a file bear a digest of the bytes and the year, so that each year is known by its own.

    Raises:
        IndicatorError: as ``read_indicator_file``; a fault of any year refuses all.
    """
    opened = _Opened(data, name=name, own=own, folder=folder)
    if year is not None or len(opened.years) < 2:
        return [opened.of_year(year, progress, urn_by_laestab)]
    found = [opened.of_year(one, progress, urn_by_laestab) for one in reversed(opened.years)]
    # Rows of another year are in that year's record.
    return [replace(f, skipped=[s for s in f.skipped if not s["reason"].endswith(OTHER_YEAR)]) for f in found]


class _Opened:
    """A file whose dataset and years are known."""

    def __init__(self, data: bytes, *, name: str, own: OwnTable | None, folder: str = "") -> None:
        self.data, self.name, self.own, self.folder = data, name, own, folder
        tables = open_tables(data, name=name)
        known = [found for table in tables if (found := _header_in(table, own)) is not None]
        if not known:
            raise _no_header(tables, own, name=name)
        self.table, self.dataset, self.header, self.header_line = known[0]
        self.other_sheets = [table.sheet for table, *_ in known[1:]]
        self.years = _years_in(self.table, self.dataset, self.header, self.header_line)

    def of_year(
        self, year: str | None, progress: Progress | None, urn_by_laestab: Mapping[str, str] | None
    ) -> IndicatorFile:
        name = self.name
        wanted = _asked(year, name=name) or (self.own.year if self.own is not None else None)
        chosen, year_warning = _choose_year(wanted, self.years, name=name, folder=self.folder)
        plan = make_plan(self.dataset, self.header, name=name, year=chosen)
        rows = self._collector(plan, chosen, urn_by_laestab)
        line, width = self.header_line, plan.width
        for done, (line, row) in enumerate(_body(self.table, self.header_line), start=1):
            width = len(row)
            rows.take(line, row)
            if progress is not None and done % _TELL_EVERY == 0:
                progress(done, max(done, self.table.n_lines))
        if self.table.ends_open and 0 < width < plan.width:
            message, next = "The file ends in the middle of this line.", "It was cut off: download it again."
            rows.problems.append(Problem(where=f"{name}, line {line}", message=message, next=next))
        if progress is not None:
            progress(rows.n_rows, rows.n_rows)
        _refuse_faults(rows, name=name)
        warnings = [year_warning] if year_warning else []
        if self.other_sheets:
            others = ", ".join(self.other_sheets)
            warnings.append(f"Its sheet '{self.table.sheet}' was read; for {others} save each as a file.")
        if self.header_line > 1:
            warnings.append(f"{self.header_line - 1} lines above the header were passed over.")
        digest = hashlib.sha256(self.data)
        if len(self.years) > 1:
            digest.update(f"|{chosen}".encode())
        found = _result(digest.hexdigest(), self.table, rows, name=name, year=chosen, warnings=warnings)
        if self.own is None:
            return found
        return replace(found, licence=self.own.licence, about=dict(self.own.about))

    def _collector(
        self, plan: Plan, chosen: str | None, urn_by_laestab: Mapping[str, str] | None
    ) -> SchoolRows | LinkRows:
        if plan.dataset.is_links:
            return LinkRows(plan, name=self.name)
        of_years = chosen if self.years else None
        if self.own is not None and self.own.is_of_las:
            return AuthorityRows(plan, name=self.name, year=of_years)
        return SchoolRows(plan, name=self.name, year=of_years, urn_by_laestab=urn_by_laestab)


def _header_in(table: Table, own: OwnTable | None) -> tuple[Table, Dataset, list[str], int] | None:
    """The first line of a table that is the header of a known dataset, or of a table of the team the
    first with its column of schools or authorities: what else is missing is told by name."""
    for line, row in islice(table.rows(), _HEADER_WITHIN):
        if own is None:
            dataset = recognise(row)
        else:
            has_key = find_header(header_index(row), own.dataset.key[0]) is not None
            dataset = own.dataset if has_key else None
        if dataset is not None:
            return table, dataset, row, line
    return None


def _no_header(tables: Sequence[Table], own: OwnTable | None, *, name: str) -> IndicatorError:
    if own is not None:
        return IndicatorError.single(
            name,
            f"None of its first {_HEADER_WITHIN} lines has the column '{own.dataset.key[0]}' of the mapping.",
            "Compare the names of the columns with the mapping.",
        )
    if any(is_description(row) for table in tables for _, row in islice(table.rows(), _HEADER_WITHIN)):
        message = "This file describes the columns of another one and holds no figures."
        next = "Import the data file it belongs to."
    else:
        message = "Its columns are none of a known school file."
        next = (
            "Known are the register of schools and its links, the performance tables and the school-level "
            "files of 'explore education statistics'; import them as downloaded. For a table of your own "
            "give a mapping."
        )
    return NotASchoolFile.single(name, message, next)


def _body(table: Table, header_line: int) -> Iterator[Row]:
    return (found for found in table.rows() if found[0] > header_line)


def _asked(year: str | None, *, name: str) -> str | None:
    if year is None:
        return None
    wanted = normalise_year(year)
    if wanted is None:
        raise IndicatorError.single(name, "The year asked for is no year.", "Write it like 2022/23.")
    return wanted


def _years_in(table: Table, dataset: Dataset, header: list[str], header_line: int) -> list[str]:
    if dataset.year_header is None:
        return []
    found = find_header(index := header_index(header), dataset.year_header)
    if found is None:
        return []
    position = index[found]
    cells = {row[position].strip() for _, row in _body(table, header_line) if len(row) > position}
    return sorted(y for y in map(normalise_year, cells) if y is not None)


def _choose_year(
    wanted: str | None, years: list[str], *, name: str, folder: str
) -> tuple[str | None, str | None]:
    """The year to read, and a warning where it was not plain."""
    if wanted is not None:
        if years and wanted not in years:
            raise IndicatorError.single(
                name, f"The file has no rows of {wanted}.", f"It has {', '.join(years)}."
            )
        return wanted, None
    if len(years) > 1:
        return years[-1], f"The file holds {', '.join(years)}: the latest was read; ask for others by year."
    if years:
        return years[0], None
    told = year_of_name(name)
    if told is not None:
        return told, None
    # Of folders only a school year is believed: "2024" may be when somebody saved a file.
    of_folder = year_of_name(folder) or ""
    if "/" in of_folder:
        return of_folder, f"The folder '{folder}' tells the year, {of_folder}."
    return None, "Neither the file nor its name tells the year: give it, or the values have none."


def _refuse_faults(rows: SchoolRows | LinkRows, *, name: str) -> None:
    if rows.problems:
        raise IndicatorError(
            f"{name} was refused: {len(rows.problems)} faults.", problems=tuple(rows.problems)
        )
    if rows.n_rows == rows.n_blank:
        raise IndicatorError.single(name, "The file has a header and no rows.", "Download it again.")


def _result(
    digest: str,
    table: Table,
    rows: SchoolRows | LinkRows,
    *,
    name: str,
    year: str | None,
    warnings: list[str],
) -> IndicatorFile:
    dataset = rows.plan.dataset
    values = rows.values
    proofs = dataset.checksums(values, rows.aggregates) if dataset.checksums else []
    return IndicatorFile(
        name=name,
        dataset=dataset.id,
        year=year,
        encoding=table.encoding,
        bytes_sha256=digest,
        values=values,
        aggregates=rows.aggregates,
        n_rows=rows.n_rows,
        n_schools=rows.n_schools,
        n_aggregate_rows=rows.n_aggregate,
        n_blank_rows=rows.n_blank,
        status_counts={name: dict(sorted(counts.items())) for name, counts in rows.counts.items()},
        checksums=proofs,
        unknown_tokens=dict(rows.unknown.most_common()),
        warnings=[*warnings, *_warnings(rows), *_short_sums(rows, proofs)],
        skipped=_skipped(rows),
        is_national=checksums.is_national(proofs),
    )


def _warnings(rows: SchoolRows | LinkRows) -> list[str]:
    found = [f"{n} times: {message}." for message, n in rows.warned.items()]
    unsure = rows.plan.vocabulary.unsure
    met = sorted({t.strip() for c in rows.plan.columns for t in c.seen} & unsure)
    if met:
        found.append(
            f"The tokens {' '.join(met)} are read by their usual meaning; this release is not listed."
        )
    return found


def _short_sums(rows: SchoolRows | LinkRows, proofs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why a published total may differ from the sum of the schools: some of them were left out."""
    n = sum(rows.left_out.values())
    if not n or all(proof["agrees"] is not False for proof in proofs):
        return []
    left_out = "1 row of a school was" if n == 1 else f"{n:,} rows of schools were"
    return [f"{left_out} left out, so sums of its schools fall short of published totals."]


def _skipped(rows: SchoolRows | LinkRows) -> list[dict[str, str]]:
    found = [{"item": f"{n} rows", "reason": reason} for reason, n in rows.left_out.items()]
    personal, others = rows.plan.not_kept()
    if personal:
        found.append({"item": _columns(personal), "reason": "personal data is never kept"})
    if others and not rows.plan.dataset.is_links:
        of = "dictionary of this dataset" if rows.plan.dataset.is_published else "mapping of this table"
        found.append({"item": _columns(others), "reason": f"not in the {of}"})
    return found


def _columns(names: Sequence[str]) -> str:
    return f"{len(names)} column{'s' * (len(names) != 1)}"
