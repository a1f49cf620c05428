"""What counts in a strand, in words: whose passages, with which facets, or which answers."""

from __future__ import annotations

from ..model import Basis, Level, Stance
from .propositions import Proposition, Strand, StrandKind

_STANCES = {Stance.AFFIRMS: "affirmed", Stance.DENIES: "denied", Stance.MIXED: "of mixed stance"}
_BASES = {Basis.OWN: "of one's own experience", Basis.REPORTED: "told of others"}
_LEVELS = {
    Level.PUPIL: "about pupils",
    Level.CLASS: "about classes",
    Level.BASE: "about bases",
    Level.SCHOOL: "about schools",
    Level.LA: "about the local authority",
    Level.NATION: "about the nation",
}


def scope_words(proposition: Proposition, strand: Strand) -> str:
    """The filters of a strand, as 'negative, told of others; only parent/carer'; blank for none."""
    if strand.kind in (StrandKind.INDICATOR, StrandKind.EXTERNAL_FINDING):
        return ""
    parts = [_facets(proposition)] if strand.is_of_texts else [_answers(strand)]
    only = [proposition.role or "", f"{proposition.phase} schools" if proposition.phase else ""]
    only += [f"{name} {value}" for name, value in strand.among]
    told = [word for word in only if word]
    parts.append(f"only {', '.join(told)}" if told else "")
    return "; ".join(part for part in parts if part)


def _facets(proposition: Proposition) -> str:
    words = (
        _STANCES[proposition.stance] if proposition.stance else "",
        proposition.valence.value if proposition.valence else "",
        _BASES[proposition.basis] if proposition.basis else "",
        _LEVELS[proposition.level] if proposition.level else "",
    )
    return ", ".join(word for word in words if word)


def _answers(strand: Strand) -> str:
    if not strand.items:
        return ""
    yes = f" answered {' or '.join(strand.yes)}" if strand.yes else " ticked"
    told = f"{' or '.join(strand.items)}{yes}"
    return f"{told} against {' or '.join(strand.against)}" if strand.against else told
