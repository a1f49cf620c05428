"""Work in a child process that is forked from the test's own."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable


def forked(work: Callable[[], None]) -> int:
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
