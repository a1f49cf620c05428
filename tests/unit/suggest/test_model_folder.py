"""Other encoders: a folder of a sentence-transformers model, or of one in ONNX."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from qualtool.errors import SuggestionError
from qualtool.suggest.forward import NumpyForward
from qualtool.suggest.model_folder import folder_digest, open_folder
from qualtool.suggest.onnx_forward import build_graph
from qualtool.suggest.pieces import pieces_of
from qualtool.suggest.shape import Shape

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "school", "bus", "is", "late", "good", ".", "die", "schule"]
WIDTH, INNER, LAYERS = 8, 16, 2
TEXTS = ["school is good.", "bus is late.", "die schule", "", "bus " * 60]


def tensors(rng: np.random.Generator, *, positions: int = 32, kinds: int = 2) -> dict[str, np.ndarray]:
    def draw(*shape: int) -> np.ndarray:
        return (rng.normal(size=shape) * 0.3).astype(np.float32)

    found = {
        "embeddings.word_embeddings.weight": draw(len(WORDS), WIDTH),
        "embeddings.position_embeddings.weight": draw(positions, WIDTH),
        "embeddings.token_type_embeddings.weight": draw(kinds, WIDTH),
        "embeddings.LayerNorm.weight": np.ones(WIDTH, np.float32),
        "embeddings.LayerNorm.bias": draw(WIDTH),
    }
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}."
        for part, out, into in (
            *((f"attention.self.{p}", WIDTH, WIDTH) for p in ("query", "key", "value")),
            ("attention.output.dense", WIDTH, WIDTH),
            ("intermediate.dense", INNER, WIDTH),
            ("output.dense", WIDTH, INNER),
        ):
            found[f"{name}{part}.weight"], found[f"{name}{part}.bias"] = draw(out, into), draw(out)
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            found[f"{name}{part}.weight"] = np.ones(WIDTH, np.float32)
            found[f"{name}{part}.bias"] = draw(WIDTH)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tiny BERT with random weights, laid out as sentence-transformers does."""
    place = tmp_path / "tiny-multilingual"
    (place / "1_Pooling").mkdir(parents=True)
    save_file(tensors(np.random.default_rng(0)), str(place / "model.safetensors"))
    write(place, "config.json", CONFIG)
    write(place, "modules.json", steps(Transformer="", Pooling="1_Pooling", Normalize="2_Normalize"))
    write(place, "1_Pooling/config.json", {"pooling_mode_mean_tokens": True})
    write(place, "sentence_bert_config.json", {"max_seq_length": 16})
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(place / "tokenizer.json"))
    return place


CONFIG = {
    "model_type": "bert",
    "num_hidden_layers": LAYERS,
    "num_attention_heads": 2,
    "hidden_size": WIDTH,
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 32,
}


def steps(**paths: str) -> list[dict[str, str]]:
    return [{"type": f"sentence_transformers.models.{kind}", "path": path} for kind, path in paths.items()]


def write(place: Path, name: str, content: Any) -> None:
    (place / name).write_text(json.dumps(content), encoding="utf-8")


def test_a_folder_opens_and_both_backends_agree(folder: Path) -> None:
    """A BERT-like folder gives unit vectors, the same in numpy and onnxruntime to a millionth."""
    graph, plain = open_folder(folder), open_folder(folder, backend="numpy")
    assert (graph.name, graph.is_storable) == ("tiny-multilingual", True)
    assert (graph.backend, plain.backend) == ("onnxruntime", "numpy")
    one, other = graph.encode(TEXTS), plain.encode(TEXTS)
    assert one.shape == (len(TEXTS), WIDTH)
    assert np.abs(one - other).max() < 1e-6
    assert np.linalg.norm(one, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_its_limit_is_kept_and_long_texts_are_averaged(folder: Path) -> None:
    """A text beyond the folder's own limit of 16 tokens is cut, not truncated: its end counts."""
    encoder = open_folder(folder)
    a, b = encoder.encode(["bus " * 40 + "school " * 40, "bus " * 40])
    assert np.abs(a - b).max() > 1e-3


@pytest.mark.parametrize("pooling", ["mean", "cls"])
@pytest.mark.parametrize("activation", ["gelu", "relu"])
def test_pooling_and_activation_of_the_folder(folder: Path, pooling: str, activation: str) -> None:
    """Pooling and activation are those the folder names, alike in both backends."""
    write(folder, "1_Pooling/config.json", {f"pooling_mode_{pooling}_token{'s' * (pooling == 'mean')}": True})
    write(folder, "config.json", {**CONFIG, "hidden_act": activation})
    one, other = open_folder(folder).encode(TEXTS[:2]), open_folder(folder, backend="numpy").encode(TEXTS[:2])
    assert np.abs(one - other).max() < 1e-6


def test_poolings_differ(folder: Path) -> None:
    """The first token gives another vector than the mean: the folder's word is heard."""
    mean = open_folder(folder).encode(TEXTS[:1])
    write(folder, "1_Pooling/config.json", {"pooling_mode_cls_token": True})
    assert np.abs(open_folder(folder).encode(TEXTS[:1]) - mean).max() > 1e-3


def of_tokens(folder: Path) -> np.ndarray:
    """The vectors of the tokens of the first text (tokens, d), by the numpy pass."""
    shape = Shape(n_layers=LAYERS, n_heads=2, width=WIDTH, norm_eps=1e-12, max_tokens=16, pooling="tokens")
    every = tensors(np.random.default_rng(0))
    return NumpyForward(every, threads=1, shape=shape).run(np.array([[2, 4, 6, 8, 9, 3]]))[0]


POOLED: dict[str, Any] = {
    "max": lambda tokens: tokens.max(axis=0),
    "mean_sqrt_len_tokens": lambda tokens: tokens.sum(axis=0) / 6**0.5,
    "weightedmean": lambda tokens: (tokens * np.arange(1, 7)[:, None]).sum(axis=0) / 21,
    "lasttoken": lambda tokens: tokens[-1],
}


@pytest.mark.parametrize("backend", ["numpy", "onnxruntime"])
@pytest.mark.parametrize("pooling", POOLED)
def test_every_usual_pooling_is_computed(folder: Path, pooling: str, backend: str) -> None:
    """Largest, root, weighted and last token are what their definitions say, in both backends."""
    write(folder, "1_Pooling/config.json", {"pooling_mode": pooling})
    wanted = POOLED[pooling](of_tokens(folder))
    (found,) = open_folder(folder, backend=backend).encode(TEXTS[:1])
    assert np.abs(found - wanted / np.linalg.norm(wanted)).max() < 1e-6


def test_two_poolings_stand_side_by_side(folder: Path) -> None:
    """A folder that names two poolings gives vectors of twice the width."""
    write(
        folder, "1_Pooling/config.json", {"pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": True}
    )
    tokens = of_tokens(folder)
    wanted = np.concatenate([tokens.max(axis=0), tokens.mean(axis=0)])
    (found,) = open_folder(folder).encode(TEXTS[:1])
    assert np.abs(found - wanted / np.linalg.norm(wanted)).max() < 1e-6


def test_a_dense_step_is_computed(folder: Path) -> None:
    """A dense step after the pooling changes the width and is bent as the folder says; it is digested too."""
    rng = np.random.default_rng(5)
    weight, bias = (rng.normal(size=size).astype(np.float32) for size in ((5, WIDTH), (5,)))
    before = folder_digest(folder)
    (folder / "2_Dense").mkdir()
    save_file({"linear.weight": weight, "linear.bias": bias}, str(folder / "2_Dense" / "model.safetensors"))
    write(folder, "2_Dense/config.json", {"activation_function": "torch.nn.modules.activation.Tanh"})
    write(folder, "modules.json", steps(Transformer="", Pooling="1_Pooling", Dense="2_Dense", Normalize="3"))
    wanted = np.tanh(weight @ of_tokens(folder).mean(axis=0) + bias)
    encoder = open_folder(folder)
    assert np.abs(encoder.encode(TEXTS[:1])[0] - wanted / np.linalg.norm(wanted)).max() < 1e-6
    assert len({before, encoder.digest}) == 2
    save_file({"linear.weight": -weight}, str(folder / "2_Dense" / "model.safetensors"))
    assert folder_digest(folder) != encoder.digest


def test_the_default_prompt_stands_before_every_piece(folder: Path) -> None:
    """What a folder wants before each text is put there, before each piece of a long one too."""
    long = "bus is late . " * 20
    plain = open_folder(folder).encode(["school bus is late", "school bus"])
    write(
        folder,
        "config_sentence_transformers.json",
        {"prompts": {"query": "school ", "other": "die "}, "default_prompt_name": "query"},
    )
    encoder = open_folder(folder)
    assert np.array_equal(encoder.encode(["bus is late", "bus"]), plain)
    ids = [piece.ids for piece in pieces_of([long.strip()], encoder._tokenizer, "school ")]
    assert len(ids) > 5
    assert all(one[:2] == (2, 4) and len(one) <= 16 for one in ids)
    assert sum(len(one) - 3 for one in ids) == 80


def test_the_limit_of_the_tokenizer_counts(folder: Path) -> None:
    """Where the model does not tell the most tokens, the settings of its tokenizer do."""
    (folder / "sentence_bert_config.json").unlink()
    write(folder, "tokenizer_config.json", {"model_max_length": 12})
    assert longest(folder) == 12
    write(folder, "tokenizer_config.json", {"model_max_length": 10**30})
    assert longest(folder) == 32


def longest(folder: Path) -> int:
    limit = open_folder(folder)._tokenizer.truncation
    return 0 if limit is None else int(limit["max_length"])


def test_another_kind_is_run_from_its_onnx(folder: Path) -> None:
    """A kind that is not computed here is run from the graph beside its weights."""
    shutil.copy(as_onnx(folder), folder / "model.onnx")
    wanted = open_folder(folder, backend="numpy").encode(TEXTS)
    write(folder, "config.json", {**CONFIG, "model_type": "mpnet", "max_position_embeddings": 34})
    found = open_folder(folder)
    assert found.backend == "onnxruntime, model.onnx"
    assert np.abs(found.encode(TEXTS) - wanted).max() < 1e-6


def test_roberta_counts_places_from_two(folder: Path) -> None:
    """In a model of the RoBERTa kind the first token has place two, and its names carry a prefix."""
    every = tensors(np.random.default_rng(0), kinds=1)
    save_file({f"roberta.{n}": a for n, a in every.items()}, str(folder / "model.safetensors"))
    write(folder, "config.json", {**CONFIG, "model_type": "xlm-roberta"})
    theirs = open_folder(folder).encode(TEXTS[:1])
    shifted = every | {
        "embeddings.position_embeddings.weight": every["embeddings.position_embeddings.weight"][2:]
    }
    save_file({n: np.ascontiguousarray(a) for n, a in shifted.items()}, str(folder / "model.safetensors"))
    write(folder, "config.json", CONFIG)
    assert np.abs(open_folder(folder).encode(TEXTS[:1]) - theirs).max() < 1e-6


def test_distilbert_names_are_understood(folder: Path) -> None:
    """A DistilBERT is the same arithmetic under other names and without token kinds."""
    every = tensors(np.random.default_rng(0))
    every["embeddings.token_type_embeddings.weight"][:] = 0
    save_file(every, str(folder / "model.safetensors"))
    wanted = open_folder(folder).encode(TEXTS[:2])
    renamed = {}
    for name, array in every.items():
        if name.startswith("embeddings.token_type"):
            continue
        for ours, theirs in (
            ("encoder.layer.", "transformer.layer."),
            (".attention.self.query.", ".attention.q_lin."),
            (".attention.self.key.", ".attention.k_lin."),
            (".attention.self.value.", ".attention.v_lin."),
            (".attention.output.dense.", ".attention.out_lin."),
            (".attention.output.LayerNorm.", ".sa_layer_norm."),
            (".intermediate.dense.", ".ffn.lin1."),
            (".output.dense.", ".ffn.lin2."),
            (".output.LayerNorm.", ".output_layer_norm."),
        ):
            name = name.replace(ours, theirs)
        renamed[name] = array
    save_file(renamed, str(folder / "model.safetensors"))
    sizes = {"model_type": "distilbert", "n_layers": LAYERS, "n_heads": 2, "dim": WIDTH, "activation": "gelu"}
    write(folder, "config.json", {**sizes, "max_position_embeddings": 32})
    assert np.abs(open_folder(folder).encode(TEXTS[:2]) - wanted).max() < 1e-6


def test_a_model_in_onnx_is_run_as_it_is(folder: Path) -> None:
    """A folder with model.onnx alone gives the vectors of its graph."""
    wanted = open_folder(folder, backend="numpy").encode(TEXTS)
    shutil.copy(as_onnx(folder), folder / "model.onnx")
    (folder / "model.safetensors").unlink()
    found = open_folder(folder)
    assert found.backend == "onnxruntime, model.onnx"
    assert np.abs(found.encode(TEXTS) - wanted).max() < 1e-6


def as_onnx(folder: Path) -> Path:
    """The model of the folder as a graph that takes ``input_ids``, in a file beside the folder."""
    import onnx
    from onnx import numpy_helper

    shape = Shape(n_layers=LAYERS, n_heads=2, width=WIDTH, norm_eps=1e-12, max_tokens=16)
    every = tensors(np.random.default_rng(0))
    stored = {
        n: np.ascontiguousarray(a.T if n.endswith(".weight") and a.ndim == 2 and "embeddings" not in n else a)
        for n, a in every.items()
    }
    graph = build_graph(stored, shape)
    del graph.graph.initializer[:]
    constants = build_graph(stored, shape).graph.initializer
    graph.graph.initializer.extend(c for c in constants if c.name not in stored)
    graph.graph.initializer.extend(numpy_helper.from_array(a, n) for n, a in stored.items())
    graph.graph.input[0].name = "input_ids"
    for node in graph.graph.node:
        node.input[:] = ["input_ids" if name == "ids" else name for name in node.input]
    onnx.save(graph, str(folder.parent / "graph.onnx"))
    return folder.parent / "graph.onnx"


def test_the_digest_covers_what_is_read(folder: Path) -> None:
    """Another weight, tokenizer or pooling is another digest; a file that is not read is none."""
    first = folder_digest(folder)
    (folder / "README.md").write_text("about", encoding="utf-8")
    assert folder_digest(folder) == first
    write(folder, "1_Pooling/config.json", {"pooling_mode_cls_token": True})
    assert folder_digest(folder) != first
    assert open_folder(folder).digest == folder_digest(folder)


FAULTS: dict[str, tuple[Any, str]] = {
    "no folder": (shutil.rmtree, "no such folder"),
    "no tokenizer": (lambda f: (f / "tokenizer.json").unlink(), "tokenizer.json is missing"),
    "no config": (lambda f: (f / "config.json").unlink(), "config.json is missing"),
    "no weights": (lambda f: (f / "model.safetensors").unlink(), "neither model.safetensors nor model.onnx"),
    "config is no JSON": (lambda f: (f / "config.json").write_text("{"), "cannot be read as JSON"),
    "config is a list": (lambda f: write(f, "config.json", []), "does not describe a model"),
    "another architecture": (
        lambda f: write(f, "config.json", {**CONFIG, "model_type": "t5"}),
        "type 't5' cannot be computed here",
    ),
    "no sizes": (lambda f: write(f, "config.json", {"model_type": "bert"}), "lacks the number of layers"),
    "another activation": (
        lambda f: write(f, "config.json", {**CONFIG, "hidden_act": "silu"}),
        "activation 'silu'",
    ),
    "another pooling": (
        lambda f: write(f, "1_Pooling/config.json", {"pooling_mode": "attention"}),
        "pooling 'attention'",
    ),
    "a further step": (
        lambda f: write(f, "modules.json", [{"type": "sentence_transformers.models.CNN", "path": "2_CNN"}]),
        "step 'CNN'",
    ),
    "a step outside": (
        lambda f: write(f, "modules.json", [{"type": "models.Dense", "path": "../../elsewhere"}]),
        "step 'Dense'",
    ),
    "a step without weights": (
        lambda f: write(f, "modules.json", [{"type": "models.Dense", "path": "2_Dense"}]),
        "weights of its step '2_Dense'",
    ),
    "broken steps": (lambda f: (f / "modules.json").write_text("{"), "steps cannot be read"),
    "broken tokenizer": (lambda f: (f / "tokenizer.json").write_text("{}"), "tokenizer.json cannot be read"),
    "broken weights": (lambda f: (f / "model.safetensors").write_bytes(b"x"), "safetensors cannot be read"),
    "weights of another model": (
        lambda f: write(f, "config.json", {**CONFIG, "num_hidden_layers": 5}),
        "does not fit its config.json",
    ),
    "broken ONNX": (
        lambda f: ((f / "model.safetensors").unlink(), (f / "model.onnx").write_bytes(b"x")),
        "model.onnx cannot be run",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_folder_that_cannot_be_used_says_why(folder: Path, name: str) -> None:
    """Whatever is wrong with a folder is told in a sentence that names it, with what to choose."""
    spoil, told = FAULTS[name]
    spoil(folder)
    with pytest.raises(SuggestionError) as caught:
        open_folder(folder)
    assert told in caught.value.problems[0].message
    assert caught.value.problems[0].where == str(folder)
    assert "sentence-transformers" in caught.value.problems[0].next


def test_all_missing_files_are_told_at_once(folder: Path) -> None:
    """Two missing files are two problems."""
    (folder / "tokenizer.json").unlink()
    (folder / "config.json").unlink()
    with pytest.raises(SuggestionError) as caught:
        open_folder(folder)
    assert len(caught.value.problems) == 2


def test_the_forward_pass_is_bert_s() -> None:
    """One layer by hand, written from the definition, equals the forward pass."""
    rng = np.random.default_rng(2)
    every = {n: a.astype(np.float64) for n, a in tensors(rng).items()}
    ids = np.array([[2, 4, 5, 3]])
    shape = Shape(n_layers=1, n_heads=2, width=WIDTH, norm_eps=1e-12, max_tokens=16)
    got = NumpyForward({n: a.astype(np.float32) for n, a in every.items()}, threads=1, shape=shape).run(ids)

    def norm(values: np.ndarray, name: str) -> np.ndarray:
        centred = values - values.mean(-1, keepdims=True)
        return centred / centred.std(-1, keepdims=True) * every[f"{name}.weight"] + every[f"{name}.bias"]

    def dense(values: np.ndarray, name: str) -> np.ndarray:
        return values @ every[f"{name}.weight"].T + every[f"{name}.bias"]

    from math import erf, sqrt

    x = (
        every["embeddings.word_embeddings.weight"][ids[0]]
        + every["embeddings.position_embeddings.weight"][:4]
    )
    x = norm(x + every["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    name = "encoder.layer.0."
    q, k, v = (dense(x, f"{name}attention.self.{p}") for p in ("query", "key", "value"))
    heads = []
    for at in (slice(0, 4), slice(4, 8)):
        weights = np.exp(q[:, at] @ k[:, at].T / 2)
        heads.append(weights / weights.sum(1, keepdims=True) @ v[:, at])
    x = norm(
        x + dense(np.hstack(heads), f"{name}attention.output.dense"), f"{name}attention.output.LayerNorm"
    )
    inner = dense(x, f"{name}intermediate.dense")
    inner = inner * np.vectorize(lambda z: (1 + erf(z / sqrt(2))) / 2)(inner)
    x = norm(x + dense(inner, f"{name}output.dense"), f"{name}output.LayerNorm")
    mean = x.mean(0)
    assert np.abs(got[0] - mean / np.linalg.norm(mean)).max() < 1e-5
