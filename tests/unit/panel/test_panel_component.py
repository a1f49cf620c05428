"""The panel inside Streamlit, without a browser: what is sent, what is taken, and the script's shape."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qualtool.errors import StudyFileError
from qualtool.panel import component

ROOT = Path(__file__).resolve().parents[3]
ASSETS = ROOT / "qualtool" / "panel" / "assets"

PAGE = """
from pathlib import Path
from qualtool.panel.component import coding_panel
coding_panel(study=Path({study!r}), source_guid={source!r}, coder="Anna", key="panel")
"""


@pytest.fixture
def studies() -> Any:
    import panel_studies

    return panel_studies


@pytest.fixture
def study(tmp_path: Path, studies: Any) -> dict[str, Any]:
    return studies.make_study(tmp_path / "study.qtool")


def add(study: dict[str, Any], words: str) -> dict[str, Any]:
    at = study["text"].index(words)
    return {
        "op_id": str(uuid.uuid4()),
        "kind": "add",
        "guid": str(uuid.uuid4()),
        "code": study["codes"]["Pride"],
        "start_char": at,
        "end_char": at + len(words),
        "quote": words,
        "version": 1,
    }


def held(study: dict[str, Any]) -> dict[str, Any]:
    shown = component.open_panel(study["path"], study["source"], "Anna")
    return {"payload": {**shown, "channel": "c"}, "acks": [], "trouble": None, "session": "one"}


def take(state: dict[str, Any], study: dict[str, Any], *ops: Any) -> None:
    component._take(state, {"ops": list(ops)}, study["path"], study["source"], "Anna")


def feed(state: dict[str, Any], study: dict[str, Any], **message: Any) -> dict[str, Any]:
    return component._feed(state, message, study["path"], study["source"], "Anna", False)


def test_two_components_carry_text_and_changes(study: dict[str, Any]) -> None:
    """A page mounts the text with the whole payload and the sync with an empty, small feed."""
    script = PAGE.format(study=str(study["path"]), source=study["source"])
    at = AppTest.from_string(script, default_timeout=180).run()
    assert not at.exception
    found = {c.proto.component_name: json.loads(c.proto.json) for c in at.get("bidi_component")}
    assert set(found) == {"qt_text", "qt_sync"}
    assert found["qt_text"]["text"] == study["text"]
    assert found["qt_sync"]["codings"] == [] and found["qt_sync"]["acks"] == []
    assert found["qt_sync"]["channel"] == found["qt_text"]["channel"]
    assert len(json.dumps(found["qt_sync"])) < 400


def test_what_is_taken_is_answered_and_fed_back(study: dict[str, Any], studies: Any) -> None:
    """An operation is stored, its answer and the new row are in the next feed, and nothing else."""
    state, op = held(study), add(study, "We were full")
    take(state, study, op)
    fed = feed(state, study)
    assert fed["acks"] == [[op["op_id"], {"guid": op["guid"]}]]
    assert [row[0] for row in fed["codings"]] == [op["guid"]]
    assert feed(state, study, have=fed["rev"])["codings"] == []
    assert len(studies.stored(study["path"])) == 1


def test_a_browser_that_missed_something_asks_and_gets_it(study: dict[str, Any]) -> None:
    """Asking from an older revision brings what came after it; a resync brings all that stands."""
    state, op = held(study), add(study, "We were full")
    take(state, study, op)
    state["payload"]["source"]["rev"] = 99
    assert feed(state, study)["codings"] == []
    assert [row[0] for row in feed(state, study, have=0, ask=True)["codings"]] == [op["guid"]]
    resync = feed(state, study, have=99, resync=True)
    assert resync["since"] == 0 and [row[0] for row in resync["codings"]] == [op["guid"]]


def test_left_over_work_of_another_source_goes_there(study: dict[str, Any], studies: Any) -> None:
    """An operation that names another source is applied to it; one of no source at all is refused."""
    state = held(study)
    there = {**add(study, "We were full"), "source": study["source"]}
    lost = {**add(study, "Tired"), "source": str(uuid.uuid4())}
    component._take(state, {"ops": [there, lost]}, study["path"], study["source"], "Anna")
    answers = dict((op_id, result) for op_id, result in state["acks"])
    assert answers[there["op_id"]] == {"guid": there["guid"]}
    assert "no such source" in answers[lost["op_id"]]["error"]
    assert len(studies.stored(study["path"])) == 1


def test_a_study_in_use_answers_nothing_and_says_so(
    study: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the file is locked the operation stays unanswered, so that the browser sends it again."""

    def locked(*_: Any, **__: Any) -> Any:
        raise StudyFileError("The study is in use by another program.")

    state = held(study)
    monkeypatch.setattr(component, "apply_operations", locked)
    take(state, study, add(study, "We were full"))
    assert state["acks"] == [] and "in use" in state["trouble"]
    assert "in use" in feed(state, study)["trouble"]


def test_what_is_no_json_is_refused_before_it_is_sent() -> None:
    """Streamlit would send a set as one string; the panel raises instead."""
    with pytest.raises(TypeError):
        component.checked({"x": {1, 2}})
    with pytest.raises(ValueError, match="JSON"):
        component.checked({"x": float("nan")})


def test_the_script_makes_elements_by_text_only() -> None:
    """No asset writes markup, evaluates text, or names an address."""
    for path in ASSETS.iterdir():
        text = path.read_text(encoding="utf-8")
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "http://",
            "https://",
        ):
            assert word not in text, (path.name, word)


def test_every_script_is_part_of_the_panel_and_of_readable_length() -> None:
    """Each JavaScript asset but the sync is joined into the panel's script, and none is a monolith."""
    # The grid of answers, the queue and the judging are components of their own, with lists of their own.
    others = ("grid", "queue", "judging", "deck", "meet")
    scripts = {path.name for path in ASSETS.glob("*.js") if not path.name.startswith(others)}
    assert scripts == {*component._SCRIPTS, "sync.js"}
    for path in ASSETS.glob("*.js"):
        assert len(path.read_text(encoding="utf-8").splitlines()) < 400
    assert component.panel_script().count("export default") == 1
    assert len((ASSETS / "sync.js").read_bytes()) < 600


def test_every_key_in_the_help_does_something() -> None:
    """Each action of the map of keys is performed, none beyond it, and no two share a key."""
    rows = re.findall(
        r'\{ id: "(\w+)", key: "(.)"(, both: true)?, what: "([^"]+)" \}',
        (ASSETS / "keymap.js").read_text(encoding="utf-8"),
    )
    text = (ASSETS / "keys.js").read_text(encoding="utf-8")
    acts = text[text.index("this.acts = {") : text.index("this.fixed = {")]
    bound = re.findall(r"^\s+(\w+): \((shift)?\) =>", acts, flags=re.M)
    assert {row[0] for row in rows} == {name for name, _ in bound}
    assert {row[0] for row in rows if row[2]} == {name for name, shift in bound if shift}
    assert len({row[1] for row in rows}) == len(rows) >= 20
