"""Put real names back with the key file: every text as it was, work done meanwhile moved along."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...errors import StudyIntegrityError, UserInputError
from ...model import Role
from ...store.erasing import erasing_log
from ...store.erasing.erasing_texts import TextPlace
from ...store.erasing.erasing_words import Cell
from ...store.file import connection
from ...store.reading import overview
from ...text import Edit, Outcome, reanchoring_between
from ..clock import stamp
from ..roles import allowed
from . import copies
from .erasing import PUT_BACK, REPLACED, Task, erase, finish, unfinished_note
from .key_file import read_key

Span = tuple[int, int, str]  # where a pseudonym is, and the real name


def reverse(study: Path, *, key: Path, passphrase: str, by: str | None = None) -> dict[str, Any]:
    """Put back what the key file holds: the newest layer first, all in one transaction.

    Returns:
        ``{"sources": [as ``apply``], "layers", "not_put_back", "finished", "warnings"}``;
        ``not_put_back`` counts pseudonyms that were corrected or erased since, and stay.

    Raises:
        UserInputError: the passphrase is wrong, the key file is another study's, or nothing of it is in
            this study. Nothing was changed then.
    """
    content = read_key(key, passphrase)
    with allowed(study, Role.OWNER, "put names back", by=by):
        made = stamp(by)
        with connection.writing(study) as db:
            if content["study"] != overview.study_values(db).get("guid"):
                raise _fault(key, "This key file belongs to another study.", "Choose the right one.")
            layers = _standing(db, content["layers"])
            if not layers:
                raise _fault(key, "Nothing that this key file holds is in the study now.", "Nothing to do.")
            sources: dict[str, dict[str, Any]] = {}
            n_left = 0
            for event, layer in layers:
                back = _Back(db, layer, event)
                found = erase(db, back.task(), made, {"layer": layer["guid"]})
                n_left += back.n_left
                for row in found.sources if found else ():
                    sources[row["source"]] = row
        is_finished = finish(study)
    warnings = unfinished_note(is_finished)
    if n_left:
        warnings.append(f"{n_left} pseudonyms were corrected or erased since, and stay as they are.")
    return {
        "sources": list(sources.values()),
        "layers": len(layers),
        "not_put_back": n_left,
        "finished": is_finished,
        "elsewhere": copies.known_copies(study)["elsewhere"],
        "warnings": warnings,
    }


def _fault(path: Path, message: str, next: str) -> UserInputError:
    return UserInputError.single(str(path), message, next)


def _standing(db: Database, layers: Sequence[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """Layers that are in the study and were not put back, the newest first, with their event."""
    events = erasing_log.standing_layers(db, REPLACED, PUT_BACK)
    found = [(events[one["guid"]], one) for one in layers if one["guid"] in events]
    return sorted(found, key=lambda f: -f[0])


class _Walk:
    """Moves stretches through edits of which only offsets are known; a touched one is given up."""

    def __init__(self, edits: Sequence[Sequence[int]]) -> None:
        self._starts = [e[0] for e in edits]
        self._ends = [e[1] for e in edits]
        self._shifts = list(accumulate((e[2] - (e[1] - e[0]) for e in edits), initial=0))

    def span(self, span: Span) -> Span | None:
        start, end, name = span
        n = bisect_right(self._ends, start)
        if n < len(self._starts) and self._starts[n] < end:
            return None
        return start + self._shifts[n], end + self._shifts[n], name


class _Back:
    """One layer on its way back: where its pseudonyms are in the texts as they read now."""

    def __init__(self, db: Database, layer: dict[str, Any], event: int) -> None:
        self._merged = tuple(layer["merged"])
        self._known = {(t["guid"], t["version"]): t for t in layer["texts"]}
        self._cells = {Cell(t, c, tuple(key)): (new, old) for t, c, key, old, new in layer["cells"]}
        self._places = {
            (table, key, version, start, end): (old_start, old_end)
            for table, key, version, start, end, old_start, old_end in layer["places"]
        }
        self._later = erasing_log.erasures_since(db, event)
        self._came_from = erasing_log.versions_since(db, event)
        self.n_left = 0

    def task(self) -> Task:
        """The task of putting the layer back."""
        return Task(
            kind=PUT_BACK,
            target=("study", "study"),
            texts=self._texts,
            words=self._words,
            exact_words=self._cells,
            exact_places=self._places,
            restored=self._merged,
        )

    def _spans(self, guid: str, version: int) -> list[Span]:
        known = self._known.get((guid, version))
        if known is not None:
            spans: list[Span] = [(start, end, name) for start, end, name in known["spans"]]
            for erasure in self._later:
                spans = self._walked(spans, erasure.get(guid, {}).get(str(version), []))
            return spans
        if (guid, version) in self._came_from:
            before, edits = self._came_from[guid, version]
            return self._walked(self._spans(guid, before), edits)
        return []

    def _walked(self, spans: Sequence[Span], edits: Sequence[Sequence[int]]) -> list[Span]:
        if not edits:
            return list(spans)
        walk = _Walk(edits)
        found = [moved for span in spans if (moved := walk.span(span)) is not None]
        self.n_left += len(spans) - len(found)
        return found

    def _texts(self, place: TextPlace) -> list[Edit]:
        spans = self._spans(place.guid, place.version)
        if any(end > len(place.text) for _, end, _ in spans):
            raise StudyIntegrityError.single(
                f"{place.source} version {place.version}",
                "The text is not the one that the log tells of; nothing was changed.",
                "Run 'qualtool check', and restore the study from a backup.",
            )
        return [Edit(start_char=start, end_char=end, text=name) for start, end, name in spans]

    def _words(self, cell: Cell, value: str) -> list[Edit]:
        """A string that was written on since: names come back where the pseudonym still stands."""
        known = self._cells.get(cell)
        if known is None or value == known[1] or known[0][:1] in "{[":
            return []
        new, old = known
        since = reanchoring_between(new, value)
        return list(self._placed(reanchoring_between(new, old).edits, since.place))

    def _placed(self, edits: Sequence[Edit], place: Any) -> Iterator[Edit]:
        for edit in edits:
            if edit.end_char == edit.start_char:
                continue
            to = place(edit.start_char, edit.end_char)
            if to.outcome is Outcome.NEEDS_REVIEW:
                self.n_left += 1
            else:
                yield Edit(start_char=to.start_char, end_char=to.end_char, text=edit.text)
