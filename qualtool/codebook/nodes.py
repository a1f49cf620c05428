"""YAML bytes to a tree of nodes that know their line, within limits that keep a hostile file harmless.

Nodes are composed, never constructed: no tag of the file can make an object, and a name such as
``NO`` or ``1.10`` stays the text a person typed instead of becoming False or 1.1.
"""

from __future__ import annotations

from difflib import get_close_matches

import yaml

from ..errors import CodebookError, Problem, TranscriptError
from ..text import canonical, decode

MAX_BYTES = 2_000_000
MAX_DEPTH = 60
MAX_NODES = 120_000
_LONGEST_KEY = 24

_YAML = "tag:yaml.org,2002:"
_NULL = _YAML + "null"
_KNOWN_TAGS = frozenset(
    _YAML + tag
    for tag in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
)
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class Faults:
    """Everything wrong with one file, gathered so that a person can mend it in one go."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._found: list[tuple[int, Problem]] = []

    def add(self, line: int, message: str, next: str = "") -> None:
        """Note a fault; ``line`` counts from 1, and 0 means the file as a whole."""
        where = f"{self.name} line {line}" if line else self.name
        self._found.append((line, Problem(where=where, message=message, next=next)))

    def stop(self) -> CodebookError:
        """The error that tells every fault found so far, in the order of the lines."""
        problems = [problem for _, problem in sorted(self._found, key=lambda pair: pair[0])]
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        return CodebookError(f"{self.name} has {count} and was not read.", problems=problems)

    def raise_if_any(self) -> None:
        if self._found:
            raise self.stop()

    def refuse(self, line: int, message: str, next: str = "") -> CodebookError:
        """Note a fault after which nothing more can be read, and give the error to raise."""
        self.add(line, message, next)
        return self.stop()


def line_of(node: yaml.Node) -> int:
    """The line a node starts on, counted from 1."""
    return node.start_mark.line + 1


class _Loader(yaml.SafeLoader):
    """Composes nodes and counts as it goes; an alias is a fault, so no node is ever seen twice."""

    def __init__(self, stream: str, faults: Faults) -> None:
        super().__init__(stream)
        self.faults = faults
        self.depth = 0
        self.n_nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            self.get_event()
            self.faults.add(line, "An alias (*) is not allowed in a codebook.", "Write the text out in full.")
            return yaml.ScalarNode(_NULL, "", event.start_mark, event.end_mark)
        self.n_nodes += 1
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.faults.refuse(
                line, f"The file is nested more than {MAX_DEPTH} levels deep.", "Check its indentation."
            )
        if self.n_nodes > MAX_NODES:
            raise self.faults.refuse(line, f"The file holds more than {MAX_NODES} entries.", "Split it.")
        node = super().compose_node(parent, index)
        self.depth -= 1
        if node is not None and node.tag not in _KNOWN_TAGS:
            self.faults.add(line, f"The tag {node.tag} is not allowed in a codebook.", "Remove it.")
        return node


def compose(data: bytes, faults: Faults) -> yaml.MappingNode:
    """The mapping a codebook file holds, as nodes.

    Raises:
        CodebookError: too large, not text, not YAML, empty, or not a mapping.
    """
    if len(data) > MAX_BYTES:
        raise faults.refuse(
            0, f"The file has {len(data)} bytes; a codebook has at most {MAX_BYTES}.", "Is it the right file?"
        )
    root = _root(_text(data, faults), faults)
    if root is None or is_blank(root):
        raise faults.refuse(0, "The file is empty.", "A codebook has a title and a list called codes.")
    if not isinstance(root, yaml.MappingNode):
        raise faults.refuse(
            line_of(root),
            "A codebook is a mapping of keys to values.",
            "Begin with 'title: ...' and 'codes:', and put the list of codes under codes.",
        )
    return root


def _root(text: str, faults: Faults) -> yaml.Node | None:
    try:
        loader = _Loader(text, faults)
    except yaml.reader.ReaderError as err:
        line = text.count("\n", 0, err.position) + 1
        raise faults.refuse(line, "A character here cannot stand in YAML.", "Delete it.") from err
    try:
        return loader.get_single_node()
    except yaml.MarkedYAMLError as err:
        raise _not_yaml(err, text, faults) from err
    except (ValueError, OverflowError) as err:
        # PyYAML lets Python's own error through for an escape such as \UFFFFFFFF.
        raise faults.refuse(
            loader.line + 1, "An escape or number on this line cannot be read.", "Type the character itself."
        ) from err


def _text(data: bytes, faults: Faults) -> str:
    try:
        return canonical(decode(data, where=faults.name).text, where=faults.name)
    except TranscriptError as err:
        problem = err.problems[0]
        raise faults.refuse(0, problem.message, "Save the codebook as plain text in UTF-8.") from err


def _not_yaml(err: yaml.MarkedYAMLError, text: str, faults: Faults) -> CodebookError:
    mark = err.problem_mark or err.context_mark
    line = mark.line + 1 if mark else 0
    lines = text.split("\n")
    row = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return faults.refuse(
            line, "This line is indented with a tab.", "YAML wants spaces: replace each tab."
        )
    message = f"This is not YAML: {err.problem or err.context}."
    if "mapping values are not allowed" in message:
        return faults.refuse(
            line, message, "Put text that holds a colon in quotes, and check the indentation."
        )
    if "unexpected end of stream" in message and err.context_mark:
        return faults.refuse(
            err.context_mark.line + 1, "A quote that opens on this line is never closed.", "Close it."
        )
    if "expected a single document" in str(err.context):
        return faults.refuse(
            line, "The file holds a second document after '---'.", "Keep one codebook a file."
        )
    return faults.refuse(
        line, message, "Check indentation, quotes and brackets on this line and the one above."
    )


def entries(
    node: yaml.MappingNode, allowed: tuple[str, ...], also: dict[str, str], faults: Faults
) -> dict[str, yaml.Node]:
    """The values of a mapping by key; unknown and repeated keys become faults.

    ``also`` maps another spelling of a key to the one in ``allowed``.
    """
    found: dict[str, yaml.Node] = {}
    first_line: dict[str, int] = {}
    for key_node, value in node.value:
        line = line_of(key_node)
        if not isinstance(key_node, yaml.ScalarNode):
            faults.add(line, "A key must be a single word.", f"Keys are {', '.join(allowed)}.")
            continue
        key = also.get(written := str(key_node.value), written)
        if key not in allowed:
            shown = _key_shown(written)
            faults.add(line, f"{shown} is not a key of a codebook.", _did_you_mean(key, allowed))
        elif key in found:
            faults.add(
                line,
                f"'{written}' is given twice here; the first is on line {first_line[key]}.",
                "Keep one of them.",
            )
        else:
            found[key] = value
            first_line[key] = line
    return found


def _key_shown(written: str) -> str:
    """A key as a message may show it: one short word, for a transcript has sentences before colons."""
    is_word = len(written) <= _LONGEST_KEY and not any(c.isspace() for c in written)
    return f"'{written}'" if is_word else "This"


def _did_you_mean(key: str, allowed: tuple[str, ...]) -> str:
    plain = key.strip().casefold().replace(" ", "_").replace("-", "_")
    close = get_close_matches(plain, allowed, n=1, cutoff=0.6)
    return f"Did you mean '{close[0]}'?" if close else f"Keys are {', '.join(allowed)}."


def is_blank(node: yaml.Node) -> bool:
    """Whether a key stands there without a value."""
    return node.tag == _NULL


def text_value(key: str, node: yaml.Node | None, faults: Faults) -> str | None:
    """The text of a value as typed; None when absent or blank, or when it is a fault."""
    if node is None or is_blank(node):
        return None
    if not isinstance(node, yaml.ScalarNode):
        kind = "list" if isinstance(node, yaml.SequenceNode) else "mapping"
        faults.add(line_of(node), f"'{key}' must be text, and is a {kind}.", _colon_hint(kind))
        return None
    # A block in the file ends with a line feed that nobody meant.
    value = node.value.rstrip("\n") if node.style in ("|", ">") else node.value
    if any(ch == "\0" or "\ud800" <= ch <= "\udfff" for ch in value):
        faults.add(line_of(node), f"'{key}' holds a character that is no text.", "Delete the escape.")
        return None
    return value


def _colon_hint(kind: str) -> str:
    return "Put it in quotes if it is meant as text." if kind == "mapping" else "Join it into one text."


def flag_value(key: str, node: yaml.Node | None, faults: Faults, *, default: bool) -> bool:
    """True or false; ``default`` when absent or blank, or when it is a fault."""
    if node is None or is_blank(node):
        return default
    value = _FLAGS.get(node.value.casefold()) if isinstance(node, yaml.ScalarNode) else None
    if value is None:
        faults.add(
            line_of(node), f"'{key}' must be true or false.", f"Write '{key}: true' or '{key}: false'."
        )
        return default
    return value
