"""What every exported file says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Standing = Literal["working copy", "release", "transfer"]

_SENTENCES: dict[Standing, str] = {
    "working copy": "CONFIDENTIAL working copy: not suppressed, not for publication.",
    "release": "Release: small numbers suppressed, quotes under consent rules.",
    "transfer": "CONFIDENTIAL transfer of the whole study, for colleagues with the same permissions.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Provenance of a file: tool and codebook version, policy, and row counts in and out."""

    standing: Standing
    tool_version: str
    codebook_version: int
    made_at: str
    title: str
    rows_in: int
    rows_out: int
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return _SENTENCES[self.standing]

    def lines(self) -> list[tuple[str, str]]:
        """Label and text, one pair a line."""
        return [
            ("Status", self.sentence),
            ("Content", self.title),
            ("Made with", f"qualtool {self.tool_version}"),
            ("Codebook version", str(self.codebook_version)),
            ("Made at", self.made_at),
            ("Rows read", str(self.rows_in)),
            ("Rows written", str(self.rows_out)),
            *(("Note", note) for note in self.notes),
        ]
