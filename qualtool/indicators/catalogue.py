"""Every dataset known, and how a header is recognised as one of them, whatever the file is called."""

from __future__ import annotations

from collections.abc import Sequence

from . import datasets_cscp, datasets_ees, datasets_gias, datasets_ofsted, datasets_other
from .dataset import Dataset, normalise_header

# The first that fits is taken: the narrower signatures come first.
DATASETS: tuple[Dataset, ...] = (
    datasets_gias.GIAS_LINKS,
    datasets_gias.GIAS_SEARCH,
    datasets_gias.GIAS_FULL,
    datasets_cscp.KS2,
    datasets_cscp.KS4,
    datasets_cscp.KS4_DESTINATIONS,
    datasets_cscp.CENSUS,
    datasets_cscp.ABSENCE,
    datasets_cscp.SCHOOL_INFORMATION,
    datasets_other.SEN_SCHOOL,
    datasets_other.SPC_SCHOOL,
    datasets_other.PUPIL_PREMIUM,
    datasets_ofsted.OFSTED_CARDS,
    datasets_ofsted.OFSTED,
    datasets_ees.KS4_INFORMATION,
    datasets_ees.KS4_PERFORMANCE,
    datasets_ees.KS2_PERFORMANCE,
    datasets_ees.ABSENCE,
    datasets_ees.EXCLUSIONS,
)
BY_NUMBER = frozenset(dataset.id for dataset in DATASETS if dataset.laestab)
"""Datasets that know some schools only by their number within the authority."""
_DESCRIPTION = frozenset({"col_name", "col_type"})


def recognise(header: Sequence[str]) -> Dataset | None:
    """The dataset whose signature this header bears, or None."""
    names = frozenset(normalise_header(cell) for cell in header)
    return next((dataset for dataset in DATASETS if dataset.fits(names)), None)


def is_description(header: Sequence[str]) -> bool:
    """Whether this is the header of a file that describes the columns of another."""
    return frozenset(normalise_header(cell) for cell in header) >= _DESCRIPTION
