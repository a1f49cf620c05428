"""Commands of the machine: topics, suggestions, and how good they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..errors import SuggestionError
from .shared import STUDY, Outcome, command, progress

# Of suggestions the terminal shows so many; all are in the app and with --json.
_SHOWN = 50


@click.command()
@click.argument("study", type=STUDY)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--k", "n_topics", type=int, help="How many topics (chosen by size when left out).")
@click.option("--sources", type=click.Choice(["all", "transcripts", "answers"]), default="all")
@click.option(
    "--method",
    type=click.Choice(["tree", "umap"]),
    default="tree",
    show_default=True,
    help="umap: BERTopic's usual pipeline, where UMAP is installed.",
)
@click.option("--on-words", is_flag=True, help="Use word counts where the language model cannot be used.")
@command
def topics(
    study: Path, seed: int, n_topics: int | None, sources: str, method: Any, on_words: bool
) -> Outcome:
    """Find topics in what participants said and wrote (BERTopic)."""
    from ..workflows.suggestions.finding_topics import find_topics

    found = find_topics(
        study,
        seed=seed,
        n_topics=n_topics,
        sources=sources,
        method=method,
        on_words=on_words,
        progress=progress,
    )
    lines = [
        f"{t['size']:>5}  {', '.join(t['words'][:8]) or '(no words, only stop words or signs)'}"
        for t in found["topics"]
    ]
    return found, "\n".join([*lines, *found["notes"]]), 0


@click.command()
@click.argument("study", type=STUDY)
@click.option("--top", type=int, default=3, show_default=True, help="Suggestions a segment at most.")
@click.option("--sources", type=click.Choice(["all", "transcripts", "answers"]), default="all")
@click.option("--encoder", help="Folder of another encoder for this study, or 'default'.")
@command
def suggest(study: Path, top: int, sources: str, encoder: str | None) -> Outcome:
    """Suggest codes for uncoded segments; a person decides."""
    from ..workflows.suggestions.suggesting import suggest_codes

    found = suggest_codes(study, top=top, sources=sources, encoder=encoder, progress=progress)
    lines = [
        f"{s['score']:.2f}  {s['code']:<18} {s['source']} {s['start_char']}-{s['end_char']}"
        for s in found["suggestions"][:_SHOWN]
    ]
    return found, "\n".join([*lines, _how_many(len(found["suggestions"])), *found["notes"]]), 0


def _how_many(n: int) -> str:
    if not n:
        return (
            "No suggestions: every passage is decided on, or none is near enough to a code. Write"
            " definitions, or code some passages."
        )
    told = "1 suggestion" if n == 1 else f"{n:,} suggestions"
    return f"{told}; the first {_SHOWN} are shown." if n > _SHOWN else f"{told}."


@click.command()
@click.argument("study", type=STUDY)
@click.option("--folds", type=int, default=5, show_default=True)
@click.option("--encoder", help="Try the folder of another encoder, or 'default'.")
@command
def evaluate(study: Path, folds: int, encoder: str | None) -> Outcome:
    """Measure how good code suggestions are, cross-validated by participant."""
    from ..workflows.auditing.evaluating import evaluate_suggestions

    found = evaluate_suggestions(study, folds=folds, encoder=encoder, progress=progress)
    lines = [
        f"{r['code']:<20} n {r['n']:>4}  F1 {number(r['f1'])}  precision {number(r['precision'])}"
        f"  recall {number(r['recall'])}  among first 3 {number(r['recall_at_3'])}"
        for r in found["rows"]
    ]
    lines.append(f"macro-F1 {number(found['macro_f1'])}  among first 3 {number(found['recall_at_3'])}")
    for name, row in found["baselines"].items():
        told = f"macro-F1 {number(row['macro_f1'])}  among first 3 {number(row['recall_at_3'])}"
        lines.append(f"  {name.replace('_', ' ')}: {told}")
    lines.append(f"  {found['ceiling']['name']}: macro-F1 {number(found['ceiling']['macro_f1'])}")
    lines.append(f"calibration error {number(found['calibration']['error'])}")
    why = [part.get("reason") for part in (found, found["ceiling"], found["calibration"])]
    lines += [reason for reason in dict.fromkeys(why) if reason]
    return found, "\n".join([*lines, *found["notes"]]), 0


@click.command()
@click.argument("study", type=STUDY)
@click.option("--encoder", help="Folder of another encoder for this study, or 'default'.")
@click.option("--workers", type=int, default=1, show_default=True, help="Processes of one thread each.")
@click.option("--cluster", help="Address of a Dask scheduler; the texts are sent to its workers.")
@command
def embed(study: Path, encoder: str | None, workers: int, cluster: str | None) -> Outcome:
    """Embed all texts of the study now; go on where it was stopped."""
    from ..workflows.suggestions.embedding import embed_study

    try:
        found = embed_study(study, encoder=encoder, workers=workers, cluster=cluster, progress=progress)
    except KeyboardInterrupt as stop:
        raise SuggestionError(
            "Stopped. What was embedded is kept: the same command goes on from there."
        ) from stop
    n = found["n_texts"]
    told = f"{n} {'text is' if n == 1 else 'texts are'} embedded with {found['encoder']['name']}."
    return found, "\n".join([told, *found["notes"]]), 0


def number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"


COMMANDS = (
    topics,
    suggest,
    evaluate,
    embed,
)
