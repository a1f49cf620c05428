"""Embedding spread over processes of this machine, or over a Dask cluster that is there already.

The work is a map: each chunk of texts is embedded by a worker that opens the encoder once. A vector
does not depend on which worker made it (up to the last bit of a float32).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import SuggestionError
from .encoder import Encoder, open_encoder
from .model_folder import open_folder

# Chunks sent out ahead of those awaited: enough to keep workers busy, few enough to stop soon.
_AHEAD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderSpec:
    """Which encoder a worker opens: the usual one, or that of a folder which every worker can read."""

    folder: str | None = None
    threads: int = 1


def open_spec(spec: EncoderSpec) -> Encoder:
    """The encoder of a spec.

    Raises:
        SuggestionError: it cannot be opened here.
    """
    if spec.folder is not None:
        return open_folder(Path(spec.folder), threads=spec.threads)
    encoder, why = open_encoder(threads=spec.threads)
    if why is not None:
        raise SuggestionError(f"A worker cannot embed texts. {why}")
    return encoder


@lru_cache(maxsize=1)
def _opened(spec: EncoderSpec) -> Encoder:
    return open_spec(spec)


def encode_chunk(spec: EncoderSpec, texts: Sequence[str]) -> tuple[str, np.ndarray]:
    """What a worker does: the digest of its encoder, and float32 (len(texts), d) unit rows."""
    encoder = _opened(spec)
    return encoder.digest, encoder.encode(texts)


def _end_with_parent() -> None:
    """Of a worker: end when the process that started it is gone, however it went.

    A killed one cannot tell its workers, which would wait for work for ever.
    """
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def spread_over_processes(
    spec: EncoderSpec, chunks: Sequence[Sequence[str]], workers: int
) -> Iterator[tuple[str, np.ndarray]]:
    """The chunks in their order, embedded by so many processes of one thread each."""
    # A fresh process each: a copy of this one would share its threads and its open study.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
        waiting: list[Any] = []
        left = iter(chunks)
        try:
            for chunk in left:
                waiting.append(pool.submit(encode_chunk, spec, list(chunk)))
                if len(waiting) > workers * _AHEAD:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for one in waiting:
                one.cancel()


def spread_over_cluster(
    spec: EncoderSpec, chunks: Sequence[Sequence[str]], address: str
) -> Iterator[tuple[str, np.ndarray]]:
    """The chunks in their order, embedded by the workers of the Dask scheduler at ``address``.

    The texts leave this machine. ``qualtool`` and the encoder must be installed on the workers.

    Raises:
        SuggestionError: Dask is not installed, no scheduler answers there, or its workers cannot embed.
    """
    try:  # by name, for it is no part of the ordinary setup
        distributed = import_module("distributed")
    except ImportError as err:
        raise SuggestionError(
            "A cluster needs Dask, which is not installed: pip install 'qualtool[cluster]'."
        ) from err
    try:
        client = distributed.Client(address, timeout="10s")
    except (OSError, ValueError) as err:
        raise SuggestionError(f"No Dask scheduler answers at {address}.") from err
    with client:
        n_workers = len(client.scheduler_info(n_workers=-1)["workers"])
        if not n_workers:
            raise SuggestionError(f"The Dask scheduler at {address} has no workers: start some.")
        waiting: list[Any] = []
        for chunk in chunks:
            waiting.append(client.submit(encode_chunk, spec, list(chunk), pure=False))
            if len(waiting) > n_workers * _AHEAD:
                yield _made_by_cluster(waiting.pop(0), distributed)
        while waiting:
            yield _made_by_cluster(waiting.pop(0), distributed)


def _made_by_cluster(future: Any, distributed: Any) -> tuple[str, np.ndarray]:
    """What a worker made; what can go wrong on other computers in one sentence."""
    try:
        return future.result()
    except (ImportError, RuntimeError) as err:
        raise SuggestionError(
            "A worker of the cluster cannot embed texts: install the same qualtool and model there."
        ) from err
    except (distributed.KilledWorker, CancelledError, OSError) as err:
        raise SuggestionError(
            "The cluster lost a worker or the connection. What was embedded is kept: start again."
        ) from err
