"""Set up, show and test qualtool with nothing but Python's standard library.

    python3 bootstrap.py setup | demo | demo-reset | test | check | bench | bench-reliability

`make` calls this; on Windows and macOS call it yourself.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import venv
import webbrowser
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCK = ROOT / "requirements.lock"
DEMO = ROOT / ".demo"
STUDY = DEMO / "sample.db"
TESTS_ONLY = "# --- tests and checks only"
SUPPORTED = ((3, 11), (3, 13))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def say(text: str) -> None:
    print(text, flush=True)


def stop(*lines: str) -> None:
    for line in lines:
        print(line, file=sys.stderr)
    raise SystemExit(1)


def run(*command: object, check: bool = True, **options: object) -> subprocess.CompletedProcess[str]:
    result = subprocess.run([str(c) for c in command], cwd=ROOT, text=True, **options)  # type: ignore[call-overload]
    if check and result.returncode != 0:
        raise SystemExit(result.returncode)
    return result


# --- setup ----------------------------------------------------------------------------------------


def check_machine() -> None:
    """Name everything that is missing, at once, before anything is made."""
    missing: list[str] = []
    found = sys.version_info[:2]
    if not SUPPORTED[0] <= found <= SUPPORTED[1]:
        missing.append(
            f"Python 3.11, 3.12 or 3.13 (this is {found[0]}.{found[1]}); "
            "name another with `make PYTHON=python3.12`"
        )
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        missing.append("python3-venv (on Debian and Ubuntu: sudo apt install python3-venv)")
    if missing:
        stop("qualtool cannot be set up here. What is missing:", *[f"  - {m}" for m in missing])


def wanted_lines(*, with_tests: bool) -> list[str]:
    """Pinned packages of the lock; those for tests and checks only where they are wanted."""
    lines: list[str] = []
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if line.startswith(TESTS_ONLY) and not with_tests:
            break
        if line.strip() and not line.startswith("#"):
            lines.append(line.strip())
    return lines


def setup(*, with_tests: bool = False) -> None:
    """Make `.venv` as the lock says; nothing is done where it is so already."""
    check_machine()
    lines = wanted_lines(with_tests=with_tests)
    recipe = "\n".join([*lines, (ROOT / "pyproject.toml").read_text(encoding="utf-8"), sys.version])
    stamp = hashlib.sha256(recipe.encode()).hexdigest()
    kept = VENV / (".stamp-tests" if with_tests else ".stamp")
    others = (VENV / ".stamp-tests", VENV / ".stamp")
    if PYTHON.exists() and kept.exists() and kept.read_text(encoding="utf-8") == stamp:
        return
    began = time.monotonic()
    say(f"Setting up {VENV.name} with {len(lines)} packages (a few minutes the first time) ...")
    if not PYTHON.exists():
        for other in others:
            other.unlink(missing_ok=True)
        venv.create(VENV, with_pip=True, symlinks=os.name != "nt")
    wish = VENV / "wanted.txt"
    wish.write_text("\n".join(lines) + "\n", encoding="utf-8")
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet")
    # --no-deps: the lock is complete, and bertopic must not bring torch.
    run(*pip, "install", "--no-deps", "-r", wish)
    run(*pip, "install", "--no-deps", "--no-build-isolation", "--editable", ".")
    kept.write_text(stamp, encoding="utf-8")
    if with_tests:  # the larger set holds the smaller one
        small = "\n".join(
            [
                *wanted_lines(with_tests=False),
                (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
                sys.version,
            ]
        )
        (VENV / ".stamp").write_text(hashlib.sha256(small.encode()).hexdigest(), encoding="utf-8")
    say(f"Set up in {time.monotonic() - began:.0f} s.")


# --- demo -----------------------------------------------------------------------------------------


def sample_digest() -> str:
    digest = hashlib.sha256()
    for folder in (ROOT / "corpora" / "sample", ROOT / "codebooks"):
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def build_sample() -> None:
    """Build the sample study where there is none; one that is there is the user's and stays."""
    note = DEMO / "sample.sha256"
    if STUDY.exists():
        if note.exists() and note.read_text(encoding="utf-8") != sample_digest():
            say("The sample files have changed since your sample study was built; it is kept as it is.")
            say("`make demo-reset` builds it anew (your codings in it would go).")
        return
    DEMO.mkdir(exist_ok=True)
    part = DEMO / "sample.part.db"
    for leftover in DEMO.glob("sample.part.db*"):
        leftover.unlink()
    say("Building the sample study ...")
    run(PYTHON, "-m", "qualtool.cli", "demo", "--build-only", part)
    part.replace(STUDY)
    note.write_text(sample_digest(), encoding="utf-8")


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def demo() -> None:
    setup()
    build_sample()
    port = int(os.environ.get("PORT", "8501"))
    if not port_is_free(port):
        stop(
            f"Port {port} is in use, perhaps by another qualtool.",
            f"Close that one, or choose another port: PORT={port + 1} make demo",
        )
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [str(PYTHON), "-m", "qualtool.cli", "app", str(STUDY), "--port", str(port), "--no-browser"], cwd=ROOT
    )
    # Being told to end must end the app too, or it would go on holding the port.
    signal.signal(signal.SIGTERM, interrupted)
    try:
        for _ in range(600):
            if server.poll() is not None:
                raise SystemExit(server.returncode)
            if answers(f"{address}/_stcore/health"):
                break
            time.sleep(0.1)
        if os.environ.get("QUALTOOL_NO_BROWSER") != "1":
            webbrowser.open(address)
        server.wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.terminate()
        server.wait()


def interrupted(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def demo_reset() -> None:
    shutil.rmtree(DEMO, ignore_errors=True)
    setup()
    build_sample()
    say("The sample study is as new. Open it with `make demo`.")


# --- tests ----------------------------------------------------------------------------------------


def find_browser() -> str | None:
    named = os.environ.get("QUALTOOL_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return next((p for p in map(shutil.which, BROWSERS) if p), None)


def get_browser() -> None:
    """Install Debian's Chromium for the browser tests where we may; else say so in one line."""
    if find_browser() or os.environ.get("QUALTOOL_CHROMIUM"):
        return
    apt = shutil.which("apt-get")
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    sudo = [] if as_root else ["sudo", "-n"]
    allowed = as_root or (
        shutil.which("sudo") is not None
        and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    )
    if apt and allowed:
        say("Installing Chromium for the browser tests ...")
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        run(*sudo, apt, "update", "-qq", check=False, **quiet)
        run(*sudo, apt, "install", "-y", "-qq", "--no-install-recommends", "chromium", check=False, **quiet)
    if not find_browser():
        say("No Chromium found: browser tests will be skipped. Set QUALTOOL_CHROMIUM to one to run them.")


def test(arguments: list[str]) -> None:
    setup(with_tests=True)
    get_browser()
    if arguments:
        run(PYTHON, "-m", "pytest", *arguments)
        return
    side_by_side = ("-n", "2", "--dist", "loadfile")
    rounds = (
        (*side_by_side, "-m", "not browser"),
        (*side_by_side, "-m", "browser and not clock"),
        # These watch a clock, so they run alone, after the others have used both cores.
        ("-m", "clock"),
    )
    codes = [run(PYTHON, "-m", "pytest", *chosen, check=False).returncode for chosen in rounds]
    if codes[0] == 0 and any(codes) and all(code in (0, 1) for code in codes):
        codes = [once_more()]
    if any(codes):
        raise SystemExit(next(code for code in codes if code))


def once_more() -> int:
    """Run the browser tests that failed once more, on a machine at rest, and say so; the exit code.

    A browser beside everything else can be late by seconds. What fails twice is a fault; what fails
    once is named, so that somebody looks at it.
    """
    say("Some browser tests failed. They are run once more, alone; those named above want a look either way.")
    again = ("--last-failed", "--last-failed-no-failures", "none", "-m", "browser")
    return run(PYTHON, "-m", "pytest", *again, check=False).returncode


def check() -> None:
    setup(with_tests=True)
    failed = [
        name
        for name, command in (
            ("ruff", (PYTHON, "-m", "ruff", "check", ".")),
            ("ruff format", (PYTHON, "-m", "ruff", "format", "--check", ".")),
            ("pyright", (PYTHON, "-m", "pyright")),
            ("import contracts", (BIN / "lint-imports",)),
        )
        if run(*command, check=False).returncode != 0
    ]
    if failed:
        stop(f"Not clean: {', '.join(failed)}.")
    say("Clean: ruff, types, import contracts.")


def bench(arguments: list[str]) -> None:
    run_scripts(ROOT / "benchmarks", arguments)


def bench_reliability(arguments: list[str]) -> None:
    """What is killed, damaged and fought over on purpose; every script runs, then a fault is told."""
    run_scripts(ROOT / "benchmarks" / "reliability", arguments)


def run_scripts(folder: Path, names: list[str]) -> None:
    setup(with_tests=True)
    failed: list[str] = []
    for script in sorted(folder.glob("*.py")):
        if not script.name.startswith("_") and (not names or script.stem in names):
            say(f"\n== {script.stem}")
            if run(PYTHON, script, check=False).returncode != 0:
                failed.append(script.stem)
    if failed:
        stop(f"Not as promised: {', '.join(failed)}.")


def main(arguments: list[str]) -> None:
    verbs = {"setup": setup, "demo": demo, "demo-reset": demo_reset, "check": check}
    with_arguments = {"test": test, "bench": bench, "bench-reliability": bench_reliability}
    verb = arguments[0] if arguments else ""
    if verb in verbs:
        verbs[verb]()
    elif verb in with_arguments:
        with_arguments[verb](arguments[1:])
    else:
        stop(__doc__ or "", f"'{verb}' is none of these." if verb else "Say which.")


if __name__ == "__main__":
    main(sys.argv[1:])
