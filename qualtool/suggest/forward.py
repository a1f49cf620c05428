"""The model as arithmetic: one batch of equally long token rows in, unit vectors out.

Two ways with the same result: a graph for onnxruntime, and plain numpy where that is missing.
Rows of a batch have one length, so there is no padding and no mask, and a vector does not depend
on what else is in its batch (up to the last bit of a float32).

Architecture: BERT (Devlin et al. 2019, https://aclanthology.org/N19-1423), mean pooling as in
Sentence-BERT (Reimers & Gurevych 2019, https://aclanthology.org/D19-1410).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .weights import N_HEADS, N_LAYERS, NORM_EPS, WIDTH

if TYPE_CHECKING:
    import onnx
    import onnxruntime

_HEAD = WIDTH // N_HEADS
_OPSET = 17
_IR_VERSION = 8
Tensors = Mapping[str, np.ndarray]


class NumpyForward:
    """The forward pass in numpy; ``threads`` bounds the threads of its matrix products."""

    backend = "numpy"

    def __init__(self, tensors: Tensors, *, threads: int) -> None:
        self._tensors = tensors
        self._threads = threads

    def run(self, ids: np.ndarray) -> np.ndarray:
        """``ids`` int64 (rows, tokens) to float32 (rows, 384) of length one."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(self._threads):
            return self._run(ids)

    def _run(self, ids: np.ndarray) -> np.ndarray:
        get = self._tensors
        at = np.arange(ids.shape[1])
        hidden = get["embeddings.word_embeddings.weight"][ids]
        hidden = hidden + get["embeddings.position_embeddings.weight"][at]
        hidden = hidden + get["embeddings.token_type_embeddings.weight"][0]
        hidden = self._norm(hidden, "embeddings.LayerNorm")
        for layer in range(N_LAYERS):
            name = f"encoder.layer.{layer}."
            attended = self._dense(self._attend(hidden, name), name + "attention.output.dense")
            hidden = self._norm(hidden + attended, name + "attention.output.LayerNorm")
            inner = _gelu(self._dense(hidden, name + "intermediate.dense"))
            hidden = self._norm(hidden + self._dense(inner, name + "output.dense"), name + "output.LayerNorm")
        return unit_rows(hidden.mean(axis=1))

    def _attend(self, hidden: np.ndarray, name: str) -> np.ndarray:
        rows, tokens, _ = hidden.shape

        def heads(part: str) -> np.ndarray:
            flat = self._dense(hidden, f"{name}attention.self.{part}")
            return flat.reshape(rows, tokens, N_HEADS, _HEAD).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) * np.float32(_HEAD**-0.5)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        return (scores @ heads("value")).transpose(0, 2, 1, 3).reshape(rows, tokens, WIDTH)

    def _dense(self, values: np.ndarray, name: str) -> np.ndarray:
        weight = self._tensors[f"{name}.weight"]
        flat = values.reshape(-1, weight.shape[1]) @ weight.T
        flat += self._tensors[f"{name}.bias"]
        return flat.reshape(*values.shape[:-1], weight.shape[0])

    def _norm(self, values: np.ndarray, name: str) -> np.ndarray:
        centred = values - values.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(NORM_EPS))
        return centred / spread * self._tensors[f"{name}.weight"] + self._tensors[f"{name}.bias"]


def _gelu(values: np.ndarray) -> np.ndarray:
    from scipy.special import erf

    return values * np.float32(0.5) * (np.float32(1) + erf(values * np.float32(0.5**0.5)))


def unit_rows(values: np.ndarray) -> np.ndarray:
    """Rows scaled to length one, as float32; rows of zeros stay zeros."""
    lengths = np.linalg.norm(values, axis=-1, keepdims=True)
    return (values / np.where(lengths > 0, lengths, 1)).astype(np.float32)


class OnnxForward:
    """The forward pass in onnxruntime, on a graph written here from the same arrays."""

    backend = "onnxruntime"

    def __init__(self, tensors: Tensors, *, threads: int) -> None:
        self._session = _session(tensors, threads)

    def run(self, ids: np.ndarray) -> np.ndarray:
        """``ids`` int64 (rows, tokens) to float32 (rows, 384) of length one."""
        (vectors,) = self._session.run(["vectors"], {"ids": ids})
        return unit_rows(np.asarray(vectors))


def _session(tensors: Tensors, threads: int) -> onnxruntime.InferenceSession:
    import onnxruntime as ort

    weights = {name: _as_stored(name, array) for name, array in tensors.items()}
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Warnings about its own fusions are of no use to a researcher.
    options.log_severity_level = 3
    # The arrays are handed over in memory: the graph itself is a few kilobytes and no file is written.
    options.add_external_initializers(
        list(weights), [ort.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
    )
    graph = build_graph(weights)
    return ort.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])


def _as_stored(name: str, array: np.ndarray) -> np.ndarray:
    """Dense weights transposed once, as the graph multiplies them from the right."""
    turned = name.endswith(".weight") and array.ndim == 2 and "embeddings" not in name
    return np.ascontiguousarray(array.T if turned else array)


def build_graph(weights: Tensors) -> onnx.ModelProto:
    """The model's graph; ``weights`` (dense ones transposed) are declared, not contained."""
    from onnx import TensorProto, helper

    writer = _GraphWriter()
    last = writer.write()
    graph = helper.make_graph(
        writer.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["rows", "tokens"])],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, ["rows", WIDTH])],
        [*writer.constants, *(_declared(name, array.shape) for name, array in weights.items())],
    )
    return helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="qualtool",
    )


def _declared(name: str, shape: tuple[int, ...]) -> onnx.TensorProto:
    from onnx import TensorProto

    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="given-in-memory")
    return tensor


class _GraphWriter:
    """Writes the nodes of the model in order; each method returns the name of its output."""

    def __init__(self) -> None:
        from onnx import helper, numpy_helper

        self._make_node = helper.make_node
        self._from_array = numpy_helper.from_array
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def write(self) -> str:
        self._constant("zero", np.array(0, np.int64))
        self._constant("one", np.array(1, np.int64))
        self._constant("split", np.array([0, 0, N_HEADS, _HEAD], np.int64))
        self._constant("join", np.array([0, 0, WIDTH], np.int64))
        self._constant("scale", np.array(_HEAD**-0.5, np.float32))
        self._constant("half", np.array(0.5, np.float32))
        self._constant("unit", np.array(1, np.float32))
        self._constant("root2", np.array(2**0.5, np.float32))
        hidden = self._embed()
        for layer in range(N_LAYERS):
            hidden = self._layer(hidden, f"encoder.layer.{layer}.")
        return self._node("ReduceMean", hidden, out="vectors", axes=[1], keepdims=0)

    def _constant(self, name: str, value: np.ndarray) -> None:
        self.constants.append(self._from_array(value, name))

    def _node(self, kind: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        name = out or f"n{len(self.nodes)}"
        self.nodes.append(self._make_node(kind, list(inputs), [name], **attributes))
        return name

    def _embed(self) -> str:
        words = self._node("Gather", "embeddings.word_embeddings.weight", "ids")
        n_tokens = self._node("Gather", self._node("Shape", "ids"), "one")
        at = self._node("Range", "zero", n_tokens, "one")
        places = self._node("Gather", "embeddings.position_embeddings.weight", at)
        kind = self._node("Gather", "embeddings.token_type_embeddings.weight", "zero")
        total = self._node("Add", self._node("Add", words, places), kind)
        return self._norm(total, "embeddings.LayerNorm")

    def _layer(self, hidden: str, name: str) -> str:
        attended = self._dense(self._attend(hidden, name), name + "attention.output.dense")
        hidden = self._norm(self._node("Add", hidden, attended), name + "attention.output.LayerNorm")
        inner = self._gelu(self._dense(hidden, name + "intermediate.dense"))
        outer = self._dense(inner, name + "output.dense")
        return self._norm(self._node("Add", hidden, outer), name + "output.LayerNorm")

    def _attend(self, hidden: str, name: str) -> str:
        def heads(part: str, order: list[int]) -> str:
            flat = self._dense(hidden, f"{name}attention.self.{part}")
            return self._node("Transpose", self._node("Reshape", flat, "split"), perm=order)

        scores = self._node("MatMul", heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]))
        shares = self._node("Softmax", self._node("Mul", scores, "scale"), axis=-1)
        mixed = self._node("MatMul", shares, heads("value", [0, 2, 1, 3]))
        return self._node("Reshape", self._node("Transpose", mixed, perm=[0, 2, 1, 3]), "join")

    def _dense(self, values: str, name: str) -> str:
        return self._node("Add", self._node("MatMul", values, f"{name}.weight"), f"{name}.bias")

    def _norm(self, values: str, name: str) -> str:
        return self._node(
            "LayerNormalization", values, f"{name}.weight", f"{name}.bias", axis=-1, epsilon=NORM_EPS
        )

    def _gelu(self, values: str) -> str:
        curve = self._node("Add", self._node("Erf", self._node("Div", values, "root2")), "unit")
        return self._node("Mul", self._node("Mul", values, curve), "half")
