"""Who may log in to a study that is served to several people."""

from __future__ import annotations

from pathlib import Path

import click

from .shared import STUDY, Outcome, command

_NEEDS_EMAIL = frozenset(("add", "role", "remove"))


@click.command()
@click.argument("study", type=STUDY)
@click.argument("act", type=click.Choice(["list", "add", "role", "remove"]), metavar="ACT")
@click.argument("email", required=False)
@click.option("--role", type=click.Choice(["owner", "coder", "reader"]), help="What they may do.")
@click.option("--coder", help="The name their codings carry; what stands before the @ when left out.")
@click.option("--by", help="Who changes this; the person logged in when left out.")
@command
def members(
    study: Path, act: str, email: str | None, role: str | None, coder: str | None, by: str | None
) -> Outcome:
    """List the members of a study served with login, or add, change or remove one."""
    from ..workflows.people.members import add_member, change_role, members_of, remove_member

    if (email is not None) != (act in _NEEDS_EMAIL):
        raise click.UsageError("Give an e-mail with add, role and remove, and none with list.")
    if (role is not None) != (act in ("add", "role")) or (coder is not None and act != "add"):
        raise click.UsageError("--role goes with add and role, and is needed there; --coder goes with add.")
    if email is None:
        rows = members_of(study)
        lines = [f"{r['role']:<7} {r['coder']:<20} {r['email']}" for r in rows]
        return (
            {"members": rows},
            "\n".join(lines) or "Nobody: the study is not ready to be served with login.",
            0,
        )
    if act == "add":
        made = add_member(study, email, str(role), coder=coder, by=by)
        return made, f"{made['email']} works as {made['coder']}, with the role {made['role']}.", 0
    if act == "role":
        is_new = change_role(study, email, str(role), by=by)
        return {"email": email, "role": role, "changed": is_new}, f"{email} has the role {role}.", 0
    remove_member(study, email, by=by)
    return {"email": email, "removed": True}, f"{email} has no part in the study any more.", 0


COMMANDS = (members,)
