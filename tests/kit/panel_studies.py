"""Made-up studies for the panel's tests and benchmark."""

from __future__ import annotations

import hashlib
import random
import uuid
from pathlib import Path
from typing import Any

from qualtool.model import (
    Code,
    Codebook,
    Coding,
    Segment,
    Selection,
    Source,
    SourceKind,
    Speaker,
    Suggestion,
    TimedTurn,
)
from qualtool.store.file import connection
from qualtool.store.log.events import Stamp
from qualtool.store.log.identity import scalar
from qualtool.store.machine import machine
from qualtool.store.records import codes as code_store
from qualtool.store.records import codings as coding_store
from qualtool.store.records import people, sources
from qualtool.text import segments_of_turns

AT = "2026-01-01T09:00:00+00:00"
STAMP = Stamp(by="Anna", at=AT)

HOSTILE = "<script>window.bad = 1</script><img src=x onerror='window.bad = 1'> ![](http://example.org/x.png)"
SIGNS = (
    "Emoji \U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 and \U0001f1ec\U0001f1e7 flags,"
    " cafe\u0301 with a combining mark, 𝒳 maths, שלום עולם, नमस्ते, 漢字, a\u00a0b."
)
DIALOGUE = [
    ("Interviewer", "Can you tell me how the base began, and who asked for it?"),
    ("Ruth", "The head asked. We were full before it opened. Parents move house to be inside our line."),
    ("Interviewer", "And how do the staff feel about that?"),
    ("Ruth", "Tired, mostly. We are proud of it as well, I would say, and nobody wants to close it."),
    ("Omar", SIGNS),
    ("Ruth", HOSTILE),
    ("Omar", "First line of mine.\nSecond line, after a break.\n\nA third one after a gap."),
    ("Interviewer", "Thank you both."),
]
NAMES = [
    ("Demand", "Magnet reputation", "Families or professionals seek the school for its provision."),
    ("Demand", "Moving house", "A family moves to be inside the catchment."),
    ("Demand", "Capacity and refusal", "Places are full, or a child was refused."),
    ("Staff", "Staff wellbeing", "How the work is for adults."),
    ("Staff", "Pride", "Pride in the provision."),
    ("Staff", "Recruitment", "Finding and keeping staff."),
    ("Money", "Funding gap", "Money that does not cover what is needed."),
    ("Money", "Top-up delays", "Late payments by the authority."),
    ("Inclusion", "Shared lessons", "Pupils of the base learn in mainstream classes."),
    ("Inclusion", "Belonging", "Who counts as part of the school."),
    ("Outcomes", "Results pressure", "Published results and what they do to decisions."),
]


def codes() -> tuple[Code, ...]:
    made: dict[str, Code] = {}
    out: list[Code] = []
    for n, (parent, name, definition) in enumerate(NAMES):
        if parent not in made:
            made[parent] = Code(guid=guid_of(f"heading {parent}"), name=parent, is_codable=False)
            out.append(made[parent])
        out.append(
            Code(
                guid=guid_of(name),
                name=name,
                short_id=f"C-{n + 1}",
                parent=made[parent].guid,
                definition=definition,
                apply_when="The speaker says so of their own school.",
                do_not_apply_when="It is only hoped for.",
            )
        )
    return tuple(out)


def guid_of(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


def transcript(name: str, dialogue: list[tuple[str, str]], *, timed: bool = False) -> Source:
    text = ""
    turns: list[TimedTurn] = []
    for n, (label, words) in enumerate(dialogue):
        text += f"{label}: "
        ms = n * 14_000 if timed else None
        turns.append(
            TimedTurn(label=label, start_char=len(text), end_char=len(text) + len(words), start_ms=ms)
        )
        text += words + "\n\n"
    labels = dict.fromkeys(label for label, _ in dialogue)
    segments: tuple[Segment, ...] = segments_of_turns(text, turns)
    return Source(
        name=name,
        kind=SourceKind.TRANSCRIPT,
        format="txt",
        encoding="utf-8",
        text=text,
        bytes_sha256=hashlib.sha256(text.encode()).hexdigest(),
        speakers=tuple(Speaker(label=x, is_interviewer=x == "Interviewer") for x in labels),
        segments=segments,
        n_turns=len(turns),
    )


def make_study(
    path: Path, dialogue: list[tuple[str, str]] | None = None, *, timed: bool = True
) -> dict[str, Any]:
    """A study with one source; returns ``{"path", "source", "text", "codes" {name: guid}}``."""
    connection.create(path)
    source = transcript("base.txt", dialogue or DIALOGUE, timed=timed)
    with connection.writing(path) as db:
        people.ensure_coder(db, "Anna", STAMP)
        code_store.save_codebook(db, Codebook(title="Base", codes=codes()), STAMP, note="first")
        _, guid = sources.add_source(db, source, STAMP, participants={})
    return {"path": path, "source": guid, "text": source.text, "codes": {c.name: c.guid for c in codes()}}


def selection_of(study: dict[str, Any], start: int, end: int) -> Selection:
    return Selection(
        source_guid=study["source"],
        version=1,
        start_char=start,
        end_char=end,
        quote=study["text"][start:end],
    )


def add_suggestions(study: dict[str, Any], wanted: list[tuple[int, int, str, float]]) -> None:
    """Open suggestions ``(start_char, end_char, code name, score)`` on the study's source."""
    with connection.writing(study["path"]) as db:
        run, _ = machine.add_run(db, "suggest", STAMP, parameters={}, seed=1, libraries={})
        rows = [
            Suggestion(
                selection=selection_of(study, start, end),
                code_guid=study["codes"][name],
                score=score,
                reason="near three quotes of this code",
            )
            for start, end, name, score in wanted
        ]
        source_id = int(scalar(db, "SELECT id FROM source WHERE guid = ?", (study["source"],)))
        machine.add_suggestions(
            db, run, rows, source_ids={study["source"]: source_id}, code_ids=code_store.code_ids(db)
        )


def add_codings(study: dict[str, Any], wanted: list[tuple[int, int, str]], coder: str = "Ben") -> list[str]:
    """Codings ``(start_char, end_char, code name)`` by another coder."""
    stamp = Stamp(by=coder, at=AT)
    with connection.writing(study["path"]) as db:
        coder_id = people.ensure_coder(db, coder, stamp)
        ids = code_store.code_ids(db)
        source_id = int(scalar(db, "SELECT id FROM source WHERE guid = ?", (study["source"],)))
        made = []
        for start, end, name in wanted:
            coding = Coding(
                guid=str(uuid.uuid4()),
                selection=selection_of(study, start, end),
                code_guid=study["codes"][name],
                coder=coder,
            )
            made.append(
                coding_store.add_coding(
                    db, coding, stamp, source_id=source_id, code_id=ids[coding.code_guid], coder_id=coder_id
                )
            )
        return made


def long_dialogue(n_words: int, seed: int = 3) -> list[tuple[str, str]]:
    """About ``n_words`` words in turns of 50."""
    rng = random.Random(seed)
    words = [w.lower() for _, name, about in NAMES for w in (*name.split(), *about.rstrip(".").split())]
    return [
        (
            ("Interviewer", "Ruth", "Omar", "Ruth")[n % 4],
            " ".join(" ".join(rng.choice(words) for _ in range(10)).capitalize() + "." for _ in range(5)),
        )
        for n in range(max(1, n_words // 50))
    ]


def scattered(study: dict[str, Any], n: int, *, deep: int = 4, seed: int = 5) -> list[tuple[int, int, str]]:
    """``n`` codings over the whole text, up to ``deep`` on one place, all different."""
    rng = random.Random(seed)
    length, names = len(study["text"]), [name for _, name, _ in NAMES]
    out: set[tuple[int, int, str]] = set()
    while len(out) < n:
        start = rng.randrange(0, length - 300)
        for name in rng.sample(names, rng.randint(1, deep)):
            out.add((start + rng.randrange(40), start + 60 + rng.randrange(140), name))
    # Only stretches that hold words can be coded in the panel; so it is here.
    return [row for row in sorted(out) if study["text"][row[0] : row[1]].strip()][:n]


def stored(path: Path) -> list[dict[str, Any]]:
    """Codings that stand, with coder and code name, in the order they were made."""
    with connection.reading(path) as db:
        return list(
            db.query(
                "SELECT g.guid, g.start_char, g.end_char, g.quote, c.name AS code, k.name AS coder, g.origin,"
                " g.stance, g.valence, g.basis, g.level FROM coding g JOIN code c ON c.id = g.code_id"
                " JOIN coder k ON k.id = g.coder_id WHERE g.removed_at IS NULL ORDER BY g.id"
            )
        )
