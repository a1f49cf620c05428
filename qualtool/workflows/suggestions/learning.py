"""Learning anew in the background: within a second of a person's decision, while they go on coding.

One thread for a study, begun by a page that shows suggestions and ended when no page asks any more.
It looks a few times a second whether somebody decided something, by whatever way; it writes only
suggestions that are still open, in one short transaction, so nobody waits for it. Where nobody ever
asked for suggestions it does nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...errors import QualtoolError
from ...store.file import acting, connection
from ...store.machine import machine, suggestion_rows
from ...store.records import codes as code_store
from ...suggest import Calibration
from ..clock import stamp
from .machine_units import libraries_of
from .study_model import Made, StudyModel

_LOOK_SECONDS = 0.25
# Without a page that asks for so long, the thread ends and its memory is given back.
_IDLE_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningState:
    """``doing`` is "idle", "opening", "learning" or "stopped"; ``n_fits`` counts fits since the beginning;
    ``seconds`` is what the last one took; ``fault`` is why it stopped, where something was wrong."""

    doing: str = "idle"
    n_fits: int = 0
    n_labels: int = 0
    seconds: float = 0.0
    fault: str = ""


class Learning:
    """The background learner of one study; see ``keep_learning``."""

    def __init__(self, study: Path) -> None:
        self.study = study
        self.state = LearningState()
        self._asked = time.monotonic()
        self._ends = threading.Event()
        self._model: StudyModel | None = None
        self._material = -1
        self._run_seen: int | None = None
        self._seen: int | None = None
        self._thread = threading.Thread(target=self._work, name="qualtool-learning", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask(self) -> None:
        """Somebody looks at suggestions: go on."""
        self._asked = time.monotonic()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive() and not self._ends.is_set()

    def stop(self, *, wait: bool = True) -> None:
        """End the thread; what it was fitting is thrown away."""
        self._ends.set()
        if wait and self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    def _work(self) -> None:
        # The thread is a chore of the program: what people may do was asked when they did it.
        try:
            with acting.as_server():
                while not self._ends.wait(_LOOK_SECONDS):
                    if time.monotonic() - self._asked > _IDLE_SECONDS:
                        break
                    self._look()
        except QualtoolError as err:
            self.state = replace(self.state, fault=err.message)
        finally:
            self._ends.set()
            self._model = None
            self.state = replace(self.state, doing="stopped")

    def _look(self) -> None:
        with connection.reading(self.study) as db:
            work = suggestion_rows.last_work(db)
            run = machine.latest_run(db, "suggest")
        if run is None:
            return
        if self._run_seen != run["id"]:  # a new run knows everything that was decided before it
            is_first = self._run_seen is None
            self._run_seen, self._model = run["id"], None
            if not is_first or self._seen is None:
                self._seen = _decided_before(self.study, run)
        if work["decisions"] <= (self._seen or 0):
            return
        self._learn(work, run)

    def _learn(self, work: Mapping[str, int], run: Mapping[str, Any]) -> None:
        began = time.perf_counter()
        settings = run["parameters"]
        if self._model is None or self._material != work["material"]:
            self.state = replace(self.state, doing="opening")
            with connection.reading(self.study) as db:
                told = suggestion_rows.latest_calibration(db)
            self._model = StudyModel(
                self.study,
                sources=settings.get("sources", "all"),
                cancelled=self._ends.is_set,
                calibration=None if told is None else Calibration.from_dict(told[0]),
                n_calibrated=0 if told is None else told[1],
            )
            self._material = work["material"]
        self.state = replace(self.state, doing="learning")
        made = self._model.fit(top=int(settings.get("top", 3)))
        if self._ends.is_set():
            return
        store_refit(self.study, self._model, made, run)
        self._seen = work["decisions"]
        self.state = LearningState(
            n_fits=self.state.n_fits + 1,
            n_labels=len(made.known.evidence.labels),
            seconds=time.perf_counter() - began,
        )


def _decided_before(study: Path, run: Mapping[str, Any]) -> int:
    """The newest decision that a run knew: the last one before the run's own event."""
    with connection.reading(study) as db:
        return suggestion_rows.decisions_before(db, run["guid"])


def store_refit(
    study: Path, model: StudyModel, made: Made, run: Mapping[str, Any]
) -> suggestion_rows.Renewed:
    """Renew the open suggestions of a run; nothing where a newer run was made meanwhile."""
    calibration = made.calibration
    with connection.writing(study) as db:
        newest = machine.latest_run(db, "suggest")
        if newest is None or newest["id"] != run["id"]:
            return suggestion_rows.Renewed(added=0, changed=0, withdrawn=0)
        run_id, _ = suggestion_rows.add_refit(
            db,
            stamp(str(run["made_by"])),
            {
                "run": run["guid"],
                "n_labels": len(made.known.evidence.labels),
                "labels": made.labels,
                "calibration_error": None if calibration is None else calibration.error,
                "calibration": calibration.as_dict() if calibration and made.is_calibrated_anew else None,
            },
            libraries_of(model.encoder),
            "learnt anew after decisions",
        )
        return suggestion_rows.renew(
            db,
            run_id,
            made.proposals,
            source_ids={r["source_guid"]: r["source_id"] for r in made.known.units.rows},
            code_ids=code_store.code_ids(db),
            returning=made.returning,
        )


_running: dict[Path, Learning] = {}
_lock = threading.Lock()


def keep_learning(study: Path) -> LearningState:
    """See to it that the study is learnt from in the background; what that is doing now."""
    place = study.resolve()
    with _lock:
        found = _running.get(place)
        if found is not None and found.state.fault:
            return found.state
        if found is None or not found.is_alive:
            found = _running[place] = Learning(place)
            found.start()
        found.ask()
        return found.state


def stop_learning(study: Path) -> None:
    """End it, and forget what was wrong."""
    with _lock:
        found = _running.pop(study.resolve(), None)
    if found is not None:
        found.stop()


def stop_all_learning() -> None:
    """End it for every study of this process."""
    for study in list(_running):
        stop_learning(study)
