"""A model in ONNX that others made, run as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .finishing import Finish
from .forward import unit_rows
from .onnx_forward import session_options

_KNOWN_INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})


class ForeignOnnxForward:
    """Takes token ids, gives the vectors of tokens (pooled here) or of whole texts."""

    backend = "onnxruntime, model.onnx"

    def __init__(self, file: Path, finish: Finish, *, threads: int) -> None:
        """Raises:
        ImportError: onnxruntime is not installed.
        ValueError: the file is no model that turns token ids into vectors.
        """
        import onnxruntime as ort
        from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf

        self._finish = finish
        try:
            # With a path, so that weights in a file beside the model are found.
            self._session = ort.InferenceSession(
                str(file), session_options(threads), providers=["CPUExecutionProvider"]
            )
        except (Fail, InvalidGraph, InvalidProtobuf, RuntimeError) as err:
            raise ValueError("it is damaged, or of a newer kind") from err
        self._inputs = [one.name for one in self._session.get_inputs()]
        strange = set(self._inputs) - _KNOWN_INPUTS
        if strange or "input_ids" not in self._inputs:
            raise ValueError("it wants other inputs than token ids")
        self._output = self._wanted_output()

    def _wanted_output(self) -> str:
        ranks = {one.name: len(one.shape) for one in self._session.get_outputs()}
        for name in ("sentence_embedding", "last_hidden_state", "token_embeddings"):
            if name in ranks:
                return name
        for name, rank in ranks.items():
            if rank in (2, 3):
                return name
        raise ValueError("it gives no vectors")

    def run(self, ids: np.ndarray) -> np.ndarray:
        """``ids`` int64 (rows, tokens) to float32 (rows, width) of length one."""
        given = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        (values,) = self._session.run([self._output], {name: given[name] for name in self._inputs})
        vectors = np.asarray(values, np.float32)
        return self._finish.of_tokens(vectors) if vectors.ndim == 3 else unit_rows(vectors)
