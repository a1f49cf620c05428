"""Work in a child process that is forked from the test's own."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable
from typing import Any


def forked(work: Callable[[], object]) -> int:
    """Begin ``work`` in a child and return its process id.

    The child ends with the work, also where it fails: one that went on would be a second test run on
    the same output, and report tests that the first one reports too. It ends with 0, or with 1 after an
    error, which is told on stderr.
    """
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def told_by_child(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What ``work`` gives in a child, and ``fault``: blank, or the error that ended it."""
    reading, writing = os.pipe()

    def tell() -> None:
        os.close(reading)
        try:
            found = {**work(), "fault": ""}
        except BaseException as err:
            found = {"fault": f"{type(err).__name__}: {err}"}
        os.write(writing, json.dumps(found).encode())

    child = forked(tell)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return dict(json.loads(text))
