"""The page Suggestions: topics to link, code suggestions to decide on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from three_suggestions import STAMP, segments_of

from qualtool.errors import SuggestionError, UserInputError
from qualtool.model import Topic
from qualtool.store.file import connection
from qualtool.store.machine import machine
from qualtool.workflows.suggestions.finding_topics import link_topic
from qualtool.workflows.suggestions.suggestion_page import (
    suggestion_queue_of,
    topics_shown,
)
from qualtool.workflows.suggestions.topic_page import topic_passages
from qualtool.workflows.suggestions.topics_by_hand import merge_topics, part_topic
from qualtool.workflows.suggestions.vectors import chosen_folder

Open = Callable[..., AppTest]


@pytest.fixture
def with_topics(tiny_study: Path) -> Path:
    """The tiny study with two topics over the sentences of its second interview."""
    ids = [s["id"] for s in segments_of(tiny_study)]
    half = len(ids) // 2
    first = Topic(
        number=0,
        words=("families", "house"),
        members=tuple(range(half, len(ids))),
        representatives=(half,),
        weak=(len(ids) - 1,),
        stability=0.5,
    )
    second = Topic(number=1, words=(), members=tuple(range(half)), representatives=(0,))
    with connection.writing(tiny_study) as db:
        run, _ = machine.add_run(
            db,
            "topics",
            STAMP,
            parameters={"k": 2, "wanted": None},
            seed=7,
            libraries={"encoder": "TF-IDF"},
            note="The encoder is missing: TF-IDF was used.",
        )
        machine.add_topics(db, run, [first, second], ids)
    return tiny_study


def said(at: AppTest) -> str:
    parts = (*at.markdown, *at.error, *at.info, *at.success, *at.caption, *at.text)
    return " ".join(str(part.value) for part in parts).replace("\\", "")


def press(at: AppTest, key: str) -> AppTest:
    return at.button(key=key).click().run()


def topics_tab(at: AppTest) -> AppTest:
    at.session_state["suggestions_tab"] = "Topics"
    return at.run()


def counts(study: Path) -> dict[str, int]:
    return suggestion_queue_of(study)["counts"]


def first_topic(study: Path) -> dict[str, Any]:
    found = topics_shown(study)
    assert found is not None
    return found["topics"][0]


# --- empty and bad --------------------------------------------------------------------------------


def test_without_a_study_the_page_leads_to_study(open_page: Open) -> None:
    """Without a study the page says to open one and offers nothing to press."""
    at = open_page("suggestions.py")
    assert not at.exception
    assert "No study is open" in said(at)
    assert not at.tabs


def test_an_empty_study_leads_to_import(open_page: Open, empty_study: Path) -> None:
    """With nothing imported the page says to import, and shows no tabs."""
    at = open_page("suggestions.py", empty_study)
    assert not at.exception
    assert "import transcripts or a survey" in said(at)
    assert not at.tabs


def test_a_failed_run_says_so_and_changes_nothing(
    open_page: Open, suggested: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When no suggestions can be made the error is shown and the open ones stay."""

    def refuse(*_: object, **__: object) -> None:
        raise SuggestionError("There are no codes to suggest.")

    monkeypatch.setattr("qualtool.pages.parts.code_suggestions.suggest_codes", refuse)
    at = press(open_page("suggestions.py", suggested), "suggest_make")
    assert not at.exception
    assert "There are no codes to suggest" in said(at)
    assert counts(suggested)["open"] == 3


# --- topics ---------------------------------------------------------------------------------------


def test_without_topics_the_tab_says_what_the_button_does(open_page: Open, tiny_study: Path) -> None:
    """Before the first run the tab explains itself, and the slider waits for a choice."""
    at = topics_tab(open_page("suggestions.py", tiny_study))
    assert not at.exception
    assert "No topics yet" in said(at)
    assert at.slider(key="topics_number").disabled
    at.radio(key="topics_how").set_value("I choose").run()
    assert not at.slider(key="topics_number").disabled


def test_topics_ask_before_they_run_on_word_counts(
    open_page: Open, tiny_study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the language model cannot be used, the button asks first; ticked, topics say what they ran on."""
    monkeypatch.setattr("qualtool.suggest.encoder.carrier_folder", lambda: None)
    at = topics_tab(open_page("suggestions.py", tiny_study))
    at.button(key="topics_find").click().run()
    assert not at.exception
    assert any("word counts" in one.value for one in at.warning)
    assert topics_shown(tiny_study) is None
    at.checkbox(key="topics_on_words").check().run()
    at.button(key="topics_find").click().run()
    assert not at.exception
    found = topics_shown(tiny_study)
    assert found is not None
    assert "word counts" in found["run"]["note"]
    assert "word counts" in said(at)


def test_find_topics_passes_on_what_was_chosen(
    open_page: Open, tiny_study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The button runs the workflow with the number and the sources a person chose, and their name."""
    asked: dict[str, Any] = {}

    def note(_: Path, **options: Any) -> None:
        options.pop("progress")(1, 2)
        asked.update(options)

    monkeypatch.setattr("qualtool.pages.parts.topics.find_topics", note)
    at = topics_tab(open_page("suggestions.py", tiny_study))
    at.radio(key="topics_how").set_value("I choose").run()
    at.slider(key="topics_number").set_value(12)
    at.selectbox(key="topics_sources").select("transcripts")
    press(at, "topics_find")
    assert asked == {
        "n_topics": 12,
        "sources": "transcripts",
        "method": "tree",
        "by": "Ada",
        "on_words": False,
    }


def test_a_topic_shows_words_quotes_stability_and_its_run(open_page: Open, with_topics: Path) -> None:
    """The chosen topic shows what it is, and the run says encoder, seed and that TF-IDF was used."""
    at = topics_tab(open_page("suggestions.py", with_topics))
    assert not at.exception
    for words in ("families, house", "stability 0.50", "No.", "TF-IDF was used"):
        assert words in said(at)
    record = at.dataframe[-1].value.set_index("What")["Value"]
    assert record["seed"] == "7"
    assert record["encoder"] == "TF-IDF"
    assert record["setting: wanted"] == "as found"


def test_linking_makes_suggestions_and_unlinking_withdraws_them(open_page: Open, with_topics: Path) -> None:
    """Link says how many segments became suggestions; unlink takes the open ones back."""
    topic = first_topic(with_topics)
    at = topics_tab(open_page("suggestions.py", with_topics))
    at.selectbox(key=f"topic_code_{topic['guid']}_None").select("MAGNET").run()
    at = press(at, "topic_link")
    assert f"{topic['size']} of its {topic['size']} segments wait as suggestions under Codes." in said(at)
    assert counts(with_topics)["open"] == topic["size"]
    linked = first_topic(with_topics)
    assert (linked["code"], linked["n_open"]) == ("MAGNET", topic["size"])
    at = press(at, "topic_unlink")
    assert "Unlinked" in said(at)
    assert counts(with_topics)["open"] == 0


def test_segments_of_a_topic_come_best_fit_first(with_topics: Path) -> None:
    """The passages listed are the topic's, weak fits last; a topic nobody found is refused."""
    topic = first_topic(with_topics)
    found = topic_passages(with_topics, topic["guid"], n=topic["size"])
    assert [p["is_weak"] for p in found] == [False] * (topic["size"] - 1) + [True]
    assert topic["n_weak"] == 1
    assert topic_passages(with_topics, topic["guid"], first=1, n=2) == found[1:3]
    with pytest.raises(UserInputError, match="no such topic"):
        topic_passages(with_topics, "unknown")


def test_a_folder_that_is_no_model_is_refused_on_the_page(
    open_page: Open, with_topics: Path, tmp_path: Path
) -> None:
    """The box of the language model tells why, and the study keeps the usual one."""
    at = topics_tab(open_page("suggestions.py", with_topics))
    at.text_input(key="encoder_folder").set_value(str(tmp_path)).run()
    at = press(at, "encoder_use")
    assert not at.exception
    assert any("cannot be used as an encoder" in one.value for one in at.error)
    assert chosen_folder(with_topics) is None
    assert at.button(key="encoder_usual").disabled


def test_a_topic_stays_chosen_when_it_changes_its_place(open_page: Open, with_topics: Path) -> None:
    """Where another topic comes to stand first, the one that was looked at stays on the right."""
    at = topics_tab(open_page("suggestions.py", with_topics))
    first, second = topics_shown(with_topics)["topics"]
    assert at.session_state["topic_chosen"] == first["guid"]
    merge_topics(with_topics, [first["guid"]], second["guid"], by="Ada")
    merge_back = topics_shown(with_topics)["topics"]
    assert [t["guid"] for t in merge_back] == [second["guid"]]
    at.run()
    assert at.session_state["topic_chosen"] == second["guid"]
    part_topic(with_topics, first["guid"], by="Ada")
    at.run()
    assert topics_shown(with_topics)["topics"][0]["guid"] == first["guid"]
    assert at.session_state["topic_chosen"] == second["guid"]
    assert not any("families, house" in one.value for one in at.markdown)


def test_what_has_to_be_known_of_the_topics_stands_above_them(open_page: Open, with_topics: Path) -> None:
    """That word counts were used is told on the screen, and not only in the record of the run."""
    at = topics_tab(open_page("suggestions.py", with_topics))
    assert any("The encoder is missing" in one.value for one in at.caption)


def test_a_merged_topic_has_no_stability_of_its_own(open_page: Open, with_topics: Path) -> None:
    """What was measured of the machine's topic is not told of one that others were merged into."""
    first, second = topics_shown(with_topics)["topics"]
    merge_topics(with_topics, [second["guid"]], first["guid"], by="Ada")
    at = topics_tab(open_page("suggestions.py", with_topics))
    assert "stability not measured" in said(at)


def test_the_segments_of_a_topic_can_be_read_and_opened(open_page: Open, with_topics: Path) -> None:
    """Each stands there whole, with a button that opens it in the panel."""
    topic = first_topic(with_topics)
    at = topics_tab(open_page("suggestions.py", with_topics))
    at.session_state["topic_more"] = True
    at.run()
    one = topic_passages(with_topics, topic["guid"], n=1)[0]
    assert one["quote"].strip() in [t.value for t in at.text]
    at.button(key="topic_more_0").click().run()
    assert at.session_state["place"] == (one["source_guid"], one["start_char"])


def test_without_a_coder_a_topic_can_be_read_but_not_linked(open_page: Open, with_topics: Path) -> None:
    """Looking needs no name; linking does."""
    at = topics_tab(open_page("suggestions.py", with_topics, None))
    assert "families, house" in said(at)
    assert "topic_link" not in [b.key for b in at.button]
    with pytest.raises(UserInputError):
        link_topic(with_topics, "unknown", None, coder="Ada")


def test_evaluation_is_measured_on_request_only(
    open_page: Open, suggested: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The measures appear after the button, beside the baselines they must beat."""
    none = {"macro_f1": None, "recall_at_3": None}
    result = {
        "method": "m",
        "folds": 2,
        "rows": [{"code": "MAGNET", "n": 4, "precision": 0.5, "recall": 0.5, "f1": 0.5, "reason": None}],
        "macro_f1": 0.4,
        "recall_at_3": 0.7,
        "baselines": {"most_frequent_codes": none, "tfidf_logistic": none},
    }
    monkeypatch.setattr(
        "qualtool.pages.parts.suggestion_quality.evaluate_suggestions", lambda _, progress: result
    )
    at = open_page("suggestions.py", suggested)
    assert not at.dataframe
    at = press(at, "suggest_measure")
    assert at.dataframe[0].value["Right code among first 3"].iloc[0] == 0.7
    assert list(at.dataframe[0].value["Method"])[1:] == ["Most frequent codes", "Words alone (TF-IDF)"]
