"""Vectors of texts, kept in the study file: each distinct text is embedded once a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from ...errors import SuggestionError
from ...model import Role
from ...store.file import connection
from ...store.machine import machine
from ...store.reading import overview
from ...suggest import Encoder, WordCountEncoder, is_english, open_encoder, text_key
from ...suggest.model_folder import folder_digest, open_folder
from ...suggest.spread import EncoderSpec, spread_over_cluster, spread_over_processes

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
# Stored now and then, so that a cancelled or killed run goes on from where it was.
_BATCH = 512
_FOLDER, _DIGEST = "encoder_folder", "encoder_digest"
USUAL = "default"
_NOT_ENGLISH = (
    "The texts do not seem to be in English, which the usual encoder was made for: suggestions and topics "
    "will be poor. Choose a multilingual encoder (Suggestions, Topics, 'Language model'; or "
    "'qualtool suggest --encoder FOLDER')."
)

_SOME_NOT_ENGLISH = (
    "{n} of {of} files do not seem to be in English, which the usual encoder was made for: suggestions and "
    "topics will be poor there. Choose a multilingual encoder (Suggestions, Topics, 'Language model'; or "
    "'qualtool suggest --encoder FOLDER')."
)


class StoredEncoder:
    """An encoder that looks in the study file first, and keeps there what it had to make."""

    def __init__(self, study: Path, inner: Encoder, *, is_usual: bool = True) -> None:
        self.study, self.inner = study, inner
        self._is_usual = is_usual

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def digest(self) -> str:
        return self.inner.digest

    @property
    def backend(self) -> str:
        return self.inner.backend

    @property
    def is_storable(self) -> bool:
        return self.inner.is_storable

    def language_note(self, texts: Sequence[str], files: Sequence[str] = ()) -> str | None:
        """A warning where texts are not in the language of the usual encoder.

        ``files`` tells what each text is of, so that one interview in another language is not drowned by
        the others; none are named, for the note is kept.
        """
        if not self._is_usual or not self.is_storable:
            return None
        if is_english(texts) is False:
            return _NOT_ENGLISH
        texts_of: dict[str, list[str]] = {}
        for file, text in zip(files, texts, strict=False):
            texts_of.setdefault(file, []).append(text)
        n_foreign = sum(is_english(part) is False for part in texts_of.values())
        return _SOME_NOT_ENGLISH.format(n=n_foreign, of=len(texts_of)) if n_foreign else None

    def encode(
        self, texts: Sequence[str], *, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> np.ndarray:
        """Unit vectors, float32 (len(texts), d), in the order of the texts.

        Raises:
            SuggestionError: ``cancelled`` said yes; the batches made by then are kept.
        """
        if not self.is_storable or not texts:
            return self.inner.encode(texts, progress=progress, cancelled=cancelled)
        keys = [text_key(text) for text in texts]
        with connection.reading(self.study) as db:
            known = machine.stored_vectors(db, keys, self.digest, self.backend)
        todo = _todo(keys, texts, known)
        for start in range(0, len(todo), _BATCH):
            part = todo[start : start + _BATCH]
            tell = None if progress is None else self._told(progress, start, len(todo))
            try:
                made = self.inner.encode([text for _, text in part], progress=tell, cancelled=cancelled)
            except SuggestionError as err:
                if cancelled is None or not cancelled():
                    raise
                raise stopped(start, len(todo)) from err
            fresh = {key: made[i] for i, (key, _) in enumerate(part)}
            with connection.writing(self.study, least=Role.CODER) as db:
                machine.store_vectors(db, fresh, self.digest, self.backend)
            known |= fresh
        return np.stack([known[key] for key in keys]).astype(np.float32)

    @staticmethod
    def _told(progress: Progress, start: int, total: int) -> Progress:
        return lambda done, _: progress(start + done, total)


def stopped(done: int, total: int) -> SuggestionError:
    """The error of a person who stops embedding."""
    return SuggestionError(
        f"Stopped: {done} of {total} texts are embedded and kept. Start again to go on from there."
    )


def _todo(
    keys: Sequence[str], texts: Sequence[str], known: Mapping[str, np.ndarray]
) -> list[tuple[str, str]]:
    """Key and text of what has no vector yet, short ones first."""
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    return sorted(missing.items(), key=lambda item: (len(item[1]), item[0]))


def embed_spread(
    encoder: StoredEncoder,
    spec: EncoderSpec,
    texts: Sequence[str],
    *,
    workers: int = 2,
    cluster: str | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> int:
    """Embed by several processes, or a Dask cluster, what the study has no vector of; returns how many.

    Raises:
        SuggestionError: a worker cannot embed or has another model, or ``cancelled`` said yes.
    """
    keys = [text_key(text) for text in texts]
    with connection.reading(encoder.study) as db:
        known = machine.stored_vectors(db, keys, encoder.digest, encoder.backend)
    todo = _todo(keys, texts, known)
    chunks = [todo[start : start + _BATCH // 2] for start in range(0, len(todo), _BATCH // 2)]
    told = [[text for _, text in chunk] for chunk in chunks]
    made: Iterator[tuple[str, np.ndarray]] = (
        spread_over_processes(spec, told, workers)
        if cluster is None
        else spread_over_cluster(spec, told, cluster)
    )
    done = 0
    for chunk, (digest, vectors) in zip(chunks, made, strict=True):
        if digest != encoder.digest:
            raise SuggestionError("A worker has another model than this computer: install the same one.")
        with connection.writing(encoder.study) as db:
            fresh = {key: vectors[i] for i, (key, _) in enumerate(chunk)}
            machine.store_vectors(db, fresh, encoder.digest, encoder.backend)
        done += len(chunk)
        if progress is not None:
            progress(done, len(todo))
        if cancelled is not None and cancelled():
            raise stopped(done, len(todo))
    return done


# --- which encoder ---------------------------------------------------------------------------------


def set_encoder(study: Path, folder: str) -> None:
    """Choose the encoder of a study: the folder of a model, or ``default`` for the usual one.

    Raises:
        SuggestionError: the folder cannot be used; the choice is what it was.
    """
    values = {_FOLDER: "", _DIGEST: ""}
    if folder != USUAL:
        place = Path(folder).expanduser().resolve()
        values = {_FOLDER: str(place), _DIGEST: open_folder(place).digest}
    with connection.writing(study) as db:
        overview.set_study_values(db, values)


def chosen_folder(study: Path) -> str | None:
    """The folder of the study's own encoder; None for the usual one."""
    with connection.reading(study) as db:
        return overview.study_values(db).get(_FOLDER) or None


def study_encoder(study: Path, *, folder: str | None = None) -> tuple[StoredEncoder, str | None]:
    """The encoder for a study, and in one sentence why it is not the usual one, if it is not.

    ``folder`` takes another for once; without it the study's own choice holds. A chosen folder that is
    gone or was changed is not replaced by another model in silence: word counts take its place.

    Raises:
        SuggestionError: ``folder`` cannot be used.
    """
    if folder is not None and folder != USUAL:
        return StoredEncoder(study, open_folder(Path(folder)), is_usual=False), None
    with connection.reading(study) as db:
        values = overview.study_values(db)
    chosen = values.get(_FOLDER, "") if folder is None else ""
    if not chosen:
        inner, note = open_encoder()
        return StoredEncoder(study, inner), note
    fault = _fault_of_choice(Path(chosen), values.get(_DIGEST, ""))
    if fault is not None:
        told = (
            f"The encoder chosen for this study {fault} ('{chosen}'), so word counts are used, which find the"
            " same words but not the same meaning. 'qualtool embed STUDY --encoder default' goes back to the"
            " usual one."
        )
        return StoredEncoder(study, WordCountEncoder()), told
    return StoredEncoder(study, open_folder(Path(chosen)), is_usual=False), None


def _fault_of_choice(folder: Path, digest: str) -> str | None:
    if not folder.is_dir():
        return "is not on this computer"
    if folder_digest(folder) != digest:
        return "was changed since it was chosen"
    return None
