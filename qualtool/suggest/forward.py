"""The model as arithmetic: one batch of equally long token rows in, unit vectors out.

Plain numpy here; ``onnx_forward`` does the same in onnxruntime, which is quicker. Rows of a batch
have one length, so there is no padding and no mask, and a vector does not depend on what else is in
its batch (up to the last bit of a float32).

Architecture: BERT (Devlin et al. 2019, https://aclanthology.org/N19-1423), mean pooling as in
Sentence-BERT (Reimers & Gurevych 2019, https://aclanthology.org/D19-1410).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .shape import MINILM, Shape

Tensors = Mapping[str, np.ndarray]


class NumpyForward:
    """The forward pass in numpy; ``threads`` bounds the threads of its matrix products."""

    backend = "numpy"

    def __init__(self, tensors: Tensors, *, threads: int, shape: Shape = MINILM) -> None:
        self._tensors = tensors
        self._threads = threads
        self._shape = shape

    def run(self, ids: np.ndarray) -> np.ndarray:
        """``ids`` int64 (rows, tokens) to float32 unit rows (rows, width), or to tokens (see ``Shape``)."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(self._threads):
            return self._run(ids)

    def _run(self, ids: np.ndarray) -> np.ndarray:
        get = self._tensors
        at = np.arange(ids.shape[1]) + self._shape.first_position
        hidden = get["embeddings.word_embeddings.weight"][ids]
        hidden = hidden + get["embeddings.position_embeddings.weight"][at]
        hidden = hidden + get["embeddings.token_type_embeddings.weight"][0]
        hidden = self._norm(hidden, "embeddings.LayerNorm")
        for layer in range(self._shape.n_layers):
            name = f"encoder.layer.{layer}."
            attended = self._dense(self._attend(hidden, name), name + "attention.output.dense")
            hidden = self._norm(hidden + attended, name + "attention.output.LayerNorm")
            inner = self._bend(self._dense(hidden, name + "intermediate.dense"))
            hidden = self._norm(hidden + self._dense(inner, name + "output.dense"), name + "output.LayerNorm")
        if self._shape.pooling == "tokens":
            return hidden
        return unit_rows(hidden.mean(axis=1) if self._shape.pooling == "mean" else hidden[:, 0])

    def _bend(self, values: np.ndarray) -> np.ndarray:
        return _gelu(values) if self._shape.activation == "gelu" else np.maximum(values, np.float32(0))

    def _attend(self, hidden: np.ndarray, name: str) -> np.ndarray:
        rows, tokens, width = hidden.shape
        n_heads, head = self._shape.n_heads, self._shape.head

        def heads(part: str) -> np.ndarray:
            flat = self._dense(hidden, f"{name}attention.self.{part}")
            return flat.reshape(rows, tokens, n_heads, head).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) * np.float32(head**-0.5)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        return (scores @ heads("value")).transpose(0, 2, 1, 3).reshape(rows, tokens, width)

    def _dense(self, values: np.ndarray, name: str) -> np.ndarray:
        weight = self._tensors[f"{name}.weight"]
        flat = values.reshape(-1, weight.shape[1]) @ weight.T
        flat += self._tensors[f"{name}.bias"]
        return flat.reshape(*values.shape[:-1], weight.shape[0])

    def _norm(self, values: np.ndarray, name: str) -> np.ndarray:
        centred = values - values.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(self._shape.norm_eps))
        return centred / spread * self._tensors[f"{name}.weight"] + self._tensors[f"{name}.bias"]


def _gelu(values: np.ndarray) -> np.ndarray:
    from scipy.special import erf

    return values * np.float32(0.5) * (np.float32(1) + erf(values * np.float32(0.5**0.5)))


def unit_rows(values: np.ndarray) -> np.ndarray:
    """Rows scaled to length one, as float32; rows of zeros stay zeros."""
    lengths = np.linalg.norm(values, axis=-1, keepdims=True)
    return (values / np.where(lengths > 0, lengths, 1)).astype(np.float32)
