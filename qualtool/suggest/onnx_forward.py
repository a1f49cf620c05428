"""The model as a graph for onnxruntime, written here from the arrays of its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .forward import Tensors, unit_rows
from .shape import MINILM, Shape

if TYPE_CHECKING:
    import onnx
    import onnxruntime

_OPSET = 17
_IR_VERSION = 8


class OnnxForward:
    """The forward pass in onnxruntime, on a graph written here from the same arrays."""

    backend = "onnxruntime"

    def __init__(self, tensors: Tensors, *, threads: int, shape: Shape = MINILM) -> None:
        self._session = _session(tensors, threads, shape)
        self._has_tokens = shape.pooling == "tokens"

    def run(self, ids: np.ndarray) -> np.ndarray:
        """``ids`` int64 (rows, tokens) to float32 unit rows (rows, width), or to tokens (see ``Shape``)."""
        (vectors,) = self._session.run(["vectors"], {"ids": ids})
        made = np.asarray(vectors)
        return made if self._has_tokens else unit_rows(made)


def _session(tensors: Tensors, threads: int, shape: Shape) -> onnxruntime.InferenceSession:
    import onnxruntime as ort

    weights = {name: _as_stored(name, array) for name, array in tensors.items()}
    options = session_options(threads)
    # The arrays are handed over in memory: the graph itself is a few kilobytes and no file is written.
    options.add_external_initializers(
        list(weights), [ort.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
    )
    graph = build_graph(weights, shape)
    return ort.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])


def session_options(threads: int) -> onnxruntime.SessionOptions:
    """Options of a session: so many threads, and no messages but errors."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Warnings about its own fusions are of no use to a researcher.
    options.log_severity_level = 3
    return options


def _as_stored(name: str, array: np.ndarray) -> np.ndarray:
    """Dense weights transposed once, as the graph multiplies them from the right."""
    turned = name.endswith(".weight") and array.ndim == 2 and "embeddings" not in name
    return np.ascontiguousarray(array.T if turned else array)


def build_graph(weights: Tensors, shape: Shape = MINILM) -> onnx.ModelProto:
    """The model's graph; ``weights`` (dense ones transposed) are declared, not contained."""
    from onnx import TensorProto, helper

    writer = _GraphWriter(shape)
    last = writer.write()
    graph = helper.make_graph(
        writer.nodes,
        "encoder",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["rows", "tokens"])],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, _measures(shape))],
        [*writer.constants, *(_declared(name, array.shape) for name, array in weights.items())],
    )
    return helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="qualtool",
    )


def _measures(shape: Shape) -> list[str | int]:
    return ["rows", "tokens", shape.width] if shape.pooling == "tokens" else ["rows", shape.width]


def _declared(name: str, shape: tuple[int, ...]) -> onnx.TensorProto:
    from onnx import TensorProto

    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="given-in-memory")
    return tensor


class _GraphWriter:
    """Writes the nodes of the model in order; each method returns the name of its output."""

    def __init__(self, shape: Shape) -> None:
        from onnx import helper, numpy_helper

        self._shape = shape
        self._make_node = helper.make_node
        self._from_array = numpy_helper.from_array
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def write(self) -> str:
        self._constant("zero", np.array(0, np.int64))
        self._constant("one", np.array(1, np.int64))
        self._constant("split", np.array([0, 0, self._shape.n_heads, self._shape.head], np.int64))
        self._constant("join", np.array([0, 0, self._shape.width], np.int64))
        self._constant("scale", np.array(self._shape.head**-0.5, np.float32))
        self._constant("half", np.array(0.5, np.float32))
        self._constant("unit", np.array(1, np.float32))
        self._constant("root2", np.array(2**0.5, np.float32))
        self._constant("first", np.array(self._shape.first_position, np.int64))
        hidden = self._embed()
        for layer in range(self._shape.n_layers):
            hidden = self._layer(hidden, f"encoder.layer.{layer}.")
        if self._shape.pooling == "mean":
            return self._node("ReduceMean", hidden, out="vectors", axes=[1], keepdims=0)
        if self._shape.pooling == "tokens":
            return self._node("Identity", hidden, out="vectors")
        return self._node("Gather", hidden, "zero", out="vectors", axis=1)

    def _constant(self, name: str, value: np.ndarray) -> None:
        self.constants.append(self._from_array(value, name))

    def _node(self, kind: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        name = out or f"n{len(self.nodes)}"
        self.nodes.append(self._make_node(kind, list(inputs), [name], **attributes))
        return name

    def _embed(self) -> str:
        words = self._node("Gather", "embeddings.word_embeddings.weight", "ids")
        n_tokens = self._node("Gather", self._node("Shape", "ids"), "one")
        at = self._node("Add", self._node("Range", "zero", n_tokens, "one"), "first")
        places = self._node("Gather", "embeddings.position_embeddings.weight", at)
        kind = self._node("Gather", "embeddings.token_type_embeddings.weight", "zero")
        total = self._node("Add", self._node("Add", words, places), kind)
        return self._norm(total, "embeddings.LayerNorm")

    def _layer(self, hidden: str, name: str) -> str:
        attended = self._dense(self._attend(hidden, name), name + "attention.output.dense")
        hidden = self._norm(self._node("Add", hidden, attended), name + "attention.output.LayerNorm")
        inner = self._bend(self._dense(hidden, name + "intermediate.dense"))
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
            "LayerNormalization",
            values,
            f"{name}.weight",
            f"{name}.bias",
            axis=-1,
            epsilon=self._shape.norm_eps,
        )

    def _bend(self, values: str) -> str:
        if self._shape.activation == "relu":
            return self._node("Relu", values)
        curve = self._node("Add", self._node("Erf", self._node("Div", values, "root2")), "unit")
        return self._node("Mul", self._node("Mul", values, curve), "half")
