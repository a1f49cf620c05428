"""Did corrections of texts keep what hangs on them?"""

from __future__ import annotations

from collections.abc import Iterator

from sqlite_utils import Database

from ...errors import Problem

_RESTORE = "Restore the study from a backup ('qualtool restore') or a copy."


def edit_faults(db: Database) -> Iterator[tuple[str, Problem]]:
    """Versions that lost turns, and standing codings on a version that was taken back."""
    rows = db.conn.execute(
        "SELECT s.name, v.version, (SELECT count(*) FROM segment g WHERE g.source_id = v.source_id"
        " AND g.version = v.version AND g.kind <> 'sentence') AS n, (SELECT count(*) FROM segment g"
        " WHERE g.source_id = v.source_id AND g.version = 1 AND g.kind <> 'sentence') AS n_first"
        " FROM text_version v JOIN source s ON s.id = v.source_id WHERE v.version > 1 AND n <> n_first"
    )
    for name, version, n, n_first in rows:
        told = f"It has {n} turns where the first version has {n_first}: a correction keeps them all."
        yield "segment", Problem(where=f"{name} version {version}", message=told, next=_RESTORE)
    ahead = db.conn.execute(
        "SELECT g.guid, s.name FROM coding g JOIN source s ON s.id = g.source_id"
        " WHERE g.version > s.current_version AND g.removed_at IS NULL"
    )
    for guid, name in ahead:
        told = "It lies on a version of the text that was taken back."
        yield "quote", Problem(where=f"coding {guid} in {name}", message=told, next=_RESTORE)
