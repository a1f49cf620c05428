"""The command that proposes which names to replace."""

from __future__ import annotations

from pathlib import Path

import click

from .shared import FILE, STUDY, Outcome, command, progress


@click.command()
@click.argument("study", type=STUDY)
@click.argument("file", type=FILE)
@command
def names(study: Path, file: Path) -> Outcome:
    """Write a table of names to replace, for a person to go through; the study stays as it is."""
    from ..workflows.keeping.propose_names import write_names

    found = write_names(study, file, progress=progress)
    kinds = ", ".join(f"{n} {kind}" for kind, n in found["by_kind"].items())
    lines = [f"Wrote {found['n']} proposals to {file}: {kinds}.", *found["notes"]]
    lines.append(f"Go through it, then: qualtool pseudonymise {study} --table {file} --key KEYFILE")
    return found, "\n".join(lines), 0


COMMANDS = (names,)
