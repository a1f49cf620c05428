"""Texts to pieces the model can take (256 tokens), cut at sentences, so that nothing is silently truncated.

A text that fits is one piece. A longer one is cut at its sentences, and a sentence that is itself
too long (speech written down without full stops) at a space before the limit.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..text import sentences_of
from .weights import MAX_TOKENS, TOKENIZER

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

# Every piece carries a start and an end token.
N_SPECIAL = _SPECIAL = 2
_WINDOW = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Part of a text: token ids with the two special ones; ``text`` is the text's index."""

    text: int
    ids: tuple[int, ...]


def normalised(text: str) -> str:
    """The form in which a text is embedded: runs of white space are one blank, ends trimmed.

    Half surrogate pairs, which no model can read, become question marks.
    """
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def text_key(text: str) -> str:
    """SHA-256 of the normalised text: texts with one key have one vector."""
    return hashlib.sha256(normalised(text).encode("utf-8")).hexdigest()


def open_tokenizer(folder: Path, max_tokens: int = MAX_TOKENS) -> Tokenizer:
    """The model's tokenizer, with its own truncation and padding replaced by ours."""
    # The tokenizer library brings a download client along; it is told to stay offline.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from tokenizers import Tokenizer

    tokenizer: Tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return tokenizer


def pieces_of(texts: Sequence[str], tokenizer: Tokenizer, prompt: str = "") -> list[Piece]:
    """The pieces of normalised texts, in their order; each begins with ``prompt``, as some models want."""
    found: list[Piece] = []
    encodings = tokenizer.encode_batch([prompt + text for text in texts])
    for index, (text, encoding) in enumerate(zip(texts, encodings, strict=True)):
        parts = [encoding] if _fits(encoding) else _cut(text, tokenizer, prompt)
        found += [Piece(text=index, ids=tuple(part.ids)) for part in parts]
    return found


def _fits(encoding: Encoding) -> bool:
    return not encoding.overflowing


def _cut(text: str, tokenizer: Tokenizer, prompt: str) -> list[Encoding]:
    """Pack sentences greedily into pieces under the limit, which the prompt takes its part of."""
    limit = tokenizer.truncation
    most = MAX_TOKENS if limit is None else int(limit["max_length"])
    if not prompt:
        return [tokenizer.encode(text[start:end]) for start, end in _packed(text, tokenizer, most)]
    # A mark more, for the prompt may grow together with the first word.
    room = most - len(tokenizer.encode(prompt, add_special_tokens=False).ids) - 1
    tokenizer.enable_truncation(max(room, _SPECIAL + 1))
    try:
        spans = _packed(text, tokenizer, room)
    finally:
        tokenizer.enable_truncation(most)
    return [tokenizer.encode(prompt + text[start:end]) for start, end in spans]


def _packed(text: str, tokenizer: Tokenizer, limit: int) -> list[tuple[int, int]]:
    """Spans of a text that are no longer than the limit of the tokenizer."""
    spans = [part for span in sentences_of([text])[0] for part in _short(text, span, tokenizer)]
    most = limit - _SPECIAL
    packed: list[tuple[int, int]] = []
    filled = 0
    for start, end, n_tokens in spans:
        if packed and filled + n_tokens <= most:
            packed[-1] = (packed[-1][0], end)
            filled += n_tokens
        else:
            packed.append((start, end))
            filled = n_tokens
    found: list[tuple[int, int]] = []
    for start, end in packed:
        encoding = tokenizer.encode(text[start:end])
        # Joined sentences can need a token more than their sum; then they are cut once more.
        parts = _short(text, (start, end), tokenizer) if not _fits(encoding) else [(start, end, 0)]
        found += [(a, b) for a, b, _ in parts]
    return found


def _short(text: str, span: tuple[int, int], tokenizer: Tokenizer) -> list[tuple[int, int, int]]:
    """``span`` as spans that fit, each with its number of tokens."""
    start, end = span
    found: list[tuple[int, int, int]] = []
    while start < end:
        # A window, so that an hour of speech without a full stop is not read again for every cut.
        seen = min(end, start + _WINDOW)
        encoding = tokenizer.encode(text[start:seen])
        if _fits(encoding) and seen == end:
            found.append((start, end, len(encoding.ids) - _SPECIAL))
            break
        limit = seen if _fits(encoding) else start + encoding.offsets[-_SPECIAL][1]
        blank = text.rfind(" ", start + 1, limit)
        stop = blank if blank > start else limit
        found.append((start, stop, len(tokenizer.encode(text[start:stop]).ids) - _SPECIAL))
        start = stop
    return found
