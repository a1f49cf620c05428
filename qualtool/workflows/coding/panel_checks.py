"""What a browser sent, checked as if it could not be trusted: words, numbers, offsets, ownership."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from ...errors import UserInputError
from ...model import Selection
from ...store.log.events import Stamp
from ...store.log.identity import one
from ...store.records import codings as coding_store
from ...text import select

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who acts on which source, inside which transaction."""

    db: Database
    stamp: Stamp
    coder_id: int
    source_id: int
    source_guid: str
    version: int
    text: str


Operation = Mapping[str, Any]
Result = dict[str, Any]


def words_of(op: Operation, field: str, *, most: int = 200) -> str:
    """A text field of an operation.

    Raises:
        UserInputError: it is missing, no text, too long, or holds what no text may hold.
    """
    value = op.get(field)
    if not isinstance(value, str) or len(value) > most:
        raise UserInputError(f"The operation's field '{field}' is missing, no text, or too long.")
    if "\x00" in value or any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise UserInputError(f"The operation's field '{field}' holds characters no text may hold.")
    return value


def number_of(op: Operation, field: str) -> int:
    """A whole number of an operation.

    Raises:
        UserInputError: there is none.
    """
    value = op.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**53:
        raise UserInputError(f"The operation's field '{field}' is missing or no whole number.")
    return value


def new_guid_of(op: Operation, field: str) -> str:
    """A GUID the browser made.

    Raises:
        UserInputError: it is none.
    """
    value = words_of(op, field)
    if not _GUID.fullmatch(value):
        raise UserInputError(f"The operation's field '{field}' is no GUID.")
    return value


def selection_of(act: Act, op: Operation) -> Selection:
    """The stretch an operation names, with its quote compared to the text as it stands now.

    Raises:
        UserInputError: it is of an older text, or holds no words.
        SelectionError: the quote is not what stands there.
    """
    if number_of(op, "version") != act.version:
        raise UserInputError("The text of this source was changed meanwhile. Open it again, then code.")
    quote = words_of(op, "quote", most=len(act.text))
    if not quote.strip():
        raise UserInputError("There are no words in this selection.")
    return select(
        act.text,
        source_guid=act.source_guid,
        version=act.version,
        start_char=number_of(op, "start_char"),
        end_char=number_of(op, "end_char"),
        quote=quote,
    )


def usable_code(act: Act, guid: str) -> dict[str, Any]:
    """The code of this GUID, if it can be applied.

    Raises:
        UserInputError: it was removed, or is a heading.
    """
    row = one(act.db, "SELECT id, guid, is_codable, removed_at FROM code WHERE guid = ?", (guid,))
    if row is None or row["removed_at"]:
        raise UserInputError("This code is no longer in the codebook.")
    if not row["is_codable"]:
        raise UserInputError("This is a heading of the codebook, which cannot be applied.")
    return row


def own_coding(act: Act, guid: str) -> dict[str, Any]:
    """A coding of this coder on this source, removed or not.

    Raises:
        UserInputError: there is none of this GUID, or it is on another source or another coder's.
    """
    row = coding_store.coding(act.db, guid)
    if row["source_guid"] != act.source_guid:
        raise UserInputError("This coding is on another source.")
    if row["coder"] != act.stamp.by:
        raise UserInputError("This coding is another coder's; you can change only your own.")
    return row
