"""Commands that open the app."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ..errors import QualtoolError
from .shared import FILE, STUDY, fail


@click.command()
@click.argument("study", type=STUDY, required=False)
@click.option("--port", type=int, default=8501, show_default=True)
@click.option("--no-browser", is_flag=True, help="Do not open a browser window.")
@click.option(
    "--host",
    "address",
    default="127.0.0.1",
    show_default=True,
    help="Listen here. Elsewhere than here needs login.",
)
@click.option("--login", is_flag=True, help="Serve the study with login, also on this machine.")
@click.option("--allowed-host", "allowed", multiple=True, help="A further name of the served app.")
@click.option("--secrets", type=FILE, help="The settings of the login (.streamlit/secrets.toml).")
@click.option(
    "--login-hours", "hours", type=float, default=12.0, show_default=True, help="How long a login lasts."
)
def app(
    study: Path | None,
    port: int,
    no_browser: bool,
    address: str,
    login: bool,
    allowed: Sequence[str],
    secrets: Path | None,
    hours: float,
) -> None:
    """Open the app on this machine, or serve a study to several people with login."""
    from ..workflows.people.hosting import is_loopback, plan_hosting
    from ..workflows.people.serving import serve

    try:
        plan = None
        if login or allowed or not is_loopback(address):
            plan = plan_hosting(study, address=address, allowed=allowed, secrets=secrets, hours=hours)
        opens = not no_browser and plan is None
        sys.exit(serve(study, port=port, open_browser=opens, tell=click.echo, address=address, plan=plan))
    except QualtoolError as err:
        fail(err, as_json=False)


@click.command()
@click.option("--build-only", type=STUDY, help="Build the sample study here and stop.")
@click.option("--port", type=int, default=8501, show_default=True)
@click.option("--no-browser", is_flag=True)
def demo(build_only: Path | None, port: int, no_browser: bool) -> None:
    """Build the sample study and open it."""
    from ..workflows.people.serving import serve
    from ..workflows.study.sample import build_sample

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
