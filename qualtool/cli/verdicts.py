"""Commands on themes beside indicators, and on propositions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .shared import FILE, STUDY, Outcome, command, origin_option

if TYPE_CHECKING:
    from ..workflows.propositions.judged import Judged

_CODES = ("agreement", "partial agreement", "dissonance", "silence", "inconclusive", "computed")


@click.command()
@click.argument("study", type=STUDY)
@click.option("--theme", help="A code, or an expression such as 'MAGNET and not PUSH'.")
@click.option("--indicator", help="An indicator, or a variable of the cases.")
@click.option(
    "--contrast",
    type=click.Choice(
        ["q4_v_rest", "base_v_none", "secondary_v_primary", "yes_v_no", "quartiles", "continuous"]
    ),
    default="q4_v_rest",
    show_default=True,
)
@click.option("--year", help="School year of the indicator; the latest when left out.")
@click.option("--stance", type=click.Choice(["voiced", "own", "any"]), default="voiced", show_default=True)
@click.option("--propositions", type=FILE, help="A file of propositions (.yaml): judge all of them.")
@click.option("--stated", is_flag=True, help="Judge the propositions that the study holds.")
@click.option("--sensitivity", is_flag=True, help="Each verdict under other codings, schools, denominators.")
@click.option("--details", is_flag=True, help="A second look: presence, people within schools, equivalence.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of what is drawn at random.")
@click.option("--record", is_flag=True, help="Record stale verdicts anew, as looked at now.")
@click.option("--no-record", is_flag=True, help="Write nothing into the study.")
@origin_option
@command
def triangulate(study: Path, **options: Any) -> Outcome:
    """Set a theme beside a school indicator, or judge propositions by all their strands."""
    if options["propositions"] is not None or options["stated"]:
        if options["origin"] != "all" and options["record"]:
            raise click.UsageError("Verdicts without suggested codings are a what-if: nothing is recorded.")
        return _judged(study, options)
    missing = [name for name in ("theme", "indicator") if options[name] is None]
    if missing:
        needed = " and ".join(f"--{name}" for name in missing)
        raise click.UsageError(f"Give {needed}, or --propositions FILE.")
    from ..workflows.propositions.triangulating import triangulate_theme

    found = triangulate_theme(
        study,
        options["theme"],
        options["indicator"],
        contrast=options["contrast"],
        year=options["year"],
        stance=options["stance"],
        origin=options["origin"],
    )
    return found, found["sentence"], 0


def _judged(study: Path, options: dict[str, Any]) -> Outcome:
    from ..workflows.propositions import propositions as workflow

    file, year, seed = options["propositions"], options["year"], options["seed"]
    wanted = None if file is None else workflow.read_file(file)
    if options["no_record"] or options["origin"] != "all":
        matrix = workflow.judge(study, wanted, year=year, seed=seed, origin=options["origin"])
    else:
        matrix = workflow.look_at(study, wanted, year=year, seed=seed, anew=options["record"])
    document = matrix.as_dict()
    lines = [_line(row) for row in matrix.rows] + [found.sentence for found in matrix.not_judged]
    if options["origin"] != "all":
        lines.insert(0, "Codings that began as a machine's suggestion are left out; nothing is recorded.")
    if options["sensitivity"]:
        from ..workflows.propositions.sensitivity import sensitivity

        document["sensitivity"] = sensitivity(study, wanted, year=year, seed=seed)
        lines += [_variants(row) for row in document["sensitivity"]]
    if options["details"]:
        from ..workflows.propositions.sensitivity import details

        document["details"] = details(study, wanted, year=year, seed=seed, origin=options["origin"])
    return document, "\n".join(lines) or "The study holds no propositions.", 0


def _line(judged: Judged) -> str:
    row = judged.as_dict()
    findings = ", ".join(f"{s['kind']}: {s['finding']}".replace("_", " ") for s in row["strands"])
    stale = f"  STALE ({', '.join(row['stale_because'])})" if row["stale"] else ""
    own = f"  researcher: {row['override']['code']}" if row["override"] else ""
    of_all = row["of_all_codings"]
    other = of_all and (of_all["status"], of_all["convergence"]) != (row["status"], row["convergence"])
    all_codings = f"  with all codings: {of_all['status']}, {of_all['convergence']}" if other else ""
    told = f"{row['id']:<6} {row['status']:<24} {judged.verdict.code_words}; {findings}"
    return f"{told}{all_codings}{own}{stale}"


def _variants(row: dict[str, Any]) -> str:
    other = [f"{v['name']}: {v['status']}" for v in row["variants"] if v["differs"]]
    return f"{row['id']:<6} {'holds in every variant' if row['holds'] else '; '.join(other)}"


@click.command()
@click.argument("study", type=STUDY)
@click.argument("proposition")
@click.argument("code", type=click.Choice(_CODES))
@click.option("--note", required=True, help="Why your code differs.")
@click.option("--examples", type=click.Choice(["yes", "no", "na"]), default="na", show_default=True)
@click.option("--by", help="Who decides; the person logged in when left out.")
@command
def override(study: Path, proposition: str, code: str, note: str, examples: str, by: str | None) -> Outcome:
    """Write your own convergence code beside the computed one; 'computed' takes it back."""
    from ..workflows.propositions.proposition_acts import override as write

    wanted = None if code == "computed" else code
    judged = write(study, proposition, wanted, note, by=by, examples_agree=examples)
    return judged.as_dict(), _line(judged), 0


COMMANDS = (
    triangulate,
    override,
)
