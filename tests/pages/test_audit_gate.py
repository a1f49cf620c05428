"""Pages that could tell an auditor what was made of the passages they judge, and how they are closed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from qualtool.workflows.auditing.audit_drawing import draw_audit
from qualtool.workflows.auditing.auditing import running_audit
from qualtool.workflows.gathering.sources import sources_of
from qualtool.workflows.people.people import greet_coder
from qualtool.workflows.study.study_page import source_rows
from qualtool.workflows.suggestions.suggesting import suggest_codes

Open = Callable[..., AppTest]

MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"
LISTED = re.findall(r"st\.Page\(\s*\"(\w+\.py)\", title=\"([\w ]+)\", icon", MAIN.read_text(encoding="utf-8"))
OPEN_FILES = {
    *("study.py", "import_files.py", "codebook.py", "names.py", "code.py", "answers.py", "find_text.py"),
    *("suggestions.py", "sampling.py", "members.py"),
}
CLOSED = [(file, title) for file, title in LISTED if file not in OPEN_FILES]


@pytest.fixture
def audited(tiny_study: Path) -> Path:
    """The tiny study, all of it in Zoe's audit; Ada coded it and Ben did nothing."""
    suggest_codes(tiny_study, by="Ada")
    greet_coder(tiny_study, "Zoe")
    greet_coder(tiny_study, "Ben")
    draw_audit(tiny_study, coder="Zoe", codes=["MAGNET"], n=1_000)
    return tiny_study


def infos(at: AppTest) -> str:
    return " ".join(box.value for box in at.info)


def test_the_navigation_was_read() -> None:
    """The pages of the app are known to these tests, and those to be closed are among them."""
    assert len(LISTED) >= 18
    assert {file for file, _ in CLOSED} == {
        *("history.py", "edit_source.py", "merge_copy.py", "memos.py", "themes.py", "schools.py"),
        *("triangulate.py", "propositions.py", "displays.py", "export.py"),
    }


@pytest.mark.parametrize(("file", "title"), CLOSED)
def test_what_could_tell_is_closed_to_the_auditor(
    audited: Path, open_page: Open, file: str, title: str
) -> None:
    """Zoe reads one sentence with the way to her audit in place of the page."""
    at = open_page(file, audited, "Zoe")
    assert not at.exception
    assert f"The page **{title}** is closed to you while your blind audit runs" in infos(at)
    assert not at.dataframe
    assert [button.label for button in at.main.button] == ["Go on with the audit", "Finish the audit"]


def test_the_pages_are_open_to_everybody_else(audited: Path, open_page: Open) -> None:
    """Ben, who audits nothing, sees History, Memos and Themes as ever."""
    for file in ("history.py", "memos.py", "themes.py"):
        at = open_page(file, audited, "Ben")
        assert not at.exception
        assert "closed to you" not in infos(at)


def test_whoever_has_no_name_is_asked_for_it(audited: Path, tiny_study: Path, open_page: Open) -> None:
    """While somebody audits, a page that could tell wants to know who looks; other pages do not."""
    at = open_page("themes.py", audited, None)
    assert "Say who you are first" in infos(at)
    assert "Zoe is in the middle of a blind audit" in infos(at)
    assert "Say who you are first" not in infos(open_page("study.py", audited, None))


def test_a_nameless_visitor_sees_all_without_an_audit(tiny_study: Path, open_page: Open) -> None:
    """Without a running audit nobody has to say who they are to see Themes."""
    at = open_page("themes.py", tiny_study, None)
    assert "Say who you are first" not in infos(at)
    assert at.tabs


def test_finishing_opens_the_pages(audited: Path, open_page: Open) -> None:
    """Zoe finishes from the closed page itself, and sees it at once."""
    at = open_page("themes.py", audited, "Zoe")
    next(b for b in at.button if b.key == "gate_finish").click().run()
    assert not at.exception
    assert running_audit(audited, "Zoe") is None
    assert "closed to you" not in infos(at)
    assert at.tabs


def test_the_button_leads_to_the_audit(audited: Path, open_page: Open) -> None:
    """From a closed page one press leads to the passages to be judged."""
    at = open_page("export.py", audited, "Zoe")
    next(b for b in at.button if b.key == "gate_go").click().run()
    assert not at.exception
    assert any("hidden from you" in caption.value for caption in at.caption)


def test_topics_and_missing_codes_are_closed_in_open_pages(audited: Path, open_page: Open) -> None:
    """On Suggestions the topics, and on Find where a code is missing, say so and show nothing."""
    at = open_page("suggestions.py", audited, "Zoe")
    at.session_state["suggestions_tab"] = "Topics"
    at.run()
    assert "Topics are closed to you" in infos(at)
    at = open_page("find_text.py", audited, "Zoe")
    at.session_state["find_view"] = "Where a code is missing"
    at.run()
    assert "Where a code is missing is closed to you" in infos(at)


def test_counts_on_open_pages_are_the_auditors_own(audited: Path, open_page: Open) -> None:
    """Lists of sources tell Zoe nothing of Ada's codings, and the codebook no counts; Ben sees them."""
    assert {row["n_codings"] for row in sources_of(audited, coder="Zoe")} == {0}
    assert {name for row in sources_of(audited, coder="Zoe") for name in row["coders"]} == set()
    assert {row["state"] for row in source_rows(audited, coder="Zoe")} == {"unread"}
    assert sum(row["n_codings"] for row in sources_of(audited, coder="Ben")) > 0
    for coder, is_shown in (("Zoe", False), ("Ben", True)):
        table = open_page("codebook.py", audited, coder).dataframe[0]
        assert ("codings" in list(table.proto.column_order)) is is_shown
