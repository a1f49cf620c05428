"""Settings of the app, however it is started."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_checkout_has_the_packages_settings() -> None:
    """`streamlit run app.py` in a checkout runs with the very settings that `qualtool app` brings along."""
    shipped = ROOT / "qualtool" / "pages" / "assets" / "config.toml"
    assert (ROOT / ".streamlit" / "config.toml").read_bytes() == shipped.read_bytes()
