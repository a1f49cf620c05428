"""Settings of the app, however it is started."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_checkout_has_the_packages_settings() -> None:
    """`streamlit run app.py` in a checkout runs with the very settings that `qualtool app` brings along."""
    shipped = ROOT / "qualtool" / "pages" / "assets" / "config.toml"
    assert (ROOT / ".streamlit" / "config.toml").read_bytes() == shipped.read_bytes()


def test_the_settings_close_the_doors() -> None:
    """Uploads end at 200 MB, nothing is told to anybody, and the app listens to this machine alone."""
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    server, browser, client = settings["server"], settings["browser"], settings["client"]
    assert (server["maxUploadSize"], server["address"]) == (200, "127.0.0.1")
    assert server["enableXsrfProtection"] and server["allowedHosts"] == ["localhost", "127.0.0.1"]
    assert browser["gatherUsageStats"] is False
    assert (client["showErrorDetails"], client["showErrorLinks"]) == ("type", False)
