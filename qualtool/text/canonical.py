"""Bytes of a file to canonical text: the only form in which text is stored and offsets counted.

CRLF and CR become LF and a byte-order mark is stripped; NUL and lone surrogates are refused.
Nothing else changes: no case, width or Unicode-form changes, so what a person reads is what was
in the file.
"""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass

from ..errors import TranscriptError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A text in UTF-16 without a mark has a zero byte in every second place.
_UTF16_SAMPLE = 4000
_UTF16_SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text as decoded, with the name of the encoding that was used."""

    text: str
    encoding: str


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256 of ``data``."""
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes, *, where: str) -> Decoded:
    """Decode a text file: mark, UTF-8, UTF-16 without a mark, else Windows-1252.

    Windows-1252 has five bytes without a meaning; a file that holds one of them is not text.

    Raises:
        TranscriptError: the bytes are not text in any of these.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(text=_strict(data, encoding, where=where), encoding=encoding)
    try:
        return Decoded(text=data.decode("utf-8"), encoding="utf-8")
    except UnicodeDecodeError:
        pass
    guess = _utf16_without_mark(data)
    if guess is not None:
        return Decoded(text=_strict(data, guess, where=where), encoding=guess)
    return Decoded(text=_strict(data, "cp1252", where=where), encoding="cp1252")


def _strict(data: bytes, encoding: str, *, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as err:
        raise TranscriptError.single(
            where,
            f"This is not text: byte {err.start} cannot be read as {encoding}.",
            "Save the file as plain text in UTF-8 and import it again.",
        ) from err


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[:_UTF16_SAMPLE]
    if len(sample) < 4:
        return None
    half = len(sample) / 2
    if sample[1::2].count(0) / half > _UTF16_SHARE:
        return "utf-16-le"
    if sample[0::2].count(0) / half > _UTF16_SHARE:
        return "utf-16-be"
    return None


def canonical(text: str, *, where: str) -> str:
    """The canonical form of decoded text.

    Raises:
        TranscriptError: the text holds NUL or a lone surrogate.
    """
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in plain:
        raise TranscriptError.single(
            where,
            f"Character {plain.index(chr(0))} is NUL: this is not a text file.",
            "Check that the file is what its name says.",
        )
    try:
        plain.encode("utf-8")
    except UnicodeEncodeError as err:
        raise TranscriptError.single(
            where,
            f"Character {err.start} is half of a surrogate pair.",
            "Save the file as UTF-8 and import it again.",
        ) from err
    return plain
