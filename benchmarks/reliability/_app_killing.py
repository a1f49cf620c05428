"""Kill the running app while a browser codes in it, time after time, and look at what is left.

The app is started as ``qualtool app`` starts it and killed with SIGKILL, server and all, at random
moments; four tabs go on meanwhile: the panel, the grid of answers, the queue of suggestions and a blind
audit, while the machine learns behind. What a tab was told is stored must be there after every kill, and in
the end everything a person did is there, once each, though the browser had to send much of it again.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, TimeoutError

from qualtool.importing import SurveyMapping
from qualtool.model import Code, Codebook
from qualtool.store.file import connection
from qualtool.store.log.events import Stamp
from qualtool.store.records import people
from qualtool.store.records.codes import save_codebook
from qualtool.workflows.auditing.audit_drawing import draw_audit
from qualtool.workflows.gathering import import_survey, import_transcripts
from qualtool.workflows.keeping import checking
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study import studies
from qualtool.workflows.suggestions.suggesting import suggest_codes

PANEL = "[...(globalThis.__qt?.panels.values() ?? [])][0]"
GRID = "[...(globalThis.__qtgrid?.grids.values() ?? [])][0]"
QUEUE = "[...(globalThis.__qtqueue?.queues.values() ?? [])][0]"
AUDIT = "[...(globalThis.__qtaudit?.queues.values() ?? [])][0]"
# Notes every operation that enters an outbox, and every one that leaves it because it was answered. The
# notes outlive a reload: a page that a restart cut off for good opens itself anew.
WATCH = """
(() => {
  if (window !== top || !location.protocol.startsWith('http')) return;
  const notes = (name) => new Proxy(JSON.parse(sessionStorage.getItem(name) ?? '{}'), {
    set(all, key, value) {
      all[key] = value;
      sessionStorage.setItem(name, JSON.stringify(all));
      return true;
    },
  });
  globalThis.__did = notes('did');
  globalThis.__told = notes('told');
  const set = Map.prototype.set, drop = Map.prototype.delete;
  Map.prototype.set = function (key, value) {
    if (value && value.op_id === key && value.kind && value.kind !== 'reading') __did[key] = value.kind;
    return set.call(this, key, value);
  };
  Map.prototype.delete = function (key) {
    const value = typeof key === 'string' ? this.get(key) : null;
    if (value && value.op_id === key && value.kind && value.kind !== 'reading') __told[key] = value.kind;
    return drop.call(this, key);
  };
})();
"""


WORDS = """base school pupil teacher parent place full waiting staff room lesson support money authority plan
autism friend noise calm quiet trust head budget refuse move house proud tired recruit train year"""
CODES = tuple(
    Code(guid=f"00000000-0000-4000-8000-0000000001{n:02}", name=f"Code {n}", short_id=f"A{n}")
    for n in range(1, 12)
)


def new_app_study(path: Path, *, n_turns: int = 60, n_answers: int = 300) -> int:
    """A study with an interview, a survey and suggestions; returns the length of the interview's text."""
    rng, words = random.Random(7), WORDS.split()
    turns = [
        f"{('Interviewer', 'Ruth')[n % 2]}: {' '.join(rng.choices(words, k=25))}.\n" for n in range(n_turns)
    ]
    studies.create_study(path, by="Anna")
    with connection.writing(path) as db:
        made = Stamp(by="Anna", at="2026-01-01T09:00:00.000+00:00")
        save_codebook(db, Codebook(title="Base", codes=CODES), made, note="first")
        # The app takes a name from the address where the study knows it.
        for coder in ("Anna", "Ben", "Cara", "Dora"):
            people.ensure_coder(db, coder, made)
    report = ImportReport()
    import_transcripts.import_loaded(path, [("talk.txt", "".join(turns).encode())], report, by="Anna")
    rows = [f"{n},{' '.join(rng.choices(words, k=9))} {n}." for n in range(n_answers)]
    data = ("id,comment\n" + "\n".join(rows) + "\n").encode()
    mapping = SurveyMapping(id="id", text=("comment",))
    import_survey.import_survey(path, Path("survey.csv"), mapping, by="Anna", data=data)
    suggest_codes(path, by="Anna")
    draw_audit(path, coder="Dora", n=n_answers)
    return sum(map(len, turns))


@dataclass(frozen=True, slots=True)
class Tabs:
    """What a person has open: each a page of its own."""

    panel: Page
    grid: Page
    queue: Page
    audit: Page

    def told(self) -> set[str]:
        """Operations that a tab was told are stored."""
        return {op for page in self.pages for op in page.evaluate("Object.keys(__told)")}

    def did(self) -> dict[str, str]:
        """Operations done in the tabs, with their kinds."""
        return {op: kind for page in self.pages for op, kind in page.evaluate("({...__did})").items()}

    @property
    def pages(self) -> tuple[Page, Page, Page, Page]:
        return self.panel, self.grid, self.queue, self.audit


@dataclass
class AppCounts:
    """What a series of kills of the app found."""

    kills: int = 0
    done: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    unclean: list[str] = field(default_factory=list)

    @property
    def is_perfect(self) -> bool:
        return not (self.lost or self.twice or self.unclean)

    def add(self, other: AppCounts) -> None:
        self.kills += other.kills
        self.done += other.done
        self.acknowledged += other.acknowledged
        self.lost += other.lost
        self.twice += other.twice
        self.unclean += other.unclean

    def line(self) -> str:
        return (
            f"{'running app':<16} {self.kills:>4} kills  {self.done:>6} done in the browser, "
            f"{self.acknowledged} of them acknowledged before a kill  {len(self.lost)} lost  "
            f"{len(self.twice)} twice  {len(self.unclean)} faults found by check"
        )


class App:
    """``qualtool app`` on a port of its own, in a process group that can be killed whole."""

    def __init__(self, study: Path, folder: Path) -> None:
        self.study, self.folder = study, folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "qualtool.cli", "app", str(self.study), "--port", str(self.port)]
        command.append("--no-browser")
        env = {**os.environ, "XDG_STATE_HOME": str(self.folder / "state"), "TMPDIR": str(self.folder)}
        with (self.folder / "app.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=log, env=env, start_new_session=True
            )

    def wait(self, seconds: float = 90) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("The app did not start: " + (self.folder / "app.log").read_text()[-2000:])

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def _free_port() -> int:
    """A port nobody listens on, below those that the system gives to connections: while the app is dead
    the tabs go on connecting, and one of their connections could take the very port it needs."""
    for port in random.Random(os.getpid()).sample(range(12_000, 32_000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("No port is free.")


def kill_app(
    context: BrowserContext, study: Path, n_characters: int, folder: Path, kills: int, *, seed: int = 1
) -> AppCounts:
    """Kill the app so many times under four tabs; ``n_characters`` is the length of the text coded."""
    rng, counts, app = random.Random(seed), AppCounts(), App(study, folder)
    context.add_init_script(WATCH)
    app.start()
    try:
        app.wait()
        tabs = _open_tabs(context, app.url)
        for _ in range(kills):
            _work(tabs, n_characters, rng, rng.randint(2, 5))
            # At a random moment of the work that goes on below, also while the server writes.
            timer = threading.Timer(rng.uniform(0.0, 0.4), app.kill)
            timer.start()
            _work(tabs, n_characters, rng, rng.randint(2, 6))
            timer.join()
            counts.kills += 1
            _look(study, tabs.told(), counts)
            if not counts.is_perfect:
                return counts
            app.start()
            _work(tabs, n_characters, rng, rng.randint(0, 3))
            app.wait()
            # Not always as far as the first answer: killed while it starts and while it catches up.
            time.sleep(rng.choice((0.0, 0.5, 2.0)))
            if counts.kills == kills - 1:  # once as far as all answers, so that there is something to lose
                _let_them_store(tabs)
        _let_them_store(tabs)
        _look_at_the_end(study, tabs.panel, tabs.did(), counts)
    finally:
        app.kill()
    counts.unclean += _faults(study)
    return counts


def _let_them_store(tabs: Tabs) -> None:
    for tab, where in zip(tabs.pages, (PANEL, GRID, QUEUE, AUDIT), strict=True):
        _let_it_store(tab, where)


def _let_it_store(tab: Page, where: str) -> None:
    """Wait until nothing waits; a page whose server died while it loaded is blank, and loaded by hand."""
    stored = f"{where}?.outbox?.ops.size === 0"
    try:
        tab.wait_for_function(stored, timeout=90_000)
    except TimeoutError:
        if tab.evaluate(f"!!{where}"):
            raise
        tab.reload()
        tab.wait_for_function(stored, timeout=90_000)


def _open_tabs(context: BrowserContext, url: str) -> Tabs:
    panel, grid, queue, audit = (context.new_page() for _ in range(4))
    panel.goto(f"{url}/code?coder=Anna")
    panel.wait_for_selector(".qt[data-ready='1']", timeout=90_000)
    grid.goto(f"{url}/answers?coder=Ben")
    grid.wait_for_selector(".qg[data-ready='1']", timeout=90_000)
    grid.locator(".qg-scroll").focus()
    queue.goto(f"{url}/suggestions?coder=Cara")
    queue.wait_for_selector(".qu[data-ready='1']", timeout=90_000)
    audit.goto(f"{url}/suggestions?coder=Dora")
    audit.wait_for_selector(".ja[data-ready='1']", timeout=90_000)
    return Tabs(panel, grid, queue, audit)


def _work(tabs: Tabs, n_characters: int, rng: random.Random, acts: int) -> None:
    panel, grid = tabs.panel, tabs.grid
    for _ in range(acts):
        start = rng.randrange(n_characters - 60)
        span = {"start": start, "end": start + rng.randint(5, 50)}
        # A page that opens itself anew while the server is dead shows nothing to work on yet.
        if panel.evaluate(f"{PANEL}?.root.dataset.ready"):
            panel.evaluate(f"{PANEL}.select.take({json.dumps(span)})")
            panel.keyboard.press(str(rng.randint(1, 9)))
            if rng.random() < 0.2:
                panel.keyboard.press("Control+z")
        grid.keyboard.press("ArrowDown")
        grid.keyboard.press(str(rng.randint(1, 9)))
        tabs.queue.keyboard.press(rng.choice("aaxxwul"))
        tabs.audit.keyboard.press(rng.choice("nnnk1b"))
        panel.wait_for_timeout(rng.randint(5, 60))


def _look(study: Path, told: set[str], counts: AppCounts) -> None:
    """Everything that a tab was told is in the study, with what it made."""
    counts.acknowledged = len(told)
    with connection.reading(study) as db:
        known = dict(db.conn.execute("SELECT op_id, result FROM operation"))
        there = {r[0] for r in db.conn.execute("SELECT guid FROM coding")}
    counts.lost += [f"operation {op}" for op in told if op not in known]
    made = (guid for op in told & known.keys() for guid in _made(json.loads(known[op])))
    counts.lost += [f"coding {guid}" for guid in made if guid not in there]
    counts.unclean += _faults(study)


def _made(result: dict[str, Any]) -> list[str]:
    return [*([result["guid"]] if result.get("guid") else []), *result.get("added", [])]


def _faults(study: Path) -> list[str]:
    return [f"{p['rule']} {p['where']}" for p in checking.check_study(study)["problems"]]


def _look_at_the_end(study: Path, panel: Page, did: dict[str, str], counts: AppCounts) -> None:
    """Everything done is stored, once; and the panel shows exactly what stands."""
    counts.done = len(did)
    with connection.reading(study) as db:
        known = dict(db.conn.execute("SELECT op_id, result FROM operation"))
        added = db.conn.execute(
            "SELECT target_guid, count(*) FROM event WHERE kind = 'coding_added' GROUP BY 1"
        ).fetchall()
        standing = {
            row[0]
            for row in db.conn.execute(
                "SELECT g.guid FROM coding g JOIN coder k ON k.id = g.coder_id JOIN source s ON s.id ="
                " g.source_id WHERE g.removed_at IS NULL AND k.name = 'Anna' AND s.kind = 'transcript'"
            )
        }
        doubled = db.conn.execute(
            "SELECT count(*) FROM (SELECT 1 FROM coding WHERE removed_at IS NULL GROUP BY source_id, version,"
            " start_char, end_char, code_id, coder_id HAVING count(*) > 1)"
        ).fetchone()[0]
        n_answered = db.conn.execute("SELECT count(*) FROM event WHERE kind = 'audit_answered'").fetchone()[0]
    counts.lost += [f"{kind} {op}" for op, kind in did.items() if op not in known]
    judged = [op for op, kind in did.items() if kind in ("judge", "skip")]
    counts.lost += [f"an answer of the audit {op}" for op in judged if known.get(op, "{}") != "{}"]
    counts.twice += ["an answer of the audit"] * (n_answered - len(judged))
    counts.twice += [guid for guid, n in added if n > 1] + ["a coding"] * doubled
    shown = set(
        panel.evaluate(f"[...{PANEL}.items.values()].filter((i) => i.coder === 'Anna').map((i) => i.guid)")
    )
    counts.lost += [f"shown and not stored: {guid}" for guid in shown - standing]
    counts.lost += [f"stored and not shown: {guid}" for guid in standing - shown]
