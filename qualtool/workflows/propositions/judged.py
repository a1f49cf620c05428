"""What was judged: verdicts beside what the study keeps of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ... import __version__
from ...triangulate.verdict import Verdict
from ..themes.themes import ALL
from .wording import NotJudged


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict beside what the study keeps of it.

    ``recorded`` is the verdict last recorded (None for never), ``stale_because`` the kinds of evidence
    that changed since (codings, asked, people, groups, survey, published, indicators, statement), and
    ``events`` the acts that changed them. ``override`` is the researcher's last word, None for none;
    it is stale with the verdict it was written on. ``has_changed`` says that the verdict itself differs.
    ``of_all`` is the verdict of all codings where ``verdict`` leaves suggested ones out; what is
    recorded, stale and overridden is of that one. ``n_unexplained`` counts the schools that contradict
    it and of which nobody has written why.
    """

    verdict: Verdict
    recorded: Mapping[str, Any] | None = None
    stale_because: tuple[str, ...] = ()
    events: tuple[Mapping[str, Any], ...] = ()
    override: Mapping[str, Any] | None = None
    meta_inference: str = ""
    of_all: Verdict | None = None
    n_unexplained: int = 0

    @property
    def is_stale(self) -> bool:
        return bool(self.stale_because)

    @property
    def has_changed(self) -> bool:
        stands = self.of_all or self.verdict
        return self.recorded is not None and self.recorded["sha256"] != stands.sha256

    @property
    def differs_from_all(self) -> bool:
        """Is the verdict without suggested codings another one than that of all codings?"""
        return self.of_all is not None and _told(self.of_all) != _told(self.verdict)

    def as_dict(self) -> dict[str, Any]:
        """The row of ``qualtool triangulate --propositions --json``."""
        return {
            **self.verdict.as_dict(),
            "stale": self.is_stale,
            "stale_because": list(self.stale_because),
            "stale_events": [dict(e) for e in self.events],
            "changed": self.has_changed,
            "recorded": told_verdict(self.recorded),
            "override": None if self.override is None else dict(self.override),
            "meta_inference": self.meta_inference,
            "n_unexplained": self.n_unexplained,
            "of_all_codings": None if self.of_all is None else _told(self.of_all),
        }


def _told(verdict: Verdict) -> dict[str, Any]:
    """What a verdict comes to: code, detail, status, and the finding of each strand."""
    headline = verdict.assessment.headline
    return {
        "convergence": headline.convergence.value,
        "detail": headline.detail,
        "status": verdict.assessment.status.value,
        "findings": [s.finding.value for s in verdict.strands],
    }


def told_verdict(recorded: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What a history tells of a recorded verdict."""
    if recorded is None:
        return None
    names = ("convergence", "detail", "status", "made_by", "made_at", "code_version", "seed")
    derivations = recorded["document"].get("derivations", [])
    return {**{name: recorded[name] for name in names}, "derivations": derivations}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """All verdicts of one look, in order, and how many contrasts were looked at ever.

    ``origin`` is 'person' where codings that began as a machine's suggestion are left out: what the
    verdicts would be without them, and nothing that is recorded. ``not_judged`` are the propositions
    that cannot be, because a code of their theme was removed.
    """

    rows: tuple[Judged, ...]
    seed: int
    n_contrasts: int
    n_contrasts_ever: int
    questions: tuple[tuple[str, str], ...] = ()
    origin: str = ALL
    not_judged: tuple[NotJudged, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "rows": [row.as_dict() for row in self.rows],
            "seed": self.seed,
            "origin": self.origin,
            "code_version": __version__,
            "n_contrasts": self.n_contrasts,
            "n_contrasts_ever": self.n_contrasts_ever,
            "questions": [{"id": key, "text": text} for key, text in self.questions],
            "not_judged": [found.as_dict() for found in self.not_judged],
        }
