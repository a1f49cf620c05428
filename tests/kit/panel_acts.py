"""Operations as the coding panel sends them, for tests of what the study makes of them."""

from __future__ import annotations

import uuid
from typing import Any

from qualtool.workflows.coding.panel_coding import apply_operations

AT = "2026-02-01T10:00:00+00:00"


def act(study: dict[str, Any], *ops: dict[str, Any], coder: str = "Anna") -> list[dict[str, Any]]:
    """Apply operations and return their results alone."""
    named = [{"op_id": str(uuid.uuid4()), **op} for op in ops]
    return [result for _, result in apply_operations(study["path"], study["source"], coder, named, at=AT)]


def spot(study: dict[str, Any], words: str) -> dict[str, Any]:
    """Where these words first stand in the text."""
    at = study["text"].index(words)
    return {"start_char": at, "end_char": at + len(words), "quote": words, "version": 1}


def add(study: dict[str, Any], words: str, code: str = "Pride", **more: Any) -> dict[str, Any]:
    """The operation that codes these words."""
    guid = str(uuid.uuid4())
    return {"kind": "add", "guid": guid, "code": study["codes"][code], **spot(study, words), **more}
