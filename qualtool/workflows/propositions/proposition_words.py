"""What stands beside a verdict in words: its history, its sensitivity, claims, answers, negative cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import Problem
from ...store.file import connection
from ...store.records import codes as code_store
from ...triangulate.claims import claim_problems
from ...triangulate.expressions import codes_of
from ...triangulate.findings import Finding
from ...triangulate.propositions import Proposition
from ...triangulate.sentences import counted
from ..themes.quote_groups import Passage, passages_of
from .counted_quotes import rows_behind
from .judged import Judged
from .proposition_acts import history_of
from .proposition_page import GLYPHS, number, strand_label

_LAYERS = {
    "union": "everybody's codings, as in the verdict",
    "intersection": "what the two who coded most share",
    "union of both, where both read": "the two who coded most, where both read",
    "without accepted suggestions": "without codings that began as a suggestion",
    "without base schools": "without schools that have a base",
    "denominator: all": "of all people",
    "denominator: asked": "of those asked",
}
_STATED = ("theme", "direction", "mid", "stance", "valence", "basis", "level", "role", "phase")


def sensitivity_rows(found: Mapping[str, Any], row: Judged) -> list[dict[str, Any]]:
    """A row of ``sensitivity`` as a table: each layer with status, code and the finding of every strand."""
    strands = row.verdict.strands
    names = [
        f"{i}. {strand_label(s)}" if len(strands) > 1 else strand_label(s) for i, s in enumerate(strands, 1)
    ]
    return [
        {
            "under": _layer(str(v["name"])),
            "differs": "differs" if v["differs"] else "",
            "status": v["status"],
            "convergence": v["convergence"],
            **{name: _found(v, i, row) for i, name in enumerate(names)},
        }
        for v in found["variants"]
    ]


def _layer(name: str) -> str:
    return f"only {name.removeprefix('coder:')}'s codings" if name.startswith("coder:") else _LAYERS[name]


def _found(variant: Mapping[str, Any], at: int, row: Judged) -> str:
    finding = Finding(variant["findings"][at])
    estimate, n = variant["estimates"][at], variant["n_cases"][at]
    strand = row.verdict.strands[at]
    parts = [f"{GLYPHS[finding]} {finding.value.replace('_', ' ')}"]
    parts += [number(strand, estimate)] if estimate is not None else []
    parts += [counted(n, strand.unit)] if n else []
    return " · ".join(parts)


def claims_of(text: str, row: Judged) -> list[Problem]:
    """What a researcher's sentence says that no strand of the proposition can carry; each once.

    A strand that speaks may carry what another cannot, so only what every one of them refuses is told;
    where none speaks, what any refuses.
    """
    if not text.strip():
        return []
    speaking = [s for s in row.verdict.strands if not s.finding.is_silent] or list(row.verdict.strands)
    found = [{(p.where, p.message): p for p in claim_problems(text, s)} for s in speaking]
    shared = set(found[0]).intersection(*found[1:])
    return [problem for key, problem in found[0].items() if key in shared]


def theme_words(study: Path, proposition: Proposition) -> str:
    """The theme of a proposition, with the name of every code it calls by a short id."""
    with connection.reading(study) as db:
        book = code_store.codebook(db)
    codes = {name: book.find(name) for name in codes_of(proposition.theme)}
    if len(codes) == 1 and proposition.theme_text.strip('"') in codes:
        (code,) = codes.values()
        is_named = code is not None and code.name != proposition.theme_text
        return (
            f"Theme: {code.name} ({proposition.theme_text})."
            if is_named and code
            else f"Theme: {proposition.theme_text}."
        )
    names = [f"{key} is {code.name}" for key, code in codes.items() if code is not None and code.name != key]
    told = f" ({'; '.join(names)})" if names else ""
    return f"Theme: {proposition.theme_text}{told}."


def feedback_lines(study: Path, key: str) -> list[str]:
    """What stakeholders answered, the newest first."""
    texts = [t for t in history_of(study, key)["texts"] if t["kind"] == "feedback" and t["text"]]
    return [f"{t['stakeholder']} ({t['made_at'][:10]}): {t['text']}" for t in reversed(texts)]


def passages_of_case(
    study: Path, row: Judged, case: Mapping[str, Any], *, origin: str = "all"
) -> tuple[Passage, ...]:
    """What people of a negative case said of the theme, in the kind of material it stands in."""
    proposition = row.verdict.proposition
    spec = next((s for s in proposition.strands if s.kind.value == case["strand"]), None)
    rows = [r for found in rows_behind(study, proposition, spec, origin=origin).values() for r in found]
    kept = [
        r
        for r in rows
        if (r["urn"] or "") == case["urn"]
        and (not case["participant"] or r["participant"] == case["participant"])
        and (r["fits"] or r["stance"] == "denies")
    ]
    return passages_of(kept)


def against_sentence(cases: Sequence[Mapping[str, Any]]) -> str:
    """How many schools and how many people contradict a proposition, and how many are not explained."""
    people = sum(bool(case["participant"]) for case in cases)
    schools = len(cases) - people
    told = [counted(schools, "school")] if schools else []
    told += ["1 person" if people == 1 else f"{people} people"] if people else []
    verb = "contradicts" if len(cases) == 1 else "contradict"
    left = sum(case["disposition"] == "unexplained" for case in cases)
    unexplained = "all explained" if not left else f"{left} of {len(cases)} not explained yet"
    return f"{' and '.join(told)} {verb} it: {unexplained}."


_SINGULAR = {"versions": "wording", "verdicts": "verdict", "overrides": "override", "texts": "words"}


def history_lines(history: Mapping[str, Any]) -> list[dict[str, str]]:
    """The history of a proposition as rows of a table: when, who, what."""
    rows = []
    for what, entries in history.items():
        if not isinstance(entries, list):
            continue
        for entry in entries:
            at = entry.get("made_at") or entry.get("at") or ""
            who = entry.get("made_by") or entry.get("by") or ""
            rows.append(
                {
                    "when": at[:16].replace("T", " "),
                    "who": who,
                    "what": _SINGULAR.get(what, what),
                    "told": _TOLD.get(what, _said)(entry),
                }
            )
    return sorted(rows, key=lambda r: r["when"], reverse=True)


def _stated(entry: Mapping[str, Any]) -> str:
    """A wording of a proposition, without the keys that say nothing."""
    content = entry["content"]
    told = [" ".join(str(content.get("statement", "")).split())]
    told += [f"{name} {content[name]}" for name in _STATED if content.get(name)]
    told += [counted(len(content.get("strands", ())), "strand")]
    told += ["stated before looking" if entry.get("is_before_results") else "stated after looking"]
    return f"Version {entry.get('version', 1)}: {'; '.join(told)}."


def _judged(entry: Mapping[str, Any]) -> str:
    """A verdict: what it came to, by which version, on which figures."""
    detail = f" ({entry['detail']})" if entry.get("detail") else ""
    derived = [f"{d['definition']} from {counted(len(d['files']), 'file')}" for d in entry["derivations"]]
    figures = f"; school figures: {', '.join(derived)}" if derived else ""
    return (
        f"{entry['convergence']}{detail}; {entry['status']}; qualtool {entry['code_version']},"
        f" seed {entry['seed']}{figures}."
    )


def _overridden(entry: Mapping[str, Any]) -> str:
    code = entry.get("convergence")
    examples = {"yes": "; examples agree", "no": "; examples do not agree"}
    head = "taken back" if code is None else f"{code}{examples.get(str(entry.get('examples_agree')), '')}"
    return f"{head}: {entry['note']}"


def _said(entry: Mapping[str, Any]) -> str:
    """Words of the researcher, or of somebody who answered; blank ones take the last back."""
    who = f"{entry['stakeholder']} answered" if entry.get("stakeholder") else "taken together"
    return f"{who}: {entry['text']}" if entry.get("text") else f"{who}: taken back"


_TOLD = {"versions": _stated, "verdicts": _judged, "overrides": _overridden, "texts": _said}
