"""Fixtures every test may use, and the house rules that hold in all of them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

# The same examples at every run: a test that fails by chance tells nobody what to mend. To look for
# new faults, run with HYPOTHESIS_PROFILE=searching.
# How long the making of examples takes is the machine's affair.
settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("searching", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "corpora" / "sample"


def _data_folder() -> Path | None:
    named = os.environ.get("QUALTOOL_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real files to test against; they lie beside the checkout and are never committed."""
    folder = _data_folder()
    if folder is None:
        message = "real data not found: set QUALTOOL_DATA to its folder to run this test"
        if os.environ.get("QUALTOOL_REQUIRE_DATA") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(autouse=True)
def nothing_goes_on_behind() -> Iterator[None]:
    """No test leaves a thread that learns: another test forks, and a child of a process with threads can
    wait for ever for a lock that a thread held."""
    yield
    learning = sys.modules.get("qualtool.workflows.suggestions.learning")
    if learning is not None:
        learning.stop_all_learning()
    assert "qualtool-learning" not in {thread.name for thread in threading.enumerate()}


@pytest.fixture(autouse=True)
def the_program_stays_itself() -> Iterator[None]:
    """Running a page in a test leaves that page as the main module, which a process spawned by a later
    test would then draw before its work."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(scope="session")
def sample() -> Path:
    """The folder of the sample study."""
    return SAMPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What one run of the command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout; anything beside it is a failure."""
        return json.loads(self.out, parse_constant=_no_constant)

    @property
    def problems(self) -> list[dict[str, str]]:
        return self.json["error"]["problems"]


def _no_constant(name: str) -> Any:
    raise AssertionError(f"{name} is not JSON")


@pytest.fixture(scope="session")
def qualtool() -> Callable[..., Ran]:
    """The command line, run in this process: ``qualtool("check", study, "--json").json``."""
    from click.testing import CliRunner

    from qualtool.cli import cli

    def run(*arguments: object) -> Ran:
        result = CliRunner().invoke(cli, [str(a) for a in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(code=result.exit_code, out=result.stdout, err=result.stderr)

    return run


@pytest.fixture(scope="session")
def answer_studies() -> ModuleType:
    """The maker of made-up studies of survey answers."""
    import answer_studies

    return answer_studies


@pytest.fixture(scope="session")
def sample_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample study, built once a run as ``qualtool demo`` does. Read it, never write to it."""
    from qualtool.workflows.study.sample import build_sample

    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # one folder for all workers, so that the study is built once
    study = base / "sample-study" / "sample.db"
    study.parent.mkdir(exist_ok=True)
    with FileLock(study.with_suffix(".lock")):
        if not study.exists():
            part = study.with_name("part.db")
            build_sample(part)
            part.replace(study)
    return study


@pytest.fixture
def sample_copy(sample_study: Path, tmp_path: Path) -> Path:
    """A copy of the sample study that a test may change."""
    return Path(shutil.copyfile(sample_study, tmp_path / "sample.db"))


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches beyond this machine."""
    real_connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        host = address[0] if isinstance(address, tuple) else ""
        if host and host not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"a test tried to reach {host}")
        return real_connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
