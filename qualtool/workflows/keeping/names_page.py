"""What the page Names needs beside proposals: rows to a table and back, and how strong a passphrase is."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import UserInputError
from ...importing.pseudonym_table import read_pseudonyms
from ...store.file import connection
from ...store.reading import naming
from ...text.pseudonyms import Kind, Pseudonym, PseudonymTable
from ..roles import Role, require
from .propose_names import COLUMNS, ProposedNames, rows_of

LEAST_PASSPHRASE = 12
KINDS = tuple(kind.value for kind in Kind)
_EASY = ("password", "passphrase", "qualtool", "qwert", "12345", "abcdef", "letmein", "secret", "school")
_CASES: dict[bool | None, str] = {None: "", True: "any", False: "as-written"}


def proposed_rows(found: ProposedNames) -> list[dict[str, Any]]:
    """Proposals as rows to tick: those that a person should look at first are not ticked."""
    return [{"use": row["certainty"] != "look", **row} for row in rows_of(found.proposals)]


def uploaded_rows(data: bytes, name: str) -> list[dict[str, Any]]:
    """The rows of a table made earlier or elsewhere, all ticked.

    Raises:
        UserInputError: every problem of the table at once.
    """
    table = read_pseudonyms(data, name=name)
    return [
        {
            "use": True,
            "real": entry.real,
            "pseudonym": entry.pseudonym,
            "kind": entry.kind.value,
            "case": _CASES[entry.any_case],
            "certainty": "yours",
            "n": None,
            "n_sources": None,
            "why": "from your table",
            "caution": "",
        }
        for entry in table.entries
    ]


def table_from(rows: Sequence[Mapping[str, Any]]) -> PseudonymTable:
    """The ticked rows as a table that can be applied; blank rows are left out.

    Raises:
        UserInputError: every problem of every row at once, rows counted among the ticked ones.
    """
    entries = tuple(
        Pseudonym(
            real=_text(row, "real"),
            pseudonym=_text(row, "pseudonym"),
            kind=Kind(row.get("kind") or "person"),
            any_case=_any_case(row),
        )
        for row in rows
        if row.get("use") and (_text(row, "real") or _text(row, "pseudonym"))
    )
    if not entries:
        raise UserInputError.single("table", "No name is ticked.", "Tick the names to replace, or add some.")
    return PseudonymTable(entries)


def _any_case(row: Mapping[str, Any]) -> bool | None:
    """Whether small letters count; a number has none, so for it they do."""
    told = {word: value for value, word in _CASES.items()}.get(_text(row, "case"))
    has_letters = any(c.isalpha() for c in _text(row, "real"))
    return told if has_letters else True


def n_quotes_changed(study: Path, table: PseudonymTable) -> int:
    """How many standing codings have a name of the table in their quote."""
    require(study, Role.OWNER, "look for names")
    with connection.reading(study) as db:
        quotes = naming.standing_quotes(db)
    return sum(next(table.found(quote), None) is not None for quote in quotes)


def table_bytes(rows: Sequence[Mapping[str, Any]], *, only_ticked: bool) -> bytes:
    """Rows as the CSV that ``uploaded_rows`` and the command line read; it holds the real names."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        if _text(row, "real") and (row.get("use") or not only_ticked):
            writer.writerow(["" if row.get(name) is None else row[name] for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def default_key(study: Path) -> Path:
    """Where a key file would go: beside the study, or better on another disk."""
    return study.with_name(f"{study.stem}-names.key")


def passphrase_faults(passphrase: str, again: str) -> list[str]:
    """What is wrong with a new passphrase, in plain lines; none where it may be used."""
    faults: list[str] = []
    if len(passphrase) < LEAST_PASSPHRASE:
        faults.append(f"The passphrase has {len(passphrase)} characters; give it {LEAST_PASSPHRASE} or more.")
    elif passphrase_strength(passphrase) == "weak":
        faults.append("The passphrase is easy to guess: take four or five words that do not belong together.")
    if passphrase != again:
        faults.append("The two passphrases are not the same.")
    return faults


def passphrase_strength(passphrase: str) -> str:
    """``weak``, ``fair`` or ``strong``: by length, variety and what everybody tries first.

    A hint, no measure: nobody's own words are known here.
    """
    plain = passphrase.casefold()
    words, distinct = len(set(plain.split())), len(set(plain))
    is_easy = any(easy in plain for easy in _EASY) and len(plain) < 20
    if len(plain) < LEAST_PASSPHRASE or distinct < 6 or is_easy or plain.isdigit():
        return "weak"
    is_mixed = sum(any(test(c) for c in passphrase) for test in (str.isupper, str.islower, str.isdigit)) == 3
    if (words >= 4 and len(plain) >= 18) or (len(plain) >= 16 and (is_mixed or distinct >= 12)):
        return "strong"
    return "fair"
