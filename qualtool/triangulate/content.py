"""Propositions as plain content, to be kept in a study and read back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .propositions import Proposition, PropositionSet, Strand
from .reading import read_propositions


def content_of(proposition: Proposition) -> dict[str, Any]:
    """The keys of a propositions file for one proposition; what is not said is left out."""
    found: dict[str, Any] = {
        "id": proposition.id,
        "statement": proposition.statement,
        "direction": proposition.direction.value,
        "theme": proposition.stated_theme or proposition.theme_text,
        "unit": proposition.unit.value,
        "stance": proposition.stance.value if proposition.stance else None,
        "valence": proposition.valence.value if proposition.valence else None,
        "basis": proposition.basis.value if proposition.basis else None,
        "level": proposition.level.value if proposition.level else None,
        "role": proposition.role,
        "phase": proposition.phase,
        "rival_explanation": proposition.rival_explanation,
        "question": proposition.question,
        "stated_before_results": "yes" if proposition.stated_before_results else "no",
        "mid": f"{proposition.mid:g}" if proposition.is_mid_stated else None,
        "sources": list(proposition.sources),
        "strands": [_strand(s) for s in proposition.strands],
    }
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def _strand(strand: Strand) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": strand.kind.value,
        "indicator": strand.indicator,
        "contrast": strand.contrast,
        "bound": strand.bound,
        "item": list(strand.items),
        "yes": list(strand.yes),
        "against": list(strand.against),
        "survey": strand.survey,
        "among": dict(strand.among),
        "by": strand.by,
        "denominator": strand.denominator.value if strand.denominator else None,
        "mid": f"{strand.mid:g}" if strand.mid is not None else None,
        "study": strand.study,
        "merge": dict(strand.merge),
        "merge_reason": strand.merge_reason,
    }
    return {key: value for key, value in found.items() if value not in (None, "", [], {})}


def from_contents(
    contents: Sequence[dict[str, Any]], *, questions: Sequence[tuple[str, str]] = ()
) -> PropositionSet:
    """Propositions from content as ``content_of`` gives it."""
    listed = {
        "title": "stated in the study",
        "questions": [{"id": key, "text": text} for key, text in questions],
        "propositions": list(contents),
    }
    return read_propositions(json.dumps(listed, ensure_ascii=False).encode(), name="study")
