"""The blind audit: draw, see how far it is, read the result. It is answered in the app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..errors import UserInputError
from .shared import STUDY, Outcome, command, progress


@click.command()
@click.argument("study", type=STUDY)
@click.argument("action", type=click.Choice(["draw", "status", "finish", "result"]))
@click.option("--coder", help="draw: who will judge the passages, blind. finish: whose audit.")
@click.option("--codes", multiple=True, help="draw: a code to judge; may be repeated.")
@click.option("--n", type=int, default=60, show_default=True, help="draw: how many passages.")
@click.option("--seed", type=int, default=0, show_default=True, help="draw: the same seed, the same draw.")
@click.option("--sources", type=click.Choice(["all", "transcripts", "answers"]), default="all")
@click.option(
    "--strata",
    type=click.Choice(["kind", "called", "both", "none"]),
    default="both",
    show_default=True,
    help="draw: within kinds of source, within called or not, both, or plainly at random.",
)
@click.option("--audit", "guid", help="result: another audit than the newest finished one.")
@command
def audit(study: Path, action: str, **options: Any) -> Outcome:
    """Measure suggestions on a random sample that a person judges without seeing them."""
    from ..workflows.auditing.auditing import audit_result, audit_status

    if action == "draw":
        return _draw(study, options)
    if action == "finish":
        return _finish(study, options["coder"])
    if action == "status":
        found = audit_status(study)
        return found, "\n".join(_status_line(a) for a in found["audits"]) or "No audit was drawn yet.", 0
    found = audit_result(study, options["guid"])
    return found, "\n".join([*(_row_lines(r) for r in found["rows"]), *found["notes"]]), 0


def _draw(study: Path, options: dict[str, Any]) -> Outcome:
    from ..workflows.auditing.audit_drawing import CALLED, KIND, draw_audit

    if not options["coder"]:
        raise UserInputError.single(
            "--coder", "An audit needs a person.", "Name who will judge the passages."
        )
    strata = {"kind": (KIND,), "called": (CALLED,), "both": (KIND, CALLED), "none": ()}[options["strata"]]
    found = draw_audit(
        study,
        coder=options["coder"],
        codes=options["codes"],
        n=options["n"],
        seed=options["seed"],
        sources=options["sources"],
        strata=strata,
        progress=progress,
    )
    lines = [f"Drawn for {found['coder']}, of {found['n_population']:,} passages: {found['n']:,}."]
    lines += [f"  {s['name']}: {s['n']} of {s['n_population']}" for s in found["strata"]]
    lines += [f"Codes: {', '.join(found['codes'])}.", "Judge them in the app, Suggestions, Audit."]
    return found, "\n".join([*lines, *found["notes"]]), 0


def _finish(study: Path, coder: str | None) -> Outcome:
    from ..workflows.auditing.auditing import finish_audit

    if not coder:
        raise UserInputError.single("--coder", "An audit is somebody's.", "Name whose audit is over.")
    guid = finish_audit(study, coder)
    told = f"The audit of {coder} is finished: nothing is hidden any more."
    return {"audit": guid, "coder": coder}, told, 0


def _status_line(one: dict[str, Any]) -> str:
    state = f"finished {one['finished_at'][:10]}" if one["finished_at"] else "running"
    return (
        f"{one['audit']}  {one['coder']}, {state}: {one['n_answered']} judged, {one['n_skipped']} skipped,"
        f" {one['n_unread']} not read, of {one['n']} ({', '.join(one['codes'])})"
    )


def _row_lines(row: dict[str, Any]) -> str:
    return (
        f"{row['code']:<18} judged {row['n_read']}, yes {row['n_yes']}\n"
        f"    sensitivity {_share(row['sensitivity'])}, specificity {_share(row['specificity'])}\n"
        f"    share called {row['apparent']['estimate']:.3f}, corrected {_share(row['corrected'])},"
        f" judged by the person {_share(row['judged'])}"
    )


def _share(one: dict[str, Any]) -> str:
    if one["estimate"] is None:
        return f"undefined ({one['reason']})"
    return f"{one['estimate']:.3f} ({one['low']:.3f} to {one['high']:.3f})"


COMMANDS = (audit,)
