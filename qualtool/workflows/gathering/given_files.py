"""School files as they are given: single ones, folders, and the zip files that publishers hand out.

A download of the performance tables is a zip (or a folder) named for its year, with files that are not:
``2022-2023/england_census.csv``. So each file comes with the name of the folder it lay in. What lies in a
folder or zip was not named by anybody: what is no school file there is left out and is no fault.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ...errors import IndicatorError
from ...text.zips import ZIP_DAMAGE, bomb_reason
from ..files import files_of, read_bytes
from ..reports import ImportReport

TABLES = (".csv", ".xlsx", ".txt", ".tsv")
_ZIP = b"PK\x03\x04"
_HEAD = 8192


class Given(NamedTuple):
    """One file: its ``name``, the ``folder`` it lay in ("" for none), whether a person named it, a function
    that reads it, and its first bytes."""

    name: str
    folder: str
    is_named: bool
    read: Callable[[], bytes]
    head: bytes


def given_paths(paths: Iterable[Path], report: ImportReport) -> Iterator[Given]:
    """Every school file in what was named on the command line; what is left out is told in ``report``."""
    for path, in_folder in files_of(paths):
        head = _head_of(path)
        if _is_zip(path.name, head):
            try:
                data = read_bytes(path, IndicatorError)
            except IndicatorError as err:
                report.refuse(path.name, err)
                continue
            yield from _members(path.name, data, report)
        elif in_folder and path.suffix.lower() not in TABLES:
            report.skip(path.name, "not a table (.csv or .xlsx)")
        else:
            read = partial(read_bytes, path, IndicatorError)
            yield Given(path.name, path.parent.name, not in_folder, read, head)


def given_uploads(uploads: Iterable[tuple[str, bytes]], report: ImportReport) -> Iterator[Given]:
    """Every school file in what was uploaded, by name and content."""
    for name, data in uploads:
        if _is_zip(name, data[:_HEAD]):
            yield from _members(name, data, report)
        else:
            yield Given(name, "", True, partial(bytes, data), data[:_HEAD])


def _is_zip(name: str, head: bytes) -> bool:
    return head.startswith(_ZIP) and name.lower().endswith(".zip")


def _head_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""  # told when its turn comes


def _members(name: str, data: bytes, report: ImportReport) -> Iterator[Given]:
    """The tables in a zip; of a damaged one none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            reason = bomb_reason(archive, len(data))
            if reason is not None:
                raise _refused(name, f"{reason}, which no download of school files does.")
            content = [(info, archive.read(info)) for info in archive.infolist() if not info.is_dir()]
    except ZIP_DAMAGE:
        report.refuse(name, _refused(name, "The zip file cannot be opened."))
        return
    except IndicatorError as err:
        report.refuse(name, err)
        return
    for info, data in content:
        place = PurePosixPath(info.filename.replace("\\", "/"))
        if place.name.startswith(("._", "~$")) or "__MACOSX" in place.parts:
            continue
        if place.suffix.lower() not in TABLES:
            report.skip(f"{name}: {place.name}", "not a table (.csv or .xlsx)")
            continue
        folder = place.parent.name or PurePosixPath(name).stem
        yield Given(place.name, folder, False, partial(bytes, data), data[:_HEAD])


def _refused(name: str, message: str) -> IndicatorError:
    return IndicatorError.single(name, message, "Unpack it and import the files that are in it.")
