"""The page Suggestions: topics to link, code suggestions to decide on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qualtool.errors import SelectionError, SuggestionError, UserInputError
from qualtool.model import Suggestion, Topic
from qualtool.pages.parts.code_suggestions import KEYS
from qualtool.store import answers, connection, machine, people, suggestion_rows
from qualtool.store import codes as code_store
from qualtool.store.events import Stamp
from qualtool.suggest import Calibration, in_ten
from qualtool.workflows.auditing.audit_drawing import draw_audit
from qualtool.workflows.people.people import greet_coder
from qualtool.workflows.suggestions.deciding import accept_suggestion
from qualtool.workflows.suggestions.finding_topics import link_topic
from qualtool.workflows.suggestions.machine_units import selection_of
from qualtool.workflows.suggestions.suggestion_page import (
    suggestion_context,
    suggestion_queue_of,
    topic_segments,
    topics_shown,
)
from qualtool.workflows.themes.themes import quotes

Open = Callable[..., AppTest]
STAMP = Stamp(by="Ada", at="2026-01-01T09:00:00+00:00")
# Sentence, code, score: one suggestion of each strength.
WANTED = (
    ("Two families moved house to be near us.", "MAGNET", 0.9),
    ("They send people on to us.", "PUSH", 0.4),
    ("They ask around.", "SPACE", 0.01),
)


def segments_of(study: Path, source: str = "second.txt") -> list[dict[str, Any]]:
    with connection.reading(study) as db:
        return [s for s in machine.machine_segments(db) if s["source"] == source]


@pytest.fixture
def suggested(tiny_study: Path) -> Path:
    """The tiny study with three suggestions on its second interview."""
    rows = {s["text"]: s for s in segments_of(tiny_study)}
    with connection.writing(tiny_study) as db:
        ids = code_store.code_ids(db)
        guids = {c.short_id: c.guid for c in code_store.codebook(db).codes}
        run, _ = machine.add_run(db, "suggest", STAMP, parameters={}, seed=0, libraries={})
        machine.add_suggestions(
            db,
            run,
            [
                Suggestion(
                    selection=selection_of(rows[text]),
                    code_guid=guids[code],
                    score=score,
                    reason=f"It is near the definition of {code}.",
                )
                for text, code, score in WANTED
            ],
            source_ids={r["source_guid"]: r["source_id"] for r in rows.values()},
            code_ids=ids,
        )
    return tiny_study


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


def test_without_a_coder_nothing_can_be_decided(open_page: Open, suggested: Path) -> None:
    """Nobody decides anonymously: the page asks for a name and shows no Accept."""
    at = open_page("suggestions.py", suggested, None)
    assert "Say who you are first" in said(at)
    assert "suggestion_accept" not in [b.key for b in at.button]


def test_a_fresh_study_says_how_to_get_suggestions(open_page: Open, tiny_study: Path) -> None:
    """Without suggestions the buttons are there but off, and the page says what to do."""
    at = open_page("suggestions.py", tiny_study)
    assert "No suggestions wait for you" in said(at)
    assert at.button(key="suggestion_accept").disabled
    assert at.button(key="suggestion_undo").disabled


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


# --- deciding -------------------------------------------------------------------------------------


def test_the_strongest_stands_first_with_words_around_it(open_page: Open, suggested: Path) -> None:
    """The first shown is the strongest, with question, context, code, definition, strength and reason."""
    text = said(open_page("suggestions.py", suggested))
    for words in (
        "And is there room?",
        "No. :blue-background[Two families moved house to be near us.]",
        "Steering > Magnet reputation",
        "Families seek the school.",
        "strong suggestion",
        "near the definition of MAGNET",
    ):
        assert words in text
    assert "0.9" not in text
    assert "90%" not in text


def test_accepting_makes_a_coding_of_this_coder_and_shows_the_next(open_page: Open, suggested: Path) -> None:
    """Accept stores one coding, by the person, with its origin, and goes on to the next suggestion."""
    at = press(open_page("suggestions.py", suggested), "suggestion_accept")
    assert not at.exception
    (mine,) = [q for q in quotes(suggested, code="MAGNET") if q["source"] == "second.txt"]
    assert (mine["coder"], mine["origin"], mine["quote"]) == ("Ada", "accepted", WANTED[0][0])
    assert f":blue-background[{WANTED[1][0]}]" in said(at)
    assert "2 open · 1 accepted · 0 rejected" in said(at)


def test_rejecting_makes_no_coding(open_page: Open, suggested: Path) -> None:
    """Reject counts the decision and codes nothing."""
    at = press(open_page("suggestions.py", suggested), "suggestion_reject")
    assert "2 open · 0 accepted · 1 rejected" in said(at)
    assert len(quotes(suggested)) == 1


def test_undo_takes_back_decisions_one_by_one(open_page: Open, suggested: Path) -> None:
    """Undo opens the last decision again, then the one before, and removes the coding it made."""
    at = press(press(open_page("suggestions.py", suggested), "suggestion_accept"), "suggestion_reject")
    assert counts(suggested) == {"open": 1, "accepted": 1, "rejected": 1}
    at = press(at, "suggestion_undo")
    assert counts(suggested) == {"open": 2, "accepted": 1, "rejected": 0}
    at = press(at, "suggestion_undo")
    assert counts(suggested) == {"open": 3, "accepted": 0, "rejected": 0}
    assert len(quotes(suggested)) == 1
    assert at.button(key="suggestion_undo").disabled


def test_later_puts_a_suggestion_last(open_page: Open, suggested: Path) -> None:
    """Later decides nothing; the suggestion comes back after all others."""
    at = open_page("suggestions.py", suggested)
    shown = []
    for _ in range(3):
        shown.append(next(t for t, _, _ in WANTED if f":blue-background[{t}]" in said(at)))
        at = press(at, "suggestion_later")
    assert shown == [t for t, _, _ in WANTED]
    assert f":blue-background[{WANTED[0][0]}]" in said(at)
    assert counts(suggested)["open"] == 3


def test_a_suggestion_decided_elsewhere_is_refused_once_and_passed(open_page: Open, suggested: Path) -> None:
    """When a colleague was faster the page says so, changes nothing and shows the next one."""
    from qualtool.workflows.suggestions.deciding import reject_suggestion

    at = open_page("suggestions.py", suggested)
    first = suggestion_queue_of(suggested)["upcoming"][0]
    reject_suggestion(suggested, first["guid"], coder="Ben")
    at = press(at, "suggestion_accept")
    assert "decided meanwhile, by Ben" in at.warning[0].value
    assert [b.label for b in at.button if (b.key or "").startswith("torn_")] == [
        "Keep theirs",
        "Accept it all the same",
    ]
    assert f":blue-background[{WANTED[1][0]}]" in said(at)
    assert counts(suggested) == {"open": 2, "accepted": 0, "rejected": 1}


def test_filters_keep_to_a_code_and_a_strength(open_page: Open, suggested: Path) -> None:
    """A filter narrows the queue; when nothing fits the page says so."""
    with connection.reading(suggested) as db:
        guids = {c.short_id: c.guid for c in code_store.codebook(db).codes}
    at = open_page("suggestions.py", suggested)
    at.selectbox(key="suggestions_code").select(guids["SPACE"]).run()
    assert f":blue-background[{WANTED[2][0]}]" in said(at)
    at.session_state["suggestions_strength"] = ["strong"]
    at.run()
    assert "Nothing is left under these filters" in said(at)


def test_the_queue_filters_by_source_and_strength(suggested: Path) -> None:
    """Each filter of the queue keeps exactly what fits it."""
    assert suggestion_queue_of(suggested, source="first.txt")["n"] == 0
    assert suggestion_queue_of(suggested, source="second.txt")["n"] == 3
    assert suggestion_queue_of(suggested, strengths=["strong", "weak"])["n"] == 2


def test_context_is_the_rest_of_the_turn_and_no_longer_than_asked(suggested: Path) -> None:
    """Before, quote and after make up the turn; each side is cut to the length asked for."""
    first = suggestion_queue_of(suggested)["upcoming"][0]
    found = suggestion_context(suggested, first["guid"])
    assert found["before"] + found["quote"] + found["after"] == "No. Two families moved house to be near us."
    assert found["asked"] == {"speaker": "Interviewer", "text": "And is there room?"}
    cut = suggestion_context(suggested, first["guid"], n_chars=2)
    assert cut["before"] == "…. "
    with pytest.raises(UserInputError, match="no such suggestion"):
        suggestion_context(suggested, "unknown")


def shown(at: AppTest) -> str:
    """The words of the suggestion on the page."""
    return next(t for t, _, _ in WANTED if f":blue-background[{t}]" in said(at))


def test_right_code_wrong_words_is_recorded_and_leads_to_the_panel(open_page: Open, suggested: Path) -> None:
    """W puts a suggestion aside as right for the turn, codes nothing, and offers the place in the panel."""
    first = suggestion_queue_of(suggested)["upcoming"][0]
    at = press(open_page("suggestions.py", suggested), "suggestion_wrong")
    assert not at.exception
    assert "Right code, wrong words: Magnet reputation" in at.info[0].value
    assert counts(suggested) == {"open": 2, "accepted": 0, "rejected": 1}
    assert len(quotes(suggested)) == 1
    with connection.reading(suggested) as db:
        ((turn, _, _),) = suggestion_rows.wrong_word_turns(db)
    assert first["quote"] in turn
    assert turn != first["quote"]
    at = press(at, "suggestion_undo")
    with connection.reading(suggested) as db:
        assert suggestion_rows.wrong_word_turns(db) == []
    assert "suggestion_select" not in [b.key for b in at.button]


def test_other_words_of_the_turn_are_coded_as_edited(open_page: Open, suggested: Path) -> None:
    """E opens the words; those that are left are coded, as edited, with the suggestion remembered."""
    at = press(open_page("suggestions.py", suggested), "suggestion_edit")
    guid = suggestion_queue_of(suggested)["upcoming"][0]["guid"]
    at.text_area(key=f"suggestion_words_{guid}").set_value("Two families  moved house")
    at = next(b for b in at.button if b.label == "Accept these words").click().run()
    assert not at.exception
    (mine,) = [q for q in quotes(suggested, code="MAGNET") if q["source"] == "second.txt"]
    assert (mine["origin"], mine["quote"]) == ("edited", "Two families moved house")
    assert counts(suggested)["accepted"] == 1
    at = press(at, "suggestion_undo")
    assert counts(suggested) == {"open": 3, "accepted": 0, "rejected": 0}


def test_words_that_do_not_stand_in_the_turn_are_refused(open_page: Open, suggested: Path) -> None:
    """Words of another turn, or changed ones, are refused with what to do, and nothing is coded."""
    at = press(open_page("suggestions.py", suggested), "suggestion_edit")
    guid = suggestion_queue_of(suggested)["upcoming"][0]["guid"]
    at.text_area(key=f"suggestion_words_{guid}").set_value("Three families moved house")
    at = next(b for b in at.button if b.label == "Accept these words").click().run()
    assert "do not stand in this turn" in said(at)
    assert counts(suggested)["open"] == 3
    for words in ("", "   ", "And is there room?"):
        with pytest.raises(SelectionError):
            accept_suggestion(suggested, guid, coder="Ada", words=words)


def test_the_order_is_the_person_s(open_page: Open, suggested: Path) -> None:
    """By source goes along the text; at random is one fixed draw of all; useful follows the stored places."""
    with connection.writing(suggested) as db:
        for place, (text, _, _) in enumerate(reversed(WANTED)):
            db.conn.execute("UPDATE suggestion SET place = ? WHERE quote = ?", (place, text))
    at = open_page("suggestions.py", suggested)
    at.selectbox(key="suggestions_order").set_value("source").run()
    assert shown(at) == "They ask around."
    at.selectbox(key="suggestions_order").set_value("useful").run()
    assert shown(at) == WANTED[-1][0]
    drawn = [
        [suggestion_queue_of(suggested, order="random", seed=seed)["upcoming"][0]["quote"] for _ in range(2)]
        for seed in range(12)
    ]
    assert all(one == other for one, other in drawn)
    assert len({one for one, _ in drawn}) > 1


def test_a_probability_is_told_where_it_is_known(open_page: Open, suggested: Path) -> None:
    """A calibrated suggestion tells how often people would agree, and stands by it in the order."""
    with connection.writing(suggested) as db:
        db.conn.execute("UPDATE suggestion SET probability = 0.95 WHERE quote = ?", (WANTED[2][0],))
        db.conn.execute("UPDATE suggestion SET probability = 0.31 WHERE quote = ?", (WANTED[0][0],))
    at = open_page("suggestions.py", suggested)
    assert shown(at) == WANTED[2][0]
    assert "right in at least 19 of 20 cases" in said(at)
    assert "weak suggestion" not in said(at)
    assert [in_ten(p) for p in (0.0, 0.04, 0.06, 0.31, 0.94, 1.0)] == [
        "fewer than 1 of 20",
        "fewer than 1 of 20",
        "about 1 of 10",
        "about 3 of 10",
        "about 9 of 10",
        "at least 19 of 20",
    ]


def test_a_bare_score_does_not_outrank_a_probability(suggested: Path) -> None:
    """A code without a probability stands in the most certain order where the curve of all codes puts it."""
    with connection.writing(suggested) as db:
        db.conn.execute("UPDATE suggestion SET probability = 0.55 WHERE quote = ?", (WANTED[1][0],))
    # no curve known: 0.9 is 0.9
    assert (
        suggestion_queue_of(suggested)["upcoming"][0]["quote"] == WANTED[0][0]
    )  # no curve known: 0.9 is 0.9
    told = Calibration(curves={"other": (1.0, 0.0)}, common=(1.0, -3.0)).as_dict()
    with connection.writing(suggested) as db:
        suggestion_rows.add_refit(db, STAMP, {"calibration": told, "n_labels": 40}, {}, "")
    assert suggestion_queue_of(suggested)["upcoming"][0]["quote"] == WANTED[1][0]


def test_accepting_tells_that_a_mark_went(open_page: Open, suggested: Path) -> None:
    """Where Ada had called the answer without substance, accepting says that her mark is off, once."""
    row = segments_of(suggested)[0]
    with connection.writing(suggested) as db:
        ada = people.ensure_coder(db, "Ada", STAMP)
        answers.set_state(db, row["source_id"], row["source_guid"], ada, STAMP, empty=True)
    at = press(open_page("suggestions.py", suggested), "suggestion_accept")
    assert not at.exception
    assert ["no substantive answer" in toast.value for toast in at.toast] == [True]
    at = press(at, "suggestion_accept")
    assert not at.toast
    at = press(press(at, "suggestion_undo"), "suggestion_undo")
    with connection.reading(suggested) as db:
        assert answers.has_state(db, row["source_id"], ada)


def test_keys_are_told_and_differ() -> None:
    """Every decision has its own key, and none that the page's own program keeps."""
    assert len(set(KEYS.values())) == len(KEYS) == 6
    assert not {"C", "R"} & set(KEYS.values())


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
    at.selectbox(key=f"topic_code_{topic['guid']}").select("MAGNET").run()
    at = press(at, "topic_link")
    assert f"{topic['size']} of its {topic['size']} segments are suggestions now" in said(at)
    assert counts(with_topics)["open"] == topic["size"]
    linked = first_topic(with_topics)
    assert (linked["code"], linked["n_open"]) == ("MAGNET", topic["size"])
    at = press(at, "topic_unlink")
    assert "Unlinked" in said(at)
    assert counts(with_topics)["open"] == 0


def test_segments_of_a_topic_come_best_fit_first(with_topics: Path) -> None:
    """The segments listed are the topic's, weak fits last; a topic nobody found is refused."""
    topic = first_topic(with_topics)
    found = topic_segments(with_topics, topic["guid"])
    assert [s["is_weak"] for s in found] == [False] * (topic["size"] - 1) + [True]
    assert topic["n_weak"] == 1
    with pytest.raises(UserInputError, match="no such topic"):
        topic_segments(with_topics, "unknown")


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
    monkeypatch.setattr("qualtool.pages.parts.suggestion_quality.evaluate_suggestions", lambda _: result)
    at = open_page("suggestions.py", suggested)
    assert not at.dataframe
    at = press(at, "suggest_measure")
    assert at.dataframe[0].value["Right code among first 3"].iloc[0] == 0.7
    assert list(at.dataframe[0].value["Method"])[1:] == ["Most frequent codes", "Words alone (TF-IDF)"]


# --- the blind audit ------------------------------------------------------------------------------


def audit_tab(at: AppTest) -> AppTest:
    at.session_state["suggestions_tab"] = "Audit"
    return at.run()


def pressed(at: AppTest, label: str) -> AppTest:
    return next(b for b in at.button if b.label == label).click().run()


def told(at: AppTest) -> str:
    return "\n".join(e.value for e in (*at.markdown, *at.caption, *at.info, *at.success, *at.error))


@pytest.fixture
def audited(suggested: Path) -> Path:
    """The tiny study with an audit of two passages drawn for Zoe."""
    greet_coder(suggested, "Zoe")
    draw_audit(suggested, coder="Zoe", codes=["MAGNET"], n=2, strata=())
    return suggested


def test_an_audit_is_drawn_judged_and_told(open_page: Open, suggested: Path) -> None:
    """The tab draws a sample, asks yes or no to each code, and gives the result once it is finished."""
    at = audit_tab(open_page("suggestions.py", suggested))
    at.multiselect(key="audit_codes").set_value(["MAGNET"])
    at.number_input(key="audit_n").set_value(2)
    at = pressed(at, "Draw")
    assert not at.exception
    assert "hidden from you" in told(at)
    at = pressed(at, "Save")
    assert "yes or no to every code" in told(at)
    at = pressed(at, "No to the rest")
    at = pressed(at, "Skip")
    assert "Every passage is read" in told(at)
    at = pressed(at, "Finish the audit")
    assert not at.exception
    assert "1 passage judged, 1 skipped, 0 not read" in told(at)
    assert "no passage to which the code applies" in told(at)
    assert "Accepted suggestions are no part" in told(at)


def test_a_yes_stays_when_the_rest_get_no(open_page: Open, suggested: Path) -> None:
    """Yes to one of two codes and *No to the rest* are stored as one yes and one no."""
    greet_coder(suggested, "Zoe")
    draw_audit(suggested, coder="Zoe", codes=["MAGNET", "PUSH"], n=1, strata=())
    at = audit_tab(open_page("suggestions.py", suggested, "Zoe"))
    first, _ = [g for g in at.get("button_group") if g.key.startswith("audit_")]
    first.set_value("yes")
    at = pressed(at, "No to the rest")
    assert not at.exception
    with connection.reading(suggested) as db:
        answers = db.conn.execute("SELECT answer FROM audit_answer ORDER BY answer").fetchall()
    assert [row[0] for row in answers] == ["no", "yes"]


def test_the_auditor_sees_no_suggestion_on_the_page(open_page: Open, audited: Path) -> None:
    """Those on audited passages are gone from Zoe's queue; Ada's stays as it was."""
    with connection.reading(audited) as db:
        n = db.conn.execute("SELECT count(*) FROM audit_unit").fetchone()[0]
    assert n == 2
    ours = suggestion_queue_of(audited, coder="Ada")["n"]
    theirs = suggestion_queue_of(audited, coder="Zoe")["n"]
    at = open_page("suggestions.py", audited, "Zoe")
    assert not at.exception
    assert f"**{theirs}** to decide here" in told(at)
    assert f"**{ours}** to decide here" in told(open_page("suggestions.py", audited, "Ada"))


def test_without_codes_there_is_nothing_to_audit(open_page: Open, empty_study: Path) -> None:
    """An empty study points to Import, as for suggestions."""
    at = open_page("suggestions.py", empty_study)
    assert "nothing to make suggestions from" in told(at)
