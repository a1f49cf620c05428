"""Zip files within bounds: what a file that is a zip of XML may be before anything opens it."""

from __future__ import annotations

import zipfile
import zlib

# No transcript, sheet or school file comes near these; a zip bomb does. Ratios count only above
# 10 MB, because a small repetitive document packs very well.
MAX_UNPACKED = 200_000_000
MAX_RATIO = 200
_RATIO_FROM = 10_000_000
MAX_MEMBERS = 10_000
# A sheet has at most so many rows (Excel's own bound); a row number beyond is a lie that would
# make a reader fill in the rows before it.
MAX_ROWS = 1_048_576
# Cells of a table once every row is as wide as the header: a gigabyte and a half where all are filled.
MAX_CELLS = 20_000_000
# What zipfile lets through from damaged files; each was seen in files with changed bytes.
ZIP_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    OverflowError,
)


def bomb_reason(archive: zipfile.ZipFile, n_packed: int) -> str | None:
    """Why a zip of ``n_packed`` bytes is not opened, in words, or None where it is safe.

    A member that holds more than its entry says is cut by ``zipfile``, so the entries can be trusted.
    """
    entries = archive.infolist()
    if len(entries) > MAX_MEMBERS:
        return f"It has {len(entries)} parts"
    unpacked = sum(info.file_size for info in entries)
    too_dense = unpacked > _RATIO_FROM and unpacked > MAX_RATIO * n_packed
    if unpacked > MAX_UNPACKED or too_dense:
        return f"It would unpack to {unpacked // 1_000_000} MB from {n_packed // 1000} kB"
    return None
