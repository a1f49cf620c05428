"""Files made to exhaust a reader are refused, or read, in bounded time and memory."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
SCRIPT = TESTS / "kit" / "hostile_bombs.py"
KEYS = re.findall(r'^    "([\w-]+)": lambda', SCRIPT.read_text(encoding="utf-8").split("LARGE:")[0], re.M)
# Good text that is only odd or long; everything else must be refused.
HARMLESS = {"docx-deep", "txt-run", "txt-apostrophes", "vtt-tags", "odt-number", "pdf-numbers"}
SECONDS = 120  # of work; what a bomb is meant to take is hours


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, object]]:
    """What came of each bomb, read in a process of its own that may take three gigabytes."""
    ran = subprocess.run(
        [sys.executable, str(SCRIPT), *KEYS], capture_output=True, text=True, timeout=900, check=False
    )
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [t["bomb"] for t in told] == KEYS, ran.stderr[-2000:]
    return {t["bomb"]: t for t in told}


@pytest.mark.parametrize("bomb", KEYS)
def test_a_bomb_does_nothing(bomb: str, outcomes: dict[str, dict[str, object]]) -> None:
    """A bomb is refused with a short message, or harmlessly read, within seconds."""
    told = outcomes[bomb]
    assert told["outcome"] in (("taken", "refused") if bomb in HARMLESS else ("refused",)), told
    assert float(str(told["seconds"])) < SECONDS, told
    assert int(str(told["n_message"])) < 1_000_000, told
    assert socket.gethostname() not in str(told["message"]), "a file outside was read"
