"""Frequencies, crosstabs and co-occurrence against plain twins that go character by character."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from qualtool.store.reading.frames import StudyFrame
from qualtool.triangulate import crosstab as crosstabs
from qualtool.triangulate import measures

ROLES = ["Head", "SENCO", ""]
CODES = {1: ("A", "A"), 2: ("B", "B"), 3: ("C", "C")}
Turn = tuple[int, int, int, int, int]  # source, start, end, participant or -1, is_interviewer


def random_study(seed: int) -> StudyFrame:
    """A few sources of turns by a few people, interviewers among them, and codings that overlap them."""
    rng = random.Random(seed)
    n_people, n_cases = rng.randint(1, 6), rng.randint(1, 3)
    people = pd.DataFrame(
        {
            "name": [f"P{n}" for n in range(n_people)],
            "role": [rng.choice(ROLES) for _ in range(n_people)],
            "case_id": [rng.choice([-1, *range(1, n_cases + 1)]) for _ in range(n_people)],
            "consent": "yes",
        },
        index=pd.Index(range(1, n_people + 1), name="participant_id"),
    )
    sources, turns, sentences, codings = [], [], [], []
    words: dict[int, np.ndarray[Any, Any]] = {}
    for source in rng.sample(range(1, 20), rng.randint(1, 4)):
        at = rng.randint(0, 3)
        mine: list[Turn] = []
        for _ in range(rng.randint(1, 6)):
            end = at + rng.randint(1, 12)
            speaker = rng.choice([-1, *range(1, n_people + 1)])
            mine.append((source, at, end, speaker, int(rng.random() < (0.7 if speaker == -1 else 0.15))))
            cut = rng.randint(at, end)
            sentences += [(source, a, b) for a, b in ((at, cut), (cut, end)) if b > a]
            at = end + rng.randint(0, 4)
        turns += mine
        sources.append((source, f"g{source}", f"s{source}", "transcript", at))
        words[source] = np.array(sorted(rng.sample(range(at), rng.randint(0, at // 2))), dtype=np.int64)
        for _ in range(rng.randint(0, 10)):
            start = rng.randint(0, at - 1)
            end = rng.randint(start + 1, at)
            codings.append(
                (
                    source,
                    start,
                    end,
                    rng.randint(1, 3),
                    rng.randint(1, 2),
                    rng.randint(0, 3),
                    rng.randint(0, 2),
                )
            )
    rng.shuffle(codings)
    coding_columns = ["source_id", "start_char", "end_char", "code_id", "coder_id", "stance", "basis"]
    coded = pd.DataFrame(codings, columns=coding_columns, dtype=np.int64).assign(valence=0, level=0)
    coded.insert(0, "id", np.arange(1, len(coded) + 1))
    facts = [("participant", n, "years", str(rng.randint(1, 11))) for n in people.index if rng.random() < 0.6]
    facts += [("case", n, "phase", rng.choice(["primary", "secondary"])) for n in range(1, n_cases + 1)][1:]
    cases = [(n, f"Case {n}", "school", f"90000{n}", "1", None) for n in range(1, n_cases + 1)]
    case_columns = ["case_id", "name", "kind", "urn", "la_code", "pseudonym"]
    turn_columns = ["source_id", "start_char", "end_char", "participant_id", "is_interviewer"]
    ordered = sorted(turns)
    return StudyFrame(
        codings=coded,
        turns=pd.DataFrame(ordered, columns=turn_columns, dtype=np.int64),
        sentences=pd.DataFrame(sorted(sentences), columns=turn_columns[:3], dtype=np.int64),
        sources=pd.DataFrame(sorted(sources), columns=["source_id", "guid", "name", "kind", "n_chars"]),
        participants=people,
        cases=pd.DataFrame(cases, columns=case_columns).set_index("case_id"),
        variables=pd.DataFrame(facts, columns=["owner_kind", "owner_id", "name", "value"]),
        asked=pd.DataFrame([], columns=["source_id", "code_id", "asked"]),
        word_starts=words,
    )


# --- the twins ------------------------------------------------------------------------------------


def group_of(frame: StudyFrame, person: int, by: str) -> str:
    row = frame.participants.loc[person]
    facts = {(r.owner_kind, r.owner_id, r.name): r.value for r in frame.variables.itertuples(index=False)}
    if by == "all":
        return "all"
    if by == "role":
        return row["role"] or "(none)"
    case = (
        frame.cases["name"].get(row["case_id"]) if by == "case" else facts.get(("case", row["case_id"], by))
    )
    return facts.get(("participant", person, by)) or case or "(none)"


def speakers(frame: StudyFrame) -> dict[tuple[int, int], tuple[int, int]]:
    """Who says each character: (source, position) -> (turn, participant); interviewers are nobody."""
    found = {}
    for number, turn in enumerate(frame.turns.itertuples(index=False)):
        if turn.participant_id >= 0 and not turn.is_interviewer:
            for position in range(turn.start_char, turn.end_char):
                found[turn.source_id, position] = (number, turn.participant_id)
    return found


def twin(frame: StudyFrame, by: str, sources: set[int] | None) -> dict[tuple[str, str], dict[str, int]]:
    said = {at: who for at, who in speakers(frame).items() if sources is None or at[0] in sources}
    case_of = frame.participants["case_id"].to_dict()
    codings = list(frame.codings.itertuples())
    sentences = list(frame.sentences.itertuples(index=False))
    own = {} if by == "source" else {p: group_of(frame, p, by) for p in {w for _, w in said.values()}}
    group = {at: f"s{at[0]}" if by == "source" else own[who[1]] for at, who in said.items()}
    present: dict[str, set[int]] = {label: set() for label in group.values()}
    for at, (_, person) in said.items():
        present[group[at]].add(person)
    rows = {}
    for (code, (key, _)), label in itertools.product(CODES.items(), present):
        mine = {
            c.id: {
                (c.source_id, p)
                for p in range(c.start_char, c.end_char)
                if group.get((c.source_id, p)) == label
            }
            for c in codings
            if c.code_id == code
        }
        coded = set().union(*mine.values())
        people = {said[at][1] for at in coded}
        rows[key, label] = {
            "n_codings": sum(map(bool, mine.values())),
            "n_participants": len(people),
            "n_cases": len({case_of[p] for p in people if case_of[p] >= 0}),
            "n_words": sum(s in frame.word_starts and p in frame.word_starts[s] for s, p in coded),
            "n_segments": sum(
                any((s.source_id, p) in coded for p in range(s.start_char, s.end_char)) for s in sentences
            ),
            "denominator_participants": len(present[label]),
            "denominator_cases": len({case_of[p] for p in present[label] if case_of[p] >= 0}),
        }
    return rows


@pytest.mark.parametrize("by", ["all", "role", "case", "years", "phase", "source"])
def test_frequencies_are_those_counted_by_character(by: str) -> None:
    """Codings over several turns, overlaps, interviewers, blank groups: all counts equal the twin's."""
    n_rows = 0
    for seed in range(70):
        frame = random_study(seed)
        if by in ("years", "phase") and by not in set(frame.variables["name"]):
            continue
        ids = frame.sources["source_id"].tolist()
        for sources in (None, set(ids[:1])):
            cut = measures.pieces(frame, sources=sources)
            rows = measures.frequencies(frame, cut, by=by, codes=CODES, sources=sources)
            wanted = twin(frame, by, sources)
            assert {(r["code"], r["group"]) for r in rows} == set(wanted), seed
            for row in rows:
                known = wanted[row["code"], row["group"]]
                assert {name: row[name] for name in known} == known, (seed, row["code"], row["group"])
                n_rows += row["n_codings"] > 0
    assert n_rows > 100


def test_one_coder_or_stance_is_a_smaller_study() -> None:
    """Pieces filtered by coder count as a study that holds the codings of this coder only."""
    for seed in range(60):
        frame = random_study(seed)
        cut = measures.pieces(frame)
        rows = measures.frequencies(frame, cut.where(cut.coder == 1), by="role", codes=CODES)
        mine = frame.codings[frame.codings["coder_id"] == 1].reset_index(drop=True)
        alone = StudyFrame(**{**{n: getattr(frame, n) for n in StudyFrame.__slots__}, "codings": mine})
        assert rows == measures.frequencies(alone, measures.pieces(alone), by="role", codes=CODES)


def test_crosstab_is_that_counted_person_by_person() -> None:
    """Voiced, participants, cases and share of every cell equal a count over people."""
    n_cells = 0
    for seed in range(150):
        frame = random_study(seed)
        said = speakers(frame)
        people = {person for _, person in said.values()}
        voiced = {
            said[c.source_id, p][1]
            for c in frame.codings.itertuples()
            if c.code_id in (1, 3)
            for p in range(c.start_char, c.end_char)
            if (c.source_id, p) in said
        }
        cells: dict[tuple[str, str], list[int]] = {}
        for person in people:
            key = (group_of(frame, person, "role"), group_of(frame, person, "case"))
            cells.setdefault(key, []).append(person)
        found = crosstabs.crosstab(frame, measures.pieces(frame), rows="role", columns="case", codes=[1, 3])
        assert {(r["row"], r["column"]) for r in found} == set(cells)
        for row in found:
            members = cells[row["row"], row["column"]]
            n = len(voiced.intersection(members))
            cases = {frame.participants["case_id"][p] for p in members} - {-1}
            assert (row["n_voiced"], row["n_participants"], row["n_cases"]) == (n, len(members), len(cases))
            assert row["share"] == n / len(members)
            n_cells += n > 0
    assert n_cells > 100


def together_twin(frame: StudyFrame, by: str) -> dict[tuple[int, int], int]:
    said = speakers(frame)
    covered = [
        (c.id, c.code_id, {(c.source_id, p) for p in range(c.start_char, c.end_char)} & set(said))
        for c in frame.codings.itertuples()
    ]
    counts: dict[tuple[int, int], int] = {}
    for a, b in itertools.combinations(sorted(CODES), 2):
        ones, others = ([(i, at) for i, code, at in covered if code == c] for c in (a, b))
        if by == "overlap":
            n = sum(bool(x & y) for _, x in ones for _, y in others)
        else:
            place = 0 if by == "turn" else 1
            n = len(
                {said[at][place] for _, x in ones for at in x}
                & {said[at][place] for _, y in others for at in y}
            )
        if n:
            counts[a, b] = n
    return counts


@pytest.mark.parametrize("by", ["overlap", "turn", "participant"])
def test_pairs_of_codes_are_those_found_by_looking(by: Any) -> None:
    """Pairs of codes that overlap, or share a turn or a person, are those of a search over all pairs."""
    n_pairs = 0
    for seed in range(200):
        frame = random_study(seed)
        rows = crosstabs.together(measures.pieces(frame), by=by)
        wanted = together_twin(frame, by)
        assert {(r["a"], r["b"]): r["n"] for r in rows} == wanted, seed
        n_pairs += len(wanted)
        for row in rows:
            if by != "overlap":
                assert row["jaccard"] == row["n"] / (row["n_a"] + row["n_b"] - row["n"])
    assert n_pairs > 150


def test_an_empty_study_has_no_counts() -> None:
    """Without codings every count is zero and no pair occurs; without people there is no row."""
    frame = random_study(3)
    empty = StudyFrame(
        **{**{n: getattr(frame, n) for n in StudyFrame.__slots__}, "codings": frame.codings.iloc[:0]}
    )
    cut = measures.pieces(empty)
    rows = measures.frequencies(empty, cut, by="role", codes=CODES)
    assert rows and all(r["n_codings"] == r["n_words"] == r["n_participants"] == 0 for r in rows)
    assert all(crosstabs.together(cut, by=by) == [] for by in ("overlap", "turn", "participant"))
    nobody = measures.frequencies(empty, cut, by="all", codes=CODES, sources=set())
    assert nobody == []
