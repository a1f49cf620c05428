"""Codebook files to codebooks and back, and the difference between two versions."""

from .difference import Change, CodeAt, CodebookDifference, difference
from .matching import near_names
from .palette import PALETTE
from .reading import read_codebook
from .writing import write_codebook

__all__ = [
    "PALETTE",
    "Change",
    "CodeAt",
    "CodebookDifference",
    "difference",
    "near_names",
    "read_codebook",
    "write_codebook",
]
