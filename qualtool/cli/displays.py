"""The command that writes displays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .shared import FILE, STUDY, Outcome, command, origin_option


@click.command()
@click.argument("study", type=STUDY)
@click.argument("file", type=FILE)
@click.option(
    "--what",
    type=click.Choice(["d1", "d2", "d3", "d4", "d5", "d6"]),
    required=True,
    help="Which display.",
)
@click.option("--theme", help="A code (d2, d6), or several joined by commas (d3, d5).")
@click.option("--proposition", help="Id of a proposition (d2, d4, d5).")
@click.option("--indicator", help="What schools are grouped by (d2, d3), or sorted by (d5): ehcp_quartile.")
@click.option(
    "--contrast", help="quartiles, q4_v_rest, base_v_none, secondary_v_primary or yes_v_no (d2, d3)."
)
@origin_option
@click.option("--release", is_flag=True, help="Small numbers suppressed, bands, quotes under consent rules.")
@click.option("--sign-off", help="Who checked the output, for numbers not under the open licence.")
@click.option("--by", help="Who signs it off; the person logged in when left out.")
@command
def display(study: Path, file: Path, what: str, **options: Any) -> Outcome:
    """Write a display (.xlsx, .csv, .docx, .png, .svg) as a working copy or a release."""
    from ..workflows.displays.display_files import write_display

    found = write_display(study, file, what, **options)
    kind = "release" if found["release"] else "confidential working copy"
    return found, f"Wrote {what.upper()} to {file}: {kind}.", 0


COMMANDS = (display,)
