"""Another encoder: a folder of a sentence-transformers model, or of a model in ONNX, on this disk.

Nothing is downloaded and no code of the folder runs. What is read: ``tokenizer.json``; ``config.json``;
``modules.json`` and the files of its steps, the default prompt and the most tokens where they are told; and
the weights. Those of a BERT-like model in ``model.safetensors`` are computed here. Any other kind is run
from ``model.onnx`` (also in a folder ``onnx``), or by sentence-transformers where that is installed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..errors import Problem, SuggestionError
from . import torch_forward
from .encoder import Forward, TextEncoder, forward_of
from .finishing import PROMPTS, STEPS, Finish, Finished, default_prompt, read_finish, step_folders
from .folder_shape import LIMITS, most_tokens, own_shape, width_of
from .foreign_onnx import ForeignOnnxForward
from .pieces import N_SPECIAL, open_tokenizer
from .shape import Shape
from .weights import TOKENIZER, WEIGHTS

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
_HELP = (
    "Choose the folder of a sentence-transformers model or of a model in ONNX. Kinds that cannot be computed "
    "here can be used with a model.onnx in the folder, or once sentence-transformers is installed."
)


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
    config = _config(folder)
    max_tokens = most_tokens(config, {n: _json(folder, folder / n) for n in LIMITS if (folder / n).is_file()})
    tokenizer = _tokenizer(folder, max_tokens)
    with _reading(folder):
        (finish, faults), prompt = read_finish(folder), default_prompt(folder)
    forward: Forward | None = None
    can_finish = not faults
    if can_finish and weights.is_file():
        shape, faults = own_shape(config, max_tokens, _pooled_here(finish))
        if shape is not None:
            forward = forward_of(_tensors(folder, config, shape), shape, threads=threads, backend=backend)
            forward = forward if finish.is_plain else Finished(forward, finish)
    if forward is None:
        forward = _by_others(folder, onnx if can_finish else None, finish, faults, threads)
    return TextEncoder(
        name=folder.resolve().name,
        digest=folder_digest(folder),
        tokenizer=tokenizer,
        forward=forward,
        width=width_of(config),
        prompt=prompt,
    )


def _pooled_here(finish: Finish) -> Literal["mean", "cls", "tokens"]:
    if not finish.is_plain:
        return "tokens"
    return "mean" if finish.poolings == ("mean",) else "cls"


def _by_others(folder: Path, onnx: Path | None, finish: Finish, faults: list[str], threads: int) -> Forward:
    """What this program cannot compute: the folder's own graph, or sentence-transformers."""
    if onnx is not None:
        return _foreign(folder, onnx, finish, threads)
    if torch_forward.is_installed() and (folder / WEIGHTS).is_file():
        try:
            return torch_forward.TorchForward(folder, threads=threads)
        except ValueError as err:
            raise _refused(folder, [*faults, f"And {err}."]) from err
    raise _refused(folder, faults)


def folder_digest(folder: Path) -> str:
    """SHA-256 over the files that make the vectors, by name and content."""
    names = (WEIGHTS, TOKENIZER, "config.json", STEPS, PROMPTS, *LIMITS)
    files = [folder / name for name in names]
    # Weights of a graph may lie in a file beside it.
    files += sorted([*folder.glob("model.onnx*"), *folder.glob("onnx/model.onnx*")])
    files += [file for place in step_folders(folder) for file in sorted(place.iterdir())]
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


@contextmanager
def _reading(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as err:
        raise _refused(folder, ["A file of its steps cannot be read as JSON."]) from err


def _config(folder: Path) -> Mapping[str, Any]:
    config = _json(folder, folder / "config.json")
    if not isinstance(config, dict):
        raise _refused(folder, ["Its file config.json does not describe a model."])
    return config


def _json(folder: Path, file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise _refused(folder, [f"Its file {file.name} cannot be read as JSON."]) from err


def _tokenizer(folder: Path, max_tokens: int) -> Any:
    try:
        tokenizer = open_tokenizer(folder, max_tokens)
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


def _foreign(folder: Path, file: Path, finish: Finish, threads: int) -> Forward:
    try:
        return ForeignOnnxForward(file, finish, threads=threads)
    except ImportError as err:
        raise _refused(folder, ["A model in ONNX needs the package onnxruntime ('make setup')."]) from err
    except ValueError as err:
        raise _refused(folder, [f"Its model.onnx cannot be run: {err}."]) from err
