"""Processes that change the same things at once: one code, one memo, one facet, one set of sources.

Each operation says what was seen, as the app does. It is stored, or merged, or answered with both
versions; afterwards every word that was written must stand somewhere: in the study, or in its log.
"""

from __future__ import annotations

import json
import os
import random
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from _killing import CODE
from _writers import at_once

from qualtool.errors import ConflictError, QualtoolError
from qualtool.store.file import connection
from qualtool.workflows.coding import coding as coding_acts
from qualtool.workflows.coding import panel_coding
from qualtool.workflows.editing import edit_codebook, memo_page
from qualtool.workflows.keeping import checking

AT = "2026-02-01T10:00:00+00:00"
_STANCES = ("affirms", "denies", "mixed")


@dataclass
class Torn:
    """What came of it: acts stored, conflicts told, words that are nowhere, errors shown."""

    stored: int = 0
    conflicts: int = 0
    lost: int = 0
    errors: list[str] = field(default_factory=list)
    problems: int = 0

    @property
    def is_perfect(self) -> bool:
        return not (self.lost or self.errors or self.problems)


def change_at_once(study: Path, *, writers: int, operations: int) -> Torn:
    """Let processes change one code, one memo of one person, and one coding of theirs, all at once."""
    coding_acts.code_selection(study, "base.txt", 0, 12, "C", coder="Anna")
    told = at_once(writers, lambda n, pipe: _change(study, n, operations, pipe))
    return _outcome(study, told, writers * operations)


def _outcome(study: Path, told: list[str], wanted: int) -> Torn:
    with connection.reading(study) as db:
        kept = [row[0] or "" for row in db.conn.execute("SELECT after FROM event")]
        kept += [row[0] for row in db.conn.execute("SELECT content FROM codebook_version")]
    everything = "\n".join(kept)
    found = Torn(problems=len(checking.check_study(study)["problems"]))
    for line in told:
        kind, word = line.split(" ", 1)
        if kind == "error":
            found.errors.append(word)
            continue
        found.stored += kind == "stored"
        found.conflicts += kind == "conflict"
        found.lost += word not in everything
    found.lost += wanted - len(told)
    return found


def _change(study: Path, n: int, operations: int, pipe: int) -> None:
    rng = random.Random(n)
    for number in range(operations):
        word = f"word-{n}-{number}-"
        act = rng.choice((_memo, _code, _facet))
        try:
            line = f"stored {act(study, word, rng)}"
        except ConflictError as err:
            line = f"conflict {err.yours.get('text') or err.yours.get('definition')}"
        except QualtoolError as err:
            line = f"error {err.message}"
        os.write(pipe, (line + "\n").encode())


def _memo(study: Path, word: str, rng: random.Random) -> str:
    """The memo of one person on one code, in several windows; now and then nobody looked again."""
    guid = edit_codebook.code_rows(study)[0]["guid"]
    seen = memo_page.own_memo(study, "code", guid, coder="Anna") if rng.random() < 0.7 else "long ago"
    memo_page.save_memo(study, "code", guid, word, coder="Anna", seen=seen)
    return word


def _code(study: Path, word: str, rng: random.Random) -> str:
    """The definition of one code by several people."""
    was = edit_codebook.code_as_shown(study, CODE.guid)
    if was is not None:
        edit_codebook.change_code(study, was, {"definition": word}, by=f"coder {rng.randrange(9)}")
    return word


def _facet(study: Path, word: str, rng: random.Random) -> str:
    """The stance of one coding in several windows; a memo beside it carries the word."""
    panel = panel_coding.open_panel(study, "base.txt", "Anna")
    row = panel["codings"]["rows"][0]
    values = {"stance": rng.choice(_STANCES)}
    ops = [
        {"kind": "facets", "guid": row[0], "values": values, "expect": {"stance": row[6]}},
        {"kind": "memo", "target_kind": "coding", "target_guid": row[0], "text": word, "before": row[10]},
    ]
    named = [{"op_id": str(uuid.uuid4()), **op} for op in ops]
    answers = panel_coding.apply_operations(study, "base.txt", "Anna", named, at=AT)
    for _, answer in answers:
        if "error" in answer and "conflict" not in answer:
            return json.dumps(answer)  # counted as lost: an error that shows nothing
    return word
