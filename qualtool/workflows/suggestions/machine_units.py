"""What a machine works on, and what it says of a run: shared by topics and suggestions."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ... import __version__
from ...model import Selection
from ...store import Database
from ...store.machine import machine
from .vectors import StoredEncoder

_LIBRARIES = ("bertopic", "scikit-learn", "numpy", "onnxruntime", "spacy", "scipy")
# A sentence of one or two words ("Yeah." "Right, so.") belongs to no topic and to no code.
_MIN_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """What a machine works on: participants' sentences and answers, long enough to mean something."""

    rows: list[dict[str, Any]]
    n_short: int

    @property
    def texts(self) -> list[str]:
        return [row["text"] for row in self.rows]

    @property
    def files(self) -> list[str]:
        """The file each row is of: a transcript, or the survey of an answer."""
        return [
            row["source"].split("#")[0] if row["kind"] == "answer" else row["source"] for row in self.rows
        ]


def units_of(db: Database, sources: str) -> Units:
    every = machine.machine_segments(db, sources=sources)
    rows = [r for r in every if r["kind"] == "answer" or len(r["text"].split()) >= _MIN_WORDS]
    return Units(rows=rows, n_short=len(every) - len(rows))


def libraries_of(encoder: StoredEncoder) -> dict[str, str]:
    found = {"qualtool": __version__, "python": platform.python_version(), "encoder": encoder.name}
    found |= {"encoder_digest": encoder.digest, "encoder_backend": encoder.backend}
    return found | versions_of(_LIBRARIES)


def versions_of(packages: Sequence[str]) -> dict[str, str]:
    """The installed version of each package, or that it is not installed."""
    found: dict[str, str] = {}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def notes_of(*notes: str | None) -> list[str]:
    return [note for note in notes if note]


def short_note(units: Units) -> str | None:
    if not units.n_short:
        return None
    return f"{units.n_short} sentences of fewer than {_MIN_WORDS} words were left out."


def selection_of(row: Mapping[str, Any]) -> Selection:
    quote = row["quote"] if "quote" in row else row["text"]
    return Selection(
        source_guid=row["source_guid"],
        version=row["version"],
        start_char=row["start_char"],
        end_char=row["end_char"],
        quote=quote,
    )
