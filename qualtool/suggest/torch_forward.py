"""A model of any other kind, computed by sentence-transformers where that is installed.

It is no part of the ordinary setup. No code of the folder runs and nothing is downloaded.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from pathlib import Path
from typing import Any

import numpy as np

from .forward import unit_rows


def is_installed() -> bool:
    """Whether sentence-transformers can be used on this computer."""
    return importlib.util.find_spec("sentence_transformers") is not None


class TorchForward:
    """The whole model of a folder, with all its steps; rows have no padding."""

    backend = "sentence-transformers"

    def __init__(self, folder: Path, *, threads: int) -> None:
        """Raises:
        ValueError: the folder cannot be opened; no more is told, for its words may be anybody's.
        """
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        self._torch: Any = importlib.import_module("torch")
        library: Any = importlib.import_module("sentence_transformers")
        self._threads = threads
        try:
            self._model = library.SentenceTransformer(
                str(folder), device="cpu", local_files_only=True, trust_remote_code=False
            )
        except (OSError, ValueError, KeyError, RuntimeError, ImportError, AttributeError, TypeError) as err:
            raise ValueError("sentence-transformers cannot open it") from err
        self._model.eval()

    def run(self, ids: np.ndarray) -> np.ndarray:
        """``ids`` int64 (rows, tokens) to float32 unit rows."""
        torch = self._torch
        before = torch.get_num_threads()
        torch.set_num_threads(self._threads)
        try:
            with torch.inference_mode():
                given = torch.from_numpy(ids)
                made = self._model({"input_ids": given, "attention_mask": torch.ones_like(given)})
            return unit_rows(made["sentence_embedding"].float().numpy())
        finally:
            torch.set_num_threads(before)
