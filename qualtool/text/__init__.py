"""Bytes to canonical text, text to segments, quotes to offsets."""

from .anchoring import select
from .canonical import Decoded, canonical, decode, sha256
from .diffing import Edit, apply_edits, edits_between
from .reanchoring import (
    Outcome,
    Placement,
    Reanchoring,
    occurrences,
    place_through,
    reanchoring_between,
    replacing,
)
from .resegmenting import Resegmented, resegmented, turn_labels
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
    "Edit",
    "Outcome",
    "Placement",
    "Reanchoring",
    "Resegmented",
    "apply_edits",
    "canonical",
    "count_words",
    "decode",
    "edits_between",
    "occurrences",
    "place_through",
    "reanchoring_between",
    "replacing",
    "resegmented",
    "segments_of_answer",
    "segments_of_turns",
    "select",
    "sentences_of",
    "sha256",
    "turn_labels",
    "word_starts",
]
