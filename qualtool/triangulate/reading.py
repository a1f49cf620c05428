"""Reads a propositions file: every fault at once, each with its line."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

import yaml

from ..errors import Problem, UserInputError
from ..model import Basis, Stance
from .expressions import CodeName, Expression, parse_theme
from .grouping import CONTRASTS
from .propositions import (
    BOUND,
    DESCRIBED_CONTRASTS,
    PROPOSITION_ID,
    Direction,
    Proposition,
    PropositionSet,
    Strand,
    StrandKind,
    Unit,
)

_TOP = ("title", "propositions")
_PROPOSITION = (
    "id",
    "statement",
    "direction",
    "mid",
    "unit",
    "theme",
    "stance",
    "basis",
    "role",
    "phase",
    "rival_explanation",
    "strands",
    "sources",
)
_STRAND = ("kind", "indicator", "contrast", "bound")
_NULLS = ("", "~", "null")

Fields = dict[str, yaml.Node]
Choice = TypeVar("Choice", bound=StrEnum)


def read_propositions(data: bytes, *, name: str = "propositions") -> PropositionSet:
    """The propositions of a YAML file given as bytes; ``name`` stands in the messages.

    Shape: ``title`` and ``propositions``, a list of maps with id, statement, direction, theme,
    strands (kind, indicator, contrast, bound) and, if wanted, mid, unit, stance, basis, role,
    phase, rival_explanation, sources.

    Raises:
        UserInputError: everything that is wrong, each problem with its line.
    """
    reader = _Reader(name)
    root = reader.root(data)
    fields = reader.fields(root, _TOP, "the file")
    title = reader.text(fields.get("title"), default="")
    listed = fields.get("propositions")
    found: list[Proposition] = []
    if listed is None:
        reader.fault(root, "The key 'propositions' is missing.", "List the propositions under it.")
    else:
        seen: dict[str, int] = {}
        for node in reader.items(listed, "propositions"):
            made = _proposition(reader, node, seen)
            if made is not None:
                found.append(made)
    if reader.problems:
        n = len(reader.problems)
        raise UserInputError(f"{name} has {n} problem(s); nothing was read.", problems=reader.problems)
    return PropositionSet(title=title, propositions=tuple(found))


def _proposition(reader: _Reader, node: yaml.Node, seen: dict[str, int]) -> Proposition | None:
    before = len(reader.problems)
    fields = reader.fields(node, _PROPOSITION, "a proposition")
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
    mid = _mid(reader, fields.get("mid"))
    unit = reader.choice(fields.get("unit"), Unit) or Unit.SCHOOL
    stance = reader.choice(fields.get("stance"), Stance)
    basis = reader.choice(fields.get("basis"), Basis)
    sources = tuple(reader.text(item, default="") for item in reader.items(fields.get("sources"), "sources"))
    plain = {key: reader.text(fields.get(key), default="") for key in ("role", "phase", "rival_explanation")}
    if len(reader.problems) > before or direction is None:
        return None
    return Proposition(
        id=given,
        statement=statement,
        direction=direction,
        theme=theme,
        theme_text=theme_text,
        mid=mid,
        unit=unit,
        stance=stance,
        basis=basis,
        role=plain["role"] or None,
        phase=plain["phase"] or None,
        rival_explanation=plain["rival_explanation"],
        strands=strands,
        sources=sources,
    )


def _identity(reader: _Reader, node: yaml.Node, fields: Fields, seen: dict[str, int]) -> str:
    given = reader.text(fields.get("id"), default="")
    where = fields.get("id", node)
    if not PROPOSITION_ID.fullmatch(given):
        reader.fault(where, "A proposition needs an id of letters and digits.", "Write one as P01.")
    elif given in seen:
        reader.fault(where, f"The id {given} stands already in line {seen[given]}.", "Give each its own.")
    else:
        seen[given] = reader.line(where)
    return given


def _theme(reader: _Reader, node: yaml.Node | None) -> tuple[Expression, str]:
    text = reader.text(node, default="")
    if node is not None:
        try:
            return parse_theme(text), text
        except UserInputError as err:
            for problem in err.problems:
                reader.fault(node, f"{problem.where}: {problem.message}", problem.next)
    # Never reaches a record: a missing or broken theme is a fault, and faults stop the file.
    return CodeName(name="?"), text


def _mid(reader: _Reader, node: yaml.Node | None) -> float:
    text = reader.text(node, default="0.20")
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if node is not None and not 0 < number <= 1:
        reader.fault(
            node,
            f"'{text}' is not a minimum important difference.",
            "Give a share above 0 and up to 1, as 0.20.",
        )
    return number


def _strand(reader: _Reader, node: yaml.Node) -> Strand:
    fields = reader.fields(node, _STRAND, "a strand")
    if "kind" not in fields:
        reader.fault(node, "A strand has no 'kind'.", f"Use one of {', '.join(StrandKind)}.")
    kind = reader.choice(fields.get("kind"), StrandKind)
    contrast = reader.text(fields.get("contrast"), default="")
    known = (*CONTRASTS, *DESCRIBED_CONTRASTS)
    if contrast and contrast not in known:
        reader.fault(
            fields["contrast"], f"'{contrast}' is not a contrast.", f"Use one of {', '.join(known)}."
        )
    bound = reader.text(fields.get("bound"), default="")
    if bound and not BOUND.fullmatch(bound):
        reader.fault(fields["bound"], f"'{bound}' is not a bound.", "Write one as < 0.5 or > 0.67.")
    return Strand(
        kind=kind or StrandKind.INTERVIEW,
        indicator=reader.text(fields.get("indicator"), default="") or None,
        contrast=contrast or None,
        bound=bound or None,
    )


class _Reader:
    """Walks YAML nodes and collects faults. Scalars stay text: 'no' and '1e3' keep their letters."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def line(self, node: yaml.Node) -> int:
        return node.start_mark.line + 1

    def fault(self, node: yaml.Node, message: str, next: str = "") -> None:
        where = f"{self.name}, line {self.line(node)}"
        self.problems.append(Problem(where=where, message=message, next=next))

    def root(self, data: bytes) -> yaml.Node:
        try:
            node = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        except UnicodeDecodeError:
            raise self._stopped(1, "The file is not UTF-8.", "Save it as UTF-8.") from None
        except yaml.MarkedYAMLError as err:
            line = err.problem_mark.line + 1 if err.problem_mark else 1
            what = f"This is not YAML: {err.problem}."
            raise self._stopped(line, what, "Mend this place first; the rest was not read.") from None
        except yaml.YAMLError:
            raise self._stopped(1, "This is not YAML.", "Look for control characters.") from None
        if node is None:
            raise self._stopped(1, "The file is empty.", "Write a title and propositions.")
        return node

    def _stopped(self, line: int, message: str, next: str) -> UserInputError:
        problem = Problem(where=f"{self.name}, line {line}", message=message, next=next)
        return UserInputError(str(problem), problems=(problem,))

    def fields(self, node: yaml.Node, known: tuple[str, ...], what: str) -> Fields:
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"Expected {what} as 'key: value' lines.", f"Keys are {', '.join(known)}.")
            return {}
        found: Fields = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name not in known:
                self.fault(key, f"'{name}' is not a key of {what}.", f"Keys are {', '.join(known)}.")
            elif name in found:
                self.fault(key, f"'{name}' stands twice.", "Keep one of them.")
            else:
                found[name] = value
        return found

    def items(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.fault(node, f"'{what}' is a list.", "Begin each item with a hyphen.")
            return []
        return list(node.value)

    def text(self, node: yaml.Node | None, *, default: str) -> str:
        if node is None:
            return default
        if not isinstance(node, yaml.ScalarNode):
            self.fault(node, "Expected a single value.", "Write it on one line, in quotes if needed.")
            return default
        plain = str(node.value).strip()
        return default if node.style is None and plain.lower() in _NULLS else plain

    def choice(self, node: yaml.Node | None, of: type[Choice]) -> Choice | None:
        text = self.text(node, default="")
        if node is None or not text:
            return None
        try:
            return of(text)
        except ValueError:
            allowed = ", ".join(f"'{member}'" for member in of)
            self.fault(node, f"'{text}' is not known here.", f"Use one of {allowed}.")
            return None
