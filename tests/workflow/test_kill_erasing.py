"""kill -9 while names are replaced and put back: all or nothing, and the key always fits."""

from __future__ import annotations

import importlib
import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import UserInputError
from qualtool.store.file import connection
from qualtool.text import apply_edits
from qualtool.text.pseudonyms import Kind, Pseudonym, PseudonymTable, edits_of
from qualtool.workflows.coding import coding
from qualtool.workflows.keeping import backups, checking, erasing, key_file, pseudonymise

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "reliability"
TABLE = PseudonymTable((Pseudonym(real="Number", pseudonym="[N]", kind=Kind.OTHER),))
PASS = "only for this test"
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked and killed")


@pytest.fixture
def killing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(key_file, "_N", 2)
    sys.path.insert(0, str(FOLDER))
    try:
        yield importlib.import_module("_killing")
    finally:
        sys.path.remove(str(FOLDER))


def there_and_back(study: Path, tell: Callable[[str], None], rng: random.Random) -> None:
    """Replace names and put them back, over and over."""
    key = study.with_name("names.key")
    while True:
        try:
            pseudonymise.reverse(study, key=key, passphrase=PASS, by="Ada")
            tell("back")
        except UserInputError:
            pass
        pseudonymise.apply(study, TABLE, key=key, passphrase=PASS, keep_backups=True, by="Ada")
        tell("there")


def test_a_killed_erasure_is_whole_or_was_never(killing: Any, tmp_path: Path) -> None:
    """After each kill (6 or more) the text is the one or the other, check is clean, and the key puts all
    back."""
    study = killing.new_study(tmp_path / "study.db")
    text = coding.text_of(study, "base.txt")
    for n in range(20):
        coding.code_selection(study, "base.txt", 13 * n, 13 * n + 9, "C", coder="Ada")
    rng = random.Random(7)
    told: list[str] = []
    # On a slow machine none of six may come as far as to have replaced; the next ones are given longer.
    for n in range(24):
        if n >= 6 and "there" in told:
            break
        told += killing.kill_while(there_and_back, study, rng.uniform(0.05, 1.5) * (1 + n // 6), seed=n)
        assert coding.text_of(study, "base.txt") in (text, apply_edits(text, edits_of(text, TABLE)))
        assert checking.check_study(study)["problems"] == []
        with connection.reading(study) as db:
            (count,) = db.conn.execute("SELECT count(*) FROM coding WHERE removed_at IS NULL").fetchone()
        assert count == 20
    assert "there" in told
    if coding.text_of(study, "base.txt") == text:
        pseudonymise.apply(study, TABLE, key=tmp_path / "names.key", passphrase=PASS, keep_backups=True)
    backups.back_up_now(study)
    assert not erasing.is_unfinished(study)
    assert b"Number" not in study.read_bytes()
    pseudonymise.reverse(study, key=tmp_path / "names.key", passphrase=PASS, by="Ada")
    assert coding.text_of(study, "base.txt") == text
