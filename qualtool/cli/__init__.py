"""The command line: read options, call one workflow, print its result.

With ``--json`` stdout is exactly one JSON document and everything else goes to stderr. Exit 0 done,
1 input error or damaged study, 2 usage.
"""

from __future__ import annotations

import click

from .. import __version__
from . import (
    apps,
    audit,
    displays,
    erasing,
    findings,
    imports,
    log,
    machine,
    members,
    names,
    study,
    teamwork,
    verdicts,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="qualtool")
@click.option(
    "--as-owner", is_flag=True, help="Write although the study is being served with login, by this account."
)
@click.pass_context
def cli(context: click.Context, as_owner: bool) -> None:
    """Code what people said, and set it beside what the numbers say."""
    if as_owner:
        from ..workflows.roles import beside_the_server

        context.with_resource(beside_the_server())


for room in (
    study,
    imports,
    machine,
    audit,
    verdicts,
    displays,
    findings,
    apps,
    log,
    members,
    names,
    erasing,
    teamwork,
):
    for entry in room.COMMANDS:
        cli.add_command(entry)


def main() -> None:
    """Entry point of the command ``qualtool``."""
    cli(prog_name="qualtool")
