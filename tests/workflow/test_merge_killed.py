"""A merge that is killed at any moment is there as a whole, or not at all."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from pathlib import Path

import apart
import pytest

from qualtool.store.file import connection
from qualtool.workflows.coding.coding import text_of
from qualtool.workflows.editing.edit_source import edit_source
from qualtool.workflows.gathering.import_codings import import_codings
from qualtool.workflows.gathering.import_transcripts import import_loaded
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.keeping.merge import merge
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study.studies import overview

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked and killed")

SOURCE = "long.txt"
TEXT = "Ruth: We say many words here, one after the other, and then some more.\n" * 200
N_KILLS, N_CODINGS = 5, 400


def test_a_killed_merge_is_whole_or_not_there(tiny: Path, tmp_path: Path) -> None:
    """Killed at five moments of its run, it left all of the other copy's codings or none; check is clean."""
    import_loaded(tiny, [(SOURCE, TEXT.encode())], ImportReport(), by="amira")
    with connection.reading(tiny):
        other = Path(shutil.copyfile(tiny, tmp_path / "other.db"))
    n_chars = len(text_of(other, SOURCE))
    spans = [f"{SOURCE},{at},{at + 9},MAGNET,tom" for at in range(0, n_chars - 20, n_chars // N_CODINGS)]
    lines = "\n".join(["source,start_char,end_char,code,coder", *spans])
    n_new = import_codings(other, Path("more.csv"), data=lines.encode(), by="tom").accepted
    edit_source(other, SOURCE, text="Note: " + text_of(other, SOURCE), by="tom")
    whole = Path(shutil.copyfile(tiny, tmp_path / "whole.db"))
    before = overview(whole)["counts"]["codings"]
    began = time.monotonic()
    assert merge(whole, other, by="amira").added["codings"] == n_new
    lasted = time.monotonic() - began
    rng = random.Random(5)
    for number in range(N_KILLS):
        study = Path(shutil.copyfile(tiny, tmp_path / f"study-{number}.db"))
        child = apart.forked(lambda copy=study: merge(copy, other, by="amira"))
        time.sleep(lasted * rng.uniform(0.1, 1.0))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert check_study(study)["problems"] == []
        assert overview(study)["counts"]["codings"] in (before, before + n_new)
        merge(study, other, by="amira")
        assert overview(study)["counts"]["codings"] == before + n_new
