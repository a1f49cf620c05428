"""``docs/cli.md`` against the program: the same commands and options, and examples that run."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from qualtool.cli import cli

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "cli.md"
SECTION = re.compile(r"^### `qualtool (?P<name>[a-z ]+)`\n(?P<body>.*?)(?=^##|\Z)", re.M | re.S)
EXAMPLE = re.compile(r"```console\n(?P<shown>.*?)```\n(?:```json\n(?P<document>.*?)```)?", re.S)
LISTED = re.compile(r"`(--[a-z-]+)[^`]*`")


def commands(group: click.Group = cli, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


COMMANDS = dict(commands())
SECTIONS = {m["name"]: m["body"] for m in SECTION.finditer(PAGE.read_text(encoding="utf-8"))}


def test_every_command_has_a_section() -> None:
    """The page has a section for every command, and for nothing else."""
    assert sorted(SECTIONS) == sorted(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_options_are_documented(name: str) -> None:
    """Every option of the command is listed in its section, and every option listed is one."""
    options = {o for p in COMMANDS[name].params if isinstance(p, click.Option) for o in p.opts}
    items = [line for line in SECTIONS[name].splitlines() if line.startswith("- `--") or ". `--" in line]
    listed = {option for line in items for option in LISTED.findall(line)}
    assert listed | {"--json"} == options | {"--json"}
    usage = next(line for line in SECTIONS[name].splitlines() if line.startswith(f"`qualtool {name}"))
    assert set(re.findall(r"--[a-z-]+", usage)) <= options
    assert ("--json" in usage) == ("--json" in options)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_arguments_stand_in_the_usage(name: str) -> None:
    """The usage line names the arguments in the program's order, and needed options without brackets."""
    usage = next(line for line in SECTIONS[name].splitlines() if line.startswith(f"`qualtool {name}"))
    bare = re.sub(r"\[[^\]]*\]", lambda m: "" if "--" in m[0] or "options" in m[0] else m[0], usage)
    words = re.findall(r"(?<!-)\b[A-Z]{3,}\b", re.sub(r"--[a-z-]+ [A-Z]+", "", bare))
    arguments = [p.human_readable_name for p in COMMANDS[name].params if isinstance(p, click.Argument)]
    assert words == arguments
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option) and option.required:
            assert option.opts[0] in bare


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_choices_are_documented(name: str) -> None:
    """Every word that an option allows stands in the command's section."""
    for option in COMMANDS[name].params:
        if isinstance(option.type, click.Choice):
            assert all(f"`{choice}`" in SECTIONS[name] for choice in option.type.choices)


def test_every_command_has_an_example() -> None:
    """Each section shows the command at work; all but those that open the app show their JSON."""
    for name, body in SECTIONS.items():
        if name in ("app", "demo"):
            assert f"```sh\nqualtool {name}" in body
            continue
        (example,) = EXAMPLE.finditer(body)
        assert f"$ qualtool {name} " in example["shown"]
        assert example["document"]


def shape_faults(shown: Any, given: Any, at: str = "") -> list[str]:
    """Where a document of the page has a key or a kind of value that the program does not give."""
    if isinstance(shown, dict):
        if not isinstance(given, dict):
            return [f"{at} is no object"]
        missing = [f"{at}.{key} is not given" for key in shown if key not in given]
        return missing + [
            f for k, v in shown.items() if k in given for f in shape_faults(v, given[k], f"{at}.{k}")
        ]
    if isinstance(shown, list):
        if not isinstance(given, list) or (shown and not given):
            return [f"{at} is another list"]
        return shape_faults(shown[0], given[0], f"{at}[0]") if shown else []
    kinds = (
        float if isinstance(shown, int | float) and not isinstance(shown, bool) else type(shown),
        type(given),
    )
    numbers = kinds[0] is float and isinstance(given, int | float) and not isinstance(given, bool)
    return [] if numbers or kinds[0] is kinds[1] else [f"{at} is {kinds[1].__name__}"]


def test_the_shape_check_sees_faults() -> None:
    """The comparison of shapes finds a missing key, a wrong kind and an empty list."""
    assert shape_faults({"a": [{"b": 1}]}, {"a": [{"b": 2.5, "c": 3}]}) == []
    assert shape_faults({"a": 1}, {}) == [".a is not given"]
    assert shape_faults({"a": [1]}, {"a": []}) == [".a is another list"]
    assert shape_faults({"a": "x"}, {"a": None}) == [".a is NoneType"]
    assert shape_faults({"a": True}, {"a": 1}) == [".a is int"]


def test_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qualtool: Callable[..., Any]) -> None:
    """Every example runs in the order of the page, and gives documents of the shape shown."""
    shutil.copytree(ROOT / "docs" / "examples", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUALTOOL_PASSPHRASE", "words that nobody would guess")
    faults: list[str] = []
    n = 0
    for example in EXAMPLE.finditer(PAGE.read_text(encoding="utf-8")):
        lines = [line for line in example["shown"].splitlines() if line.startswith("$ qualtool ")]
        for line in lines:
            ran = qualtool(*shlex.split(line)[2:], "--json")
            assert ran.code == 0, (line, ran.err)
            n += 1
        if example["document"]:
            faults += [f"{lines[-1]}: {f}" for f in shape_faults(json.loads(example["document"]), ran.json)]
    assert faults == []
    assert n >= len(COMMANDS) - 2
    assert qualtool("check", "study.db", "--json").json["ok"]


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"app", "demo"}))
def test_every_command_takes_json(name: str) -> None:
    """Every command but those that open the app has ``--json``."""
    assert any("--json" in p.opts for p in COMMANDS[name].params)
