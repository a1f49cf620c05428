"""What a person does with topics: name, merge, part, set aside, make a draft code of one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...errors import UserInputError
from ...model import Role
from ...store.file import connection
from ...store.machine import machine
from ...store.machine import topics_by_hand as hand
from ..clock import stamp
from ..editing.edit_codebook import add_code, colour_under
from ..editing.memos import write_memo
from ..gathering.import_codebook import codebook_of
from .finding_topics import link_topic

_N_EXAMPLES = 5


def rename_topic(study: Path, guid: str, label: str, *, by: str) -> None:
    """Give a topic a name; a blank one takes it away, and its words stand for it again."""
    with connection.writing(study, least=Role.CODER) as db:
        hand.rename(db, guid, " ".join(label.split()), stamp(by))


def merge_topics(study: Path, guids: Sequence[str], into: str, *, by: str) -> None:
    """Make one topic of several; their segments count for ``into``. They can be parted again.

    Raises:
        UserInputError: topics of another run, or a topic into itself.
    """
    with connection.writing(study, least=Role.CODER) as db:
        hand.merge(db, guids, into, stamp(by))


def part_topic(study: Path, guid: str, *, by: str) -> None:
    """Take a topic out of the one it was merged into."""
    with connection.writing(study, least=Role.CODER) as db:
        hand.merge(db, [guid], None, stamp(by))


def set_topic_aside(study: Path, guid: str, reason: str, *, by: str) -> None:
    """Set a topic aside, with the reason; "" takes it back."""
    with connection.writing(study, least=Role.CODER) as db:
        hand.dismiss(db, guid, reason.strip(), stamp(by))


def draft_code(study: Path, guid: str, name: str, *, by: str, parent: str | None = None) -> int:
    """Make a code of a topic and link them; returns how many of its segments became suggestions.

    The definition stays empty: a person writes it. Quotes of the topic go into a memo on the code, and
    not into the codebook, which may be published.

    Raises:
        UserInputError: no name.
        CodebookError: the name is taken.
    """
    if not name.strip():
        raise UserInputError.single("name", "A code needs a name.", "Write what the topic is about.")
    with connection.reading(study) as db:
        topic = hand.topic(db, guid)
        quotes = machine.topic_quotes(db, topic["id"], representative=True, limit=_N_EXAMPLES)
    code = add_code(study, {"name": name, "parent": parent, "colour": colour_under(study, parent)}, by=by)
    lines = [f"Drafted from the topic '{', '.join(topic['words'][:6])}'. In vivo:"]
    lines += [f"- {q['quote'].strip()} ({q['source']})" for q in quotes]
    write_memo(study, "code", code, "\n".join(lines), coder=by)
    book = codebook_of(study)
    return link_topic(study, guid, book.path(book.by_guid()[code]), coder=by)
