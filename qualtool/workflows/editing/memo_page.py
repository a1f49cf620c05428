"""Memos as a person looks for, writes and removes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...errors import UserInputError
from ...store.file import connection
from ...store.log.identity import scalar
from ...store.records import codes as code_store
from ...store.records import people
from ...store.records import sources as source_store
from .memos import memos_of, write_memo

KINDS = ("study", "source", "code", "case", "coding")


def find_memos(
    study: Path, *, kinds: Sequence[str] = (), coder: str | None = None, text: str = ""
) -> dict[str, Any]:
    """Memos that fit, newest first: ``{"memos", "n_all", "coders", "kinds"}``.

    ``text`` is looked for in the memo, in what it is about, and in the quote, whatever the case of
    its letters. A memo whose text is blank is none.
    """
    every = [m for m in memos_of(study) if m["text"].strip()]
    wanted = text.strip().casefold()
    found = [
        m
        for m in every
        if (not kinds or m["target_kind"] in kinds)
        and coder in (None, m["coder"])
        and wanted in " ".join((m["text"], m["about"], m.get("quote", ""))).casefold()
    ]
    present = {m["target_kind"] for m in every}
    return {
        "memos": found,
        "n_all": len(every),
        "coders": sorted({m["coder"] for m in every}),
        "kinds": [kind for kind in KINDS if kind in present],
    }


def memo_targets(study: Path) -> dict[str, list[tuple[str, str]]]:
    """What a memo can be written on, by kind: pairs of GUID and name."""
    with connection.reading(study) as db:
        book = code_store.codebook(db)
        return {
            "study": [(str(scalar(db, "SELECT value FROM study WHERE key = 'guid'")), "the study")],
            "source": [(s["guid"], s["name"]) for s in source_store.sources(db)],
            "code": [(c.guid, book.path(c)) for c in book.codes],
            "case": [(c["guid"], c["pseudonym"] or c["name"]) for c in people.cases(db)],
        }


def own_memo(study: Path, target_kind: str, target_guid: str, *, coder: str) -> str:
    """The text of this coder's memo on a thing; blank where there is none."""
    for memo in memos_of(study):
        if (memo["target_kind"], memo["target_guid"], memo["coder"]) == (target_kind, target_guid, coder):
            return str(memo["text"])
    return ""


def save_memo(
    study: Path, target_kind: str, target_guid: str, text: str, *, coder: str, seen: str | None = None
) -> str:
    """Write this coder's memo on a thing, in place of the one they ``seen``; returns its GUID.

    Raises:
        UserInputError: the text is blank.
        ConflictError: it was written anew meanwhile; see ``write_memo``.
    """
    if not text.strip():
        raise UserInputError.single("memo", "There is no text in it.", "Write something, or remove the memo.")
    return write_memo(study, target_kind, target_guid, text.strip(), coder=coder, seen=seen)


def remove_memo(
    study: Path, target_kind: str, target_guid: str, *, coder: str, seen: str | None = None
) -> str:
    """Remove this coder's memo on a thing; returns its text, with which ``save_memo`` brings it back.

    Raises:
        UserInputError: this coder has no memo there.
        ConflictError: it is not the text ``seen`` any more.
    """
    text = own_memo(study, target_kind, target_guid, coder=coder)
    if not text:
        raise UserInputError("You have no memo on this: it was removed before, or is somebody else's.")
    write_memo(study, target_kind, target_guid, "", coder=coder, seen=text if seen is None else seen)
    return text
