"""Reads a propositions file: every fault at once, each with its line."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from ..errors import UserInputError
from ..model import Basis, Level, Stance, Valence
from .expressions import CodeName, Expression, parse_theme
from .grouping import CONTRASTS
from .propositions import (
    BOUND,
    DEFAULT_MID,
    OTHER_CONTRASTS,
    PROPOSITION_ID,
    Denominator,
    Direction,
    Proposition,
    PropositionSet,
    Strand,
    StrandKind,
    Unit,
    parts_of,
)
from .yaml_nodes import Fields, NodeReader, shown

_TOP = ("title", "questions", "stated_before_results", "propositions")
_QUESTION = ("id", "text")
_PROPOSITION = (
    "id",
    "statement",
    "direction",
    "mid",
    "unit",
    "theme",
    "stance",
    "valence",
    "basis",
    "level",
    "role",
    "phase",
    "rival_explanation",
    "strands",
    "sources",
    "question",
    "stated_before_results",
)
_STRAND = (
    "kind",
    "indicator",
    "contrast",
    "bound",
    "item",
    "yes",
    "against",
    "survey",
    "among",
    "by",
    "denominator",
    "mid",
    "study",
    "merge",
    "merge_reason",
)


def read_propositions(data: bytes, *, name: str = "propositions") -> PropositionSet:
    """The propositions of a YAML file given as bytes; ``name`` stands in the messages.

    Shape: ``title`` and ``propositions``, a list of maps with id, statement, direction, theme,
    strands (kind, indicator, contrast, bound and more, see ``Strand``) and, if wanted, mid, unit, stance,
    valence, basis, level, role, phase, rival_explanation, sources, question, stated_before_results;
    also ``questions`` (id, text), and ``stated_before_results`` for all of the file.

    Raises:
        UserInputError: everything that is wrong, each problem with its line.
    """
    reader = NodeReader(name)
    root = reader.root(data)
    fields = reader.fields(root, _TOP, "the file")
    title = reader.text(fields.get("title"), default="")
    before = reader.truth(fields.get("stated_before_results"), default=True)
    questions = _questions(reader, reader.items(fields.get("questions"), "questions"))
    listed = fields.get("propositions")
    found: list[Proposition] = []
    if listed is None:
        reader.fault(root, "The key 'propositions' is missing.", "List the propositions under it.")
    else:
        seen: dict[str, int] = {}
        for node in reader.items(listed, "propositions"):
            made = _proposition(reader, node, seen, before)
            if made is not None:
                found.append(made)
    if reader.problems:
        n = len(reader.problems)
        told = "1 problem" if n == 1 else f"{n} problems"
        raise UserInputError(f"{name} has {told}; nothing was read.", problems=reader.in_order())
    return PropositionSet(title=title, propositions=tuple(found), questions=questions)


def _questions(reader: NodeReader, nodes: Sequence[yaml.Node]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for node in nodes:
        key, text = _question(reader, node)
        if key in found:
            reader.fault(node, f"The id {key} stands twice.", "Give each its own.")
        found.setdefault(key, text)
    return tuple(found.items())


def _question(reader: NodeReader, node: yaml.Node) -> tuple[str, str]:
    fields = reader.fields(node, _QUESTION, "a question")
    name, text = (reader.text(fields.get(key), default="") for key in _QUESTION)
    if not (name and text):
        reader.fault(node, "A research question needs an id and a text.", "Write {id: RQ1, text: ...}.")
    return name, text


def _proposition(
    reader: NodeReader, node: yaml.Node, seen: dict[str, int], is_before: bool
) -> Proposition | None:
    n_before = len(reader.problems)
    fields = reader.fields(node, _PROPOSITION, "a proposition")
    if not isinstance(node, yaml.MappingNode):
        return None  # what it lacks follows from that
    given = _identity(reader, node, fields, seen)
    for key in ("statement", "direction", "theme", "strands"):
        if key not in fields:
            reader.fault(node, f"Proposition {given or '?'} has no '{key}'.", f"Add '{key}:'.")
    direction = reader.choice(fields.get("direction"), Direction)
    strands = tuple(_strand(reader, item) for item in reader.items(fields.get("strands"), "strands"))
    statement = reader.text(fields.get("statement"), default="")
    if "statement" in fields and not statement:
        reader.fault(fields["statement"], "The statement is blank.", "Say what is expected.")
    if "strands" in fields and not strands:
        reader.fault(fields["strands"], "No strand of evidence is listed.", "Add at least one.")
    theme, theme_text = _theme(reader, fields.get("theme"))
    mid = reader.share(fields.get("mid"))
    _check_parts(reader, fields.get("strands"), strands, theme)
    unit = reader.choice(fields.get("unit"), Unit) or Unit.SCHOOL
    stance = reader.choice(fields.get("stance"), Stance)
    valence = reader.choice(fields.get("valence"), Valence)
    basis = reader.choice(fields.get("basis"), Basis)
    level = reader.choice(fields.get("level"), Level)
    sources = tuple(reader.text(item, default="") for item in reader.items(fields.get("sources"), "sources"))
    plain = {
        key: reader.text(fields.get(key), default="")
        for key in ("role", "phase", "rival_explanation", "question")
    }
    stated_before = reader.truth(fields.get("stated_before_results"), default=is_before)
    if len(reader.problems) > n_before or direction is None:
        return None
    return Proposition(
        id=given,
        statement=statement,
        direction=direction,
        theme=theme,
        theme_text=theme_text,
        mid=DEFAULT_MID if mid is None else mid,
        is_mid_stated=mid is not None,
        unit=unit,
        stance=stance,
        valence=valence,
        basis=basis,
        level=level,
        role=plain["role"] or None,
        phase=plain["phase"] or None,
        rival_explanation=plain["rival_explanation"],
        strands=strands,
        sources=sources,
        question=plain["question"],
        stated_before_results=stated_before,
    )


def _check_parts(
    reader: NodeReader, node: yaml.Node | None, strands: tuple[Strand, ...], theme: Expression
) -> None:
    """Two themes are compared only where the expression has two."""
    for item, strand in zip(reader.items(node, "strands"), strands, strict=False):
        if strand.is_of_texts and parts_of(theme, strand.contrast) is None:
            shape = "A and not B" if strand.contrast == "ordering" else "A and B"
            reader.fault(item, f"The contrast {strand.contrast} compares two themes.", f"Write '{shape}'.")


def _identity(reader: NodeReader, node: yaml.Node, fields: Fields, seen: dict[str, int]) -> str:
    given = reader.text(fields.get("id"), default="")
    where = fields.get("id", node)
    if not PROPOSITION_ID.fullmatch(given):
        reader.fault(where, "A proposition needs an id of letters and digits.", "Write one as P01.")
    elif given in seen:
        reader.fault(where, f"The id {given} stands already in line {seen[given]}.", "Give each its own.")
    else:
        seen[given] = reader.line(where)
    return given


def _theme(reader: NodeReader, node: yaml.Node | None) -> tuple[Expression, str]:
    text = reader.text(node, default="")
    if node is not None:
        try:
            return parse_theme(text), text
        except UserInputError as err:
            for problem in err.problems:
                reader.fault(node, f"{problem.where}: {problem.message}", problem.next)
    # Never reaches a record: a missing or broken theme is a fault, and faults stop the file.
    return CodeName(name="?"), text


def _strand(reader: NodeReader, node: yaml.Node) -> Strand:
    fields = reader.fields(node, _STRAND, "a strand")
    if "kind" not in fields:
        reader.fault(node, "A strand has no 'kind'.", f"Use one of {', '.join(StrandKind)}.")
    kind = reader.choice(fields.get("kind"), StrandKind)
    contrast = reader.text(fields.get("contrast"), default="")
    known = (*CONTRASTS, *OTHER_CONTRASTS)
    if contrast and contrast not in known:
        reader.fault(
            fields["contrast"], f"{shown(contrast)} is not a contrast.", f"Use one of {', '.join(known)}."
        )
    bound = reader.text(fields.get("bound"), default="")
    if bound and not BOUND.fullmatch(bound):
        reader.fault(fields["bound"], f"{shown(bound)} is not a bound.", "Write one as < 0.5 or > 0.67.")
    merge = reader.pairs(fields.get("merge"))
    merge_reason = reader.text(fields.get("merge_reason"), default="")
    if merge and not merge_reason:
        reader.fault(fields["merge"], "Groups are merged without a reason.", "Say why in 'merge_reason'.")
    if contrast == "level" and not bound:
        reader.fault(node, "A level has no 'bound'.", "Write one as < 0.5 or > 0.67.")
    return Strand(
        kind=kind or StrandKind.INTERVIEW,
        indicator=reader.text(fields.get("indicator"), default="") or None,
        contrast=contrast or None,
        bound=bound or None,
        items=reader.words(fields.get("item")),
        yes=reader.words(fields.get("yes")),
        against=reader.words(fields.get("against")),
        survey=reader.text(fields.get("survey"), default="") or None,
        among=reader.pairs(fields.get("among")),
        by=reader.text(fields.get("by"), default="") or None,
        denominator=reader.choice(fields.get("denominator"), Denominator),
        mid=reader.share(fields.get("mid")),
        study=reader.text(fields.get("study"), default="") or None,
        merge=merge,
        merge_reason=merge_reason,
    )
