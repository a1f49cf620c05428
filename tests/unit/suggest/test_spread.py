"""Embedding spread over processes, and over a Dask cluster where Dask is installed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from qualtool.errors import SuggestionError
from qualtool.suggest import open_encoder
from qualtool.suggest.spread import EncoderSpec, encode_chunk, spread_over_cluster, spread_over_processes

CHUNKS = [["The base is full.", "A long wait."], ["The taxi was late."], ["She likes her teacher.", "x"]]
HAS_DASK = importlib.util.find_spec("distributed") is not None


def expected() -> np.ndarray:
    encoder, _ = open_encoder(threads=1)
    return encoder.encode([text for chunk in CHUNKS for text in chunk])


def test_processes_give_the_vectors_of_one() -> None:
    """Two workers of one thread give the vectors of one process, in the order of the chunks."""
    made = list(spread_over_processes(EncoderSpec(), CHUNKS, 2))
    assert len({digest for digest, _ in made}) == 1
    assert np.abs(np.vstack([vectors for _, vectors in made]) - expected()).max() < 1e-6


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc for processes, which Linux has")
def test_workers_end_with_a_parent_that_was_killed() -> None:
    """When the process that spread the work is killed, its workers end too and hold no memory."""
    program = (
        "from qualtool.suggest.spread import EncoderSpec, spread_over_processes\n"
        "if __name__ == '__main__':\n"
        "    made = spread_over_processes(EncoderSpec(), [['one text']] * 9, 2)\n"
        "    next(made)\n"
        "    print('working', flush=True)\n"
        "    input()\n"
    )
    ran = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with ran:
        assert ran.stdout is not None
        assert ran.stdout.readline() == "working\n"
        children = Path(f"/proc/{ran.pid}/task/{ran.pid}/children").read_text().split()
        workers = [pid for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        assert len(workers) == 2
        ran.kill()
        end = time.monotonic() + 120
        while any(_is_alive(pid) for pid in workers) and time.monotonic() < end:
            time.sleep(0.1)
        assert not any(_is_alive(pid) for pid in workers)


def _is_alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_worker_without_the_model_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker never embeds by another method in silence."""
    from qualtool.suggest import encoder, spread

    monkeypatch.setattr(encoder, "carrier_folder", lambda: None)
    spread._opened.cache_clear()
    with pytest.raises(SuggestionError, match="A worker cannot embed texts"):
        encode_chunk(EncoderSpec(threads=2), ["one"])


@pytest.mark.skipif(HAS_DASK, reason="Dask is installed")
def test_without_dask_one_sentence_names_the_extra() -> None:
    """A cluster that is asked for without Dask is refused with what to install."""
    with pytest.raises(SuggestionError, match=r"pip install 'qualtool\[cluster\]'"):
        list(spread_over_cluster(EncoderSpec(), CHUNKS, "tcp://127.0.0.1:1"))


@pytest.mark.skipif(not HAS_DASK, reason="Dask is not installed: pip install 'qualtool[cluster]'")
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_gives_the_same_vectors() -> None:
    """A local Dask cluster of two workers gives the vectors of one process."""
    from importlib import import_module

    distributed = import_module("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, protocol="tcp"
    ) as cluster:
        made = list(spread_over_cluster(EncoderSpec(), CHUNKS, cluster.scheduler_address))
    assert np.abs(np.vstack([vectors for _, vectors in made]) - expected()).max() < 1e-6
