"""Logs that tell which error arose where, and never what was in it.

An exception's message often holds the value that caused it: a word of a transcript, a name. The
server's log is kept and sent around; so each record keeps the type and the places, nothing else.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any

_DEEPEST = 8


def places_of(err: BaseException) -> str:
    """The types and places of an exception and of those that led to it, without their messages."""
    return "\n".join(_told(err))


def _told(err: BaseException) -> Iterator[str]:
    at: BaseException | None = err
    for _ in range(_DEEPEST):
        if at is None:
            return
        yield f"{type(at).__name__} (its message is left out, it may hold what people said)"
        for frame in traceback.extract_tb(at.__traceback__):
            yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
        at = at.__cause__ or at.__context__


def keep_words_out_of_logs() -> None:
    """From now on no log record of this process holds an exception's message. Twice is once."""
    make = logging.getLogRecordFactory()
    if not isinstance(make, _Quiet):
        logging.setLogRecordFactory(_Quiet(make))


class _Quiet:
    """A factory of log records that leaves the messages of exceptions out."""

    def __init__(self, make: Callable[..., logging.LogRecord]) -> None:
        self.make = make

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self.make(*args, **kwargs)
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = places_of(record.exc_info[1])
            record.exc_info = None
        if isinstance(record.args, tuple):
            record.args = tuple(type(a).__name__ if isinstance(a, BaseException) else a for a in record.args)
        if isinstance(record.msg, BaseException):
            record.msg = type(record.msg).__name__
        return record
