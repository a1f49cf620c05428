"""Start the app with the right settings, whatever the working folder is: for this machine, or with login."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from ...errors import NotAllowedError, StudyFileError
from ...store.file import connection
from ...store.file.serving_mark import served_by
from .hosting import HostPlan

PACKAGE = Path(__file__).resolve().parents[2]
SETTINGS = PACKAGE / "pages" / "assets" / "config.toml"
SCRIPT = PACKAGE / "pages" / "entry.py"


_HOSTS = 'allowedHosts = ["localhost", "127.0.0.1"]'


def _port_is_free(port: int, address: str) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def serve(
    study: Path | None,
    *,
    port: int,
    open_browser: bool,
    tell: Callable[[str], None],
    address: str = "127.0.0.1",
    plan: HostPlan | None = None,
) -> int:
    """Run the app until it is closed; returns its exit code. ``tell`` is given the address.

    Without a ``plan`` it is for this machine alone, and ``address`` a loopback address; with one the
    study is served to other machines too, with login.

    Raises:
        StudyFileError: the study cannot be opened, or the port is in use.
        NotAllowedError: another program serves the study with login.
    """
    if study is not None:
        with connection.reading(study):
            pass  # a study that cannot be opened is told here, not in the browser
        if plan is None and served_by(study) is not None:
            told = "This study is being served with login: work in that app."
            raise NotAllowedError.single(study.name, told, "End that server first.")
    bound = plan.address if plan is not None else address
    if not _port_is_free(port, bound):
        raise StudyFileError.single(
            f"port {port}",
            "It is in use, perhaps by another qualtool.",
            f"Close that one, or choose another: --port {port + 1}.",
        )
    environment = {**os.environ, **(plan.environment if plan is not None else {})}
    if study is not None:
        environment["QUALTOOL_STUDY"] = str(study.resolve())
    # Streamlit reads settings from the working folder, and lists (allowed hosts) from nowhere else:
    # so it runs in a folder of its own that holds ours.
    with tempfile.TemporaryDirectory(prefix="qualtool-app-") as folder:
        settings = Path(folder) / ".streamlit"
        settings.mkdir()
        (settings / "config.toml").write_text(settings_for(plan), encoding="utf-8")
        environment["QUALTOOL_FOLDER"] = str(Path.cwd())
        command = [sys.executable, "-m", "streamlit", "run", str(SCRIPT)]
        command += ["--server.port", str(port), "--server.headless", "false" if open_browser else "true"]
        command += ["--logger.hideWelcomeMessage", "true"]
        # Said here too, because a variable of the environment would win over the file.
        command += ["--server.address", bound, "--browser.gatherUsageStats", "false"]
        process = subprocess.Popen(command, cwd=folder, env=environment)
        tell(_greeting(bound, port, plan))
        # Being told to end must end the server too, or it would go on holding the port.
        signal.signal(signal.SIGTERM, _interrupted)
        try:
            return process.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            process.terminate()
            process.wait()


def settings_for(plan: HostPlan | None) -> str:
    """Streamlit's settings; for a served study with its names, and the file that holds the login's."""
    settings = SETTINGS.read_text(encoding="utf-8")
    if plan is None:
        return settings
    # A list of strings is written alike in JSON and in TOML.
    names, files = json.dumps(list(plan.names)), json.dumps([str(plan.secrets)])
    return settings.replace(_HOSTS, f"allowedHosts = {names}") + f"\n[secrets]\nfiles = {files}\n"


def _greeting(address: str, port: int, plan: HostPlan | None) -> str:
    if plan is None:
        shown = f"[{address}]" if ":" in address else address
        return f"qualtool is open at http://{shown}:{port}   (Ctrl+C closes it)"
    return (
        f"qualtool serves {plan.study.name} with login at {plan.origin}, listening on {address} port {port}"
        "   (Ctrl+C closes it)"
    )


def _interrupted(signum: int, frame: object) -> None:
    raise KeyboardInterrupt
