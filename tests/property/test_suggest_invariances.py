"""Things that hold for any text: pieces keep every token, cuts nest, folds keep people apart."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from qualtool.suggest import group_folds, normalised, text_key
from qualtool.suggest.pieces import open_tokenizer, pieces_of
from qualtool.suggest.reasons import short
from qualtool.suggest.reducing import cut_merges, smoothed, ward_merges
from qualtool.suggest.weights import MAX_TOKENS, carrier_folder

any_text = st.text(max_size=80)


@lru_cache(maxsize=1)
def tokenizers() -> tuple[Tokenizer, Tokenizer]:
    folder = carrier_folder()
    assert folder is not None
    whole = open_tokenizer(folder)
    whole.no_truncation()
    return open_tokenizer(folder), whole


@settings(max_examples=60, deadline=None)
@given(text=any_text, times=st.integers(1, 60), glue=st.sampled_from([" ", ". ", "\n", "! "]))
def test_pieces(text: str, times: int, glue: str) -> None:
    """Every piece fits the model, and a text that is one piece has exactly its own tokens."""
    cutter, whole = tokenizers()
    plain = normalised(glue.join([text] * times))
    pieces = pieces_of([plain], cutter)
    inner = [token for piece in pieces for token in piece.ids[1:-1]]
    expected = whole.encode(plain).ids[1:-1]
    assert pieces
    assert all(len(piece.ids) <= MAX_TOKENS for piece in pieces)
    if len(pieces) == 1:
        assert inner == expected
    # A cut inside a long word may turn one unknown token into several, never lose one.
    assert len(inner) >= len(expected)


@given(text=st.text(st.characters(), max_size=200))
def test_normalised_once_is_enough(text: str) -> None:
    """Normalising again changes nothing, so a key does not depend on how often it was done."""
    once = normalised(text)
    assert normalised(once) == once
    assert text_key(once) == text_key(text)
    assert once == once.strip()


@given(text=st.text(max_size=300))
def test_quotes_in_reasons_are_short(text: str) -> None:
    """A quote in a reason has at most 80 characters."""
    assert len(short(text)) <= 80


@settings(max_examples=40, deadline=None)
@given(n=st.integers(2, 40), coarse=st.integers(1, 40), fine=st.integers(1, 40), seed=st.integers(0, 99))
def test_cuts_nest(n: int, coarse: int, fine: int, seed: int) -> None:
    """A finer cut has exactly as many groups as asked and each lies in one group of the coarser."""
    coarse, fine = sorted((min(coarse, n), min(fine, n)))
    points = np.random.default_rng(seed).normal(size=(n, 5)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    merges = ward_merges(points)
    few, many = cut_merges(merges, coarse, n), cut_merges(merges, fine, n)
    assert len(set(few.tolist())) == coarse
    assert len(set(many.tolist())) == fine
    assert len(set(zip(few.tolist(), many.tolist(), strict=True))) == fine


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 60), k=st.integers(1, 12), seed=st.integers(0, 99))
def test_smoothing_keeps_length(n: int, k: int, seed: int) -> None:
    """Smoothed rows are finite and of length one, equal rows stay equal."""
    rows = np.random.default_rng(seed).normal(size=(n, 6)).astype(np.float32)
    result = smoothed(np.vstack([rows, rows[:1]]), n_neighbours=min(k, n + 1))
    assert np.isfinite(result).all()
    assert np.allclose(np.linalg.norm(result, axis=1), 1, atol=1e-4)
    assert np.allclose(result[0], result[-1], atol=1e-5) or min(k, n + 1) > 1


@given(groups=st.lists(st.sampled_from("abcdefgh"), max_size=60), n_folds=st.integers(2, 6))
def test_folds(groups: list[str], n_folds: int) -> None:
    """Every row is tested once, and no group is ever in train and test of one fold."""
    folds = group_folds(groups, n_folds)
    assert len(folds) == (min(n_folds, len(set(groups))) if len(set(groups)) > 1 else 0)
    if folds:
        assert sorted(row for fold in folds for row in fold.test) == list(range(len(groups)))
    for fold in folds:
        assert {groups[r] for r in fold.train}.isdisjoint(groups[r] for r in fold.test)
        assert len(fold.train) + len(fold.test) == len(groups)
