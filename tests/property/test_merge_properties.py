"""Two copies of a study, worked in apart and merged: nothing of either is lost, whatever was done."""

from __future__ import annotations

import copy
import importlib.util
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from qualtool.errors import UserInputError
from qualtool.store.file import connection
from qualtool.store.reading import replay
from qualtool.workflows.gathering import import_codings, import_transcripts
from qualtool.workflows.keeping import checking
from qualtool.workflows.keeping.merge import Decisions, merge, preview
from qualtool.workflows.reports import ImportReport


def _acts() -> ModuleType:
    """The study and the acts of the test of the log: the same are done here, in two copies."""
    spec = importlib.util.spec_from_file_location(
        "history_acts", Path(__file__).with_name("test_history_replay.py")
    )
    if spec is None or spec.loader is None:
        raise FileNotFoundError("test_history_replay.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ACTS, NUMBERS, Study = (getattr(_acts(), name) for name in ("ACTS", "NUMBERS", "Study"))
# Words erased in one copy alone are refused (``test_peers_merge``), so they are only before the copies part.
ERASING = {"pseudonymise", "put_back", "purge"}
Drawn = tuple[bool, str, int, int, int]


def drawn(kinds: set[str]) -> st.SearchStrategy[list[Drawn]]:
    """Acts of these kinds in the one copy or the other."""
    act = st.tuples(st.booleans(), st.sampled_from(sorted(kinds)), NUMBERS, NUMBERS, NUMBERS)
    return st.lists(act, max_size=14)


BEFORE = drawn({*ACTS, "source"})
DRAWN = drawn({*ACTS, "source"} - ERASING)


def copy_of(study: Any, folder: Path) -> Any:
    """The same study as another file."""
    folder.mkdir()
    made = copy.copy(study)
    made.path = folder / "study.db"
    with connection.reading(study.path):
        pass  # the last one to close it writes everything into the one file
    shutil.copyfile(study.path, made.path)
    return made


def new_source(study: Any, a: int, b: int, c: int) -> None:
    """Import a text under one of three names, which both copies may do, and code it whole."""
    name, text = f"new{a % 3}.txt", f"Ruth: Words of {b % 2}.\n".encode()
    import_transcripts.import_loaded(study.path, [(name, text)], ImportReport(), by="Ada")
    data = f"source,start_char,end_char,code,coder\n{name},,,C{c % 3},Ada\n".encode()
    import_codings.import_codings(study.path, Path("c.csv"), data=data, by="Ada")


def work(studies: tuple[Any, Any], acts: Iterable[Drawn]) -> None:
    for is_first, name, a, b, c in acts:
        try:
            (new_source if name == "source" else ACTS[name])(studies[0 if is_first else 1], a, b, c)
        except UserInputError:
            continue


def rows(study: Any) -> dict[str, tuple[Any, ...]]:
    """Codings by GUID: code, coder, whether it stands, and its quote."""
    conn = sqlite3.connect(study.path)
    try:
        found = conn.execute(
            "SELECT g.guid, c.guid, k.guid, g.removed_at IS NULL, g.quote FROM coding g"
            " JOIN code c ON c.id = g.code_id JOIN coder k ON k.id = g.coder_id"
        )
        return {row[0]: tuple(row[1:]) for row in found}
    finally:
        conn.close()


def require_whole(study: Any) -> None:
    """Check is clean, and the log tells what is there."""
    assert checking.check_study(study.path)["problems"] == []
    event, state = study.state()
    with connection.reading(study.path) as db:
        assert replay.state_at(db, event).standing() == state


@given(before=BEFORE, apart=DRAWN, later=DRAWN)
@settings(max_examples=12, deadline=None)
def test_copies_merged_both_ways_have_every_coding_of_both(
    before: list[Drawn], apart: list[Drawn], later: list[Drawn]
) -> None:
    """Each coding of either is in both merged copies, at its quote; a second merge does nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = Study(folder)
        work((first, first), before)
        studies = (first, copy_of(first, folder / "other"))
        for acts in (apart, later):
            work(studies, acts)
            kept = copy_of(first, folder / f"kept-{len(list(folder.iterdir()))}")
            mine, theirs = rows(studies[0]), rows(studies[1])
            merge(studies[0].path, studies[1].path, by="Ada", decisions=Decisions(same_coders=True))
            merge(studies[1].path, kept.path, by="Ben", decisions=Decisions(same_coders=True))
            merged = [rows(study) for study in studies]
            for study, found in zip(studies, merged, strict=True):
                assert found.keys() == mine.keys() | theirs.keys()
                require_whole(study)
            assert {g: r[2] for g, r in merged[0].items()} == {g: r[2] for g, r in merged[1].items()}
            work_again = merge(studies[0].path, studies[1].path, by="Ada")
            assert rows(studies[0]) == merged[0], work_again
            again = merge(studies[0].path, studies[1].path, by="Ada")
            assert not again.is_new, again


@given(apart=DRAWN)
@settings(max_examples=6, deadline=None)
def test_a_look_ahead_tells_what_the_merge_does(apart: list[Drawn]) -> None:
    """A preview changes nothing, and its counts are those of the merge."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = Study(folder)
        other = copy_of(first, folder / "other")
        work((first, other), apart)
        state, content = first.state(), other.path.read_bytes()
        seen = preview(first.path, other.path)
        assert first.state() == state
        done = merge(first.path, other.path, by="Ada")
        assert other.path.read_bytes() == content
        for part in ("added", "changed", "sources", "conflicts", "n_acts", "is_new"):
            assert getattr(seen, part) == getattr(done, part)
