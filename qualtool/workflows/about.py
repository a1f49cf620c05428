"""What a file made now says about itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .. import __version__
from ..exporting import About
from ..exporting.about import Standing
from ..store.file import connection
from ..store.records import codes
from .clock import stamp


def about_now(
    study: Path,
    title: str,
    *,
    rows_in: int,
    rows_out: int | None = None,
    notes: Sequence[str] = (),
    standing: Standing = "working copy",
) -> About:
    """The provenance of a file of ``study``; without ``rows_out`` every row read is written."""
    with connection.reading(study) as db:
        version = codes.current_version(db)
    return About(
        standing=standing,
        tool_version=__version__,
        codebook_version=version,
        made_at=stamp().at,
        title=title,
        rows_in=rows_in,
        rows_out=rows_in if rows_out is None else rows_out,
        notes=tuple(notes),
    )
