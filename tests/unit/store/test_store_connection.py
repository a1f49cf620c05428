"""Opening a study: from many threads and processes at once, read-only, and by another program's leave."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import apart
import pytest

from qualtool.errors import StudyFileError, StudyIntegrityError
from qualtool.store.file import connection
from qualtool.store.log import events
from qualtool.store.log.events import Stamp

WRITERS, WRITES = 4, 100
STAMP = Stamp(by="Ada", at="2026-01-01T09:00:00+00:00")
_WRITER = """
import sys
from pathlib import Path
from qualtool.store.file import connection
from qualtool.store.log import events
from qualtool.store.log.events import Stamp
for n in range({writes}):
    with connection.writing(Path(sys.argv[1])) as db:
        seen = db.conn.execute("SELECT value FROM study WHERE key = 'n'").fetchone()[0]
        db.conn.execute("UPDATE study SET value = ? WHERE key = 'n'", (str(int(seen) + 1),))
        events.record(db, Stamp(by=sys.argv[2], at="t"), "test", target_kind="study", target_guid=str(n))
"""


def total(study: Path) -> tuple[int, int, int]:
    with connection.reading(study) as db:
        value = int(db.conn.execute("SELECT value FROM study WHERE key = 'n'").fetchone()[0])
        n, highest = db.conn.execute("SELECT count(*), max(id) FROM event WHERE kind = 'test'").fetchone()
        (other,) = db.conn.execute("SELECT count(*) FROM event WHERE kind <> 'test'").fetchone()
    return value, n, highest - other


@pytest.fixture
def counter(study: Path) -> Path:
    with connection.writing(study) as db:
        db.conn.execute("INSERT INTO study (key, value) VALUES ('n', '0')")
    return study


def test_no_write_of_four_processes_is_lost(counter: Path) -> None:
    """Four processes add 1 a hundred times each, each after reading: the sum is 400, no event is lost."""
    code = _WRITER.format(writes=WRITES)
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(counter), f"p{n}"], stderr=subprocess.PIPE)
        for n in range(WRITERS)
    ]
    for process in processes:
        _, told = process.communicate(timeout=600)
        assert process.returncode == 0, told.decode()
    assert total(counter) == (WRITERS * WRITES, WRITERS * WRITES, WRITERS * WRITES)


def test_no_write_of_four_threads_is_lost(counter: Path) -> None:
    """The same with four threads, while a fifth reads: it never sees a count and a log that differ."""
    faults: list[str] = []
    done = threading.Event()

    def write(name: str) -> None:
        for n in range(WRITES):
            with connection.writing(counter) as db:
                seen = db.conn.execute("SELECT value FROM study WHERE key = 'n'").fetchone()[0]
                db.conn.execute("UPDATE study SET value = ? WHERE key = 'n'", (str(int(seen) + 1),))
                events.record(db, Stamp(by=name, at="t"), "test", target_kind="study", target_guid=str(n))

    def read() -> None:
        while not done.is_set():
            value, n, _ = total(counter) if total(counter)[1] else (0, 0, 0)
            if value != n:
                faults.append(f"{value} and {n}")

    threads = [threading.Thread(target=write, args=(f"t{n}",)) for n in range(WRITERS)]
    reader = threading.Thread(target=read)
    with connection.writing(counter) as db:
        db.conn.execute("UPDATE study SET value = '1' WHERE key = 'n'")
        events.record(db, STAMP, "test", target_kind="study", target_guid="first")
    reader.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert faults == []
    assert total(counter)[:2] == (WRITERS * WRITES + 1,) * 2


def test_a_failed_write_leaves_nothing(counter: Path) -> None:
    """An error inside a write takes all of it back, also after the event was recorded."""
    with pytest.raises(ZeroDivisionError), connection.writing(counter) as db:
        db.conn.execute("UPDATE study SET value = '7' WHERE key = 'n'")
        events.record(db, STAMP, "test", target_kind="study", target_guid="x")
        raise ZeroDivisionError
    with connection.reading(counter) as db:
        assert db.conn.execute("SELECT value FROM study WHERE key = 'n'").fetchone() == ("0",)
        assert db.conn.execute("SELECT count(*) FROM event WHERE kind = 'test'").fetchone() == (0,)


def test_a_reader_sees_one_state(counter: Path) -> None:
    """What was read at the start of a reading stays true to its end, whoever writes meanwhile."""
    sql = "SELECT value FROM study WHERE key = 'n'"
    with connection.reading(counter) as db:
        before = db.conn.execute(sql).fetchone()
        with connection.writing(counter) as other:
            other.conn.execute("UPDATE study SET value = '9' WHERE key = 'n'")
        assert db.conn.execute(sql).fetchone() == before == ("0",)
    with connection.reading(counter) as db:
        assert db.conn.execute(sql).fetchone() == ("9",)


def test_a_refused_change_is_an_integrity_error(study: Path) -> None:
    """A trigger's refusal comes out as a damaged-data error that names the file and the reason."""
    with pytest.raises(StudyIntegrityError) as caught, connection.writing(study) as db:
        db.conn.execute("DELETE FROM event")
    assert "only grows" in caught.value.message
    assert study.name in caught.value.problems[0].where


def test_a_killed_writer_leaves_the_study_whole(counter: Path) -> None:
    """A process that dies in the middle of a write leaves the state before it, and no lock."""
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom qualtool.store.file import connection\n"
        "with connection.writing(Path(sys.argv[1])) as db:\n"
        "    db.conn.execute(\"UPDATE study SET value = '5' WHERE key = 'n'\")\n    os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(counter)], check=False).returncode == 9
    with connection.writing(counter) as db:
        assert db.conn.execute("SELECT value FROM study WHERE key = 'n'").fetchone() == ("0",)


def test_another_programs_file_is_no_study(study: Path) -> None:
    """The application id in the header tells a study from any other SQLite file, without opening it."""
    conn = sqlite3.connect(study)
    conn.execute("PRAGMA application_id=1")
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()
    with pytest.raises(StudyFileError, match="not a study"), connection.reading(study):
        pass


def test_a_folder_is_no_study(tmp_path: Path) -> None:
    """A folder, and a file that is not there, are told apart from studies."""
    for path in (tmp_path, tmp_path / "gone.db"):
        with pytest.raises(StudyFileError, match="no such study"), connection.reading(path):
            pass
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def unwritable(study: Path) -> Iterator[Path]:
    """A study that nobody may write, in a folder that nobody may write, outside pytest's private folders."""
    folder = Path(tempfile.mkdtemp())
    copy = Path(shutil.copyfile(study, folder / "study.db"))
    copy.chmod(0o444)
    folder.chmod(0o555)
    yield copy
    folder.chmod(0o755)
    shutil.rmtree(folder)


def _write_outcome(study: Path) -> str:
    """What a write gives: the error's words, or 'written'."""
    try:
        with connection.writing(study) as db:
            db.conn.execute("INSERT INTO study (key, value) VALUES ('x', 'y')")
    except StudyFileError as err:
        return str(err)
    return "written"


def _as_nobody(study: Path) -> str:
    """The same in a child process without root's rights, which no read-only mark binds."""
    reading, writing = os.pipe()

    def write_as_nobody() -> None:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        os.write(writing, _write_outcome(study).encode())

    child = apart.forked(write_as_nobody)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode()
    os.waitpid(child, 0)
    return told


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="users and rights are those of POSIX")
def test_a_read_only_study_is_told(unwritable: Path) -> None:
    """A study file without the right to write is refused in words, with what to do."""
    before = unwritable.read_bytes()
    told = _as_nobody(unwritable) if os.geteuid() == 0 else _write_outcome(unwritable)
    assert "read-only" in told
    assert "Copy it to a folder you may write to." in told
    assert unwritable.read_bytes() == before


def test_create_never_overwrites(study: Path) -> None:
    """Making a study where a file is leaves that file as it is."""
    before = study.read_bytes()
    with pytest.raises(StudyFileError, match="exists"):
        connection.create(study)
    assert study.read_bytes() == before
