"""What an import took, what it skipped, and why: the counts add up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..errors import QualtoolError


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """``accepted`` counts sources (codings, files); ``skipped`` are ``{"item", "reason"}``.

    ``refused`` counts the skipped items that are faults (a file with errors), as against those that
    are not (a blank answer, a kind of file that holds no text).
    """

    accepted: int = 0
    skipped: list[dict[str, str]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)
    refused: int = 0
    extra: dict[str, Any] = field(default_factory=dict)

    def skip(self, item: str, reason: str) -> None:
        self.skipped.append({"item": item, "reason": reason})

    def refuse(self, item: str, err: QualtoolError) -> None:
        """Note a file that was refused whole, with every problem in it."""
        self.refused += 1
        self.skip(item, err.message)
        self.problems += [p.as_dict() for p in err.problems] or [
            {"where": item, "message": err.message, "next": ""}
        ]

    def as_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {"accepted": self.accepted, "skipped": self.skipped}
        if self.sources:
            found["sources"] = self.sources
        found["warnings"] = self.warnings
        if self.problems:
            found["problems"] = self.problems
        return {**found, **self.extra}
