"""From the value of a school indicator to the group a school stands in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..errors import Problem, UserInputError

Contrast = Literal["q4_v_rest", "base_v_none", "secondary_v_primary", "yes_v_no", "quartiles", "continuous"]

# Group 1 first: the difference is its mean share minus the other's.
TWO_GROUPS: dict[str, tuple[str, str]] = {
    "q4_v_rest": ("Q4", "rest"),
    "base_v_none": ("base", "none"),
    "secondary_v_primary": ("secondary", "primary"),
    "yes_v_no": ("yes", "no"),
}
QUARTILES = ("Q1", "Q2", "Q3", "Q4")
CONTRASTS: tuple[str, ...] = (*TWO_GROUPS, "quartiles", "continuous")

_UNKNOWN = {"", "unknown", "none recorded", "nan", "<na>"}
_QUARTILE = {"1": "Q1", "2": "Q2", "3": "Q3", "4": "Q4", "1.0": "Q1", "2.0": "Q2", "3.0": "Q3", "4.0": "Q4"}
_WORDS: dict[str, dict[str, str]] = {
    "q4_v_rest": {"rest": "rest", "yes": "Q4", "no": "rest", "true": "Q4", "false": "rest"},
    "base_v_none": {
        "yes": "base",
        "no": "none",
        "true": "base",
        "false": "none",
        "base": "base",
        "none": "none",
        "1": "base",
        "0": "none",
        "1.0": "base",
        "0.0": "none",
    },
    "secondary_v_primary": {"secondary": "secondary", "primary": "primary"},
    "yes_v_no": {"yes": "yes", "no": "no", "true": "yes", "false": "no", "1": "yes", "0": "no"},
    "quartiles": {},
}
_EXPECTED = {
    "q4_v_rest": "a quartile (1 to 4 or Q1 to Q4), or Q4, rest, yes or no",
    "base_v_none": "yes, no or unknown",
    "secondary_v_primary": "secondary or primary",
    "yes_v_no": "yes, no or unknown",
    "quartiles": "a quartile, 1 to 4 or Q1 to Q4",
    "continuous": "a number, or an inspection grade",
}
# Words that stand in an order: inspection grades, best first.
_IN_ORDER = {
    "outstanding": 1.0,
    "good": 2.0,
    "requires improvement": 3.0,
    "inadequate": 4.0,
    "serious weaknesses": 4.0,
    "special measures": 4.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a school stands: the label of its group, and its position on an ordered indicator."""

    label: str
    position: float


def place_schools(groups: Mapping[str, str | float | bool | None], contrast: str) -> dict[str, Place | None]:
    """The place of each school; None where its value is unknown (None, NaN, blank, 'unknown').

    Raises:
        UserInputError: an unknown contrast, or values that do not fit it, every one named.
    """
    if contrast not in CONTRASTS:
        raise UserInputError.single(
            "contrast", f"'{contrast}' is not a contrast.", f"Use {', '.join(CONTRASTS)}."
        )
    placed: dict[str, Place | None] = {}
    problems: list[Problem] = []
    for urn, value in groups.items():
        text = "" if value is None else str(value).strip()
        if text.lower() in _UNKNOWN:
            placed[urn] = None
            continue
        place = _continuous(text) if contrast == "continuous" else _grouped(text, contrast)
        if place is None:
            problems.append(
                Problem(
                    where=f"school {urn}",
                    message=f"'{text}' does not fit the contrast {contrast}.",
                    next=f"Give {_EXPECTED[contrast]}.",
                )
            )
        placed[urn] = place
    if problems:
        raise UserInputError(
            f"{len(problems)} of the schools have values that do not fit the contrast {contrast}.",
            problems=problems,
        )
    return placed


def _continuous(text: str) -> Place | None:
    try:
        number = _IN_ORDER[text.lower()] if text.lower() in _IN_ORDER else float(text)
    except ValueError:
        return None
    return Place(label="all", position=number) if math.isfinite(number) else None


def _grouped(text: str, contrast: str) -> Place | None:
    word = _WORDS[contrast].get(text.lower())
    if word is None and contrast in ("q4_v_rest", "quartiles"):
        quartile = _QUARTILE.get(text, text.upper())
        if quartile not in QUARTILES:
            return None
        word = quartile if contrast == "quartiles" or quartile == "Q4" else "rest"
    if word is None:
        return None
    order = QUARTILES if contrast == "quartiles" else tuple(reversed(TWO_GROUPS[contrast]))
    return Place(label=word, position=float(order.index(word)))
