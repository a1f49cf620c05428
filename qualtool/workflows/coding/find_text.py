"""Find words in the whole study, see each hit in its place, and code the hits a person ticked."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from ...errors import UserInputError
from ...model import Coding, Role
from ...store.file import connection
from ...store.log.identity import new_guid
from ...store.reading import found_text
from ...store.records import answers, people
from ...store.records import codes as code_store
from ...store.records import codings as coding_store
from ...store.records import sources as source_store
from ...text import select
from ...text.finding import Finder, Mode
from ..clock import stamp

MOST_HITS = 20_000
MOST_AT_ONCE = 200
_AROUND = 140

Extent = Literal["words", "sentence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where words were found: half-open code-point offsets into a source's current text."""

    source_guid: str
    start_char: int
    end_char: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundText:
    """All hits in the order of the sources; ``is_cut`` where there were more than 20,000."""

    hits: tuple[Hit, ...]
    n_sources: int
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HitInPlace:
    """A hit as a person reads it. ``before`` and ``after`` are words of the same turn or answer."""

    hit: Hit
    source: str
    kind: str
    turn: int | None
    speaker: str
    role: str
    before: str
    words: str
    after: str
    sentence: Hit
    codes: tuple[str, ...]


def find_text(
    study: Path,
    wanted: str,
    *,
    mode: Mode = "phrase",
    ignore_case: bool = True,
    ignore_accents: bool = True,
    whole_word: bool = False,
    kind: str | None = None,
    with_interviewers: bool = False,
) -> FoundText:
    """Every place where the words are said or written; speakers' names and headings are not searched.

    ``kind`` is ``transcript``, ``answer`` or None for both.
    """
    finder = Finder(
        wanted,
        mode=mode,
        ignore_case=ignore_case,
        ignore_accents=ignore_accents,
        whole_word=whole_word,
    )
    hits: list[Hit] = []
    sources: Counter[str] = Counter()
    with connection.reading(study) as db:
        spoken = _Spoken(db, kind)
        for source_id, guid, text in found_text.current_texts(db, kind):
            for start, end in finder.spans(text):
                if not spoken.holds(source_id, start, end, with_interviewers):
                    continue
                if len(hits) == MOST_HITS:
                    return FoundText(hits=tuple(hits), n_sources=len(sources), is_cut=True)
                hits.append(Hit(source_guid=guid, start_char=start, end_char=end))
                sources[guid] += 1
    return FoundText(hits=tuple(hits), n_sources=len(sources), is_cut=False)


class _Spoken:
    """Which stretches of each source are turns or answers, and whose."""

    def __init__(self, db: Database, kind: str | None) -> None:
        self._spans: dict[int, tuple[list[int], list[int], list[int]]] = {}
        for source_id, start, end, asks in found_text.spoken_spans(db, kind):
            starts, ends, askers = self._spans.setdefault(source_id, ([], [], []))
            starts.append(start)
            ends.append(end)
            askers.append(asks)

    def holds(self, source_id: int, start: int, end: int, with_interviewers: bool) -> bool:
        starts, ends, askers = self._spans.get(source_id, ([], [], []))
        at = bisect_right(starts, start) - 1
        return at >= 0 and end <= ends[at] and (with_interviewers or not askers[at])


def hits_in_place(study: Path, hits: Sequence[Hit], coder: str) -> list[HitInPlace]:
    """Some hits with the words around them, who speaks, and the coder's codes that lie over them.

    Raises:
        UserInputError: a source is gone, or its text is no longer the one that was searched.
    """
    with connection.reading(study) as db:
        texts: dict[str, tuple[dict[str, Any], str]] = {}
        shown = []
        for hit in hits:
            if hit.source_guid not in texts:
                source = source_store.find_source(db, hit.source_guid)
                text = source_store.text_of(db, source["id"], source["current_version"])
                texts[hit.source_guid] = (source, text)
            shown.append(_in_place(db, hit, *texts[hit.source_guid], coder))
        return shown


def _in_place(db: Database, hit: Hit, source: dict[str, Any], text: str, coder: str) -> HitInPlace:
    around = found_text.segments_around(db, source["id"], hit.start_char, hit.end_char)
    turn = next((s for s in around if s["kind"] in ("turn", "answer")), None)
    if turn is None or hit.end_char > len(text):
        raise UserInputError("The text of a source was changed after the search. Search again.")
    before = text[max(turn["start_char"], hit.start_char - _AROUND) : hit.start_char]
    after = text[hit.end_char : min(turn["end_char"], hit.end_char + _AROUND)]
    if hit.start_char - _AROUND > turn["start_char"]:
        before = "… " + before.partition(" ")[2]
    if hit.end_char + _AROUND < turn["end_char"]:
        after = after.rpartition(" ")[0] + " …"
    return HitInPlace(
        hit=hit,
        source=source["name"],
        kind=source["kind"],
        turn=int(turn["turn"]) + 1 if turn["kind"] == "turn" else None,
        speaker=turn["label"],
        role=turn["role"],
        before=before,
        words=text[hit.start_char : hit.end_char],
        after=after,
        sentence=_sentence(hit, around, turn),
        codes=tuple(found_text.codes_over(db, source["id"], hit.start_char, hit.end_char, coder)),
    )


def _sentence(hit: Hit, around: Sequence[dict[str, Any]], turn: dict[str, Any]) -> Hit:
    """The sentence the hit lies in, or the sentences; an answer is not cut into sentences."""
    parts = [s for s in around if s["kind"] == "sentence"] or [turn]
    return Hit(
        source_guid=hit.source_guid,
        start_char=min(hit.start_char, *(s["start_char"] for s in parts)),
        end_char=max(hit.end_char, *(s["end_char"] for s in parts)),
    )


def code_hits(
    study: Path, hits: Sequence[HitInPlace], code: str, *, coder: str, extent: Extent = "sentence"
) -> list[str]:
    """Code hits a person has seen and ticked, all or none; returns the GUIDs of the codings made.

    ``code`` is a code's GUID. Two hits in one sentence are one coding; words that carry the code
    already get none. The quote a person saw must still be the text.

    Raises:
        UserInputError: no such code, a heading, nothing or too much at once, or the text was changed.
    """
    if not 0 < len(hits) <= MOST_AT_ONCE:
        raise UserInputError(f"Tick the hits to be coded, up to {MOST_AT_ONCE} at once.")
    made = stamp(coder)
    with connection.writing(study, least=Role.CODER) as db:
        row = code_store.codebook(db).by_guid().get(code)
        if row is None or not row.is_codable:
            raise UserInputError("This code is no longer in the codebook, or is a heading. Choose another.")
        code_id = code_store.code_ids(db)[code]
        coder_id = people.ensure_coder(db, coder, made)
        guids = []
        for hit in hits:
            source = source_store.find_source(db, hit.hit.source_guid)
            version = int(source["current_version"])
            text = source_store.text_of(db, source["id"], version)
            _same_words(hit, text)
            place = hit.hit if extent == "words" else hit.sentence
            guid = new_guid()
            coding = Coding(
                guid=guid,
                selection=select(
                    text,
                    source_guid=source["guid"],
                    version=version,
                    start_char=place.start_char,
                    end_char=place.end_char,
                ),
                code_guid=code,
                coder=coder,
            )
            stored = coding_store.add_coding(
                db, coding, made, source_id=source["id"], code_id=code_id, coder_id=coder_id
            )
            if stored == guid:
                guids.append(guid)
        return guids


def _same_words(hit: HitInPlace, text: str) -> None:
    if text[hit.hit.start_char : hit.hit.end_char] != hit.words:
        raise UserInputError("The text of a source was changed after the search. Search again.")


def uncode_hits(study: Path, guids: Sequence[str], *, coder: str) -> int:
    """Take back codings just made; returns how many. What another act removed meanwhile stays removed.

    Raises:
        UserInputError: one of them is another coder's.
    """
    made = stamp(coder)
    with connection.writing(study, least=Role.CODER) as db:
        standing = [row for row in (coding_store.coding(db, guid) for guid in guids) if not row["removed_at"]]
        if any(row["coder"] != coder for row in standing):
            raise UserInputError("You can take back only your own codings.")
        for row in standing:
            coding_store.set_removed(db, row["guid"], made, removed=True)
            answers.mark_again(db, row["guid"], made)
        return len(standing)
