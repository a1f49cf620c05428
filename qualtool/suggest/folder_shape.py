"""What ``config.json`` and its neighbours say of a model: its measures and the most tokens it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from .pieces import N_SPECIAL
from .shape import Shape

# Kinds computed here, with the number of their first token's place.
LAYOUTS = {"bert": 0, "roberta": 2, "xlm-roberta": 2, "camembert": 2, "distilbert": 0}
# Kinds that others compute, and whose places do not begin at nought either.
_SHIFTED = {"mpnet": 2, "longformer": 2, "xlm-roberta-xl": 2, "data2vec-text": 2}
_MOST_TOKENS = 512
# Files that tell the most tokens, with the setting; the first one that tells it counts.
LIMITS = {"sentence_bert_config.json": "max_seq_length", "tokenizer_config.json": "model_max_length"}


def most_tokens(config: Mapping[str, Any], told: Mapping[str, Any]) -> int:
    """The most tokens of a piece, the two special ones among them, at most 512.

    Args:
        config: the content of ``config.json``.
        told: the content of the files of ``LIMITS`` that are there, by name.
    """
    kind = str(config.get("model_type", ""))
    places = config.get("max_position_embeddings", config.get("n_positions", _MOST_TOKENS))
    most = _MOST_TOKENS
    if isinstance(places, int) and places > N_SPECIAL:
        most = min(places - (LAYOUTS | _SHIFTED).get(kind, 0), most)
    for name, setting in LIMITS.items():
        content = told.get(name)
        limit = content.get(setting) if isinstance(content, dict) else None
        if isinstance(limit, int) and limit > N_SPECIAL:
            return min(limit, most)
    return most


def own_shape(
    config: Mapping[str, Any], max_tokens: int, pooling: Literal["mean", "cls", "tokens"]
) -> tuple[Shape | None, list[str]]:
    """The measures for our own forward pass, or what it cannot compute, in sentences."""
    kind = str(config.get("model_type", ""))
    faults: list[str] = []
    if kind not in LAYOUTS:
        faults.append(f"A model of the type '{kind or 'unknown'}' cannot be computed here.")
    activation = str(config.get("hidden_act", config.get("activation", "gelu")))
    if activation not in ("gelu", "relu"):
        faults.append(f"Its activation '{activation}' cannot be computed here.")
    places = config.get("position_embedding_type", "absolute")
    if places not in ("absolute", None):
        faults.append(f"Its places of the kind '{places}' cannot be computed here.")
    sizes = _sizes(config)
    if sizes is None:
        faults.append("Its file config.json lacks the number of layers, heads or dimensions.")
    if faults or sizes is None:
        return None, faults
    layers, heads, width = sizes
    shape = Shape(
        n_layers=layers,
        n_heads=heads,
        width=width,
        norm_eps=float(config.get("layer_norm_eps", 1e-12)),
        max_tokens=max_tokens,
        first_position=LAYOUTS[kind],
        pooling=pooling,
        activation="relu" if activation == "relu" else "gelu",
    )
    return shape, []


def width_of(config: Mapping[str, Any]) -> int:
    """The width of the model's tokens, 0 where it is not told."""
    width = config.get("hidden_size", config.get("dim"))
    return width if isinstance(width, int) and width > 0 else 0


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
