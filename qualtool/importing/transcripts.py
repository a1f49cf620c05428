"""Transcripts: bytes of a file to a ``Source`` with speakers, turns and sentences.

``READERS`` maps a suffix to the reader of its format. A source without speaker labels is imported
too: its paragraphs are turns of one unnamed speaker, and a warning says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import PurePath
from types import MappingProxyType

from ..errors import TranscriptError
from ..model import Source, SourceKind, Speaker, TimedTurn
from ..text import segments_of_turns, sha256
from .cues import read_srt, read_vtt
from .label_words import is_interviewer_label
from .labels import find_marks
from .opendocument import read_opendocument
from .pdf import read_pdf
from .plain import read_plain
from .raw import NO_LABEL, RawText, Reader
from .rich_text import read_rich_text
from .turns import turn_warnings, turns_of_marks, turns_of_paragraphs
from .word import read_word

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        ".txt": read_plain,
        ".md": read_plain,
        ".docx": read_word,
        ".odt": read_opendocument,
        ".rtf": read_rich_text,
        ".pdf": read_pdf,
        ".vtt": read_vtt,
        ".srt": read_srt,
    }
)
# A dozen books; a text beyond is no transcript, and would keep the sentence cutter busy for minutes.
MAX_TEXT = 10_000_000
MAX_TURNS = 200_000
_IS_TEXT = frozenset({".txt", ".md", ".rtf", ".vtt", ".srt"})
_KINDS: tuple[tuple[str, str], ...] = (
    ("mp3 wav m4a aac ogg oga flac wma aiff amr opus", "a sound recording: import its transcript instead"),
    ("mp4 mov avi mkv webm wmv m4v mpg mpeg 3gp", "a video: import its transcript instead"),
    ("jpg jpeg png gif bmp tif tiff webp svg heic", "a picture: it holds no text to code"),
    ("html htm xhtml mht", "a web page: save its text as .txt or .docx"),
    ("json xml yaml yml", "structured data, not a transcript: export it as .txt, .vtt or .srt"),
    ("csv tsv xlsx xls ods sav", "a table: import it as a survey, a sheet or codings"),
    ("doc wpd pages", "an old or closed word processor format: save it as .docx or .odt"),
    ("zip 7z rar gz tar", "an archive: unpack it first"),
    ("qdpx qdc qda sqlite3 nvp nvpx mx22 mx24", "another program's project: use the project import"),
)
_REASONS = MappingProxyType({f".{s}": why for suffixes, why in _KINDS for s in suffixes.split()})


def skip_reason(name: str) -> str | None:
    """Why a file of this name is not read as a transcript, or None where it is."""
    path = PurePath(name)
    suffix = path.suffix.lower()
    if path.name.startswith((".", "~$", "._")):
        return "a hidden or temporary file"
    if suffix in READERS:
        return None
    if suffix in _REASONS:
        return _REASONS[suffix]
    formats = " ".join(READERS)
    return f"'{suffix or path.name}' is not a transcript format; these are: {formats}"


def read_transcript(data: bytes, *, name: str, interviewer: Collection[str] = ()) -> Source:
    """Read one transcript file.

    ``name`` is the file's name with suffix and becomes the source's name; ``interviewer`` are
    labels of interviewers beyond the usual ones.

    Raises:
        TranscriptError: unsupported, empty, damaged, protected, too long, or without text; it says what,
            where, and what to do.
    """
    reason = skip_reason(name)
    if reason is not None:
        raise TranscriptError.single(
            name, f"It was not read: {reason}.", f"Transcripts are {' '.join(READERS)}."
        )
    if not data:
        raise TranscriptError.single(name, "The file is empty.", "Check that it was copied completely.")
    suffix = PurePath(name).suffix.lower()
    if suffix in _IS_TEXT and len(data) > MAX_TEXT:
        raise _too_long(name, f"{len(data) // 1_000_000} MB of text")
    raw = READERS[suffix](data, name=name, interviewer=interviewer)
    if len(raw.text) > MAX_TEXT:
        raise _too_long(name, f"{len(raw.text)} characters")
    if not raw.text.strip():
        raise TranscriptError.single(name, "The file holds no text.", "Check that it is the right file.")
    turns, found = _turns(raw, interviewer)
    if len(turns) > MAX_TURNS:
        raise _too_long(name, f"{len(turns)} turns or paragraphs")
    speakers = _speakers(turns, interviewer)
    return Source(
        name=name,
        kind=SourceKind.TRANSCRIPT,
        format=suffix.removeprefix("."),
        encoding=raw.encoding,
        text=raw.text,
        bytes_sha256=sha256(data),
        speakers=speakers,
        segments=segments_of_turns(raw.text, turns),
        n_turns=len(turns),
        n_cues=raw.n_cues,
        cues_by_speaker=raw.cues,
        warnings=(*raw.warnings, *found, *_speaker_warnings(speakers)),
    )


def _too_long(name: str, size: str) -> TranscriptError:
    return TranscriptError.single(
        name,
        f"It has {size}; a transcript has at most {MAX_TEXT} characters and {MAX_TURNS} turns.",
        "Check that it is a transcript; if it is, cut it into several files.",
    )


def _turns(raw: RawText, interviewer: Collection[str]) -> tuple[tuple[TimedTurn, ...], list[str]]:
    if raw.turns is not None:
        return raw.turns, []
    marks = find_marks(raw.text, interviewer=interviewer, known=raw.known_labels)
    if not marks:
        return turns_of_paragraphs(raw.text, is_wrapped=raw.is_wrapped), []
    turns = turns_of_marks(raw.text, marks)
    return turns, turn_warnings(raw.text, turns, marks)


def _speakers(turns: tuple[TimedTurn, ...], interviewer: Collection[str]) -> tuple[Speaker, ...]:
    labels = dict.fromkeys(turn.label for turn in turns)
    return tuple(
        Speaker(label=label, is_interviewer=is_interviewer_label(label, interviewer)) for label in labels
    )


def _speaker_warnings(speakers: tuple[Speaker, ...]) -> list[str]:
    if [s.label for s in speakers] == [NO_LABEL]:
        return [
            "No speaker labels were found: every paragraph is a turn of one unnamed speaker. "
            "If people speak in it, start each turn with a label and a colon, as in 'Interviewer: ...'."
        ]
    if not any(s.is_interviewer for s in speakers):
        return [
            "No interviewer was recognised. Name their label with --interviewer, or in the sheet's "
            "column is_interviewer."
        ]
    return []
