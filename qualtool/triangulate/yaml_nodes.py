"""Walks the nodes of a YAML file and collects its faults, each with its line."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TypeVar

import yaml

from ..errors import Problem, UserInputError

_NULLS = ("", "~", "null")

_SHORT = 16

Fields = dict[str, yaml.Node]
Choice = TypeVar("Choice", bound=StrEnum)


def shown(text: str) -> str:
    """A value as a message may show it: quoted where it is one short word, else only "This".

    A file given in another's place may hold participants' words.
    """
    return f"'{text}'" if len(text) <= _SHORT and not any(ch.isspace() for ch in text) else "This"


_LINE = re.compile(r", line (\d+)")


class NodeReader:
    """Walks YAML nodes and collects faults. Scalars stay text: 'no' and '1e3' keep their letters."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def line(self, node: yaml.Node) -> int:
        return node.start_mark.line + 1

    def fault(self, node: yaml.Node, message: str, next: str = "") -> None:
        where = f"{self.name}, line {self.line(node)}"
        self.problems.append(Problem(where=where, message=message, next=next))

    def in_order(self) -> list[Problem]:
        """The faults by line, as a person goes through the file."""
        return sorted(self.problems, key=lambda p: int(found[1]) if (found := _LINE.search(p.where)) else 0)

    def root(self, data: bytes) -> yaml.Node:
        try:
            node = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        except UnicodeDecodeError:
            raise self._stopped(1, "The file is not UTF-8.", "Save it as UTF-8.") from None
        except yaml.MarkedYAMLError as err:
            line = err.problem_mark.line + 1 if err.problem_mark else 1
            what = "This is not YAML."
            next = "Look for a colon, a quote mark or an indentation out of place; the rest was not read."
            raise self._stopped(line, what, next) from None
        except yaml.YAMLError:
            raise self._stopped(1, "This is not YAML.", "Look for control characters.") from None
        if node is None:
            raise self._stopped(1, "The file is empty.", "Write a title and propositions.")
        return node

    def _stopped(self, line: int, message: str, next: str) -> UserInputError:
        return UserInputError.single(f"{self.name}, line {line}", message, next)

    def fields(self, node: yaml.Node, known: tuple[str, ...], what: str) -> Fields:
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"Expected {what} as 'key: value' lines.", f"Keys are {', '.join(known)}.")
            return {}
        found: Fields = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name not in known:
                self.fault(key, f"{shown(name)} is not a key of {what}.", f"Keys are {', '.join(known)}.")
            elif name in found:
                self.fault(key, f"{shown(name)} stands twice.", "Keep one of them.")
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
            self.fault(node, f"{shown(text)} is not known here.", f"Use one of {allowed}.")
            return None

    def words(self, node: yaml.Node | None) -> tuple[str, ...]:
        """One value, or a list of values, as texts."""
        if node is None:
            return ()
        nodes = list(node.value) if isinstance(node, yaml.SequenceNode) else [node]
        found = (self.text(one, default="") for one in nodes)
        return tuple(text for text in found if text)

    def pairs(self, node: yaml.Node | None) -> tuple[tuple[str, str], ...]:
        """A map of texts to texts, in order."""
        if node is None:
            return ()
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, "Expected 'key: value' lines.", "Write them as {has_base: yes}.")
            return ()
        return tuple((self.text(k, default=""), self.text(v, default="")) for k, v in node.value)

    def share(self, node: yaml.Node | None) -> float | None:
        """A minimum important difference: above 0 and up to 1; None where it is not given."""
        if node is None:
            return None
        text = self.text(node, default="")
        try:
            number = float(text)
        except ValueError:
            number = 0.0
        if not 0 < number <= 1:
            self.fault(
                node,
                f"{shown(text)} is not a minimum important difference.",
                "Give a share above 0 and up to 1, as 0.20.",
            )
            return None
        return number

    def truth(self, node: yaml.Node | None, *, default: bool) -> bool:
        """yes or no."""
        text = self.text(node, default="").lower()
        if text in ("yes", "true", "no", "false"):
            return text in ("yes", "true")
        if node is not None and text:
            self.fault(node, f"{shown(text)} is neither yes nor no.", "Write yes or no.")
        return default
