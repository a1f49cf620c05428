"""Where the labelled answers are that figures of suggestions are measured on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "kit"))
from nhs_answers import N_TEST, encoded_answers, labelled_answers, labels_of, rows_with

from qualtool.suggest import Learner

__all__ = ["FOLDER", "N_TEST", "answers", "labels_of", "learner", "rows_with"]

FOLDER = Path(os.environ.get("QUALTOOL_DATA", Path(__file__).parents[2] / "shared" / "data")) / "labelled"


def answers() -> tuple[list[str], list[str], np.ndarray, list[str]]:
    """Codes, distinct answers with a code, marks (answers, codes), and whose they are."""
    return labelled_answers(FOLDER)


def learner(codes: list[str], texts: list[str]) -> Learner:
    """The answers ready to learn from."""
    vectors, profiles = encoded_answers(codes, texts)
    return Learner(texts, vectors, profiles)
