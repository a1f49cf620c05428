"""Vectors of texts, kept in the study file: each distinct text is embedded once a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ..store import connection, machine
from ..suggest import Encoder, open_encoder, text_key

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
# Stored now and then, so that a cancelled or killed run goes on from where it was.
_BATCH = 512


class StoredEncoder:
    """An encoder that looks in the study file first, and keeps there what it had to make."""

    def __init__(self, study: Path, inner: Encoder) -> None:
        self.study, self.inner = study, inner

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

    def encode(
        self, texts: Sequence[str], *, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> np.ndarray:
        """Unit vectors, float32 (len(texts), d), in the order of the texts."""
        if not self.is_storable or not texts:
            return self.inner.encode(texts, progress=progress, cancelled=cancelled)
        keys = [text_key(text) for text in texts]
        with connection.reading(self.study) as db:
            known = machine.stored_vectors(db, keys, self.digest, self.backend)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        todo = sorted(missing.items(), key=lambda item: (len(item[1]), item[0]))
        for start in range(0, len(todo), _BATCH):
            part = todo[start : start + _BATCH]
            tell = None
            if progress is not None:
                tell = self._told(progress, start, len(todo))
            made = self.inner.encode([text for _, text in part], progress=tell, cancelled=cancelled)
            fresh = {key: made[i] for i, (key, _) in enumerate(part)}
            with connection.writing(self.study) as db:
                machine.store_vectors(db, fresh, self.digest, self.backend)
            known |= fresh
        return np.stack([known[key] for key in keys]).astype(np.float32)

    @staticmethod
    def _told(progress: Progress, start: int, total: int) -> Progress:
        return lambda done, _: progress(start + done, total)


def study_encoder(study: Path) -> tuple[StoredEncoder, str | None]:
    """The encoder for a study, and in one sentence why it is not the usual one, if it is not."""
    inner, note = open_encoder()
    return StoredEncoder(study, inner), note
