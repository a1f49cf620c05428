"""Which kinds of events the program writes, found in its own text."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import qualtool
from qualtool.store.records import text_edits

ROOT = Path(qualtool.__file__).parent


@functools.cache
def _modules() -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(ROOT.rglob("*.py"))
    )


@functools.cache
def written_kinds() -> dict[str, str]:
    """Pattern of each kind of event that the program writes, and a module that writes it."""
    found: dict[str, str] = {}
    for name, tree in _modules():
        for kind in kinds_in(tree):
            found.setdefault(kind, name)
    return found


def kinds_in(tree: ast.Module) -> Iterator[str]:
    """Kinds that a module gives to ``record``, as patterns; ``?`` where one cannot be told."""
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef):
            for call in ast.walk(scope):
                if isinstance(call, ast.Call) and _name(call.func) == "record" and len(call.args) >= 3:
                    yield from _patterns(call.args[2], scope)


def _name(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _patterns(node: ast.expr, scope: ast.FunctionDef) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(v.value) if isinstance(v, ast.Constant) else "*" for v in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _patterns(node.body, scope)
        yield from _patterns(node.orelse, scope)
    elif isinstance(node, ast.Attribute) and hasattr(text_edits, node.attr):
        yield str(getattr(text_edits, node.attr))
    elif isinstance(node, ast.Name):
        yield from _named(node.id, scope)
    else:
        yield "?"


def _named(name: str, scope: ast.FunctionDef) -> Iterator[str]:
    given = [a.value for a in ast.walk(scope) if isinstance(a, ast.Assign) and _assigns(a, name)]
    for value in given:
        yield from _patterns(value, scope)
    if not given:
        found = list(_elsewhere(name, scope))
        yield from found or ["?"]


def _assigns(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _elsewhere(name: str, scope: ast.FunctionDef) -> Iterator[str]:
    """A kind that is a constant of a module, or an argument that the callers of the function give."""
    constants, calls = _index()
    yield from constants.get(name, ())
    arguments = [a.arg for a in (*scope.args.posonlyargs, *scope.args.args)]
    if name in arguments:
        at = arguments.index(name)
        for caller, call in calls.get(scope.name, ()):
            for value in [k.value for k in call.keywords if k.arg == name] + call.args[at : at + 1]:
                yield from _patterns(value, caller)


@functools.cache
def _index() -> tuple[dict[str, list[str]], dict[str, list[tuple[ast.FunctionDef, ast.Call]]]]:
    """Constants of modules that are words, by name; and calls by the name of what is called."""
    constants: dict[str, list[str]] = {}
    calls: dict[str, list[tuple[ast.FunctionDef, ast.Call]]] = {}
    for _, tree in _modules():
        for node in tree.body:
            if isinstance(node, ast.Assign):
                for name, value in _constants(node):
                    constants.setdefault(name, []).append(value)
        for scope in ast.walk(tree):
            if isinstance(scope, ast.FunctionDef):
                for call in ast.walk(scope):
                    if isinstance(call, ast.Call):
                        calls.setdefault(_name(call.func), []).append((scope, call))
    return constants, calls


def _constants(node: ast.Assign) -> Iterator[tuple[str, str]]:
    """Name and value of constants that are words, one or several of a line."""
    for target in node.targets:
        pairs = [(target, node.value)]
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = list(zip(target.elts, node.value.elts, strict=True))
        for one, value in pairs:
            if isinstance(one, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield one.id, value.value
