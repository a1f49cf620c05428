"""The labelled answers that suggestions are tested and measured on; see their PROVENANCE.md.

The protocol of the labels' own baseline: a test set of 500, N labels a code from the rest, 20 codes.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qualtool.suggest import CodeProfile, open_encoder

N_TEST = 500


def labelled_answers(folder: Path) -> tuple[list[str], list[str], np.ndarray, list[str]]:
    """Codes, distinct answers with a code, marks (answers, codes), and whose they are."""
    told = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    codes = told["nhs_fft_nhft.csv"]["baseline"]["code_list"]
    found: dict[str, tuple[str, list[bool], str]] = {}
    with (folder / "nhs_fft_nhft.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            text = row["FFT answer"].strip()
            if text:
                marks = [row[code] == "1" for code in codes]
                found.setdefault(text.lower(), (text, marks, row["Respondent ID"]))
    kept = [one for one in found.values() if any(one[1])]
    return codes, [f[0] for f in kept], np.array([f[1] for f in kept]), [f[2] for f in kept]


def encoded_answers(codes: Sequence[str], texts: Sequence[str]) -> tuple[np.ndarray, list[CodeProfile]]:
    """Vectors of the answers, and the codes as profiles: a code says no more than its name."""
    encoder, why = open_encoder()
    if why is not None:
        raise RuntimeError(why)
    vectors = encoder.encode([*texts, *codes])
    n = len(texts)
    profiles = [
        CodeProfile(guid=str(at), name=code, parts=(code,), vectors=vectors[n + at : n + at + 1])
        for at, code in enumerate(codes)
    ]
    return vectors[:n], profiles


def labels_of(marks: np.ndarray, rows: Sequence[int]) -> list[tuple[int, str]]:
    return [(row, str(code)) for row in rows for code in np.flatnonzero(marks[row]).tolist()]


def rows_with(marks: np.ndarray, pool: np.ndarray, n_labels: int) -> list[int]:
    """Rows of the pool, in its order, until every code has ``n_labels``."""
    chosen: list[int] = []
    counts = np.zeros(marks.shape[1], dtype=int)
    for code in range(marks.shape[1]):
        for row in pool.tolist():
            if counts[code] >= n_labels:
                break
            if marks[row, code] and row not in chosen:
                chosen.append(row)
                counts += marks[row]
    return chosen
