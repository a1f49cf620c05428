"""Commands on a study and its texts."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from ..errors import QualtoolError
from .shared import FILE, STUDY, Outcome, command, document, fail


@click.command()
@click.argument("study", type=STUDY)
@click.option("--codebook", type=FILE, help="A codebook (.yaml) to start with.")
@command
def init(study: Path, codebook: Path | None) -> Outcome:
    """Make an empty study file; an existing file is never overwritten."""
    from ..workflows.study.studies import create_study

    found = create_study(study, codebook=codebook)
    return found, f"Made the study {study}.", 0


@click.command()
@click.argument("study", type=STUDY)
@command
def check(study: Path) -> Outcome:
    """Test every promise of a study file; exit 1 when one is broken."""
    from ..workflows.keeping.checking import check_study

    found = check_study(study)
    lines = [f"{p['rule']}: {p['where']}: {p['what']} {p['next']}" for p in found["problems"]]
    text = "\n".join(lines) if lines else f"{study} is whole: {counted(found['counts'])}."
    return found, text, 0 if found["ok"] else 1


def counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items())


@click.command()
@click.argument("study", type=STUDY)
@click.argument("source")
@click.option("--version", "version", type=int, help="An older text version.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def text(study: Path, source: str, version: int | None, as_json: bool) -> None:
    """Print the text that offsets count in: exactly that, no newline added."""
    from ..workflows.coding.coding import text_of

    try:
        found = text_of(study, source, version=version)
    except QualtoolError as err:
        fail(err, as_json=as_json)
    if as_json:
        click.echo(document({"source": source, "text": found, "n_chars": len(found)}))
    else:
        sys.stdout.buffer.write(found.encode())
        sys.stdout.buffer.flush()


@click.command()
@click.argument("study", type=STUDY)
@click.argument("source")
@click.argument("start", type=int)
@click.argument("end", type=int)
@click.argument("code")
@click.option("--coder", required=True, help="Who codes.")
@command
def code(study: Path, source: str, start: int, end: int, code: str, coder: str) -> Outcome:
    """Code the characters START to END (half-open) of a source."""
    from ..workflows.coding.coding import code_selection

    found = code_selection(study, source, start, end, code, coder=coder)
    return found, f"Coded {found['source']} {start} to {end} with {found['code']}.", 0


@click.command()
@click.argument("study", type=STUDY)
@click.argument("source")
@click.option("--replace", nargs=2, metavar="OLD NEW", help="Put NEW in place of OLD wherever it stands.")
@click.option("--whole-word", is_flag=True, help="Leave OLD alone inside longer words.")
@click.option("--from", "file", type=FILE, help="A file with the whole corrected text.")
@click.option(
    "--version", type=int, help="The text version you corrected: refused where it is no longer current."
)
@click.option("--undo", is_flag=True, help="Take back the last correction of this source.")
@click.option("--by", help="Who corrects; the person logged in when left out.")
@command
def edit(
    study: Path,
    source: str,
    replace: tuple[str, str] | None,
    whole_word: bool,
    file: Path | None,
    version: int | None,
    undo: bool,
    by: str | None,
) -> Outcome:
    """Correct a source's text; its codings move along, and none is lost."""
    from ..workflows.editing.edit_source import edit_from_file, edit_source
    from ..workflows.undoing.undo_edit import undo_edit

    if (replace is not None) + (file is not None) + undo != 1:
        raise click.UsageError("Give one of --replace OLD NEW, --from FILE and --undo.")
    if whole_word and replace is None:
        raise click.UsageError("--whole-word goes with --replace.")
    if undo:
        back = undo_edit(study, source, by=by, version=version)
        return back, f"{back['source']} is as it was: {back['restored']} codings put back.", 0
    if file is not None:
        found = edit_from_file(study, source, file, by=by, version=version)
    else:
        found = edit_source(study, source, replace=replace, whole_word=whole_word, by=by, version=version)
    lines = [
        f"{found['source']} version {found['version']}: {found['kept']} codings kept, "
        f"{found['moved']} moved, {len(found['needs_review'])} need review, {found['lost']} lost."
    ]
    lines += [f"  {one['guid']} needs review" for one in found["needs_review"]]
    lines += [f"Note: {warning}" for warning in found["warnings"]]
    return found, "\n".join(lines), 0


COMMANDS = (
    init,
    check,
    text,
    code,
    edit,
)
