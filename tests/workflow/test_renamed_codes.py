"""Codes that get another name, change places or go: what becomes of the propositions about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import UserInputError
from qualtool.store.file import connection
from qualtool.store.records.codes import codebook
from qualtool.triangulate import parse_theme
from qualtool.workflows.displays.display_files import make_display
from qualtool.workflows.displays.display_release import barred_keys
from qualtool.workflows.editing.edit_codebook import (
    change_code,
    code_as_shown,
    go_back_to_version,
    remove_code,
)
from qualtool.workflows.propositions import propositions as workflow
from qualtool.workflows.propositions.proposition_acts import override
from qualtool.workflows.propositions.proposition_page import passages_behind
from qualtool.workflows.propositions.sensitivity import details, sensitivity

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
FILE = EXAMPLES / "propositions.yaml"
Run = Callable[..., Any]


def guid_of(study: Path, name: str) -> str:
    with connection.reading(study) as db:
        code = codebook(db).find(name)
    assert code is not None
    return code.guid


def rename(study: Path, which: str, **fields: Any) -> None:
    code = code_as_shown(study, guid_of(study, which))
    assert code is not None
    change_code(study, code, {"name": code.name, "short_id": code.short_id, **fields}, by="Ada")


def told(study: Path) -> dict[str, Any]:
    """What each verdict says, without the name of its theme."""
    return {row.verdict.id: (row.verdict.sha256, row.is_stale) for row in workflow.judge(study).rows}


def test_a_renamed_code_stays_the_theme_of_its_propositions(stated: Path) -> None:
    """The verdicts are the same and none is stale; the theme is called by its new name everywhere."""
    before = told(stated)
    rename(stated, "MAGNET", short_id="PULL", name="The pull of a name")
    assert told(stated) == before
    row = next(r for r in workflow.judge(stated).rows if r.verdict.id == "P01")
    assert "PULL" in row.verdict.proposition.theme_text
    assert any("PULL" in s for s in row.verdict.sentences())
    assert not any("MAGNET" in s for s in row.verdict.sentences())
    assert sum(len(g.counted) for g in passages_behind(stated, row.verdict.proposition, 0)) > 0
    assert make_display(stated, "d2", proposition="P01").codes == ("PULL",)


def test_the_same_file_after_a_renaming_is_what_the_study_holds(stated: Path, qualtool: Run) -> None:
    """A file in the old words is neither refused nor a new version."""
    before = told(stated)
    rename(stated, "MAGNET", short_id="PULL")
    ran = qualtool("triangulate", stated, "--propositions", FILE, "--json")
    assert ran.code == 0
    assert [row["stale"] for row in ran.json["rows"]] == [False] * len(before)
    report = workflow.import_propositions(stated, FILE, by="Ada")
    assert report.accepted == 0


def test_two_codes_that_exchange_their_names_exchange_no_propositions(stated: Path) -> None:
    """A theme means the code it was stated of, whatever else has got that name since."""
    magnet, workload = guid_of(stated, "MAGNET"), guid_of(stated, "WORKLOAD")
    before = told(stated)
    rename(stated, "MAGNET", short_id="SPARE")
    rename(stated, "WORKLOAD", short_id="MAGNET")
    rename(stated, "SPARE", short_id="WORKLOAD")
    assert (guid_of(stated, "WORKLOAD"), guid_of(stated, "MAGNET")) == (magnet, workload)
    assert told(stated) == before


def test_a_name_of_several_words_is_written_in_quotes(stated: Path) -> None:
    """Without a short id a code goes by its name, which the expression holds in double quotes."""
    before = told(stated)
    rename(stated, "MAGNET", short_id="", name="Pull and push")
    assert told(stated) == before
    row = next(r for r in workflow.judge(stated).rows if r.verdict.id == "P01")
    assert '"Pull and push"' in row.verdict.proposition.theme_text


def test_a_removed_code_leaves_the_other_propositions_as_they_are(stated: Path, qualtool: Run) -> None:
    """What was about it is not judged, and says why; it is back when the code is."""
    before = told(stated)
    with connection.reading(stated) as db:
        version = int(next(iter(db.query("SELECT max(version) AS v FROM codebook_version")))["v"])
    remove_code(stated, guid_of(stated, "MAGNET"), by="Ada")
    matrix = workflow.judge(stated)
    lost = {found.id for found in matrix.not_judged}
    assert lost == {p.id for p in workflow.propositions_of(stated).propositions if "MAGNET" in p.theme_text}
    assert {row.verdict.id for row in matrix.rows} == before.keys() - lost
    assert all("'MAGNET' any more" in found.sentence for found in matrix.not_judged)
    assert {row["id"] for row in sensitivity(stated)} == before.keys() - lost
    assert {row["id"] for row in details(stated)} == before.keys() - lost
    ran = qualtool("triangulate", stated, "--stated")
    assert ran.code == 0 and "is not judged" in ran.out
    assert any("not judged" in note for note in make_display(stated, "d1").foot.notes)
    with pytest.raises(UserInputError, match="is not judged"):
        override(stated, min(lost), "silence", "A note.", by="Ada")
    with pytest.raises(UserInputError, match="is not judged"):
        make_display(stated, "d2", proposition=min(lost))
    go_back_to_version(stated, version, by="Ada")
    assert told(stated) == before


def test_a_proposition_may_be_stated_anew_after_its_code_went(stated: Path) -> None:
    """Another theme under the same id is a new version, which is judged and exploratory."""
    remove_code(stated, guid_of(stated, "MAGNET"), by="Ada")
    old = next(p for p in workflow.read_file(FILE).propositions if p.id == "P01")
    new = next(p for p in workflow.read_file(FILE).propositions if p.id == "P02")
    other = replace(old, theme=new.theme, theme_text=new.theme_text)
    wanted = workflow.propositions_of(stated)
    workflow.state_propositions(stated, replace(wanted, propositions=(other,)), by="Ada")
    row = next(r for r in workflow.judge(stated).rows if r.verdict.id == "P01")
    assert not row.verdict.is_confirmatory


def test_a_code_that_never_was_is_refused(stated: Path) -> None:
    """A new proposition about no code of the codebook is stored nowhere."""
    old = next(p for p in workflow.read_file(FILE).propositions if p.id == "P01")
    other = replace(old, id="P77", theme=parse_theme("NOSUCH"), theme_text="NOSUCH")
    wanted = workflow.propositions_of(stated)
    with pytest.raises(UserInputError):
        workflow.state_propositions(stated, replace(wanted, propositions=(other,)), by="Ada")


def test_a_restricted_code_stays_out_under_its_new_name(stated: Path) -> None:
    """A renamed restricted code is still known as one when a display is released."""
    rename(stated, "MAGNET", short_id="PULL", is_restricted=True)
    row = next(r for r in workflow.judge(stated).rows if r.verdict.id == "P01")
    assert barred_keys(stated, ["PULL", row.verdict.proposition.theme_text])
