"""The measures of a BERT-like model: what ``forward`` needs to know beside the weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .weights import MAX_TOKENS, N_HEADS, N_LAYERS, NORM_EPS, WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """``first_position`` is the number of the first token's place (2 in models of the RoBERTa kind).

    ``pooling`` ``tokens`` leaves the tokens as they are, for steps that come after (``finishing``).
    """

    n_layers: int
    n_heads: int
    width: int
    norm_eps: float
    max_tokens: int
    first_position: int = 0
    pooling: Literal["mean", "cls", "tokens"] = "mean"
    activation: Literal["gelu", "relu"] = "gelu"

    @property
    def head(self) -> int:
        return self.width // self.n_heads


MINILM = Shape(n_layers=N_LAYERS, n_heads=N_HEADS, width=WIDTH, norm_eps=NORM_EPS, max_tokens=MAX_TOKENS)
