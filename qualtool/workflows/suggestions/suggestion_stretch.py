"""Other words of the same turn: where a person's words for a suggestion stand in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...errors import SelectionError
from ...model import Selection
from ...store import Database
from ...store.records import sources as source_store


def stretch_of(db: Database, row: Mapping[str, Any], words: str) -> Selection:
    """The stretch of ``words`` in the turn of a suggestion, the one nearest to it where they come twice.

    Runs of white space count as one, as they look alike on a screen; everything else must be the same.

    Raises:
        SelectionError: the words do not stand in the turn.
    """
    text = source_store.text_of(db, row["source_id"], row["version"])
    turns = source_store.turns_of(db, row["source_id"], row["version"])
    start, end = row["start_char"], row["end_char"]
    turn = next((t for t in turns if t["start_char"] <= start < t["end_char"]), None)
    first, last = (turn["start_char"], max(turn["end_char"], end)) if turn else (start, end)
    parts = words.split()
    if not parts:
        raise _refused(row, "There are no words to code.")
    pattern = re.compile(r"\s+".join(re.escape(part) for part in parts))
    found = [match.span() for match in pattern.finditer(text, first, last)]
    if not found:
        raise _refused(row, "These words do not stand in this turn as they are written here.")
    begin, stop = min(found, key=lambda span: (abs(span[0] - start) + abs(span[1] - end), span))
    return Selection(
        source_guid=row["source_guid"],
        version=row["version"],
        start_char=begin,
        end_char=stop,
        quote=text[begin:stop],
    )


def _refused(row: Mapping[str, Any], message: str) -> SelectionError:
    return SelectionError.single(
        str(row["source"]), message, "Take words that follow one another in the turn, letter by letter."
    )
