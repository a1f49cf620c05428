"""Characters that would steer a screen are shown by their code points."""

from __future__ import annotations

import unicodedata

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from qualtool.cli.shared import command
from qualtool.errors import UserInputError
from qualtool.pages.state import plain
from qualtool.text.showing import visible


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("plain words, ÄÖ, 学校, \t and\nlines", "plain words, ÄÖ, 学校, \t and\nlines"),
        ("a\u202egnp.exe", "a<U+202E>gnp.exe"),
        ("\x1b]0;title\x07", "<U+001B>]0;title<U+0007>"),
        ("a\rb\u2028c\x85", "a<U+000D>b<U+2028>c<U+0085>"),
        ("שלום عليكم", "שלום عليكم"),
    ],
)
def test_what_steers_is_shown(given_text: str, shown: str) -> None:
    """Direction controls and terminal escapes become code points; all other text stays as it is."""
    assert visible(given_text) == shown


@given(st.text())
def test_nothing_that_steers_is_left(text: str) -> None:
    """No control character but tab and line feed, and no direction control, survives in what is shown."""
    for ch in visible(text):
        assert ch in "\t\n" or unicodedata.category(ch) != "Cc"
        assert unicodedata.bidirectional(ch) not in {
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        }


@given(st.text())
def test_a_page_shows_every_letter(text: str) -> None:
    """For a Markdown element words are escaped, and every letter and digit is still there, in order."""
    kept = [ch for ch in text if ch.isalnum()]
    letters = iter(plain(text))
    assert all(ch in letters for ch in kept)


@pytest.mark.parametrize(
    "address", ["http://a.example/x", "HTTPS://a.example", "www.a.example", "ann@a.example"]
)
def test_an_address_is_no_link(address: str) -> None:
    """An address is broken by a character without width, for Streamlit links bare ones after all escapes."""
    shown = plain(address).replace("\\", "")
    assert address not in shown
    assert shown.replace("\u2060", "") == address


def test_the_terminal_obeys_no_name() -> None:
    """An error that names a file with an escape sequence prints the sequence's code points."""
    import click

    @click.command()
    @command
    def failing() -> None:
        raise UserInputError("a\x1b[31m\u202eb.txt cannot be read.")

    ran = CliRunner().invoke(failing, [])
    assert ran.exit_code == 1
    assert ran.stderr == "qualtool: a<U+001B>[31m<U+202E>b.txt cannot be read.\n"
