"""Texts to vectors: what an encoder is, and which one this machine can open.

``open_encoder`` opens all-MiniLM-L6-v2 where its package is installed and its files are the known
ones, else an encoder on word counts together with one sentence that says why. Nothing is ever
downloaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..errors import SuggestionError
from .forward import NumpyForward, Tensors, unit_rows
from .onnx_forward import OnnxForward
from .pieces import Piece, normalised, open_tokenizer, pieces_of
from .shape import MINILM, Shape
from .weights import DIGESTS, WEIGHTS, carrier_folder, fault_of, load_tensors
from .wordcounts import WordCountEncoder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
# Rows a batch; measured: larger ones gain nothing on two cores and cost memory.
_BATCH = 32
_ON_WORDS = "Not the language model but word counts are used, which find the same words, not the same meaning"


class Encoder(Protocol):
    """Turns texts into vectors.

    ``name``, ``digest`` and ``backend`` go into the record of a run. ``is_storable`` says whether
    vectors of different calls share one space, so that a study file may keep them.
    """

    @property
    def name(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def backend(self) -> str: ...
    @property
    def is_storable(self) -> bool: ...

    def encode(
        self, texts: Sequence[str], *, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> np.ndarray:
        """Float32 (len(texts), d), rows of length one.

        ``progress(done, total)`` is told distinct texts; ``cancelled`` is asked between batches.

        Raises:
            SuggestionError: ``cancelled`` said yes.
        """
        ...


class Forward(Protocol):
    """One batch of equally long token rows to vectors."""

    @property
    def backend(self) -> str: ...
    def run(self, ids: np.ndarray) -> np.ndarray: ...


class TextEncoder:
    """An encoder of a tokenizer and a forward pass; long texts are averaged pieces."""

    is_storable = True

    def __init__(
        self, *, name: str, digest: str, tokenizer: Tokenizer, forward: Forward, width: int, prompt: str = ""
    ) -> None:
        """``width`` is that of the vectors of no text at all; ``prompt`` stands before every piece."""
        self.name, self.digest, self.backend = name, digest, forward.backend
        self._tokenizer = tokenizer
        self._forward = forward
        self._width, self._prompt = width, prompt

    def pieces(self, texts: Sequence[str]) -> list[Piece]:
        """What the texts are cut into for the model, in their order."""
        return pieces_of([normalised(text) for text in texts], self._tokenizer, self._prompt)

    def encode(
        self, texts: Sequence[str], *, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> np.ndarray:
        """See ``Encoder``. Each distinct text is embedded once; long ones are averaged pieces.

        A piece counts in the average by its tokens, so a short last sentence does not weigh as
        much as the page before it.
        """
        plain = [normalised(text) for text in texts]
        distinct = sorted(set(plain))
        pieces = self.pieces(distinct)
        # Batches hold the longest pieces last and do not depend on the order of the texts.
        order = sorted(range(len(pieces)), key=lambda i: (len(pieces[i].ids), i))
        sums = np.zeros((len(distinct), self._width), np.float32)
        open_pieces = np.bincount([p.text for p in pieces], minlength=len(distinct))
        for batch in _batches([pieces[i] for i in order]):
            if cancelled is not None and cancelled():
                done = int((open_pieces == 0).sum())
                raise SuggestionError(
                    f"Stopped after {done} of {len(distinct)} texts; start again to go on from there."
                )
            vectors = self._forward.run(np.array([p.ids for p in batch], np.int64))
            if sums.shape[1] != vectors.shape[1]:  # known only once a graph of others has run
                sums = np.zeros((len(distinct), vectors.shape[1]), np.float32)
            for piece, vector in zip(batch, vectors, strict=True):
                sums[piece.text] += vector * np.float32(len(piece.ids))
                open_pieces[piece.text] -= 1
            if progress is not None:
                progress(int((open_pieces == 0).sum()), len(distinct))
        row_of = {text: row for row, text in enumerate(distinct)}
        return unit_rows(sums)[[row_of[text] for text in plain]] if plain else sums


class MiniLMEncoder(TextEncoder):
    """all-MiniLM-L6-v2 from the folder of its files (checked by the caller)."""

    def __init__(self, folder: Path, *, threads: int = 2, backend: str | None = None) -> None:
        """``backend`` is "onnxruntime", "numpy", or None for the first that can be imported."""
        super().__init__(
            name="all-MiniLM-L6-v2",
            digest=DIGESTS[WEIGHTS],
            tokenizer=open_tokenizer(folder),
            forward=forward_of(load_tensors(folder), MINILM, threads=threads, backend=backend),
            width=MINILM.width,
        )


def _batches(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    batch: list[Piece] = []
    for piece in pieces:
        if batch and (len(batch) == _BATCH or len(batch[0].ids) != len(piece.ids)):
            yield batch
            batch = []
        batch.append(piece)
    if batch:
        yield batch


def forward_of(tensors: Tensors, shape: Shape, *, threads: int, backend: str | None) -> Forward:
    """The forward pass in onnxruntime where it can be imported, else in numpy; or as ``backend`` says."""
    if backend == NumpyForward.backend:
        return NumpyForward(tensors, threads=threads, shape=shape)
    try:
        return OnnxForward(tensors, threads=threads, shape=shape)
    except ImportError:
        if backend is not None:
            raise
        return NumpyForward(tensors, threads=threads, shape=shape)


def open_encoder(
    *, folder: Path | None = None, threads: int = 2, backend: str | None = None
) -> tuple[Encoder, str | None]:
    """The best encoder this machine can open, and why it is not MiniLM where it is not.

    Args:
        folder: where the model's files lie; None looks for the installed package.
        threads: of the forward pass; vectors do not depend on it.
        backend: see ``MiniLMEncoder``.
    """
    place = folder if folder is not None else carrier_folder()
    if place is None:
        return (
            WordCountEncoder(),
            f"{_ON_WORDS}. Its package is not installed ('make setup').",
        )
    fault = fault_of(place)
    if fault is not None:
        return WordCountEncoder(), f"{_ON_WORDS}. The model on this computer cannot be trusted. {fault}"
    return MiniLMEncoder(place, threads=threads, backend=backend), None
