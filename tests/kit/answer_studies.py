"""Made-up studies of survey answers, for tests and benchmarks."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qualtool.importing import SurveyMapping
from qualtool.model import Code, Codebook
from qualtool.store.file import connection
from qualtool.store.log.events import Stamp
from qualtool.store.records import codes as code_store
from qualtool.workflows.coding.answers_page import answer_questions
from qualtool.workflows.gathering.import_survey import import_survey
from qualtool.workflows.study.studies import create_study

HOSTILE = "<script>window.bad = 1</script><img src=x onerror='window.bad = 1'> ![](http://example.org/x.png)"
ANSWERS = [
    ("1", "primary", "5", "More staff, and time for them. The building is too small."),
    ("2", "primary", "4", "More staff."),
    ("3", "secondary", "2", "More staff."),
    ("4", "primary", "1", "No"),
    ("5", "secondary", "5", "Emoji \U0001f469\u200d\U0001f467 first, then caf\u00e9 words at the end."),
    ("6", "secondary", "3", HOSTILE),
    ("7", "primary", "3", "More staff."),
    ("8", "primary", "2", "Line one.\nLine two of the same answer."),
    ("9", "primary", "2", ""),
]
NAMES = (
    "Staffing",
    "Space",
    "Time",
    "Money",
    "Training",
    "Transport",
    "Friends",
    "Meals",
    "Noise",
    "Rules",
    "Trips",
)
WORDS = (
    "more staff time space quiet room help lunch teacher adult base class support trips money bus waiting"
    " training the a of for in and we need would like to have it is too small far long"
)


def codes() -> tuple[Code, ...]:
    heading = Code(guid="00000000-0000-4000-8000-0000000000ff", name="Needs", is_codable=False)
    rest = [
        Code(
            guid=f"00000000-0000-4000-8000-{n:012x}",
            name=name,
            short_id=f"N-{n}",
            parent=heading.guid,
            definition=f"What is said about {name.lower()}.",
        )
        for n, name in enumerate(NAMES)
    ]
    return (heading, *rest)


def make_study(path: Path, answers: Sequence[Sequence[str]] = ANSWERS, by: str = "Anna") -> dict[str, Any]:
    """A study with one survey: question ``comment``, closed ``phase`` and ``happy``; 11 codes."""
    create_study(path, by=by)
    with connection.writing(path) as db:
        stamp = Stamp(by=by, at="2026-01-01T09:00:00+00:00")
        code_store.save_codebook(db, Codebook(title="Needs", codes=codes()), stamp, note="first")
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(["id", "phase", "happy", "comment"])
    writer.writerows(answers)
    mapping = SurveyMapping(id="id", text=("comment",), single=("phase",), likert=("happy",))
    import_survey(path, Path("made.csv"), mapping, by=by, data=buffer.getvalue().encode())
    question = answer_questions(path)[0]
    return {"path": path, "question": question["id"], "closed": [c["id"] for c in question["closed"]]}


def many_answers(n: int, *, share_of_short: float = 0.2, seed: int = 11) -> list[tuple[str, str, str, str]]:
    """``n`` answers of 5 to 60 words; a share of them are short ones that many people give alike."""
    rng = random.Random(seed)
    words = WORDS.split()
    short = ["No", "n/a", "None", "More staff.", "Nothing to add", "See above", "Yes", "More time."]
    made = []
    for number in range(n):
        if rng.random() < share_of_short:
            text = rng.choice(short)
        else:
            text = " ".join(rng.choices(words, k=rng.randint(5, 60))).capitalize() + "."
        made.append((str(number), rng.choice(["primary", "secondary"]), str(rng.randint(1, 5)), text))
    return made
