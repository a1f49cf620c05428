"""What all commands share: options, output, errors, progress.

Errors are translated here and nowhere else.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Never

import click

from ..errors import QualtoolError

STUDY = click.Path(path_type=Path, dir_okay=False)
FILE = click.Path(path_type=Path)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def document(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1)


def fail(err: QualtoolError, *, as_json: bool) -> Never:
    if as_json:
        problems = [p.as_dict() for p in err.problems] or [{"where": "", "message": err.message, "next": ""}]
        click.echo(document({"error": {"message": err.message, "problems": problems}}))
    click.echo(f"qualtool: {err}", err=True)
    sys.exit(1)


def command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Translate errors; print the result as JSON, or through the text the function returns."""

    @json_option
    @functools.wraps(function)
    def wrapped(*args: Any, as_json: bool, **options: Any) -> None:
        try:
            outcome = function(*args, **options)
        except QualtoolError as err:
            fail(err, as_json=as_json)
        content, text, code = outcome
        click.echo(document(content) if as_json else text)
        sys.exit(code)

    return wrapped


Outcome = tuple[object, str, int]


def progress(done: int, total: int, what: str = "") -> None:
    if sys.stderr.isatty():
        end = "\n" if done >= total else ""
        click.echo(f"\r{done} of {total} {what[:50]:<50}", err=True, nl=False)
        click.echo(end, err=True, nl=False)
