"""What all commands share: options, output, errors, progress.

Errors are translated here and nowhere else.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Never

import click

from ..errors import QualtoolError
from ..text.showing import visible

STUDY = click.Path(path_type=Path, dir_okay=False)
FILE = click.Path(path_type=Path)
origin_option = click.option(
    "--origin",
    type=click.Choice(["all", "person"]),
    default="all",
    show_default=True,
    help="person: without codings that began as a machine's suggestion.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def document(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1)


def fail(err: QualtoolError, *, as_json: bool) -> Never:
    if as_json:
        problems = [p.as_dict() for p in err.problems] or [{"where": "", "message": err.message, "next": ""}]
        click.echo(document({"error": {"message": err.message, "problems": problems}}))
    click.echo(visible(f"qualtool: {err}"), err=True)
    sys.exit(1)


def command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Translate errors; print the result as JSON, or through the text the function returns."""

    @json_option
    @functools.wraps(function)
    def wrapped(*args: Any, as_json: bool, **options: Any) -> None:
        try:
            back_up_first(options)
            warn_of_audits(options)
            outcome = function(*args, **options)
        except QualtoolError as err:
            fail(err, as_json=as_json)
        content, text, code = outcome
        # A name or a transcript may hold escape sequences; a terminal must not obey them.
        click.echo(document(content) if as_json else visible(text))
        sys.exit(code)

    return wrapped


Outcome = tuple[object, str, int]
# Commands that leave the study as it is; before every other one it is backed up where that is due.
_ONLY_READ = frozenset(
    (
        "init",
        "check",
        "text",
        "frequencies",
        "quotes",
        "indicators",
        "triangulate",
        "export",
        "display",
        "evaluate",
        "agreement",
        "agreement-matrix",
        "history",
        "restore",
        "merge",  # it makes a backup of its own
        "diff",
        "names",
    )
)


# A backup made just before words are erased would hold what is to be erased.
_ERASING = frozenset(("pseudonymise", "purge"))


def back_up_first(options: Mapping[str, Any]) -> None:
    """Before a command that writes: a backup where the last is old; that it failed is told, no more."""
    study, context = options.get("study"), click.get_current_context()
    is_import = context.parent is not None and context.parent.info_name == "import"
    if not isinstance(study, Path) or not study.is_file():
        return
    # Judging propositions keeps them, and their first verdicts, in the study; a sign-off is kept too.
    keeps = options.get("propositions") is not None or options.get("stated", False)
    keeps = keeps or options.get("sign_off") is not None
    if context.info_name in _ERASING or (context.info_name in _ONLY_READ and not is_import and not keeps):
        return
    from ..workflows.keeping.backups import back_up_if_due

    try:
        back_up_if_due(study)
    except QualtoolError as err:
        click.echo(f"qualtool: no backup was made: {err}", err=True)


def warn_of_audits(options: Mapping[str, Any]) -> None:
    """Before a command that tells what was made of passages: who must not see it, on stderr.

    Raises:
        UserInputError: the person who acts is one of them.
    """
    study, context = options.get("study"), click.get_current_context()
    is_import = context.parent is not None and context.parent.info_name == "import"
    if not isinstance(study, Path) or not study.is_file() or is_import:
        return
    from ..workflows.auditing.audit_gate import audit_warning

    told = audit_warning(study, context.info_name or "", by=options.get("by"))
    if told is not None:
        click.echo(visible(f"qualtool: {told}"), err=True)


def progress(done: int, total: int, what: str = "") -> None:
    if sys.stderr.isatty():
        end = "\n" if done >= total else ""
        click.echo(f"\r{done} of {total} {visible(what[:50]):<50}", err=True, nl=False)
        click.echo(end, err=True, nl=False)
