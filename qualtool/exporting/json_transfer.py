"""The whole study as one JSON document: a transfer, not a release."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .about import About

FORMAT = "qualtool-study-1"


def write_json(content: Mapping[str, Any], about: About) -> bytes:
    """UTF-8 JSON with ``format``, ``about`` and one key a kind of record."""
    document = {
        "format": FORMAT,
        "about": [{"label": label, "text": text} for label, text in about.lines()],
        **content,
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False).encode()
