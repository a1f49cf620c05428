"""The page Export: what leaves, for whom, and what stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from qualtool.errors import ExportError
from qualtool.workflows.exports.exporting import export_bytes
from qualtool.workflows.exports.preview_export import export_choices, preview_export

Open = Callable[..., AppTest]


def said(at: AppTest) -> str:
    parts = (*at.markdown, *at.info, *at.error, *at.caption)
    return " ".join(str(part.value) for part in parts).replace("\\", "")


def downloads(at: AppTest) -> list[str]:
    return [element.proto.label for element in at.get("download_button")]


# --- the page -------------------------------------------------------------------------------------


def test_without_a_study_the_page_says_so(open_page: Open) -> None:
    """Without a study the page asks for one."""
    at = open_page("export.py")
    assert not at.exception
    assert "No study is open" in at.info[0].value


def test_an_empty_study_can_only_leave_whole(open_page: Open, empty_study: Path) -> None:
    """Without codings the page offers no table, and the whole study still leaves."""
    at = open_page("export.py", empty_study)
    assert not at.exception
    assert "Nothing is coded yet" in at.info[0].value
    assert downloads(at) == []
    at.radio(key="export_what").set_value("study").run()
    assert not at.exception
    assert downloads(at) == ["Download the whole study (JSON, confidential)"]


def test_frequencies_are_previewed_before_the_button(open_page: Open, schools_study: Path) -> None:
    """The working copy of frequencies shows its rows, says which codes stay out, and can be taken."""
    at = open_page("export.py", schools_study)
    assert not at.exception
    assert at.metric[0].value == "3"
    assert "CONDUCT" in said(at)
    assert downloads(at)[0].startswith("Download working copy (XLSX")
    at.multiselect(key="export_restricted").set_value(["CONDUCT"]).run()
    assert at.metric[0].value == "4"


def test_released_quotes_ask_for_consent_each_time(open_page: Open, schools_study: Path) -> None:
    """There is no button before the question is answered; the answer decides what is in and out."""
    at = open_page("export.py", schools_study)
    at.radio(key="export_what").set_value("quotes").run()
    at.radio(key="export_standing").set_value("release").run()
    assert not at.exception
    assert downloads(at) == []
    at.radio(key="export_consent_0").set_value("withhold").run()
    assert not at.exception
    assert (at.metric[0].value, at.metric[1].value) == ("3", "3")
    assert downloads(at)[0].startswith("Download release (XLSX")
    at.radio(key="export_consent_0").set_value("include").run()
    assert (at.metric[0].value, at.metric[1].value) == ("4", "2")
    at.session_state["export_round"] = 1  # what a download does
    at.run()
    assert downloads(at) == []


def test_codings_and_the_study_have_no_release(open_page: Open, schools_study: Path) -> None:
    """Codings and the whole study offer no choice of audience and say why."""
    at = open_page("export.py", schools_study)
    for what, words in (("codings", "confidential working copy only"), ("study", "A transfer of the whole")):
        at.radio(key="export_what").set_value(what).run()
        assert not at.exception
        assert [radio.key for radio in at.radio] == ["export_what"]
        assert words in said(at)


def test_a_release_of_frequencies_hides_small_bases(open_page: Open, schools_study: Path) -> None:
    """By school every base is one person: all counts are hidden, and the preview says so."""
    at = open_page("export.py", schools_study)
    at.radio(key="export_standing").set_value("release").run()
    at.selectbox(key="export_by").set_value("case").run()
    assert not at.exception
    assert int(at.metric[1].value) > 0
    assert "suppressed" in said(at)


# --- what the page is made of ---------------------------------------------------------------------


def test_the_preview_is_what_the_file_holds(schools_study: Path) -> None:
    """The first rows of the preview are those of the CSV, and its bytes are the export's rows."""
    found = preview_export(schools_study, format="csv", what="quotes", code="MAGNET")
    assert [row["case"] for row in found.head] == ["School A", "School C", "School I"]
    assert found.file.rows == 3
    assert found.left_out == ({"Why": "Consent no", "How many": 1},)
    same = preview_export(schools_study, format="xlsx", what="quotes", code="MAGNET")
    assert same.head == found.head
    assert same.file.content.startswith(b"PK")


def test_reasons_stand_in_words(schools_study: Path) -> None:
    """A release counts what it withholds by reason, in words a reader knows."""
    found = preview_export(schools_study, format="csv", what="quotes", release=True)
    told = {row["Why"]: row["How many"] for row in found.left_out}
    assert told == {"No consent to quote": 1, "Consent unknown": 1, "Restricted code": 1}


def test_a_release_of_codings_is_refused(schools_study: Path) -> None:
    """Asking for a release of codings is refused before a byte is made."""
    with pytest.raises(ExportError, match="Release quotes"):
        preview_export(schools_study, format="csv", what="codings", release=True)


def test_choices_list_codes_and_restricted_ones(schools_study: Path) -> None:
    """Headings can be chosen too; the restricted code is listed by name."""
    found = export_choices(schools_study)
    assert ("Steering", "Steering") in found.codes
    assert found.restricted == (("CONDUCT", "Conduct of adults"),)
    assert found.n_codings == 6


def test_the_whole_study_is_a_transfer_and_says_so(schools_study: Path) -> None:
    """The JSON holds everything and says that it is confidential."""
    document = json.loads(export_bytes(schools_study, format="json").content)
    assert "CONFIDENTIAL" in document["about"][0]["text"]
    assert len(document["codings"]) == 6
