"""Uploads are capped: by the page, and by the server whatever the page says."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from qualtool.workflows import serving

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


def test_a_file_over_the_cap_is_refused_on_the_page_and_by_the_server(page: Page, capped: str) -> None:
    """The page says that a file is too large; a body made larger on its way is refused by the server."""
    page.goto(f"{capped}/import_files")
    uploader = page.get_by_test_id("stFileUploaderDropzoneInput").first
    uploader.wait_for(state="attached", timeout=60_000)
    large = {"name": "large.yaml", "mimeType": "text/plain", "buffer": b"a" * (2 * MEGABYTE)}
    uploader.set_input_files(large)
    expect(page.get_by_test_id("stFileUploader").first).to_contain_text(
        "must be 1.0MB or smaller", timeout=30_000
    )

    statuses: list[int] = []

    def enlarge(route: Route) -> None:
        body = route.request.post_data_buffer or b""
        if route.request.method not in ("PUT", "POST") or not body:
            route.continue_()
            return
        at = body.index(b"\r\n\r\n") + 4
        answer = route.fetch(post_data=body[:at] + os.urandom(4 * MEGABYTE) + body[at:])
        statuses.append(answer.status)
        route.fulfill(response=answer)

    page.route("**/_stcore/upload_file/**", enlarge)
    uploader.set_input_files({"name": "small.yaml", "mimeType": "text/plain", "buffer": b"title: T\n"})
    for _ in range(100):
        if statuses:
            break
        page.wait_for_timeout(200)
    assert set(statuses) == {413}
