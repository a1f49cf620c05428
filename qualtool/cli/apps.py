"""Commands that open the app."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..errors import QualtoolError
from .shared import STUDY, fail


@click.command()
@click.argument("study", type=STUDY, required=False)
@click.option("--port", type=int, default=8501, show_default=True)
@click.option("--no-browser", is_flag=True, help="Do not open a browser window.")
def app(study: Path | None, port: int, no_browser: bool) -> None:
    """Open the app on this machine."""
    from ..workflows.serving import serve

    try:
        sys.exit(serve(study, port=port, open_browser=not no_browser, tell=click.echo))
    except QualtoolError as err:
        fail(err, as_json=False)


@click.command()
@click.option("--build-only", type=STUDY, help="Build the sample study here and stop.")
@click.option("--port", type=int, default=8501, show_default=True)
@click.option("--no-browser", is_flag=True)
def demo(build_only: Path | None, port: int, no_browser: bool) -> None:
    """Build the sample study and open it."""
    from ..workflows.sample import build_sample
    from ..workflows.serving import serve

    try:
        study = build_only or Path("qualtool-sample.db")
        if build_only or not study.exists():
            build_sample(study, tell=lambda line: click.echo(line, err=True))
        if not build_only:
            sys.exit(serve(study, port=port, open_browser=not no_browser, tell=click.echo))
    except QualtoolError as err:
        fail(err, as_json=False)


COMMANDS = (
    app,
    demo,
)
