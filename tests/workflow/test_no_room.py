"""A full disk, a file or folder that may not be written: told in plain words, nothing lost, still read."""

from __future__ import annotations

import os
import resource
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apart
import pytest

from qualtool.errors import StudyFileError
from qualtool.store.file import connection, unchanging
from qualtool.workflows.editing import memos
from qualtool.workflows.keeping import backups, checking

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each act runs in a process of its own")
NOBODY = 65_534
Ran = dict[str, Any]

# What a person may do, as on the command line; S is the study, F a folder that may be written.
WRITES: dict[str, tuple[str, ...]] = {
    "import": ("import", "transcripts", "S", "F/long.txt"),
    "import codings": ("import", "codings", "S", "F/codings.csv"),
    "code": ("code", "S", "ferryhill", "49", "60", "WORKLOAD", "--coder", "Ada"),
    "edit": ("edit", "S", "ferryhill", "--replace", "e", "ee"),
    "restore": ("restore", "S", "--from", "F/backup.db"),
}
READS: dict[str, tuple[str, ...]] = {
    "check": ("check", "S"),
    "text": ("text", "S", "ferryhill"),
    "quotes": ("quotes", "S"),
    "frequencies": ("frequencies", "S", "--by", "all"),
    "history": ("history", "S"),
    "export": ("export", "S", "F/out.csv", "--what", "codings"),
}


@pytest.fixture
def place(tiny_master: Path) -> Iterator[Path]:
    """A folder that anybody may reach, with a study ``study/study.db`` and a writable folder ``free``."""
    folder = Path(tempfile.mkdtemp(prefix="qualtool-no-room-"))
    for name in ("study", "free"):
        (folder / name).mkdir()
    shutil.copyfile(tiny_master, folder / "study" / "study.db")
    free = folder / "free"
    (free / "long.txt").write_text("".join(f"Interviewer: {n}?\nRuth: Words {n}.\n" for n in range(3000)))
    (free / "codings.csv").write_text("source,start_char,end_char,code,coder\nferryhill,49,60,WORKLOAD,Ben\n")
    shutil.copyfile(backups.back_up_now(folder / "study" / "study.db"), free / "backup.db")
    shutil.rmtree(folder / "study" / "study.db.backups")
    folder.chmod(0o755)
    free.chmod(0o777)
    yield folder
    for path in (folder / "study", folder / "study" / "study.db"):
        path.chmod(0o777)
    shutil.rmtree(folder)


def told_to(arguments: tuple[str, ...], place: Path) -> list[str]:
    study = str(place / "study" / "study.db")
    return [study if a == "S" else a.replace("F/", f"{place}/free/", 1) for a in arguments]


def run_apart(
    qualtool: Callable[..., Any], arguments: tuple[str, ...], place: Path, prepare: Callable[[], None]
) -> Ran:
    """The command in a process of its own, after ``prepare``: ``{"code", "out", "err", "fault"}``.

    It is run here before, on a copy, so that every module it wants is loaded: others may not be able
    to read them.
    """
    with tempfile.TemporaryDirectory() as folder:
        twin = Path(shutil.copytree(place, Path(folder) / "twin"))
        qualtool(*told_to(arguments, twin))

    def run() -> Ran:
        prepare()
        ran = qualtool(*told_to(arguments, place))
        return {"code": ran.code, "out": ran.out, "err": ran.err}

    return {"code": -1, "out": "", "err": "", **apart.told_by_child(run)}


def as_nobody() -> None:
    """Root may write everywhere, so the process becomes nobody; anybody else stays who they are."""
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def close_place(place: Path, *, file: bool, folder: bool) -> None:
    (place / "study" / "study.db").chmod(0o444 if file else 0o666)
    (place / "study").chmod(0o555 if folder else 0o777)


CLOSED = {
    "file": {"file": True, "folder": False},
    "folder": {"file": False, "folder": True},
    "file and folder": {"file": True, "folder": True},
}


def require_plain_words(ran: Ran) -> None:
    """A refusal: exit 1, what and where and what next, and no traceback."""
    assert ran["fault"] == ""
    assert ran["code"] == 1, ran
    told = said(ran)
    assert "Traceback" not in told
    assert len(told.split()) > 6, ran


def said(ran: Ran) -> str:
    """A refused file of an import is told in its report, anything else beside it."""
    return str(ran["err"] + ran["out"])


@pytest.mark.parametrize("closed", sorted(CLOSED))
@pytest.mark.parametrize("act", sorted(WRITES))
def test_what_may_not_be_written_is_told(
    act: str, closed: str, place: Path, qualtool: Callable[..., Any], state_of: Callable[[Path], Any]
) -> None:
    """Writing to a study, or beside it, without the right to is refused in words and changes nothing."""
    study = place / "study" / "study.db"
    was, there = state_of(study), sorted(p.name for p in study.parent.iterdir())
    close_place(place, **CLOSED[closed])
    ran = run_apart(qualtool, WRITES[act], place, as_nobody)
    require_plain_words(ran)
    assert "read-only" in said(ran) or "rights" in said(ran)
    close_place(place, file=False, folder=False)
    assert state_of(study) == was
    left = {p.name for p in study.parent.iterdir() if not p.name.endswith(("-wal", "-shm", ".backups"))}
    assert left == set(there)
    assert checking.check_study(study)["ok"]


@pytest.mark.parametrize("closed", ["file", "file and folder"])
@pytest.mark.parametrize("act", sorted(READS))
def test_a_study_that_may_not_be_written_is_read(
    act: str, closed: str, place: Path, qualtool: Callable[..., Any]
) -> None:
    """Reading, checking and exporting work where nothing may be written to the study or beside it."""
    wanted = run_apart(qualtool, READS[act], place, lambda: None)
    for left in (place / "free").glob("out*"):
        left.unlink()
    close_place(place, **CLOSED[closed])
    ran = run_apart(qualtool, READS[act], place, as_nobody)
    assert (ran["fault"], ran["code"], ran["err"]) == ("", 0, wanted["err"])
    if act != "export":
        assert ran["out"] == wanted["out"]


def test_a_study_written_to_meanwhile_is_not_believed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read without locks, a study that somebody else changes before the end is refused, not half read."""
    study = place / "study" / "study.db"

    def refused(path: Path, kind: type = object) -> Any:
        err = connection.sqlite3.OperationalError("attempt to write a readonly database")
        err.sqlite_errorcode = connection.sqlite3.SQLITE_READONLY_DIRECTORY
        raise err

    real = connection._connect
    monkeypatch.setattr(connection, "_connect", refused)
    assert memos.memos_of(study) == []
    told = pytest.raises(StudyFileError, match="changed the study while it was read")
    with told, connection.reading(study) as db:
        assert db.conn.execute("SELECT count(*) FROM memo").fetchone() == (0,)
        monkeypatch.setattr(connection, "_connect", real)
        memos.write_memo(study, "study", "study", "meanwhile", coder="Ben")


def test_a_study_in_use_is_never_read_without_locks(place: Path) -> None:
    """Where another program has the study open its file is not believed to be unchanging."""
    study = place / "study" / "study.db"
    assert unchanging.stamp_of(study) is not None
    with connection.reading(study):
        assert unchanging.stamp_of(study) is None


# --- no room --------------------------------------------------------------------------------------


def limited(n_bytes: int) -> Callable[[], None]:
    """No file may grow beyond so many bytes, which is what a full disk is to a program."""

    def prepare() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, n_bytes))

    return prepare


@pytest.mark.parametrize("n_bytes", [0, 30_000, 200_000])
@pytest.mark.parametrize("act", sorted(WRITES))
def test_a_full_disk_loses_nothing(
    act: str, n_bytes: int, place: Path, qualtool: Callable[..., Any], state_of: Callable[[Path], Any]
) -> None:
    """An act for which there is no room is refused in words and changes nothing; else it is done whole."""
    study = place / "study" / "study.db"
    was = state_of(study)
    ran = run_apart(qualtool, WRITES[act], place, limited(n_bytes))
    assert ran["fault"] == ""
    now = state_of(study)
    if ran["code"] == 0:
        assert now != was
    else:
        require_plain_words(ran)
        assert now == was
    assert checking.check_study(study)["ok"]
    assert not [p.name for p in study.parent.iterdir() if ".part" in p.name or ".restoring" in p.name]
    again = run_apart(qualtool, WRITES[act], place, lambda: None)
    assert again["code"] == 0


def test_room_runs_out_in_some_of_these(place: Path, qualtool: Callable[..., Any]) -> None:
    """The limits above do stop an import: the test of them can fail."""
    ran = run_apart(qualtool, WRITES["import"], place, limited(30_000))
    assert ran["code"] == 1
    assert "disk" in said(ran)


@pytest.mark.parametrize("target", ["out.csv", "out.xlsx"])
def test_an_export_without_room_leaves_no_half_file(
    target: str, place: Path, qualtool: Callable[..., Any]
) -> None:
    """An export that does not fit is told, and nothing that looks like an export is left behind."""
    export = ("export", "S", f"F/{target}", "--what", "codings")
    before = sorted(p.name for p in (place / "free").iterdir())
    ran = run_apart(qualtool, export, place, limited(64))
    require_plain_words(ran)
    assert sorted(p.name for p in (place / "free").iterdir()) == before


def test_a_study_that_may_not_grow_says_that_the_disk_is_full(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, state_of: Callable[[Path], Any]
) -> None:
    """SQLite's own word for a full disk is told as one, and the transaction leaves no trace."""
    was, real = state_of(tiny), connection._connect

    def small(*arguments: Any, **options: Any) -> Any:
        db = real(*arguments, **options)
        db.conn.execute(f"PRAGMA max_page_count={db.conn.execute('PRAGMA page_count').fetchone()[0]}")
        return db

    monkeypatch.setattr(connection, "_connect", small)
    with pytest.raises(StudyFileError, match=r"disk is full; nothing was written\. Make room"):
        memos.write_memo(tiny, "study", "study", "many words " * 20_000, coder="Ada")
    monkeypatch.undo()
    assert state_of(tiny) == was
    assert checking.check_study(tiny)["ok"]


def test_the_folder_of_this_test_is_closed_to_nobody(place: Path) -> None:
    """The rights that these tests take away are those they mean."""
    close_place(place, file=True, folder=True)
    assert not stat.S_IMODE((place / "study").stat().st_mode) & 0o222
