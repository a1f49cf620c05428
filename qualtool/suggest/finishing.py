"""From tokens to one vector, as the folder of a sentence-transformers model says it.

``modules.json`` lists the steps after the model: pooling, dense layers, scaling to length one. A folder
without that list is pooled by the mean. Rows have no padding here, so that a pooling is one line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .forward import unit_rows
from .weights import WEIGHTS

STEPS = "modules.json"
PROMPTS = "config_sentence_transformers.json"
Step = Callable[[np.ndarray], np.ndarray]


def _by_place(tokens: np.ndarray) -> np.ndarray:
    weights = np.arange(1, tokens.shape[1] + 1, dtype=np.float32)[None, :, None]
    return (tokens * weights).sum(axis=1) / weights.sum()


# Where a folder names several, their vectors are set side by side.
_POOLINGS: Mapping[str, Step] = {
    "cls": lambda tokens: tokens[:, 0],
    "max": lambda tokens: tokens.max(axis=1),
    "mean": lambda tokens: tokens.mean(axis=1),
    "mean_sqrt_len_tokens": lambda tokens: tokens.sum(axis=1) / np.float32(tokens.shape[1] ** 0.5),
    "weightedmean": _by_place,
    "lasttoken": lambda tokens: tokens[:, -1],
}
# The names of poolings as switches, before one setting named them; set side by side in this order.
_SWITCHES = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
_ACTIVATIONS: Mapping[str, Step] = {
    "Tanh": np.tanh,
    "Identity": lambda values: values,
    "ReLU": lambda values: np.maximum(values, np.float32(0)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """``poolings`` are names of ``_POOLINGS``; ``steps`` come after them, each (rows, d) to (rows, e)."""

    poolings: tuple[str, ...] = ("mean",)
    steps: tuple[Step, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether mean or first token is all there is, which the forward pass does itself."""
        return not self.steps and self.poolings in (("mean",), ("cls",))

    def of_tokens(self, tokens: np.ndarray) -> np.ndarray:
        """Float32 (rows, tokens, d), without padding, to unit rows (rows, e)."""
        values = np.concatenate([_POOLINGS[name](tokens) for name in self.poolings], axis=1)
        for step in self.steps:
            values = step(values)
        return unit_rows(values)


class Finished:
    """A forward pass that gives tokens, and the steps after it."""

    def __init__(self, forward: Any, finish: Finish) -> None:
        self.backend: str = forward.backend
        self._forward, self._finish = forward, finish

    def run(self, ids: np.ndarray) -> np.ndarray:
        """``ids`` int64 (rows, tokens) to float32 unit rows."""
        return self._finish.of_tokens(self._forward.run(ids))


class Dense:
    """A dense step: values times weights, plus bias, bent."""

    def __init__(self, weight: np.ndarray, bias: np.ndarray | None, activation: str) -> None:
        self._weight, self._bias = weight, bias
        self._bend = _ACTIVATIONS[activation]

    def __call__(self, values: np.ndarray) -> np.ndarray:
        made = values @ self._weight.T
        return self._bend(made if self._bias is None else made + self._bias)


def step_folders(folder: Path) -> list[Path]:
    """The folders of the steps inside the model's own, in the order of their names."""
    try:
        listed = _listed(folder)
    except (OSError, ValueError):  # whoever opens the folder is told; a digest only differs
        listed = []
    inside = [_inside(folder, str(step.get("path", ""))) for step in listed]
    found = {place for place in inside if place is not None and place != folder}
    return sorted(place for place in found | set(folder.glob("*_Pooling")) if place.is_dir())


def read_finish(folder: Path) -> tuple[Finish, list[str]]:
    """The steps of a folder, and what cannot be computed here, in sentences.

    Raises:
        OSError: a file cannot be read.
        ValueError: a file is no JSON.
    """
    faults: list[str] = []
    poolings, steps = ("mean",), list[Step]()
    listed = _listed(folder)
    for step in listed:
        kind = str(step.get("type", "")).rsplit(".", 1)[-1]
        place = _inside(folder, str(step.get("path", "")))
        if kind == "Transformer":
            continue
        if place is None or kind not in ("Pooling", "Dense", "Normalize"):
            faults.append(f"It has a step '{kind}', which cannot be computed here.")
        elif kind == "Pooling":
            poolings = _poolings(place / "config.json", faults)
        elif kind == "Normalize":
            steps.append(unit_rows)
        else:
            steps += _dense(place, faults)
    if not listed:
        for file in sorted(folder.glob("*_Pooling/config.json"))[:1]:
            poolings = _poolings(file, faults)
    # The last scaling is done in any case.
    while steps and steps[-1] is unit_rows:
        steps.pop()
    return Finish(poolings=poolings, steps=tuple(steps)), faults


def default_prompt(folder: Path) -> str:
    """What the folder puts before each text; "" for nothing.

    Raises:
        OSError: its file cannot be read.
        ValueError: it is no JSON.
    """
    told = _read(folder / PROMPTS) if (folder / PROMPTS).is_file() else {}
    if not isinstance(told, dict):
        return ""
    prompts, name = told.get("prompts"), told.get("default_prompt_name")
    found = prompts.get(name, "") if isinstance(prompts, dict) and isinstance(name, str) else ""
    return found if isinstance(found, str) else ""


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _listed(folder: Path) -> list[Mapping[str, Any]]:
    listed = _read(folder / STEPS) if (folder / STEPS).is_file() else []
    return [step for step in listed if isinstance(step, dict)] if isinstance(listed, list) else []


def _inside(folder: Path, path: str) -> Path | None:
    """A folder inside the model's; None where the path leads out of it."""
    place = (folder / path).resolve()
    return folder / path if place.is_relative_to(folder.resolve()) else None


def _poolings(file: Path, faults: list[str]) -> tuple[str, ...]:
    told = _read(file) if file.is_file() else {}
    if not isinstance(told, dict):
        told = {}
    named = told.get("pooling_mode")
    named = [named] if isinstance(named, str) else named
    if not isinstance(named, list):
        named = [name for switch, name in _SWITCHES.items() if told.get(switch)]
    strange = [str(name) for name in named if name not in _POOLINGS]
    if strange:
        faults.append(f"Its pooling '{strange[0]}' cannot be computed here.")
        return ("mean",)
    return tuple(named) or ("mean",)


def _dense(place: Path, faults: list[str]) -> list[Step]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    told = _read(place / "config.json") if (place / "config.json").is_file() else {}
    bend = str(told.get("activation_function", "Tanh")).rsplit(".", 1)[-1] if isinstance(told, dict) else ""
    if bend not in _ACTIVATIONS:
        faults.append(f"The activation '{bend}' of its step '{place.name}' cannot be computed here.")
        return []
    try:
        arrays = load_file(str(place / WEIGHTS))
    except (SafetensorError, OSError):
        faults.append(f"The weights of its step '{place.name}' cannot be read ({WEIGHTS} is wanted).")
        return []
    weight, bias = arrays.get("linear.weight"), arrays.get("linear.bias")
    if weight is None or weight.ndim != 2:
        faults.append(f"The weights of its step '{place.name}' are not those of a dense step.")
        return []
    return [
        Dense(np.asarray(weight, np.float32), None if bias is None else np.asarray(bias, np.float32), bend)
    ]
