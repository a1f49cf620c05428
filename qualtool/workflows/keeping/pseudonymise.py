"""Put pseudonyms in place of real names everywhere in a study; the originals stay in the key file alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...errors import UserInputError
from ...model import Role
from ...store.erasing import erasing_texts, erasing_words
from ...store.erasing.erasing_texts import TextPlace, Texts
from ...store.file import connection
from ...store.log.identity import new_guid
from ...store.reading import overview
from ...store.records.people import coders
from ...text import Reanchoring
from ...text.pseudonyms import PseudonymTable, edits_of
from ..clock import stamp
from ..roles import allowed
from . import copies
from .erasing import REPLACED, Erased, Task, erase, finish, unfinished_note
from .key_file import read_key, write_key
from .putting_back import reverse

__all__ = ["apply", "preview", "reverse"]

_AROUND = 30
_EXAMPLES = 5
_BATCH = 500_000
_APART = " \ue000 "
_TEAM_TABLES = ("coder", "member")
_SHORT = 12
# What people call the places where something may be left.
_WHERE = {
    "text_version": "texts",
    "coder": "names of coders",
    "member": "members",
    "study": "settings",
    "event": "history",
    "indicator_value": "published values",
}


def preview(study: Path, table: PseudonymTable) -> dict[str, Any]:
    """What ``apply`` would do; nothing is written. Its answer holds participants' words.

    Returns:
        ``{"rows": [{"row", "real", "pseudonym", "kind", "n", "n_sources", "n_left", "examples": [{"source",
        "before_words", "words", "after_words"}]}], "sources": [as in ``apply``], "backups", "other_copies",
        "elsewhere", "warnings"}``. ``n`` counts names in the current texts; ``n_left`` what would stay, in
        any place, because it is part of a longer word or an ordinary word in small letters.
    """
    with allowed(study, Role.OWNER, "look for names"), connection.reading(study) as db:
        found, sources = _in_texts(db, table)
        left = _left_after(db, table)
        warnings = _warnings(db, table)
    rows = [
        {
            "row": number,
            "real": entry.real,
            "pseudonym": entry.pseudonym,
            "kind": entry.kind.value,
            "n": found[number - 1]["n"],
            "n_sources": len(found[number - 1]["sources"]),
            "n_left": left[number - 1],
            "examples": found[number - 1]["examples"],
        }
        for number, entry in enumerate(table.entries, start=1)
    ]
    known = copies.known_copies(study)
    return {
        "rows": rows,
        "sources": sources,
        "backups": known["backups"],
        "other_copies": known["other"],
        "elsewhere": known["elsewhere"],
        "warnings": warnings,
    }


def _in_texts(db: Database, table: PseudonymTable) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    found: list[dict[str, Any]] = [{"n": 0, "sources": set(), "examples": []} for _ in table.entries]
    texts = Texts()
    for place in erasing_texts.texts_of(db):
        names = list(table.found(place.text, place.barriers))
        if not names:
            continue
        edit = Reanchoring(place.text, edits_of(place.text, table, barriers=place.barriers))
        texts.done[place.source_id, place.version] = erasing_texts.foreseen(db, place, edit)
        for row, start, end in names if place.is_current else ():
            known = found[row]
            known["n"] += 1
            known["sources"].add(place.guid)
            if len(known["examples"]) < _EXAMPLES:
                known["examples"].append(_example(place, start, end))
    return found, erasing_texts.report_rows(db, texts)


def _example(place: TextPlace, start: int, end: int) -> dict[str, str]:
    return {
        "source": place.source,
        "before_words": place.text[max(0, start - _AROUND) : start],
        "words": place.text[start:end],
        "after_words": place.text[end : end + _AROUND],
    }


def _left_after(db: Database, table: PseudonymTable) -> Counter[int]:
    found: Counter[int] = Counter()
    for name, words in _in_batches(erasing_words.strings_of(db)):
        found += table.left(words if name in _TEAM_TABLES else _without(words, table))
    return found


def _in_batches(strings: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Strings of one table joined by a sign that is in no name: names are counted faster in a long one."""
    held: list[str] = []
    table, n = "", 0
    for name, value in strings:
        if held and (name != table or n > _BATCH):
            yield table, _APART.join(held)
            held, n = [], 0
        table, n = name, n + len(value)
        held.append(value)
    if held:
        yield table, _APART.join(held)


def _without(value: str, table: PseudonymTable) -> str:
    return Reanchoring(value, edits_of(value, table)).new


def _warnings(db: Database, table: PseudonymTable) -> list[str]:
    found: list[str] = []
    team = {name.casefold() for name in coders(db)}
    for number, entry in enumerate(table.entries, start=1):
        if entry.real.casefold() in team:
            found.append(f"Row {number}: a coder has this name too; coders keep their names.")
        if not entry.is_any_case:
            found.append(f"Row {number}: also an ordinary word, so it stays where it begins small.")
    return found


# --- applying -------------------------------------------------------------------------------------


def apply(
    study: Path,
    table: PseudonymTable,
    *,
    key: Path,
    passphrase: str,
    delete_backups: bool = False,
    keep_backups: bool = False,
    by: str | None = None,
    table_file: Path | None = None,
) -> dict[str, Any]:
    """Replace every name of the table throughout the study, and keep the originals in the key file.

    Args:
        key: the key file; one that is there must open with the passphrase, and gets one more layer.
        delete_backups: once a new, clean backup is verified, delete the older ones.
        keep_backups: leave them, names and all.
        table_file: where the table came from, to be named among what holds real names.

    Returns:
        ``{"sources": [{"source", "version", "kept", "moved", "needs_review": [{"guid", "before": None,
        "after"}], "lost": 0, "renamed", "merged", "n_replaced"}], "replaced",
        "other_places", "left": [{"row", "n", "where"}], "new_backup", "backups_deleted", "backups_kept",
        "holds_names": [{"file", "why"}], "elsewhere", "finished", "warnings"}``. ``finished`` is False while
        another program kept the file from being written anew. The order of events: the key file is on the
        disk before the study changes.

    Raises:
        UserInputError: the passphrase is blank or not that of the key file, the key file is another
            study's, or nobody decided about backups. Nothing was changed then.
    """
    _require_passphrase(passphrase)
    known = copies.known_copies(study)
    copies.require_decision(known, delete=delete_backups, keep=keep_backups)
    with allowed(study, Role.OWNER, "replace names", by=by):
        made, layer = stamp(by), new_guid()
        with connection.writing(study) as db:
            content = _key_content(db, key, passphrase, study)
            warnings = _warnings(db, table)
            task = Task(
                kind=REPLACED,
                target=("study", "study"),
                texts=lambda place: edits_of(place.text, table, barriers=place.barriers),
                words=lambda cell, value: edits_of(value, table),
            )
            found = erase(db, task, made, {"layer": layer, "n_rows": len(table.entries)})
            left = _left(db, table)
            if found is not None:
                content["layers"].append(_layer(layer, made.at, table, found))
                write_key(key, passphrase, content)
        is_finished = finish(study)
        settled = copies.settle(study, known, delete=delete_backups, is_finished=is_finished)
    if len(passphrase) < _SHORT:
        warnings.append(f"The passphrase is short: {_SHORT} characters or more are hard to guess.")
    return {
        "sources": found.sources if found else [],
        "replaced": _n_replaced(found),
        "other_places": len(found.words) if found else 0,
        "left": left,
        "holds_names": _holders(key, table_file),
        "elsewhere": known["elsewhere"],
        "finished": is_finished,
        **settled,
        "warnings": [*warnings, *_left_warnings(left), *settled["warnings"], *unfinished_note(is_finished)],
    }


def _require_passphrase(passphrase: str) -> None:
    if not passphrase.strip():
        raise UserInputError.single(
            "passphrase", "It is blank.", "Set QUALTOOL_PASSPHRASE, or type one when asked."
        )


def _key_content(db: Database, key: Path, passphrase: str, study: Path) -> dict[str, Any]:
    """What the key file holds already; a new file belongs to this study."""
    guid = overview.study_values(db).get("guid", "")
    if key.resolve() == study.resolve():
        raise UserInputError.single(str(key), "This is the study itself.", "Choose another file.")
    if not key.exists():
        if not key.parent.is_dir():
            raise UserInputError.single(str(key), "Its folder does not exist.", "Make it first.")
        return {"study": guid, "layers": []}
    content = read_key(key, passphrase)
    if content["study"] != guid:
        raise UserInputError.single(str(key), "This key file belongs to another study.", "Choose a new name.")
    return content


def _layer(guid: str, at: str, table: PseudonymTable, found: Erased) -> dict[str, Any]:
    """What is needed to put everything back."""
    texts = []
    places = []
    for one in found.texts.done.values():
        back = one.edit.inverse().edits
        texts.append(
            {
                "guid": one.place.guid,
                "version": one.place.version,
                "spans": [[e.start_char, e.end_char, e.text] for e in back],
            }
        )
        places += [
            [p.table, p.key, p.version, *p.new, *p.old]
            for p in one.placed
            if p.is_cut or (p.is_touched and p.table == "segment")
        ]
    return {
        "guid": guid,
        "at": at,
        "table": [[e.real, e.pseudonym, e.kind.value, e.any_case] for e in table.entries],
        "texts": texts,
        "places": places,
        "merged": [guid for one in found.texts.done.values() for guid in one.merged],
        "cells": [[r.cell.table, r.cell.column, list(r.cell.key), r.old, r.new] for r in found.words],
    }


def _n_replaced(found: Erased | None) -> int:
    return 0 if found is None else sum(row["n_replaced"] for row in found.sources)


def _left(db: Database, table: PseudonymTable) -> list[dict[str, Any]]:
    where: dict[int, Counter[str]] = {}
    for name, words in _in_batches(erasing_words.strings_of(db)):
        for row, n in table.left(words).items():
            where.setdefault(row, Counter())[_WHERE.get(name, name.replace("_", " "))] += n
    return [
        {"row": row + 1, "n": sum(counts.values()), "where": dict(sorted(counts.items()))}
        for row, counts in sorted(where.items())
    ]


def _left_warnings(left: Sequence[dict[str, Any]]) -> list[str]:
    return [
        f"Row {one['row']}: left {one['n']} times, inside longer words or as an ordinary word ("
        + ", ".join(f"{n} in {name}" for name, n in one["where"].items())
        + ")."
        for one in left
    ]


def _holders(key: Path, table_file: Path | None) -> list[dict[str, str]]:
    found = [{"file": str(key), "why": "the key file: real names, encrypted"}]
    if table_file is not None:
        found.append({"file": str(table_file), "why": "the table: real names, readable by anybody"})
    return found
