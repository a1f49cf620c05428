"""How a coding began is never lost, and every count can leave the machine's share out."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import UserInputError
from qualtool.store.file import connection
from qualtool.store.machine import machine
from qualtool.workflows.suggestions.deciding import accept_suggestion
from qualtool.workflows.suggestions.suggesting import open_suggestions, suggest_codes
from qualtool.workflows.themes.theme_page import codes_together, crosstab_table, quotes_behind, theme_table
from qualtool.workflows.themes.themes import frequencies, quotes

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def accepted_master(tiny_master: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The small study with two suggestions accepted, one of them with fewer words."""
    study = tmp_path_factory.mktemp("origin") / "accepted.db"
    connection.back_up(tiny_master, study)
    run = suggest_codes(study, by="Ada")["run"]
    first, second = [s for s in open_suggestions(study) if len(s["quote"].split()) > 5][:2]
    accept_suggestion(study, first["guid"], coder="Ada")
    accept_suggestion(study, second["guid"], coder="Ada", words=" ".join(second["quote"].split()[:4]))
    return study, run


def written(file: Path) -> list[dict[str, str]]:
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def test_every_count_can_leave_suggested_codings_out(accepted_master: tuple[Path, str]) -> None:
    """Frequencies, crosstab, co-occurrence and quotes of persons' own codings are those of before."""
    study, _ = accepted_master
    every, own = quotes(study), quotes(study, origin="person")
    assert len(every) == len(own) + 2
    assert {row["origin"] for row in own} == {"imported"}
    n = {o: sum(r["n_codings"] for r in frequencies(study, origin=o)["rows"]) for o in ("all", "person")}
    assert n["all"] > n["person"] > 0
    table = theme_table(study, by="all", measure="codings", top=None, origin="person")
    assert sum(cell["n"] for cell in table.cells) == n["person"]
    code = next(row["code"] for row in every if row["origin"] == "accepted")
    behind = {o: len(quotes_behind(study, code, origin=o)) for o in ("all", "person")}
    assert behind["all"] > behind["person"]
    people = {
        o: sum(r["n_voiced"] for r in crosstab_table(study, code, rows="role", columns="all", origin=o).rows)
        for o in ("all", "person")
    }
    assert people["all"] >= people["person"]
    assert codes_together(study, by="source", origin="person")["n_codes"] >= 1
    with pytest.raises(UserInputError, match="how they began"):
        frequencies(study, origin="nobody")


def test_the_command_line_leaves_suggested_codings_out(
    accepted_master: tuple[Path, str], qualtool: Run, tmp_path: Path
) -> None:
    """``--origin person`` does so for frequencies, quotes, exports and one theme beside an indicator."""
    study, _ = accepted_master
    own = qualtool("quotes", study, "--origin", "person", "--json").json["rows"]
    assert all(row["run"] is None for row in own)
    assert qualtool("frequencies", study, "--origin", "person", "--json").json["origin"] == "person"
    file = tmp_path / "own.csv"
    made = qualtool("export", study, file, "--what", "codings", "--origin", "person", "--json")
    assert any("machine's suggestion" in note for note in made.json["notes"])
    assert {row["origin"] for row in written(file)} == {"imported"}
    wrong = qualtool("triangulate", study, "--stated", "--origin", "person", "--record")
    assert wrong.code == 2
    code = own[0]["code"]
    options = ("--theme", code, "--indicator", "ehcp_rate", "--origin", "person", "--json")
    assert qualtool("triangulate", study, *options).json["origin"] == "person"


def test_exports_keep_run_score_and_origin(
    accepted_master: tuple[Path, str], qualtool: Run, tmp_path: Path
) -> None:
    """Files of codings and quotes, and the whole study, name run and score of each accepted suggestion."""
    study, run = accepted_master
    for what in ("codings", "quotes"):
        file = tmp_path / f"{what}.csv"
        assert qualtool("export", study, file, "--what", what).code == 0
        rows = written(file)
        begun = [row for row in rows if row["origin"] in ("accepted", "edited")]
        assert {row["origin"] for row in begun} <= {"accepted", "edited"}
        assert begun
        assert {row["run"] for row in begun} == {run}
        assert all(0 <= float(row["score"]) <= 1 for row in begun)
        assert all(row["run"] == row["score"] == "" for row in rows if row not in begun)
    whole = tmp_path / "study.json"
    assert qualtool("export", study, whole).code == 0
    document = json.loads(whole.read_text(encoding="utf-8"))
    suggestions = {row["guid"]: row for row in document["suggestions"]}
    linked = [row for row in document["codings"] if row["suggestion"] is not None]
    assert {row["origin"] for row in linked} == {"accepted", "edited"}
    assert {suggestions[row["suggestion"]]["run"] for row in linked} == {run}
    assert "probability" in document["suggestions"][0]
    with connection.reading(study) as db:
        stored = machine.run_of(db, run)
    assert run in {row["guid"] for row in document["runs"]}
    assert stored["libraries"]["encoder_digest"]
