"""A file is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from ..errors import ExportError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file; one that was there before stands until the new one is complete.

    Raises:
        ExportError: it cannot be written; nothing of it is left behind.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as err:
        part.unlink(missing_ok=True)
        raise ExportError.single(
            str(path),
            f"The file cannot be written: {err.strerror or 'unknown reason'}.",
            "Close it where it is open, or choose another folder.",
        ) from err
