"""Backups that make themselves, rotation, restore, and disks that are full or read-only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apart
import pytest

from qualtool.errors import StudyFileError, StudyIntegrityError
from qualtool.store.file import connection
from qualtool.store.file.backups import Backup, superfluous
from qualtool.store.reading.overview import newest_event
from qualtool.workflows.coding import coding
from qualtool.workflows.editing import memos
from qualtool.workflows.keeping import backups, checking
from qualtool.workflows.study import studies
from qualtool.workflows.undoing.history import events_of

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
State = Callable[[Path], dict[str, Any]]


def n_events(study: Path) -> int:
    with connection.reading(study) as db:
        return newest_event(db)


def test_a_backup_is_the_study(tiny: Path, state_of: State) -> None:
    """A backup holds every row of every table, passes every check, and leaves nothing else in its folder."""
    made = backups.back_up_now(tiny)
    assert list(made.parent.iterdir()) == [made]
    assert checking.check_study(made)["ok"]
    assert state_of(made) == state_of(tiny)
    assert made.parent == tiny.with_name(tiny.name + ".backups")


def test_a_backup_is_made_when_it_is_due(tiny: Path) -> None:
    """The first at once; then one after half an hour or 200 events, and none for an unchanged study."""
    assert backups.back_up_if_due(tiny, at=NOW) is not None
    assert backups.back_up_if_due(tiny, at=NOW + timedelta(days=3)) is None
    memos.write_memo(tiny, "study", "study", "one", coder="Ada")
    assert backups.back_up_if_due(tiny, at=NOW + timedelta(minutes=29)) is None
    assert backups.back_up_if_due(tiny, at=NOW + timedelta(minutes=30)) is not None
    for n in range(backups.EVERY_EVENTS):
        assert backups.back_up_if_due(tiny, at=NOW + timedelta(minutes=31)) is None
        memos.write_memo(tiny, "study", "study", f"memo {n}", coder="Ada")
    assert backups.back_up_if_due(tiny, at=NOW + timedelta(minutes=31)) is not None


def test_writing_commands_back_up_first(tiny: Path, qualtool: Callable[..., Any]) -> None:
    """A command that writes backs up the study as it was before it; one that reads does not."""
    assert qualtool("check", tiny).code == 0
    assert backups.known_backups(tiny) == []
    before = n_events(tiny)
    assert qualtool("code", tiny, "ferryhill", 49, 60, "WORKLOAD", "--coder", "Ada").code == 0
    assert [b.n_events for b in backups.known_backups(tiny)] == [before]


def test_rotation_keeps_the_newest_and_one_a_day() -> None:
    """Of a month of backups every 4 hours, the newest 10 and the last of each of 14 days are kept."""
    made = [
        Backup(path=Path(f"{n}"), made_at=NOW - timedelta(hours=4 * n), n_events=1, n_bytes=1)
        for n in range(180)
    ]
    gone = {b.path for b in superfluous(made, now=NOW)}
    kept = [b for b in made if b.path not in gone]
    assert kept[:10] == made[:10]
    days = [b.made_at.date() for b in kept[10:]]
    assert len(days) == len(set(days)) == 14 - 2
    assert all(b.made_at.hour == 21 for b in kept[10:])


def test_backups_go_to_another_folder(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``QUALTOOL_BACKUPS`` goes before a folder set in the study; two studies of one name are apart."""
    one, two = tmp_path / "disk", tmp_path / "other disk"
    one.mkdir()
    backups.set_backups_folder(tiny, str(one), by="Ada")
    assert backups.back_up_now(tiny).parent.parent == one
    monkeypatch.setenv("QUALTOOL_BACKUPS", str(two))
    assert backups.back_up_now(tiny).parent.parent == two
    (tmp_path / "sub").mkdir()
    twin = Path(shutil.copyfile(tiny, tmp_path / "sub" / tiny.name))
    assert backups.known_backups(twin) == []
    with pytest.raises(StudyFileError, match="no such folder"):
        backups.set_backups_folder(tiny, str(tmp_path / "none"), by="Ada")


def test_restore_brings_the_study_back(tiny: Path, state_of: State, qualtool: Callable[..., Any]) -> None:
    """After a restore the study is the backup and one event more; what it was is kept, whole."""
    made = backups.back_up_now(tiny)
    memos.write_memo(tiny, "study", "study", "later", coder="Ada")
    was = state_of(tiny)
    ran = qualtool("restore", tiny, "--from", made.name, "--json")
    assert ran.code == 0
    kept = Path(ran.json["replaced"])
    assert kept == tiny.with_name(tiny.name + ".before-restore")
    assert state_of(kept) == was
    assert checking.check_study(tiny)["ok"]
    now, then = state_of(tiny), state_of(made)
    changed = {name for name in now if now[name] != then[name]}
    assert changed == {"event", "study", "seal", "sqlite_sequence"}
    assert events_of(tiny)[-1]["kind"] == "study_restored"
    assert not list(tiny.parent.glob("*.restoring*"))


def test_a_second_restore_keeps_the_first(tiny: Path) -> None:
    """What was replaced before is never overwritten."""
    made = backups.back_up_now(tiny)
    first, second = (backups.restore(tiny, made)["replaced"] for _ in range(2))
    assert (Path(first).name, Path(second).name) == ("tiny.db.before-restore", "tiny.db.before-restore-2")


@pytest.mark.parametrize("damage", ["half", "garbage", "gone", "zero page"])
def test_a_damaged_study_is_restored(damage: str, tiny: Path, state_of: State) -> None:
    """However a study is damaged, or gone, its backup brings it back, and the damaged file is kept."""
    made = backups.back_up_now(tiny)
    data = tiny.read_bytes()
    bad = {
        "half": data[: len(data) // 2],
        "garbage": b"x" * 5000,
        "zero page": data[: 4096 * 3] + bytes(4096) + data[4096 * 4 :],
    }.get(damage)
    if bad is None:
        tiny.unlink()
    else:
        tiny.write_bytes(bad)
    found = backups.restore(tiny, made, by="Ada")
    assert checking.check_study(tiny)["ok"]
    assert state_of(tiny)["coding"] == state_of(made)["coding"]
    assert (found["replaced"] is None) == (bad is None)
    if bad is not None and damage in ("half", "garbage"):
        assert Path(found["replaced"]).read_bytes() == bad


def test_only_a_whole_backup_of_this_study_is_restored(tiny: Path, tmp_path: Path) -> None:
    """A damaged backup, another study and a file that is not there are refused; the study is as it was."""
    made = backups.back_up_now(tiny)
    before = tiny.read_bytes()
    bad = tmp_path / "bad.db"
    data = made.read_bytes()
    bad.write_bytes(data[: 4096 * 3] + bytes(4096) + data[4096 * 4 :])
    other = tmp_path / "other.db"
    studies.create_study(other, by="Ada")
    for file, error, words in (
        (bad, StudyIntegrityError, "damaged|Damaged"),
        (other, StudyFileError, "another study"),
        (tmp_path / "none.db", StudyFileError, "no such backup"),
    ):
        with pytest.raises(error, match=words):
            backups.restore(tiny, file)
        assert tiny.read_bytes() == before
        assert sorted(p.name for p in tiny.parent.glob("tiny.db*")) == ["tiny.db", "tiny.db.backups"]


def test_restore_while_others_write_loses_nothing(tiny: Path) -> None:
    """Codings made while a study is restored are in what was kept or in the study, every one of them."""
    made = backups.back_up_now(tiny)
    reading, writing = os.pipe()

    def code_on() -> None:
        for n in range(60):
            guid = coding.code_selection(tiny, "ferryhill", n, n + 7, "MAGNET", coder="Ben")["guid"]
            os.write(writing, (guid + "\n").encode())

    child = apart.forked(code_on)
    os.close(writing)
    replaced = [Path(backups.restore(tiny, made)["replaced"]) for _ in range(3)]
    with os.fdopen(reading, "rb") as pipe:
        told = set(pipe.read().decode().split())
    os.waitpid(child, 0)
    there: set[str] = set()
    for study in (tiny, *replaced):
        with connection.reading(study) as db:
            there |= {r[0] for r in db.conn.execute("SELECT guid FROM coding")}
    assert len(told) == 60
    assert told <= there
    assert checking.check_study(tiny)["ok"]


def test_a_study_behind_its_backup_is_told(tiny: Path) -> None:
    """When an older copy is laid over a study, ``check`` says which backup holds what was lost."""
    older = tiny.read_bytes()
    memos.write_memo(tiny, "study", "study", "later", coder="Ada")
    made = backups.back_up_now(tiny)
    tiny.write_bytes(older)
    (problem,) = checking.check_study(tiny)["problems"]
    assert (problem["rule"], problem["where"]) == ("backup", str(made))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB, where we may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("no disk can be made here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _full(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    return filler


def test_a_full_disk_is_told_and_loses_nothing(
    tiny: Path, small_disk: Path, state_of: State, qualtool: Callable[..., Any]
) -> None:
    """On a full disk writing, backing up and restoring fail in plain words; with room all is as it was."""
    made = backups.back_up_now(tiny)
    study = Path(shutil.copyfile(tiny, small_disk / "study.db"))
    memos.write_memo(study, "study", "study", "before", coder="Ada")
    was = state_of(study)
    filler = _full(small_disk)
    long = "many words " * 20_000
    with pytest.raises(StudyFileError, match="disk"):
        memos.write_memo(study, "study", "study", long, coder="Ada")
    with pytest.raises(StudyFileError, match=r"disk|No backup could be written"):
        backups.back_up_now(study)
    with pytest.raises(StudyFileError, match=r"could not be restored|disk"):
        backups.restore(study, made)
    filler.unlink()
    assert state_of(study) == was
    assert checking.check_study(study)["ok"]
    left = [p.name for p in small_disk.rglob("*") if p.is_file() and p.suffix not in (".db-wal", ".db-shm")]
    assert left == ["study.db"]
    memos.write_memo(study, "study", "study", long, coder="Ada")


_LIMITED = """
import resource, sys
from pathlib import Path
from qualtool.errors import QualtoolError
from qualtool.workflows.editing import memos
study = Path(sys.argv[1])
memos.memos_of(study)
resource.setrlimit(resource.RLIMIT_FSIZE, (study.stat().st_size, resource.RLIM_INFINITY))
try:
    memos.write_memo(study, "study", "study", "many words " * 200_000, coder="Ada")
except QualtoolError as err:
    print(err)
"""


def test_a_file_that_may_not_grow_is_told(tiny: Path, state_of: State) -> None:
    """Where a file may not grow (as on a full disk) a write fails in plain words and changes nothing."""
    was = state_of(tiny)
    ran = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(tiny)], capture_output=True, text=True, check=True
    )
    assert "nothing was written" in ran.stdout
    assert state_of(tiny) == was
    assert checking.check_study(tiny)["ok"]


def test_no_backup_does_not_stop_work(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qualtool: Callable[..., Any]
) -> None:
    """Where no backup can be written a command says so, and does its work."""
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("QUALTOOL_BACKUPS", str(tmp_path / "file"))
    ran = qualtool("code", tiny, "ferryhill", 49, 60, "WORKLOAD", "--coder", "Ada", "--json")
    assert ran.code == 0
    assert "no backup was made" in ran.err
    assert ran.json["coder"] == "Ada"
