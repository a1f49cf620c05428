"""The record of what one strand found for one proposition."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from .findings import Finding
from .propositions import StrandKind

Frame = Literal["probability", "self_selected", "purposive", "census", "published"]
FRAMES: dict[str, str] = {
    "probability": "a sample drawn by chance",
    "self_selected": "people who chose to answer",
    "purposive": "schools and people chosen on purpose",
    "census": "all schools that published",
    "published": "a published study",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """One group of a strand: ``n_voiced`` of ``n`` units said yes; ``share`` with limits, or None.

    ``share`` is the mean school share, the weighted share, or n_voiced / n; it lies in [0, 1]. Where
    weights were supplied, ``n_effective`` is Kish's number of equal answers that these are worth, and
    ``design_effect`` the variance of the share against that of a simple sample of ``n``.
    """

    label: str
    n_voiced: int
    n: int
    n_cases: int
    share: float | None
    low: float | None = None
    high: float | None = None
    n_effective: float | None = None
    design_effect: float | None = None

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeCase:
    """A school or person that contradicts the proposition, and how."""

    case: str
    participant: str
    why: Literal["asked and silent", "voiced in the other group", "denies"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrandResult:
    """What a strand found. Whatever is None is explained in ``reason``.

    ``estimate`` is signed: positive is as predicted. It is a difference of shares in [-1, 1], tau-b
    or rho (named in ``estimate_kind``), for a level the share itself, for an external finding the
    published number. ``distance`` is what the rule compared with ``mid``. ``scope`` says in words which
    passages or answers count (see ``scope_words``). ``key`` names the study the
    strand belongs to: strands of one key are one voice.
    """

    kind: StrandKind
    key: str
    finding: Finding
    indicator: str = ""
    contrast: str = ""
    estimate: float | None = None
    estimate_kind: str = ""
    ci_low: float | None = None
    ci_high: float | None = None
    distance: float | None = None
    mid: float = 0.2
    p: float | None = None
    min_p: float | None = None
    q: float | None = None
    method: str = ""
    reason: str | None = None
    unit: Literal["school", "participant", "respondent", "study"] = "school"
    n_cases: int | None = None
    n_participants: int | None = None
    n_asked: int | None = None
    n_voiced: int | None = None
    groups: tuple[GroupRow, ...] = ()
    frame: Frame = "purposive"
    denominator: str = ""
    weights: Literal["none", "supplied"] = "none"
    flags: tuple[str, ...] = ()
    negative_cases: tuple[NegativeCase, ...] = ()
    roles: tuple[GroupRow, ...] = ()
    is_account: bool = False
    bound: str = ""
    effect_type: str = ""
    study: str = ""
    silent_high: float | None = None
    merge_note: str = ""
    scope: str = ""
    sentences: tuple[str, ...] = ()

    def with_q(self, q: float | None) -> StrandResult:
        return replace(self, q=q)

    def as_dict(self) -> dict[str, Any]:
        """One strand of a row of ``triangulate --propositions``."""
        plain = {
            name: getattr(self, name)
            for name in self.__slots__
            if name not in ("groups", "roles", "negative_cases", "sentences", "flags")
        }
        return {
            **plain,
            "kind": self.kind.value,
            "finding": self.finding.value,
            "flags": list(self.flags),
            "groups": [g.as_dict() for g in self.groups],
            "roles": [r.as_dict() for r in self.roles],
            "negative_cases": [
                {"case": c.case, "participant": c.participant, "why": c.why} for c in self.negative_cases
            ],
            "sentences": list(self.sentences),
        }
