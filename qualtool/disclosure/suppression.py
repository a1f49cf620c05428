"""Small-number suppression of frequency tables: the only maker of a released table.

Interviews: the rule looks at the *base*. '1 of 12 teachers' identifies nobody, any count from a base
of 2 does, so a row whose base is below the threshold is hidden. Surveys: it looks at counts and at
their complements as well. The threshold is 10 if any input is derived from the National Pupil
Database or of unknown licence, else 5.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal

from ..errors import DisclosureError, Problem
from ..model import ReleasedTable
from .complementary import Key, Line, Table, hide_complements

Kind = Literal["interview", "survey"]
Row = Mapping[str, Any]

OPEN_LICENCES = frozenset({"OGL3", "school_supplied"})
TOTAL_LABELS = ("all", "total")
_LABELS = ("code", "code_path", "group", "suppressed")
_NEEDED = ("code", "group", "n_participants", "denominator_participants")


def threshold_for(licences: Iterable[str]) -> int:
    """10 if any input has the licence NPD_SRS or one that is not known, else 5."""
    return 5 if all(licence in OPEN_LICENCES for licence in licences) else 10


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def suppress_frequencies(
    rows: Sequence[Row],
    *,
    kind: Kind = "interview",
    licences: Iterable[str] = (),
    total_group: str | None = None,
    codes_partition_base: bool = False,
    restricted_codes: Collection[str] = (),
    named_codes: Collection[str] = (),
) -> ReleasedTable:
    """The frequencies rows of the contract with small numbers hidden as None.

    A row is one code in one group. ``total_group`` names the group the others add up to ('all' or
    'total' beside other groups is taken as such by itself). ``codes_partition_base`` says that
    everybody of a group has exactly one of the codes, as in a single-choice question, so that a
    group's counts add up to its base. ``restricted_codes`` are left out unless in ``named_codes``.

    In a hidden row every count is None but ``denominator_cases``. Counts of schools are otherwise
    shown: in a hidden row 'voiced at 2 of 2 schools' would give the count of persons back.

    Raises:
        DisclosureError: rows that lack counts or hold more persons than their base, all at once,
            or a table no suppression makes safe.
    """
    left_out = set(restricted_codes) - set(named_codes)
    kept = [row for row in rows if row.get("code") not in left_out]
    _check(kept)
    threshold = threshold_for(licences)
    primary = {_key(row) for row in kept if _is_small(row, kind, threshold)}
    table = _table(kept, kind, threshold, total_group, codes_partition_base)
    hidden = hide_complements(table, primary)
    released = tuple(_released(row, _key(row) in hidden) for row in kept)
    n_suppressed = sum(
        1
        for before, after in zip(kept, released, strict=True)
        for name, value in after.items()
        if value is None and before.get(name) is not None
    )
    columns = tuple(released[0]) if released else tuple(rows[0]) if rows else ()
    notes = _notes(kind, threshold, len(primary), len(hidden) - len(primary), len(kept), n_suppressed)
    n_restricted = len({row.get("code") for row in rows} & left_out)
    if n_restricted:
        notes.append(f"{_counted(n_restricted, 'restricted code')} left out: released only when named.")
    return ReleasedTable(
        columns=columns, rows=released, threshold=threshold, n_suppressed=n_suppressed, notes=tuple(notes)
    )


def _key(row: Row) -> tuple[str, str]:
    return str(row["code"]), str(row["group"])


def _check(rows: Sequence[Row]) -> None:
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(rows, start=1):
        where = f"row {number}"
        missing = [name for name in _NEEDED if row.get(name) is None]
        if missing:
            problems.append(
                Problem(where=where, message=f"{', '.join(missing)} missing.", next="Count again.")
            )
            continue
        if not 0 <= int(row["n_participants"]) <= int(row["denominator_participants"]):
            problems.append(Problem(where=where, message="The count is not between 0 and its base."))
        if _key(row) in seen:
            problems.append(Problem(where=where, message="Code and group stand twice."))
        seen.add(_key(row))
    if problems:
        raise DisclosureError(
            f"{_counted(len(problems), 'row')} cannot be released.",
            problems=problems,
        )


def _is_small(row: Row, kind: Kind, threshold: int) -> bool:
    count, base = int(row["n_participants"]), int(row["denominator_participants"])
    if 0 < base < threshold:
        return True
    small = range(1, threshold)
    return kind == "survey" and (count in small or base - count in small)


def _table(
    rows: Sequence[Row], kind: Kind, threshold: int, total_group: str | None, codes_partition_base: bool
) -> Table:
    cells: dict[Key, int] = {_key(row): int(row["n_participants"]) for row in rows}
    bases: dict[Key, int] = {_key(row): int(row["denominator_participants"]) for row in rows}
    by_code: dict[str, list[tuple[str, str]]] = {}
    by_group: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        by_code.setdefault(_key(row)[0], []).append(_key(row))
        by_group.setdefault(_key(row)[1], []).append(_key(row))
    total = total_group if total_group is not None else _total_label(list(by_group))
    lines: list[Line] = []
    for keys in by_code.values():
        parts = tuple(key for key in keys if key[1] != total)
        sums = [key for key in keys if key[1] == total]
        # Persons in two groups break the sum; then subtraction gives nobody's count.
        if sums and parts and sum(cells[key] for key in parts) == cells[sums[0]]:
            lines.append(Line(parts=parts, total=sums[0]))
    if codes_partition_base:
        for keys in by_group.values():
            base = bases[keys[0]]
            if sum(cells[key] for key in keys) == base:
                lines.append(Line(parts=tuple(keys), fixed_total=base))
    is_survey = kind == "survey"
    return Table(
        cells=cells,
        bases=bases,
        lines=tuple(lines),
        reach=threshold if is_survey else 0,
        min_base=0 if is_survey else threshold,
    )


def _total_label(groups: list[str]) -> str | None:
    named = [group for group in groups if group.lower() in TOTAL_LABELS]
    return named[0] if named and len(groups) > 1 else None


def _released(row: Row, is_hidden: bool) -> dict[str, Any]:
    kept = {*_LABELS, "denominator_cases"}
    values = {name: None if is_hidden and name not in kept else value for name, value in row.items()}
    values["suppressed"] = is_hidden
    return values


def _notes(
    kind: Kind, threshold: int, n_primary: int, n_secondary: int, n_rows: int, n_suppressed: int
) -> list[str]:
    what = (
        f"Rows whose base is fewer than {threshold} people are suppressed."
        if kind == "interview"
        else f"Counts from 1 to {threshold - 1}, and all but 1 to {threshold - 1} of a base, are suppressed."
    )
    notes = [
        f"{what} {n_primary + n_secondary} of {n_rows} rows ({n_suppressed} cells) are suppressed, "
        f"{n_secondary} of them so that no total gives another back."
    ]
    if n_primary:
        notes.append(
            "Counts of schools are shown, except in suppressed rows, "
            "where they could give a count of people back."
        )
    notes.append("The totals of this table were audited; a second table of the same people was not.")
    return notes
