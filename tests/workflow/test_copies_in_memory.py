"""What is kept in memory of one copy of a study is never taken for another's."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qualtool.workflows.coding.coding import code_selection, text_of
from qualtool.workflows.study.studies import content_key
from qualtool.workflows.suggestions.search import search
from qualtool.workflows.themes.themes import frequencies


def voiced(study: Path) -> dict[str, int]:
    """Codings by code, of the codes that have any."""
    rows = frequencies(study)["rows"]
    return {row["code"]: row["n_segments"] for row in rows if row["n_segments"]}


def code(study: Path, key: str, words: str) -> None:
    at = text_of(study, "ashgrove.txt").index(words)
    code_selection(study, "ashgrove.txt", at, at + len(words), key, coder="amira")


def test_two_copies_with_as_many_acts_have_their_own_numbers(tiny: Path, tmp_path: Path) -> None:
    """Each of two copies gets one coding of another code: both are counted as they are, in any order."""
    first, second = tiny, Path(shutil.copyfile(tiny, tmp_path / "second.db"))
    before = voiced(first)
    code(first, "PUSH", "By word of mouth.")
    code(second, "MAGNET", "By word of mouth.")
    more = {key: before.get(key, 0) + 1 for key in ("PUSH", "MAGNET")}
    for _ in range(2):
        assert voiced(first) == {**before, "PUSH": more["PUSH"]}
        assert voiced(second) == {**before, "MAGNET": more["MAGNET"]}
    assert content_key(first) != content_key(second)
    # What is read after single acts goes on from the right copy as well.
    code(first, "MAGNET", "By word of mouth.")
    assert voiced(first) == {**before, **more}
    code(second, "WORKLOAD", "Tired.")
    code(second, "PUSH", "By word of mouth.")
    assert voiced(second) == {**before, **more, "WORKLOAD": before["WORKLOAD"] + 1}


def test_two_copies_with_other_texts_are_searched_each(
    tiny: Path, tmp_path: Path, qualtool: Callable[..., Any]
) -> None:
    """A text corrected in one copy is found there and not in the other, which has another correction."""
    first, second = tiny, Path(shutil.copyfile(tiny, tmp_path / "second.db"))
    text = text_of(first, "ashgrove.txt")
    at = text.index(": ", text.index(": ") + 1) + 2
    for study, word in ((first, "Quokka"), (second, "Narwhal")):
        file = study.with_suffix(".txt")
        file.write_text(f"{text[:at]}{word} said so to us. {text[at:]}", encoding="utf-8")
        assert qualtool("edit", study, "ashgrove.txt", "--from", file).code == 0
    for word, where, elsewhere in (("Quokka", first, second), ("Narwhal", second, first)):
        assert search(where, f'"{word}"').passages
        assert not search(elsewhere, f'"{word}"').passages
