"""What a person does with topics, and what the views of topics count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qualtool.errors import SuggestionError, UserInputError
from qualtool.workflows.editing.memos import memos_of
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.suggestions.finding_topics import find_topics, umap_is_installed
from qualtool.workflows.suggestions.suggestion_page import topics_shown
from qualtool.workflows.suggestions.topic_page import (
    coverage,
    grouping_names,
    map_points,
    near_duplicates,
    place_of,
    topic_run,
    topics_by,
    words_of_topics,
)
from qualtool.workflows.suggestions.topic_runs import keep_cut, recut_topics, runs_compared, topic_runs
from qualtool.workflows.suggestions.topics_by_hand import (
    draft_code,
    merge_topics,
    part_topic,
    rename_topic,
    set_topic_aside,
)

Run = Callable[..., Any]


def shown(study: Path) -> list[dict[str, Any]]:
    found = topics_shown(study)
    assert found is not None
    return found["topics"]


def test_merged_topics_count_together_and_can_be_parted(sample_copy: Path, qualtool: Run) -> None:
    """The segments of a merged topic are the other's, a chain is flattened, parting restores the sizes."""
    before = shown(sample_copy)
    a, b, c = before[0], before[1], before[2]
    merge_topics(sample_copy, [c["guid"]], b["guid"], by="amira")
    merge_topics(sample_copy, [b["guid"]], a["guid"], by="amira")
    now = {t["guid"]: t for t in shown(sample_copy)}
    assert set(now) == {t["guid"] for t in before} - {b["guid"], c["guid"]}
    assert now[a["guid"]]["size"] == a["size"] + b["size"] + c["size"]
    assert {m["guid"] for m in now[a["guid"]]["merged"]} == {b["guid"], c["guid"]}
    run = topic_run(sample_copy)
    assert run is not None
    assert run.topics[0]["size"] == a["size"] + b["size"] + c["size"]
    for guid in (b["guid"], c["guid"]):
        part_topic(sample_copy, guid, by="amira")
    assert [(t["guid"], t["size"]) for t in shown(sample_copy)] == [(t["guid"], t["size"]) for t in before]
    assert qualtool("check", sample_copy).code == 0


def test_a_topic_is_not_merged_into_itself(sample_copy: Path) -> None:
    """Merging a topic into itself is refused and changes nothing."""
    first = shown(sample_copy)[0]
    with pytest.raises(UserInputError):
        merge_topics(sample_copy, [first["guid"]], first["guid"], by="amira")
    assert shown(sample_copy)[0]["size"] == first["size"]


def test_names_and_reasons_stay(sample_copy: Path) -> None:
    """A name and a reason for setting aside are kept, shown, and taken away again."""
    guid = shown(sample_copy)[0]["guid"]
    rename_topic(sample_copy, guid, "  Reputation   first ", by="amira")
    set_topic_aside(sample_copy, guid, "greetings", by="amira")
    topic = shown(sample_copy)[0]
    assert (topic["name"], topic["dismissed"]) == ("Reputation first", "greetings")
    set_topic_aside(sample_copy, guid, "", by="amira")
    assert shown(sample_copy)[0]["dismissed"] == ""


def test_a_draft_code_has_no_definition_and_its_quotes_in_a_memo(sample_copy: Path) -> None:
    """The code is linked and its segments suggested; quotes stand in a memo and not in the codebook."""
    topic = next(t for t in shown(sample_copy) if t["code"] is None)
    n = draft_code(sample_copy, topic["guid"], "Corridor talk", by="amira")
    code = next(c for c in codebook_of(sample_copy).codes if c.name == "Corridor talk")
    assert (code.definition, code.example) == ("", "")
    memo = next(m for m in memos_of(sample_copy) if m["target_guid"] == code.guid)
    assert topic["quotes"][0]["quote"].strip() in memo["text"]
    linked = next(t for t in shown(sample_copy) if t["guid"] == topic["guid"])
    assert (linked["code"], linked["n_open"]) == ("Corridor talk", n)
    with pytest.raises(UserInputError):
        draft_code(sample_copy, topic["guid"], "  ", by="amira")


def test_every_segment_has_a_place_on_the_map(sample_study: Path) -> None:
    """Points are the segments of the run; one that is picked is found with its place in the text."""
    run = topic_run(sample_study)
    assert run is not None and run.why_no_map is None
    points, topics = map_points(run)
    assert len(points) == min(len(run.segments), len(points)) and len(topics) == len(run.topics)
    picked = place_of(run, int(points["segment_id"].iloc[5]))
    assert picked is not None and picked["quote"] == points["quote"].iloc[5]
    assert place_of(run, -5) is None
    assert all(pair["cosine"] >= 0.85 for pair in near_duplicates(run))


def test_topics_by_role_count_people_once(sample_study: Path) -> None:
    """Of a role never more people than it has, and the counted segments are those of known people."""
    run = topic_run(sample_study)
    assert run is not None
    table = topics_by(sample_study, run, "role")
    assert ((table["n_people"] <= table["of_people"]) & (table["n_people"] <= table["n_segments"])).all()
    known = run.segments[(run.segments["participant_id"] >= 0) & (run.segments["role"] != "")]
    assert table["n_segments"].sum() == len(known)
    # What the people of a role say is in one topic or another: the shares add up to one.
    assert np.allclose(table.groupby("group")["said"].sum(), 1.0)
    assert set(topics_by(sample_study, run, "when")["group"].str.len()) <= {7}


def test_coverage_says_what_the_codebook_lacks(sample_study: Path) -> None:
    """Shares lie between 0 and 1; a topic linked or mostly coded is not called uncovered."""
    run = topic_run(sample_study)
    assert run is not None
    found = coverage(sample_study, run)
    assert len(found["topics"]) == len(run.topics)
    for row in found["topics"]:
        assert 0 <= row["coded"] <= 1
        assert (row["says"] == "not covered yet") <= (row["coded"] < 0.1 and not row["linked"])
    few = [row for row in found["codes"] if row["segments"] < 5]
    assert all(row["share"] is None and row["says"] for row in few)


def test_a_recut_stores_nothing(sample_copy: Path) -> None:
    """The tree cut in 4 and in 9 holds the same segments, and no run was added."""
    before = topic_runs(sample_copy)
    four, nine = recut_topics(sample_copy, 4), recut_topics(sample_copy, 9)
    assert (len(four), len(nine)) == (4, 9)
    assert sum(t["size"] for t in four) == sum(t["size"] for t in nine)
    assert topic_runs(sample_copy) == before


def test_two_runs_stand_beside_each_other(sample_copy: Path, qualtool: Run) -> None:
    """A run with other settings is kept beside the first, and the two are compared."""
    assert qualtool("topics", sample_copy, "--k", "6").code == 0
    runs = topic_runs(sample_copy)
    assert len(runs) == 2 and runs[0]["topics"] == 6
    same = runs_compared(sample_copy, runs[1]["guid"], runs[1]["guid"])
    assert same["adjusted_rand"] == 1.0
    other = runs_compared(sample_copy, runs[0]["guid"], runs[1]["guid"])
    assert other["n"] > 100 and other["adjusted_rand"] < 1


def test_words_follow_the_merging_of_topics(sample_copy: Path) -> None:
    """Each topic has at most ten weighted words, best first; a merged topic has words of both."""
    run = topic_run(sample_copy)
    assert run is not None
    words = words_of_topics(run, range(len(run.topics)))
    for name, rows in words.groupby("topic", sort=False):
        assert 1 <= len(rows) <= 10, name
        assert rows["weight"].is_monotonic_decreasing
    a, b = run.topics[0], run.topics[1]
    merge_topics(sample_copy, [b["guid"]], a["guid"], by="amira")
    now = topic_run(sample_copy)
    assert now is not None
    before = set(words[words["topic"].isin([a["name"], b["name"]])]["word"])
    assert len(set(words_of_topics(now, [0])["word"]) & before) >= 5


def test_a_recut_needs_the_encoder_of_the_run(sample_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the encoder of the run cannot be used any more, no other tree is shown in its place."""
    monkeypatch.setattr("qualtool.suggest.encoder.carrier_folder", lambda: None)
    with pytest.raises(SuggestionError, match="No topics were made"):
        recut_topics(sample_copy, 5)


def test_topics_of_one_name_are_told_apart(sample_copy: Path) -> None:
    """Two topics that a person gave one name keep a name each in pictures, where names stand for topics."""
    first, second = (topic["guid"] for topic in (topics_shown(sample_copy) or {})["topics"][:2])
    for guid in (first, second):
        rename_topic(sample_copy, guid, "buses", by="Ada")
    run = topic_run(sample_copy)
    assert run is not None
    assert [name for name in run.names if name.startswith("buses")] == ["buses", "buses (2)"]


@pytest.mark.skipif(not umap_is_installed(), reason="UMAP is not installed: pip install umap-learn hdbscan")
@pytest.mark.filterwarnings("ignore:Tensorflow not installed")
def test_a_run_by_umap_is_told_as_one(sample_copy: Path, qualtool: Any) -> None:
    """Topics by UMAP keep their versions and have views of their own, and no tree to recut."""
    ran = qualtool("topics", sample_copy, "--method", "umap", "--sources", "answers", "--json")
    assert ran.code == 0
    assert "Stability is measured for the tree only." in ran.json["notes"]
    run = topic_run(sample_copy)
    assert run is not None
    assert run.run["libraries"]["umap-learn"] != "not installed"
    assert coverage(sample_copy, run)["codes"]
    with pytest.raises(SuggestionError, match="no tree"):
        recut_topics(sample_copy, 5)


def test_umap_takes_no_number_of_topics(sample_copy: Path, qualtool: Any) -> None:
    """A number that the method would not keep to is refused, and not passed over."""
    ran = qualtool("topics", sample_copy, "--method", "umap", "--k", 4)
    assert ran.code == 1
    assert "find the number of topics themselves" in ran.err


def test_only_groupings_that_are_known_are_offered(sample_study: Path) -> None:
    """Where nobody has a case or a role these are not offered, and asked for all the same they are empty."""
    run = topic_run(sample_study)
    assert run is not None
    assert {"role", "case", "when"} <= set(grouping_names(sample_study, run))
    nobody = replace(run, segments=run.segments.assign(role="", case_name="", recorded_on=None))
    offered = grouping_names(sample_study, nobody)
    assert offered[0] == "kind of source"
    assert not {"role", "case", "when"} & set(offered)
    assert topics_by(sample_study, nobody, "case").empty


def test_a_cut_is_kept_as_a_run_with_the_same_settings(sample_copy: Path) -> None:
    """Keeping a coarser cut stores what was shown, and the run before it stays to compare with."""
    shown = recut_topics(sample_copy, 12)
    kept = keep_cut(sample_copy, 12, by="Ada")
    assert [(t["words"], t["size"]) for t in kept["topics"]] == [(t["words"], t["size"]) for t in shown]
    newest, before = topic_runs(sample_copy)[:2]
    assert (newest["topics"], newest["made_by"]) == (12, "Ada")
    assert [newest[name] for name in ("seed", "sources", "n", "method", "encoder")] == [
        before[name] for name in ("seed", "sources", "n", "method", "encoder")
    ]


class Stop(BaseException):
    """What a page raises where a person stops it."""


def test_topics_stopped_at_the_last_moment_are_not_stored(sample_copy: Path) -> None:
    """A person who stops once all is read finds no new run."""

    def told(done: int, total: int) -> None:
        if done == total:
            raise Stop

    before = len(topic_runs(sample_copy))
    with pytest.raises(Stop):
        find_topics(sample_copy, sources="answers", progress=told)
    assert len(topic_runs(sample_copy)) == before
