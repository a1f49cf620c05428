"""The page Code: the source that is shown can be saved with its codings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qualtool.pages.parts import coded_source_file
from qualtool.workflows.gathering.sources import sources_of


def test_the_shown_source_can_be_saved_in_two_formats(
    open_page: Callable[..., Any], tiny_study: Path
) -> None:
    """Beside the source stand two buttons, one a format, with a word that the file is confidential."""
    at = open_page("code.py", tiny_study, "Ada")
    assert not at.exception
    labels = [element.proto.label for element in at.get("download_button")]
    assert labels == ["Web page, to print", "Word document"]
    assert any("confidential" in element.value for element in at.caption)


def test_a_file_is_made_only_when_asked_for(tiny_study: Path) -> None:
    """The button holds a function; what it makes is the file of the source, and blind of one coder alone."""
    source = sources_of(tiny_study)[0]
    everybody = coded_source_file._maker(tiny_study, source["guid"], "html", None)().decode()
    nobody = coded_source_file._maker(tiny_study, source["guid"], "html", "Nobody")().decode()
    assert 'class="side"><p' in everybody
    assert 'class="side"><p' not in nobody and "every coder" not in nobody
