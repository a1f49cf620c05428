"""Start the app on this machine with the right settings, whatever the working folder is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..errors import Problem, StudyFileError
from ..store import connection

PACKAGE = Path(__file__).resolve().parents[1]
SETTINGS = PACKAGE / "pages" / "assets" / "config.toml"
SCRIPT = PACKAGE / "pages" / "entry.py"


def _port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def serve(study: Path | None, *, port: int, open_browser: bool, tell: Callable[[str], None]) -> int:
    """Run the app until it is closed; returns its exit code. ``tell`` is given the address.

    Raises:
        StudyFileError: the study cannot be opened, or the port is in use.
    """
    if study is not None:
        with connection.reading(study):
            pass  # a study that cannot be opened is told here, not in the browser
    if not _port_is_free(port):
        problem = Problem(
            where=f"port {port}",
            message="It is in use, perhaps by another qualtool.",
            next=f"Close that one, or choose another: --port {port + 1}.",
        )
        raise StudyFileError(str(problem), problems=(problem,))
    environment = {**os.environ}
    if study is not None:
        environment["QUALTOOL_STUDY"] = str(study.resolve())
    # Streamlit reads settings from the working folder, and lists (allowed hosts) from nowhere else:
    # so it runs in a folder of its own that holds ours.
    with tempfile.TemporaryDirectory(prefix="qualtool-app-") as folder:
        settings = Path(folder) / ".streamlit"
        settings.mkdir()
        (settings / "config.toml").write_bytes(SETTINGS.read_bytes())
        environment["QUALTOOL_FOLDER"] = str(Path.cwd())
        command = [sys.executable, "-m", "streamlit", "run", str(SCRIPT)]
        command += ["--server.port", str(port), "--server.headless", "false" if open_browser else "true"]
        command += ["--logger.hideWelcomeMessage", "true"]
        # Said here too, because a variable of the environment would win over the file.
        command += ["--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false"]
        process = subprocess.Popen(command, cwd=folder, env=environment)
        tell(f"qualtool is open at http://127.0.0.1:{port}   (Ctrl+C closes it)")
        # Being told to end must end the server too, or it would go on holding the port.
        signal.signal(signal.SIGTERM, _interrupted)
        try:
            return process.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            process.terminate()
            process.wait()


def _interrupted(signum: int, frame: object) -> None:
    raise KeyboardInterrupt
