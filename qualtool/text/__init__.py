"""Bytes to canonical text, text to segments, quotes to offsets."""

from .anchoring import code_point_to_utf16, select, utf16_to_code_point
from .canonical import Decoded, canonical, decode, sha256
from .segmenting import (
    SEGMENTER,
    WORD,
    count_words,
    segments_of_answer,
    segments_of_turns,
    sentences_of,
    word_starts,
)

__all__ = [
    "SEGMENTER",
    "WORD",
    "Decoded",
    "canonical",
    "code_point_to_utf16",
    "count_words",
    "decode",
    "segments_of_answer",
    "segments_of_turns",
    "select",
    "sentences_of",
    "sha256",
    "utf16_to_code_point",
    "word_starts",
]
