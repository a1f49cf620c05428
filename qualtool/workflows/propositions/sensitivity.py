"""Does a verdict hold under other codings, other schools, another denominator?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...store.file import connection
from ...store.reading import evidence as evidence_store
from ...triangulate.propositions import PropositionSet
from ...triangulate.verdict import Verdict
from ..themes.themes import ALL, require_origin
from .evidence import Layer
from .propositions import usable
from .verdicts import PLAIN, WITHOUT_SUGGESTED, Judging


def sensitivity(
    study: Path, wanted: PropositionSet | None = None, *, year: str | None = None, seed: int = 0
) -> list[dict[str, Any]]:
    """The verdict on each proposition under every layer; rows ``{"id", "holds", "variants": [...]}``.

    A variant is ``{"name", "convergence", "detail", "status", "findings", "estimates", "differs"}``.
    The first is the plain one (everybody's codings); then each coder's (in sources they read or coded),
    what the two who coded most share, codings without those that began as suggestions, schools without
    a base, and either denominator. ``holds`` says that no variant differs, in a finding or in the whole.
    """
    with connection.reading(study) as db:
        chosen, _ = usable(db, wanted)
        judging = Judging(db, chosen.propositions, year=year, seed=seed)
        layers = layers_of(evidence_store.coders_of_texts(db))
        by_layer = {layer.name: judging.verdicts(layer) for layer in layers}
    rows = []
    for i, proposition in enumerate(chosen.propositions):
        plain = by_layer["union"][i]
        variants = [_variant(name, found[i], plain) for name, found in by_layer.items()]
        rows.append(
            {
                "id": proposition.id,
                "holds": not any(v["differs"] for v in variants),
                "variants": variants,
            }
        )
    return rows


def layers_of(coders: Sequence[tuple[int, str, int]]) -> list[Layer]:
    """The layers to look at, the plain one first; ``coders`` are (id, name, codings), the most first."""
    layers = [PLAIN]
    if len(coders) > 1:
        layers += [Layer(name=f"coder:{name}", coders=(number,)) for number, name, _ in coders]
        two = tuple(number for number, _, _ in coders[:2])
        layers.append(Layer(name="intersection", coders=two, is_both=True))
        layers.append(Layer(name="union of both, where both read", coders=two))
    return [
        *layers,
        WITHOUT_SUGGESTED,
        Layer(name="without base schools", drops_bases=True),
        Layer(name="denominator: all", denominator="all"),
        Layer(name="denominator: asked", denominator="asked"),
    ]


def _variant(name: str, found: Verdict, plain: Verdict) -> dict[str, Any]:
    headline = found.assessment.headline
    findings = [s.finding.value for s in found.strands]
    is_other = headline != plain.assessment.headline or found.assessment.status != plain.assessment.status
    return {
        "name": name,
        "convergence": headline.convergence.value,
        "detail": headline.detail,
        "status": found.assessment.status.value,
        "findings": findings,
        "estimates": [s.estimate for s in found.strands],
        "n_cases": [s.n_cases for s in found.strands],
        "differs": is_other or findings != [s.finding.value for s in plain.strands],
    }


def details(
    study: Path,
    wanted: PropositionSet | None = None,
    *,
    year: str | None = None,
    seed: int = 0,
    origin: str = ALL,
) -> list[dict[str, Any]]:
    """A second look at each proposition: rows ``{"id", "strands": [[row, ...], ...]}``.

    A row is ``{"name", "value", "low", "high", "p", "min_p", "reason", "note"}``; see
    ``triangulate.secondary``. None of it makes a finding. With ``origin`` 'person' codings that began as
    a machine's suggestion do not count.
    """
    require_origin(origin)
    layer = PLAIN if origin == ALL else WITHOUT_SUGGESTED
    with connection.reading(study) as db:
        chosen, _ = usable(db, wanted)
        judging = Judging(db, chosen.propositions, year=year, seed=seed)
        return [{"id": p.id, "strands": judging.details(p, layer)} for p in chosen.propositions]
