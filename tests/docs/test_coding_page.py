"""``docs/coding.md`` against the panel: the same keys, and pictures that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "coding.md"
KEYMAP = ROOT / "qualtool" / "panel" / "assets" / "keymap.js"
GROUP = re.compile(r'^  \["([^"]+)", \[\n(.*?)^  \]\],', re.M | re.S)
ROW = re.compile(r'\{ (?:keys: "([^"]+)"|id: "\w+", key: "(.)"(, both: true)?), what: "([^"]+)" \}')


def keys_of_the_panel() -> list[tuple[str, str, str]]:
    """Group, keys and action of each row of the panel's map, as it is at first."""
    found = []
    for group, body in GROUP.findall(KEYMAP.read_text(encoding="utf-8")):
        for fixed, key, both, what in ROW.findall(body):
            caps = fixed.split(" ") if fixed else [key.upper(), *([f"Shift+{key.upper()}"] if both else [])]
            found.append((group, " ".join(f"`{cap}`" for cap in caps), what))
    return found


def keys_of_the_page() -> list[tuple[str, str, str]]:
    """Group, keys and action of each row of the page's table."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), flags=re.M)
    return [row for row in rows if row[0] != "Group" and not row[0].startswith("-")]


def test_the_pages_keys_are_the_panels() -> None:
    """The table of keys on the page is the map of keys of the panel, row by row."""
    text = KEYMAP.read_text(encoding="utf-8")
    assert len(keys_of_the_panel()) == len(re.findall(r'what: "', text)) > 25
    assert keys_of_the_page() == keys_of_the_panel()


def test_keys_named_in_the_text_are_in_the_map() -> None:
    """A single letter named as a key in a sentence of the page is a key of the panel."""
    known = {cap for _, caps, _ in keys_of_the_panel() for cap in re.findall(r"`([^`]+)`", caps)}
    prose = re.sub(r"^\|.*$", "", PAGE.read_text(encoding="utf-8"), flags=re.M)
    named = {cap for cap in re.findall(r"`([^`]+)`", prose) if re.fullmatch(r"(Shift\+)?[A-Z]", cap)}
    assert len(named) > 12
    assert named <= known


def test_every_picture_is_there_and_small() -> None:
    """Pictures named on the page exist, are PNGs below 200 kB, and no other lies beside them."""
    named = set(re.findall(r"!\[[^\]]+\]\(pictures/([^)]+)\)", PAGE.read_text(encoding="utf-8")))
    there = {path.name for path in (ROOT / "docs" / "pictures").glob("*")}
    assert named == there and len(named) >= 6
    for name in named:
        content = (ROOT / "docs" / "pictures" / name).read_bytes()
        assert content.startswith(b"\x89PNG") and len(content) < 200_000, name
