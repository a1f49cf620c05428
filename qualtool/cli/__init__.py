"""The command line: read options, call one workflow, print its result.

With ``--json`` stdout is exactly one JSON document and everything else goes to stderr. Exit 0 done,
1 input error or damaged study, 2 usage.
"""

from __future__ import annotations

import click

from .. import __version__
from . import apps, findings, imports, log, machine, study


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="qualtool")
def cli() -> None:
    """Code what people said, and set it beside what the numbers say."""


for room in (study, imports, machine, findings, apps, log):
    for entry in room.COMMANDS:
        cli.add_command(entry)


def main() -> None:
    """Entry point of the command ``qualtool``."""
    cli(prog_name="qualtool")
