"""Embed everything of a study now, so that topics and suggestions need not wait for it later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...errors import SuggestionError
from ...model import Role
from ...store.file import connection
from ...store.records import codes as code_store
from ...suggest import parts_of
from ...suggest.spread import EncoderSpec
from ..roles import require
from .machine_units import notes_of, units_of
from .vectors import chosen_folder, embed_spread, set_encoder, study_encoder

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def embed_study(
    study: Path,
    *,
    encoder: str | None = None,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> dict[str, Any]:
    """Embed participants' sentences and answers, and the definitions; the document of ``qualtool embed``.

    Vectors are stored batch by batch: whoever stops goes on from there. ``workers`` are processes of one
    thread; with one, this process works on two threads. ``cluster`` is the address of a Dask scheduler,
    to whose workers the texts are sent.

    Raises:
        SuggestionError: there is nothing to embed, or the encoder or the cluster cannot be used.
    """
    require(study, Role.OWNER, "embed texts")
    if workers < 1:
        raise SuggestionError(f"At least one worker is needed, not {workers}.")
    if encoder is not None:
        set_encoder(study, encoder)
    with connection.reading(study) as db:
        units = units_of(db, "all")
        book = code_store.codebook(db)
    texts = [*units.texts, *(part for code in book.codes if code.is_codable for part in parts_of(code))]
    if not units.rows:
        raise SuggestionError("There is nothing to embed: import transcripts or a survey first.")
    used, note = study_encoder(study)
    if not used.is_storable:
        raise SuggestionError(f"Nothing is embedded. {note}")
    if cluster is None and workers == 1:
        used.encode(texts, progress=progress, cancelled=cancelled)
    else:
        spec = EncoderSpec(folder=chosen_folder(study))
        embed_spread(
            used, spec, texts, workers=workers, cluster=cluster, progress=progress, cancelled=cancelled
        )
    return {
        "encoder": {"name": used.name, "digest": used.digest, "backend": used.backend},
        "n_texts": len(set(texts)),
        "notes": notes_of(note, used.language_note(units.texts, units.files)),
    }
