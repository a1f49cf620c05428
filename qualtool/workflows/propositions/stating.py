"""What a proposition can be stated of in a study: the choices of the form, and the stating itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...store.file import connection
from ...store.reading import evidence as evidence_store
from ...triangulate.content import from_contents
from ...triangulate.grouping import CONTRASTS
from ..people.people import participants_of
from ..themes.theme_page import codable_choices
from .contrast_page import Pair, pairs_of
from .evidence import published_findings
from .proposition_page import CONTRAST_WORDS, INDICATOR_WORDS
from .propositions import propositions_of, state_propositions

_MOST_ANSWERS = 30
_FILTERS = ("stance", "valence", "basis", "level", "role", "phase")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAgainst:
    """What a theme is held against: an indicator with a contrast, two themes, or a level."""

    label: str
    indicator: str | None
    contrast: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatingChoices:
    """``closed`` maps a closed question (survey, question) to its answers; of ``ticked`` ones a tick is yes.

    ``studies`` name what was published, ``figures`` are the indicators that hold a number, by name;
    ``questions`` are the research questions.
    """

    codes: Mapping[str, str]
    against: tuple[HeldAgainst, ...]
    closed: Mapping[tuple[str, str], tuple[str, ...]]
    ticked: frozenset[tuple[str, str]]
    studies: tuple[str, ...]
    figures: Mapping[str, str]
    roles: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]
    next_id: str


_OF_THEMES = (
    HeldAgainst(label="Two themes, A and B: do they go together?", indicator=None, contrast="theme_pair"),
    HeldAgainst(label="Two themes, A and not B: which is commoner?", indicator=None, contrast="ordering"),
    HeldAgainst(label="A level: a share against a bound", indicator=None, contrast="level"),
)


def stating_choices(study: Path) -> StatingChoices:
    """Everything the form offers, from what the study holds."""
    pairs = pairs_of(study)
    stated = propositions_of(study)
    with connection.reading(study) as db:
        kinds = {
            (survey["name"], name): (survey["id"], kind)
            for survey in evidence_store.surveys(db)
            for name, kind in evidence_store.questions_of(db, survey["id"]).items()
            if kind != "text"
        }
        closed = {key: _answers(db, number, key[1]) for key, (number, _) in kinds.items()}
        studies = [finding.study for finding in published_findings(db)]
    numbers = {pair.indicator: pair.label for pair in pairs if pair.contrast == "continuous"}
    return StatingChoices(
        codes=codable_choices(study),
        against=(*(_held(pair) for pair in pairs), *(() if pairs else _USUAL), *_OF_THEMES),
        closed={key: answers for key, answers in closed.items() if answers},
        ticked=frozenset(key for key, (_, kind) in kinds.items() if kind == "multi"),
        studies=tuple(dict.fromkeys(studies)),
        figures=numbers,
        roles=tuple(sorted({p["role"] for p in participants_of(study) if p["role"]})),
        questions=stated.questions,
        next_id=next_id([p.id for p in stated.propositions]),
    )


def _held(pair: Pair) -> HeldAgainst:
    words = CONTRAST_WORDS.get(pair.contrast, pair.contrast)
    return HeldAgainst(label=f"{pair.label}: {words}", indicator=pair.indicator, contrast=pair.contrast)


# Before any school file is loaded: what is said beforehand may wait for its figures.
_USUAL = tuple(
    HeldAgainst(label=f"{INDICATOR_WORDS[name]}: {CONTRAST_WORDS[kind]}", indicator=name, contrast=kind)
    for name, kind in (
        ("ehcp_quartile", "q4_v_rest"),
        ("ehcp_quartile", "quartiles"),
        ("ehcp_rate", "continuous"),
        ("has_base", "base_v_none"),
        ("phase", "secondary_v_primary"),
    )
    if kind in CONTRASTS
)


def _answers(db: Any, survey_id: int, question: str) -> tuple[str, ...]:
    """The different answers to a closed question, numbers by size; none where there are too many."""
    given = {
        a.strip() for a in evidence_store.answers_to(db, survey_id, question).values() if a and a.strip()
    }
    if len(given) > _MOST_ANSWERS:
        return ()
    return tuple(sorted(given, key=lambda a: (0, float(a), "") if _is_number(a) else (1, 0.0, a)))


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def next_id(known: list[str]) -> str:
    """The id that the next proposition gets: P and the next free number."""
    numbers = [int(key[1:]) for key in known if key[:1] == "P" and key[1:].isdigit()]
    return f"P{max(numbers, default=0) + 1:02}"


def as_expression(code: str) -> str:
    """A code's key as a theme expression has it: in double quotes where it is no single word."""
    is_word = re.fullmatch(r'[^\s()"]+', code) is not None and code.lower() not in ("and", "or", "not")
    return code if is_word else f'"{code}"'


def _question(wanted: str, known: Sequence[tuple[str, str]]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The id of a research question, and the question itself where it is a new one."""
    text = " ".join(wanted.split())
    if not text:
        return "", ()
    for key, words in known:
        if text in (key, words):
            return key, ()
    numbers = [int(key[2:]) for key, _ in known if key[:2] == "RQ" and key[2:].isdigit()]
    key = f"RQ{max(numbers, default=0) + 1}"
    return key, ((key, text),)


def state_one(study: Path, fields: Mapping[str, Any], *, by: str | None) -> str:
    """State a proposition from the boxes of the page; returns its id.

    ``fields``: id, statement, direction, theme, mid (share), rival_explanation, before (bool),
    ``strands`` (maps with the keys of a propositions file), and if wanted unit, question (the id of a
    research question, or the words of a new one), stance, valence, basis, level, role and phase.

    Raises:
        UserInputError: every fault at once; nothing is stored.
    """
    questions = propositions_of(study).questions
    asked, new = _question(str(fields.get("question") or ""), questions)
    content = {
        "id": fields["id"],
        "statement": fields["statement"],
        "direction": fields["direction"],
        "theme": fields["theme"],
        "mid": f"{fields['mid']:g}",
        "unit": fields.get("unit"),
        "question": asked,
        "rival_explanation": fields["rival_explanation"],
        "stated_before_results": "yes" if fields["before"] else "no",
        "strands": [{k: v for k, v in strand.items() if v} for strand in fields["strands"]],
        **{name: fields.get(name) for name in _FILTERS},
    }
    wanted = from_contents(
        [{k: v for k, v in content.items() if v not in ("", None)}], questions=(*questions, *new)
    )
    state_propositions(study, wanted, by=by)
    return str(fields["id"])
