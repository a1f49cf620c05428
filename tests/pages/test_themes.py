"""The page Themes: frequencies, crosstab, co-occurrence, and the quotes behind."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from qualtool.errors import UserInputError
from qualtool.store.file import connection
from qualtool.workflows.coding.coding import code_selection, text_of
from qualtool.workflows.exports.exporting import export_bytes
from qualtool.workflows.gathering.sources import save_source_set
from qualtool.workflows.themes import theme_charts
from qualtool.workflows.themes.theme_page import (
    MAX_GROUPS,
    code_choices,
    codes_together,
    crosstab_table,
    quotes_behind,
    theme_table,
)

Open = Callable[..., AppTest]
FIRST, SECOND = "first.txt", "second.txt"


def said(at: AppTest) -> str:
    parts = (*at.markdown, *at.error, *at.info, *at.caption)
    return " ".join(str(part.value) for part in parts).replace("\\", "")


@pytest.fixture
def coded(tiny_study: Path) -> Path:
    """Ada codes MAGNET twice and PUSH once in the first interview, Ben PUSH in both, on one turn."""

    def code(source: str, quote: str, key: str, coder: str) -> None:
        start = text_of(tiny_study, source).index(quote)
        code_selection(tiny_study, source, start, start + len(quote), key, coder=coder)

    code(FIRST, "Two families moved house", "MAGNET", "Ada")
    code(FIRST, "They send people on to us.", "PUSH", "Ada")
    code(FIRST, "moved house to be near us.", "PUSH", "Ben")
    code(SECOND, "They send people on to us.", "PUSH", "Ben")
    return tiny_study


def tab(at: AppTest, name: str) -> AppTest:
    at.session_state["themes_tab"] = name
    return at.run()


# --- empty ----------------------------------------------------------------------------------------


def test_without_a_study_the_page_leads_to_study(open_page: Open) -> None:
    """Without a study there is nothing to count and nothing to choose."""
    at = open_page("themes.py")
    assert not at.exception
    assert "No study is open" in said(at)
    assert not at.tabs


def test_an_empty_study_says_nothing_is_coded(open_page: Open, empty_study: Path) -> None:
    """With nothing coded the page says so instead of an empty chart."""
    at = open_page("themes.py", empty_study)
    assert not at.exception
    assert "Nothing is coded yet" in said(at)
    assert not at.tabs


def test_sources_in_which_nobody_voiced_anything_say_so(open_page: Open, coded: Path) -> None:
    """A choice of sources without a coding says so in every tab and breaks nothing."""
    for name, words in (
        ("Frequencies", "Nobody voiced a code"),
        ("Crosstab", "Nobody spoke"),
        ("Together", "No two codes"),
    ):
        at = tab(open_page("themes.py", coded), name)
        at.selectbox(key="themes_sources").select("answers").run()
        assert not at.exception
        assert words in said(at)


# --- frequencies ----------------------------------------------------------------------------------


def test_frequencies_count_participants_by_case_and_say_denominators(open_page: Open, coded: Path) -> None:
    """The table holds participants by group, the group's n in its heading, most voiced code first."""
    at = open_page("themes.py", coded)
    at.selectbox(key="themes_by").select("source").run()
    assert not at.exception
    table = at.dataframe[0].value
    assert list(table.columns) == ["first.txt (n = 1)", "second.txt (n = 1)"]
    assert list(table.index) == ["Sent on", "Magnet reputation"]
    assert table.loc["Sent on"].tolist() == [1, 1]
    assert table.loc["Magnet reputation"].tolist() == [1, 0]
    assert "2 of 3 codes shown; somebody voiced 2" in said(at)


def test_unread_interviews_are_said(open_page: Open, tiny_study: Path) -> None:
    """An interview nobody worked on is named as such: silence there means nothing."""
    assert "1 of 2 interviews is neither coded nor marked read" in said(open_page("themes.py", tiny_study))


def test_all_codes_show_those_nobody_voiced(open_page: Open, coded: Path) -> None:
    """The switch adds codes with zeros."""
    at = open_page("themes.py", coded)
    at.toggle(key="themes_every").set_value(True).run()
    assert "No room" in at.dataframe[0].value.index


def test_quotes_follow_code_and_group(open_page: Open, coded: Path) -> None:
    """The quotes below are those of the chosen code in the chosen group."""
    at = open_page("themes.py", coded)
    at.selectbox(key="themes_by").select("source").run()
    at.selectbox(key="themes_code").select("PUSH").run()
    assert "3 quotes of 2 participants" in said(at)
    at.selectbox(key="themes_group").select(SECOND).run()
    assert "1 quote of 1 participant" in said(at)
    assert "coded by Ben" in said(at)


def test_one_coders_layer_counts_only_theirs(open_page: Open, coded: Path) -> None:
    """The layer of one coder leaves the others' codings out of numbers and quotes."""
    at = open_page("themes.py", coded)
    at.selectbox(key="themes_by").select("all").run()
    at.selectbox(key="themes_measure").select("codings").run()
    at.selectbox(key="themes_layer").select("coder:Ben").run()
    table = at.dataframe[0].value
    assert table.loc["Sent on"].tolist() == [2]
    assert "Magnet reputation" not in table.index


@pytest.mark.parametrize(
    ("measure", "value", "label"),
    [
        ("participants", 2, "2 of 2"),
        ("share", 1.0, "2 of 2"),
        ("cases", 0, "0 of 0"),
        ("codings", 3, "3"),
        ("segments", 3, "3"),
        ("words", 18, "18"),
    ],
)
def test_each_measure_counts_what_it_says(coded: Path, measure: str, value: float, label: str) -> None:
    """PUSH was voiced by both people, in three codings on three sentences, in 6 + 6 + 6 words."""
    table = theme_table(coded, by="all", measure=measure)
    (cell,) = [
        c for c in theme_table(coded, by="all", measure=measure, top=None).cells if c["code"] == "PUSH"
    ]
    assert (cell["value"], cell["label"]) == (value, label)
    assert table.n_codes == 3


def test_top_keeps_the_most_voiced(coded: Path) -> None:
    """Only as many codes as asked for stay, the most voiced, and the rest is counted."""
    table = theme_table(coded, by="all", measure="codings", top=1)
    assert (table.codes, table.n_voiced, table.n_codes) == (["PUSH"], 2, 3)


def test_many_groups_are_cut_and_counted(tiny_study: Path) -> None:
    """No more groups than can be read are shown, and those left out are counted."""
    from qualtool.workflows.gathering.import_transcripts import import_loaded
    from qualtool.workflows.reports import ImportReport

    files = [(f"more{i:02}.txt", f"Interviewer: Yes?\nP{i}: It is number {i}.\n".encode()) for i in range(25)]
    import_loaded(tiny_study, files, ImportReport(), by="Ada")
    table = theme_table(tiny_study, by="source", measure="participants")
    assert len(table.groups) == MAX_GROUPS
    assert table.n_hidden_groups == 27 - MAX_GROUPS


@pytest.mark.parametrize(
    "options",
    [
        {"measure": "tears", "by": "all"},
        {"measure": "codings", "by": "shoe size"},
        {"measure": "codings", "by": "all", "sources": "no such set"},
        {"measure": "codings", "by": "all", "layer": "coder:Nobody"},
    ],
)
def test_unknown_choices_are_refused(coded: Path, options: dict[str, str]) -> None:
    """An unknown measure, variable, set or coder is an error with words, not an empty table."""
    with pytest.raises(UserInputError):
        theme_table(coded, **options)


def test_quotes_behind_a_group_are_those_counted(coded: Path) -> None:
    """The quotes of a group are as many as its codings, for a code, a heading, and a named set."""
    assert len(quotes_behind(coded, "PUSH", by="source", group=FIRST)) == 2
    assert len(quotes_behind(coded, "Steering")) == 5
    save_source_set(coded, "later", [SECOND], by="Ada")
    assert len(quotes_behind(coded, "PUSH", sources="later")) == 1
    assert len(quotes_behind(coded, "PUSH", by="role", group="(none)")) == 3
    assert quotes_behind(coded, "PUSH", by="role", group="SENCO") == []
    with pytest.raises(UserInputError):
        quotes_behind(coded, "PUSH", by="shoe size", group="41")
    with pytest.raises(UserInputError):
        quotes_behind(coded, "PUSH", sources="no such set")


def test_the_file_holds_the_numbers_of_the_table(coded: Path) -> None:
    """The XLSX of frequencies has the participants that the page shows."""
    made = export_bytes(coded, format="xlsx", what="frequencies", by="source")
    sheet = openpyxl.load_workbook(io.BytesIO(made.content)).worksheets[0]
    rows = [[str(c) for c in row] for row in sheet.iter_rows(values_only=True)]
    head = next(row for row in rows if "n_participants" in row)
    at = head.index("n_participants")
    found = {(r[head.index("code")], r[head.index("group")]): r[at] for r in rows if len(r) > at}
    assert (found["PUSH", FIRST], found["MAGNET", SECOND]) == ("1", "0")


# --- crosstab and co-occurrence -------------------------------------------------------------------


def test_the_crosstab_writes_x_of_n(open_page: Open, coded: Path) -> None:
    """A cell is those who voiced the code of those who spoke; the page shows the same numbers."""
    (cell,) = crosstab_table(coded, "MAGNET", rows="all", columns="all").rows
    assert (cell["label"], cell["share"]) == ("1 of 2", 0.5)
    at = tab(open_page("themes.py", coded), "Crosstab")
    assert not at.exception
    at.selectbox(key="crosstab_code").select("Steering").run()
    assert at.dataframe[0].value["n_voiced"].sum() == 2


def test_codes_together_by_each_unit(open_page: Open, coded: Path) -> None:
    """MAGNET and PUSH overlap once, share one turn and one person."""
    for by in ("overlap", "turn", "participant"):
        (pair,) = codes_together(coded, by=by)["pairs"]
        assert (pair["n"], {pair["code_a"], pair["code_b"]}) == (1, {"Magnet reputation", "Sent on"})
    at = tab(open_page("themes.py", coded), "Together")
    assert not at.exception
    assert at.dataframe[0].value["n"].tolist() == [1]
    assert "turns (or answers) in which both codes occur" in said(at)


def test_a_grid_of_pairs_is_symmetrical(coded: Path) -> None:
    """Each pair fills two squares, one either side of the diagonal."""
    squares = codes_together(coded, by="turn")["squares"]
    assert {(s["code_a"], s["code_b"]) for s in squares} == {
        ("Magnet reputation", "Sent on"),
        ("Sent on", "Magnet reputation"),
    }


def test_choices_of_codes_hold_headings_by_path(coded: Path) -> None:
    """A code is named by its short id, a heading by its path."""
    assert code_choices(coded) == {
        "Steering": "Steering",
        "MAGNET": "Steering > Magnet reputation",
        "PUSH": "Steering > Sent on",
        "SPACE": "No room",
    }


def test_charts_are_bars_for_few_groups_and_a_grid_for_many(coded: Path) -> None:
    """Groups that colours can tell apart are bars; more of them are squares with the count in them."""
    few = theme_charts.frequency_chart(
        theme_table(coded, by="source", measure="share"), measure="share", title="Share"
    ).to_dict()
    assert few["mark"]["type"] == "bar"
    assert few["encoding"]["y"]["sort"] == ["Sent on", "Magnet reputation"]
    table = theme_table(coded, by="source", measure="participants")
    many = type(table)(
        cells=table.cells,
        groups=tuple({**table.groups[0], "heading": f"g{i}"} for i in range(5)),
        n_codes=3,
        n_voiced=2,
        n_hidden_groups=0,
        n_unread=0,
        stale=0,
    )
    grid = theme_charts.frequency_chart(many, measure="participants", title="Participants").to_dict()
    assert [layer["mark"]["type"] for layer in grid["layer"]] == ["rect", "text"]


def test_suggested_codings_can_be_left_out(open_page: Callable[..., AppTest], tiny_study: Path) -> None:
    """With the switch on, a code voiced in an accepted suggestion alone counts as voiced by nobody."""
    code_selection(tiny_study, SECOND, 52, 67, "PUSH", coder="Ada")
    with connection.writing(tiny_study) as db:
        db.conn.execute("UPDATE coding SET origin = 'accepted' WHERE id = (SELECT max(id) FROM coding)")
    at = open_page("themes.py", tiny_study)
    assert any("somebody voiced 2" in c.value for c in at.caption)
    at.toggle(key="themes_origin").set_value(True)
    at = at.run()
    assert not at.exception
    assert any("somebody voiced 1" in c.value for c in at.caption)


def test_a_quote_leads_to_its_like(open_page: Callable[..., AppTest], tiny_study: Path) -> None:
    """Beside a quote, More like this opens the page Find at passages that mean the same."""
    at = open_page("themes.py", tiny_study)
    at = next(b for b in at.button if b.label == "More like this").click().run()
    assert not at.exception
    assert at.session_state["find_view"] == "By meaning"
    assert any(c.value == "More like" for c in at.caption)
