"""What the rows of a sheet must not say together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..errors import Problem
from .label_words import is_interviewer_label, label_key
from .sheet_row import SheetRow


def contradictions(rows: Sequence[SheetRow], name: str) -> list[Problem]:
    """Rows that repeat or contradict each other, each fault once, with all its lines."""
    return [
        *_repeats(rows, name),
        *_conflicts(rows, name, "participant", _interviewed, _ABOUT_PEOPLE),
        *_conflicts(rows, name, "case", lambda r: r.case, _ABOUT_CASES),
        *_conflicts(rows, name, "urn", lambda r: r.urn or "", {"case": lambda r: r.case}),
        *_conflicts(rows, name, "file", lambda r: r.file, {"date": lambda r: r.date or ""}),
    ]


_ABOUT_PEOPLE: dict[str, Callable[[SheetRow], str]] = {
    "role": lambda r: r.role,
    "case": lambda r: r.case,
    "urn": lambda r: r.urn or "",
    "consent_quote": lambda r: "" if r.consent.value == "unknown" else r.consent.value,
}
_ABOUT_CASES: dict[str, Callable[[SheetRow], str]] = {
    "urn": lambda r: r.urn or "",
    "la_code": lambda r: r.la_code or "",
    "case_kind": lambda r: r.case_kind.value if r.urn or r.la_code else "",
    "pseudonym": lambda r: r.pseudonym or "",
}


def _interviewed(row: SheetRow) -> str:
    """The participant, blank for interviewers: they go to many cases."""
    is_asking = row.is_interviewer
    if is_asking is None:
        is_asking = is_interviewer_label(row.speaker)
    return "" if is_asking else row.participant


def _repeats(rows: Sequence[SheetRow], name: str) -> Iterable[Problem]:
    lines: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        if row.file:
            lines.setdefault((row.file.casefold(), label_key(row.speaker)), []).append(row.line)
    for row in rows:
        at = lines.get((row.file.casefold(), label_key(row.speaker)), [])
        if len(at) > 1 and at[0] == row.line:
            who = f"speaker '{row.speaker}'" if row.speaker else "a row without a speaker"
            yield Problem(
                where=f"{name}, {_listed(at)}",
                message=f"The file '{row.file}' has {who} {len(at)} times.",
                next="Keep one row for each speaker of a file.",
            )


def _conflicts(
    rows: Sequence[SheetRow],
    name: str,
    what: str,
    owner: Callable[[SheetRow], str],
    facts: dict[str, Callable[[SheetRow], str]],
) -> Iterable[Problem]:
    """Two rows about one owner that give a fact two values; a blank agrees with everything."""
    for fact, value in facts.items():
        said: dict[str, dict[str, list[int]]] = {}
        for row in rows:
            if owner(row) and value(row):
                said.setdefault(owner(row), {}).setdefault(value(row), []).append(row.line)
        for one, values in said.items():
            if len(values) > 1:
                at = sorted(line for lines in values.values() for line in lines)
                given = ", ".join(f"'{v}'" for v in values)
                yield Problem(
                    where=f"{name}, {_listed(at)}",
                    message=f"The {what} '{one}' has {len(values)} values of {fact}: {given}.",
                    next="Make the rows agree, or give different ones different names.",
                )


def _listed(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:20]))
    return f"lines {shown}" + (", ..." if len(lines) > 20 else "")
