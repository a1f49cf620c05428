"""Reading files that a person named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import UserInputError

# Files that computers leave in folders by themselves.
_LITTER = {".ds_store", "thumbs.db", "desktop.ini"}


def read_bytes(path: Path, kind: type[UserInputError]) -> bytes:
    """The content of a file.

    Raises:
        UserInputError: of ``kind``, when it is missing or cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as err:
        reason = "There is no such file" if isinstance(err, FileNotFoundError) else "It cannot be read"
        raise kind.single(str(path), f"{reason}.", "Check the name and try again.") from err


def files_of(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Every file named, and every file inside every folder named, with whether it was in a folder.

    Office lock files (``~$name.docx``) and the litter of file managers are left out.
    """
    for path in paths:
        if not path.is_dir():
            yield path, False
            continue
        for found in sorted(p for p in path.rglob("*") if p.is_file()):
            if not found.name.startswith(("~$", "._")) and found.name.lower() not in _LITTER:
                yield found, True
