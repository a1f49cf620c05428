"""What the command line and the open pages keep from somebody in the middle of a blind audit."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualtool.cli import cli
from qualtool.errors import UserInputError
from qualtool.store.records import audits
from qualtool.store.records.audits import Withheld
from qualtool.workflows.auditing.audit_drawing import draw_audit
from qualtool.workflows.auditing.audit_gate import OPEN_COMMANDS, audit_warning, closed_page
from qualtool.workflows.auditing.auditing import finish_audit
from qualtool.workflows.coding.panel_reading import open_panel
from qualtool.workflows.editing.memos import write_memo
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.gathering.sources import sources_of
from qualtool.workflows.suggestions.suggesting import open_suggestions, suggest_codes
from qualtool.workflows.suggestions.suggestion_page import suggestion_queue_of

Run = Callable[..., Any]
NEAR = "Close to a passage already coded “Magnet”: “They said “go” to us.”."


@pytest.fixture
def partly(tiny: Path) -> Path:
    """The small study with suggestions, and an audit of a few of its passages for Zoe."""
    suggest_codes(tiny, by="Ada")
    draw_audit(tiny, coder="Zoe", n=4, seed=3)
    return tiny


def test_commands_that_tell_warn_of_the_audit(partly: Path, qualtool: Run, tmp_path: Path) -> None:
    """One line on stderr names who must not see it; stdout stays one document, and so without the audit."""
    telling: tuple[tuple[object, ...], ...] = (
        ("frequencies", partly),
        ("quotes", partly),
        ("history", partly),
        ("export", partly, tmp_path / "quotes.csv", "--what", "quotes"),
        ("suggest", partly),
        ("triangulate", partly, "--stated"),
    )
    for arguments in telling:
        ran = qualtool(*arguments, "--json")
        assert ran.code == 0, ran.out
        assert ran.json
        assert "Zoe is in the middle of a blind audit: do not show them" in ran.err
    for arguments in (("check", partly), ("audit", partly, "status"), ("indicators", partly)):
        assert "blind audit" not in qualtool(*arguments).err
    finish_audit(partly, "Zoe")
    assert "blind audit" not in qualtool("quotes", partly).err


def test_the_auditor_is_refused_under_their_own_name(
    partly: Path, qualtool: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the computer's account, or --by of an act, is the auditor's name, nothing is told or written."""
    ran = qualtool("override", partly, "P1", "silence", "--note", "n", "--by", "Zoe", "--json")
    assert ran.code == 1
    assert "Zoe is in the middle of a blind audit" in ran.json["error"]["message"]
    assert "blind audit" not in qualtool("history", partly, "--by", "Zoe").out
    monkeypatch.setattr(getpass, "getuser", lambda: "Zoe")
    file = tmp_path / "q.csv"
    for arguments in (("quotes", partly), ("export", partly, file, "--what", "quotes")):
        ran = qualtool(*arguments)
        assert ran.code == 1
        assert "Finish the audit first" in ran.err
    assert not file.exists()
    assert qualtool("check", partly).code == 0


def test_the_command_line_gives_an_audit_up(partly: Path, qualtool: Run) -> None:
    """``audit finish`` closes the audit of the coder named, once, and needs a name."""
    assert qualtool("audit", partly, "finish").code == 1
    assert qualtool("audit", partly, "finish", "--coder", "Ben").code == 1
    assert qualtool("audit", partly, "finish", "--coder", "Zoe", "--json").json["coder"] == "Zoe"
    assert qualtool("audit", partly, "finish", "--coder", "Zoe").code == 1
    assert qualtool("audit", partly, "status", "--json").json["audits"][0]["finished_at"]


def test_every_open_command_exists() -> None:
    """The list of commands that stay open names none that is not there."""
    assert set(cli.commands) >= OPEN_COMMANDS


def test_two_auditors_are_named_together(partly: Path) -> None:
    """A warning and the question for a name tell all who audit; who audits nothing sees every page."""
    draw_audit(partly, coder="Ben", n=4)
    told = audit_warning(partly, "quotes")
    assert told is not None
    assert told.startswith("Ben and Zoe are in the middle")
    nameless = closed_page(partly, None, "themes")
    assert nameless is not None
    assert nameless.auditors == ("Ben", "Zoe")
    assert closed_page(partly, "Ada", "themes") is None
    assert closed_page(partly, "Zoe", "code") is None
    with pytest.raises(UserInputError, match="blind audit"):
        audit_warning(partly, "merge", by="Ben")


def test_a_page_nobody_thought_of_is_closed(partly: Path) -> None:
    """What is not listed as open is closed to an auditor."""
    closed = closed_page(partly, "Zoe", "page-of-next-year")
    assert closed is not None
    assert (closed.n, closed.n_read) == (4, 0)


def test_reasons_name_no_coded_passage_during_an_audit(partly: Path) -> None:
    """A suggestion beside the sample would quote a coded passage, maybe a sampled one: not to Zoe."""
    seen = [row["reason"] for row in open_suggestions(partly, coder="Ada")]
    assert any("a passage already coded" in reason for reason in seen)
    mine = open_suggestions(partly, coder="Zoe")
    assert mine
    assert not any("already coded" in row["reason"] for row in mine)
    first = suggestion_queue_of(partly, coder="Zoe")["upcoming"][0]
    assert first is not None
    assert "already coded" not in first["reason"]
    for source in sources_of(partly, kind=None):
        rows = open_panel(partly, source["guid"], "Zoe")["suggestions"]["rows"]
        assert not any("already coded" in row[5] for row in rows)


def test_a_reason_keeps_its_words() -> None:
    """The passage goes, the words that counted stay; without an audit, and of a definition, all stays."""
    hidden, free = Withheld({1: [(1, 0, 5)]}), Withheld({})
    counted = "Words that counted: church, base."
    assert hidden.reason(f"{NEAR} {counted}").endswith(f"during your audit. {counted}")
    assert hidden.reason(NEAR) == "The nearest coded passage is not shown during your audit."
    assert free.reason(NEAR) == NEAR
    assert hidden.reason(f"Close to what the codebook says of “X”: “y”. {counted}").startswith(
        "Close to what"
    )


def test_others_memos_are_out_of_the_panel_during_an_audit(partly: Path) -> None:
    """A memo on a source or a code may say what was made of a passage: Zoe's panel has her own alone."""
    source = sources_of(partly)[0]["guid"]
    code = codebook_of(partly).codes[0].guid
    write_memo(partly, "source", source, "She says it twice.", coder="Ada")
    write_memo(partly, "code", code, "As in the first interview.", coder="Ada")
    write_memo(partly, "source", source, "Mine.", coder="Zoe")
    assert {memo[2] for memo in open_panel(partly, source, "Zoe")["memos"]} == {"Zoe"}
    assert {memo[2] for memo in open_panel(partly, source, "Ben")["memos"]} == {"Ada", "Zoe"}


def test_audits_of_nobody(tiny: Path) -> None:
    """Without an audit no command warns and no page is closed to anybody."""
    assert audit_warning(tiny, "quotes") is None
    assert closed_page(tiny, None, "themes") is None
    assert not audits.Withheld({})
