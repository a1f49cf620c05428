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
    from ..workflows.studies import create_study

    found = create_study(study, codebook=codebook)
    return found, f"Made the study {study}.", 0


@click.command()
@click.argument("study", type=STUDY)
@command
def check(study: Path) -> Outcome:
    """Test every promise of a study file; exit 1 when one is broken."""
    from ..workflows.checking import check_study

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
    from ..workflows.coding import text_of

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
    from ..workflows.coding import code_selection

    found = code_selection(study, source, start, end, code, coder=coder)
    return found, f"Coded {found['source']} {start} to {end} with {found['code']}.", 0


COMMANDS = (
    init,
    check,
    text,
    code,
)
