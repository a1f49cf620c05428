"""Another encoder: a folder of a sentence-transformers model, or of a model in ONNX, on this disk.

Nothing is downloaded and no code of the folder runs. What is read: ``tokenizer.json``; ``config.json``;
``modules.json`` and the pooling's ``config.json`` where there are some; and the weights, either
``model.safetensors`` of a BERT-like model, computed here, or ``model.onnx`` (also in a folder ``onnx``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..errors import Problem, SuggestionError
from .encoder import Forward, TextEncoder, forward_of
from .foreign_onnx import ForeignOnnxForward
from .pieces import N_SPECIAL, open_tokenizer
from .shape import Shape
from .weights import TOKENIZER, WEIGHTS

_LAYOUTS = {"bert": 0, "roberta": 2, "xlm-roberta": 2, "camembert": 2, "distilbert": 0}
_DISTILBERT = (
    ("distilbert.", ""),
    ("transformer.layer.", "encoder.layer."),
    (".attention.q_lin.", ".attention.self.query."),
    (".attention.k_lin.", ".attention.self.key."),
    (".attention.v_lin.", ".attention.self.value."),
    (".attention.out_lin.", ".attention.output.dense."),
    (".sa_layer_norm.", ".attention.output.LayerNorm."),
    (".ffn.lin1.", ".intermediate.dense."),
    (".ffn.lin2.", ".output.dense."),
    (".output_layer_norm.", ".output.LayerNorm."),
)
_PREFIXES = ("bert.", "roberta.", "model.")
_MOST_TOKENS = 512
_HELP = "Choose the folder of a sentence-transformers model or of a model in ONNX."


def open_folder(folder: Path, *, threads: int = 2, backend: str | None = None) -> TextEncoder:
    """The encoder of a model folder; its digest covers every file that is read.

    Raises:
        SuggestionError: what is missing or cannot be computed, all of it at once.
    """
    folder = folder.expanduser()
    if not folder.is_dir():
        raise _refused(folder, ["There is no such folder."])
    onnx = next((p for p in (folder / "model.onnx", folder / "onnx" / "model.onnx") if p.is_file()), None)
    weights = folder / WEIGHTS
    faults = [
        f"Its file {name} is missing." for name in (TOKENIZER, "config.json") if not (folder / name).is_file()
    ]
    if onnx is None and not weights.is_file():
        faults.append(f"It has neither {WEIGHTS} nor model.onnx.")
    if faults:
        raise _refused(folder, faults)
    config = _json(folder, folder / "config.json")
    shape, faults = _shape(folder, config, is_onnx=not weights.is_file())
    if faults or shape is None:
        raise _refused(folder, faults)
    tokenizer = _tokenizer(folder, shape)
    forward: Forward
    if weights.is_file():
        forward = forward_of(_tensors(folder, config, shape), shape, threads=threads, backend=backend)
    else:
        forward = _foreign(folder, onnx or weights, shape, threads)
    return TextEncoder(
        name=folder.resolve().name,
        digest=folder_digest(folder),
        tokenizer=tokenizer,
        forward=forward,
        width=shape.width,
    )


def folder_digest(folder: Path) -> str:
    """SHA-256 over the files that make the vectors, by name and content."""
    names = (WEIGHTS, "model.onnx", "onnx/model.onnx", TOKENIZER, "config.json", "modules.json")
    files = [folder / name for name in names]
    files += sorted(folder.glob("*_Pooling/config.json"))
    # Weights of the other kind beside safetensors are not read, so they do not count.
    if files[0].is_file():
        files = [file for file in files if file.suffix != ".onnx"]
    total = hashlib.sha256()
    for file in files:
        if file.is_file():
            total.update(str(file.relative_to(folder)).encode())
            with file.open("rb") as stream:
                total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()


def _refused(folder: Path, faults: list[str]) -> SuggestionError:
    problems = [Problem(where=str(folder), message=fault, next=_HELP) for fault in faults]
    return SuggestionError("This folder cannot be used as an encoder.", problems=problems)


def _json(folder: Path, file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise _refused(folder, [f"Its file {file.name} cannot be read as JSON."]) from err


def _shape(folder: Path, config: Any, *, is_onnx: bool) -> tuple[Shape | None, list[str]]:
    if not isinstance(config, dict):
        return None, ["Its file config.json does not describe a model."]
    kind = str(config.get("model_type", ""))
    faults: list[str] = []
    if not is_onnx and kind not in _LAYOUTS:
        faults.append(
            f"A model of the type '{kind or 'unknown'}' cannot be computed here; one in ONNX could be run."
        )
    activation = str(config.get("hidden_act", config.get("activation", "gelu")))
    if not is_onnx and activation not in ("gelu", "relu"):
        faults.append(f"Its activation '{activation}' cannot be computed here; a model in ONNX could be run.")
    pooling, pooling_faults = _pooling(folder)
    faults += pooling_faults
    sizes = _sizes(config)
    if sizes is None:
        faults.append("Its file config.json lacks the number of layers, heads or dimensions.")
    if faults or sizes is None:
        return None, faults
    layers, heads, width = sizes
    first = _LAYOUTS.get(kind, 0)
    most = int(config.get("max_position_embeddings", _MOST_TOKENS)) - first
    return (
        Shape(
            n_layers=layers,
            n_heads=heads,
            width=width,
            norm_eps=float(config.get("layer_norm_eps", 1e-12)),
            max_tokens=_max_tokens(folder, min(most, _MOST_TOKENS)),
            first_position=first,
            pooling=pooling,
            activation="relu" if activation == "relu" else "gelu",
        ),
        [],
    )


def _sizes(config: Mapping[str, Any]) -> tuple[int, int, int] | None:
    found = (
        config.get("num_hidden_layers", config.get("n_layers")),
        config.get("num_attention_heads", config.get("n_heads")),
        config.get("hidden_size", config.get("dim")),
    )
    numbers = [one for one in found if isinstance(one, int) and one > 0]
    if len(numbers) != len(found) or numbers[2] % numbers[1]:
        return None
    return numbers[0], numbers[1], numbers[2]


def _max_tokens(folder: Path, most: int) -> int:
    told = folder / "sentence_bert_config.json"
    if told.is_file():
        wanted = _json(folder, told)
        limit = wanted.get("max_seq_length") if isinstance(wanted, dict) else None
        if isinstance(limit, int) and limit > N_SPECIAL:
            return min(limit, most)
    return most


def _pooling(folder: Path) -> tuple[Literal["mean", "cls"], list[str]]:
    """How tokens become one vector, as the folder says it; mean where it says nothing."""
    steps = folder / "modules.json"
    if steps.is_file():
        listed = _json(folder, steps)
        kinds = [str(s.get("type", "")).rsplit(".", 1)[-1] for s in listed if isinstance(s, dict)]
        strange = [k for k in kinds if k not in ("Transformer", "Pooling", "Normalize")]
        if strange:
            return "mean", [f"It has a step '{strange[0]}', which cannot be computed here."]
    for file in sorted(folder.glob("*_Pooling/config.json")):
        told = _json(folder, file)
        if told.get("pooling_mode_mean_tokens") or told.get("pooling_mode") == "mean":
            return "mean", []
        if told.get("pooling_mode_cls_token") or told.get("pooling_mode") == "cls":
            return "cls", []
        return "mean", ["Its pooling is neither the mean of the tokens nor the first token."]
    return "mean", []


def _tokenizer(folder: Path, shape: Shape) -> Any:
    try:
        tokenizer = open_tokenizer(folder, shape.max_tokens)
    except Exception as err:  # the tokenizer library raises bare Exception for a file it cannot read
        raise _refused(folder, [f"Its file {TOKENIZER} cannot be read."]) from err
    if tokenizer.num_special_tokens_to_add(False) != N_SPECIAL:
        raise _refused(folder, ["Its tokenizer does not put one mark before and one after a text."])
    return tokenizer


def _tensors(folder: Path, config: Mapping[str, Any], shape: Shape) -> dict[str, np.ndarray]:
    """The arrays under the names of BERT, float32."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        loaded = load_file(str(folder / WEIGHTS))
    except (SafetensorError, OSError) as err:
        raise _refused(folder, [f"Its file {WEIGHTS} cannot be read."]) from err
    tensors = {_name(name): np.asarray(array, np.float32) for name, array in loaded.items()}
    kept = {n: a for n, a in tensors.items() if n.startswith("e") and not n.endswith("position_ids")}
    kept.setdefault("embeddings.token_type_embeddings.weight", np.zeros((1, shape.width), np.float32))
    words = kept.get("embeddings.word_embeddings.weight")
    last = f"encoder.layer.{shape.n_layers - 1}.output.dense.weight"
    if words is None or words.shape[1] != shape.width or last not in kept:
        raise _refused(folder, [f"Its file {WEIGHTS} does not fit its config.json."])
    return kept


def _name(name: str) -> str:
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    for theirs, ours in _DISTILBERT:
        name = name.replace(theirs, ours)
    return name


def _foreign(folder: Path, file: Path, shape: Shape, threads: int) -> Forward:
    try:
        return ForeignOnnxForward(file, shape, threads=threads)
    except ImportError as err:
        raise _refused(folder, ["A model in ONNX needs the package onnxruntime ('make setup')."]) from err
    except ValueError as err:
        raise _refused(folder, [f"Its model.onnx cannot be run: {err}."]) from err
