"""Uploads are capped."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qualtool.workflows.people import serving

from .conftest import run_ended

pytestmark = pytest.mark.browser
MEGABYTE = 1024 * 1024


@pytest.fixture
def capped(sample_copy: Path, tmp_path: Path, serve: Callable[..., Any]) -> Iterator[str]:
    """The app with a cap of 1 MB instead of the usual one; its address."""
    served = serve(
        serving.SCRIPT,
        STREAMLIT_SERVER_MAX_UPLOAD_SIZE="1",
        QUALTOOL_STUDY=str(sample_copy),
        QUALTOOL_FOLDER=str(tmp_path),
        XDG_STATE_HOME=str(tmp_path / "state"),
    )
    yield served.url


def test_the_cap_is_a_setting() -> None:
    """The settings that the app brings along cap an upload at 200 MB."""
    settings = tomllib.loads(serving.SETTINGS.read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] == 200


def test_a_file_over_the_cap_is_refused_on_the_page(page: Page, capped: str) -> None:
    """The page says that a file is too large, and how large it may be."""
    page.goto(f"{capped}/import_files")
    uploader = page.get_by_test_id("stFileUploaderDropzoneInput").first
    uploader.wait_for(state="attached")
    run_ended(page)
    large = {"name": "large.yaml", "mimeType": "text/plain", "buffer": b"a" * (2 * MEGABYTE)}
    uploader.set_input_files(large)
    expect(page.get_by_test_id("stFileUploader").first).to_contain_text("must be 1.0MB or smaller")
