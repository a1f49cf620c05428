"""Encoders that sentence-transformers computes, where it is installed: the vectors are its own."""

from __future__ import annotations

import importlib
import importlib.util
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from qualtool.suggest.model_folder import open_folder

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("sentence_transformers") is None,
        reason="sentence-transformers is not installed: pip install sentence-transformers",
    ),
    pytest.mark.filterwarnings("ignore"),
]
WORDS = ["<s>", "<pad>", "</s>", "<unk>", "school", "bus", "is", "late", "good", ".", "die", "schule"]
TEXTS = ["school is good.", "bus is late.", "die schule", "late"]
SIZES = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 24,
    "vocab_size": len(WORDS),
    "max_position_embeddings": 34,
}


def made(place: Path, kind: str, pooling: str) -> Any:
    """A tiny model of random weights, saved as sentence-transformers does; gives it back opened."""
    transformers, library = (importlib.import_module(n) for n in ("transformers", "sentence_transformers"))
    importlib.import_module("torch").manual_seed(0)
    settings = getattr(transformers, f"{kind}Config")(**SIZES, pad_token_id=1)
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    marks = {"unk_token": "<unk>", "pad_token": "<pad>", "cls_token": "<s>", "sep_token": "</s>"}
    getattr(transformers, f"{kind}Model")(settings).save_pretrained(place / "bare")
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **marks).save_pretrained(place / "bare")
    models = importlib.import_module("sentence_transformers.models")
    steps = [models.Transformer(str(place / "bare"), max_seq_length=16), models.Pooling(16, pooling)]
    model = library.SentenceTransformer(modules=steps, device="cpu")
    model.save(str(place / "whole"))
    return model


@pytest.mark.parametrize("pooling", ["mean", "cls", "max"])
@pytest.mark.parametrize(
    ("kind", "backend"),
    [
        ("Bert", "onnxruntime"),
        ("Roberta", "onnxruntime"),
        ("XLMRoberta", "onnxruntime"),
        ("MPNet", "sentence-transformers"),
    ],
)
def test_vectors_are_those_of_sentence_transformers(
    tmp_path: Path, kind: str, backend: str, pooling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder's vectors are its own library's to 1e-5, whoever computes them, without a connection."""
    wanted = made(tmp_path, kind, pooling).encode(TEXTS)

    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    encoder = open_folder(tmp_path / "whole")
    assert encoder.backend == backend
    found = encoder.encode(TEXTS)
    assert np.abs(found - wanted / np.linalg.norm(wanted, axis=1, keepdims=True)).max() < 1e-5
