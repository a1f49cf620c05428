"""What a code says about itself, in words and as vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import SuggestionError
from ..model import Code
from ..text import sentences_of
from .encoder import Cancelled, Encoder, Progress


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CodeProfile:
    """A code as suggestions see it.

    ``parts[0]`` is everything the codebook says about it in one text, the other parts are its
    sentences; ``vectors`` is float32 (len(parts), d) with rows of length one. ``above`` holds the
    GUIDs of all codes it stands under.
    """

    guid: str
    name: str
    parts: tuple[str, ...]
    vectors: np.ndarray
    above: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.parts or self.vectors.ndim != 2 or len(self.vectors) != len(self.parts):
            raise SuggestionError(f"Code '{self.name}' needs one vector for each part of its definition.")


def parts_of(code: Code) -> tuple[str, ...]:
    """The whole text (name, definition, apply when, example) first, then its sentences.

    "Do not apply when" is left out on purpose: a model of meaning does not read the "not".
    """
    fields = [code.name, code.definition, code.apply_when, code.example]
    told = [text.strip() for text in fields if text.strip()]
    whole = " ".join(text if text[-1] in ".!?" else f"{text}." for text in told)
    if len(told) == 1:
        return (whole,)
    spans = sentences_of(told[1:])
    sentences = [text[a:b] for text, cut in zip(told[1:], spans, strict=True) for a, b in cut]
    return (whole, *dict.fromkeys(sentences))


def above(code: Code, by_guid: Mapping[str, Code]) -> tuple[str, ...]:
    """GUIDs of the codes a code stands under, nearest first."""
    found: list[str] = []
    parent = code.parent
    while parent is not None and parent in by_guid and parent not in found:
        found.append(parent)
        parent = by_guid[parent].parent
    return tuple(found)


def encode_study(
    texts: Sequence[str],
    codes: Sequence[Code],
    encoder: Encoder,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> tuple[np.ndarray, list[CodeProfile]]:
    """Vectors of the texts and profiles of the codable codes, all in one call of the encoder.

    One call, because an encoder on word counts only compares what it saw together.
    """
    codable = [code for code in codes if code.is_codable]
    parts = [parts_of(code) for code in codable]
    everything = [*texts, *(part for told in parts for part in told)]
    vectors = encoder.encode(everything, progress=progress, cancelled=cancelled)
    profiles: list[CodeProfile] = []
    at = len(texts)
    by_guid = {code.guid: code for code in codes}
    for code, told in zip(codable, parts, strict=True):
        profiles.append(
            CodeProfile(
                guid=code.guid,
                name=code.name,
                parts=told,
                vectors=vectors[at : at + len(told)],
                above=above(code, by_guid),
            )
        )
        at += len(told)
    return vectors[: len(texts)], profiles
