"""Strands in the cells of displays, as they are and as they may leave."""

from __future__ import annotations

from dataclasses import dataclass

from ...triangulate.propositions import StrandKind
from ...triangulate.strand_result import StrandResult
from ..propositions.proposition_page import GLYPHS, MatrixTable, cell_text, matrix_table
from ..propositions.propositions import Matrix

_TALKS = (StrandKind.INTERVIEW, StrandKind.FOCUS_GROUP)
_SURVEYS = (StrandKind.FREE_TEXT, StrandKind.SURVEY_CLOSED)


def smallest_number(strand: StrandResult) -> int | None:
    """The number of people that decides whether a strand may leave; None where it is not of people.

    Of talks it is the smallest base of a group; of surveys the smallest count, or complement of one.
    """
    if strand.kind not in _TALKS and strand.kind not in _SURVEYS:
        return None
    pairs = [(g.n_voiced, g.n) for g in strand.groups] or [(strand.n_voiced or 0, strand.n_asked or 0)]
    if strand.kind in _TALKS:
        return min((n for _, n in pairs if n > 0), default=None)
    counts = [count for part, whole in pairs for count in (part, whole - part)]
    return min((count for count in counts if count > 0), default=None)


def hidden_text(strand: StrandResult) -> str:
    """A strand's cell without its numbers."""
    return f"{GLYPHS[strand.finding]} {strand.finding.value.replace('_', ' ')} (numbers suppressed)"


def is_small(strand: StrandResult, threshold: int) -> bool:
    """Does a strand rest on fewer people than ``threshold``?"""
    number = smallest_number(strand)
    return number is not None and number < threshold


def safe_text(strand: StrandResult, threshold: int) -> str:
    """A strand's cell as it may leave: without numbers where they rest on fewer people than allowed."""
    return hidden_text(strand) if is_small(strand, threshold) else cell_text(strand)


@dataclass(frozen=True, slots=True, kw_only=True)
class Convergence:
    """The convergence matrix (D1); with a ``threshold`` its cells are as they may leave."""

    matrix: Matrix
    threshold: int | None = None

    def table(self) -> MatrixTable:
        """One row a proposition."""
        least = self.threshold
        return matrix_table(self.matrix, None if least is None else lambda s: safe_text(s, least))
