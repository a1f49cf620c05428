"""A study stays whole while threads of one program and another program use it at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from qualtool.store.file import connection, open_files
from qualtool.workflows.study.studies import create_study

# Another program that opens, writes and closes: at each close it takes the log away if nobody holds it.
OTHER = """
import sqlite3, sys, time
end, n = time.time() + 3, 0
while time.time() < end:
    db = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO study (key, value) VALUES (?, 'x')", (f"other {n}",))
    time.sleep(0.01)
    db.execute("COMMIT")
    db.close()
    n += 1
print(n)
"""
OURS = """
import sys, threading, time
from pathlib import Path
from qualtool.store.file import connection
path, faults, counts = Path(sys.argv[1]), [], []
def work(k):
    end, n = time.time() + 3, 0
    try:
        while time.time() < end:
            with connection.reading(path) as db:
                db.conn.execute("SELECT count(*) FROM study").fetchone()
                time.sleep(0.002)
            connection.is_study(path)
            with connection.writing(path) as db:
                db.conn.execute("INSERT INTO study (key, value) VALUES (?, 'y')", (f"ours {k} {n}",))
            n += 1
    except Exception as err:
        faults.append(repr(err.__cause__ or err))
    counts.append(n)
threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
print(sum(counts))
sys.exit("; ".join(faults) or 0)
"""


def test_no_lock_is_lost_beside_another_program(tmp_path: Path) -> None:
    """Four threads and another program write for three seconds: no error, no crash, every row there."""
    study = tmp_path / "study.db"
    create_study(study, by="Anna")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(study)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for code in (OTHER, OURS)
    ]
    done = [process.communicate(timeout=600) for process in running]
    assert [(process.returncode, err) for process, (_, err) in zip(running, done, strict=True)] == [
        (0, "")
    ] * 2
    with connection.reading(study) as db:
        for owner, (out, _) in zip(("other", "ours"), done, strict=True):
            found = db.conn.execute("SELECT count(*) FROM study WHERE key LIKE ?", (f"{owner} %",))
            assert found.fetchone()[0] == int(out)
        assert db.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_an_open_study_is_not_read_as_a_plain_file(tmp_path: Path) -> None:
    """While a connection is open the head of the file is not to be had, and afterwards it is."""
    study = tmp_path / "study.db"
    create_study(study, by="Anna")
    with connection.reading(study):
        assert open_files.read_head(study, 16) is None
        assert connection.is_study(study)
        with connection.reading(study):
            assert open_files.read_head(study, 16) is None
        assert open_files.read_head(study, 16) is None
    assert open_files.read_head(study, 16) == b"SQLite format 3\x00"
