"""Which column of one file is which variable, and how its cells are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import IndicatorError, Problem
from .cells import Read, cell_reader
from .dataset import Column, Dataset, find_header, header_index
from .symbols import Vocabulary, vocabulary

_DOWNLOAD = "Download the file again and import it as it is."


@dataclass(slots=True, kw_only=True)
class PlannedColumn:
    """A kept column of the file at hand. ``seen`` remembers how each distinct token was read: a
    national file has half a million cells and a few thousand tokens."""

    column: Column
    position: int
    read: Callable[[str], Read]
    seen: dict[str, Read]

    def value_of(self, raw: str) -> Read:
        found = self.seen.get(raw)
        if found is None:
            found = self.seen[raw] = self.read(raw)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The layout of one file: ``key``, ``la``, ``laestab`` and ``year`` are positions or None."""

    dataset: Dataset
    width: int
    index: Mapping[str, int]
    columns: tuple[PlannedColumn, ...]
    vocabulary: Vocabulary
    key: int | None
    la: int | None
    laestab: int | None
    year: int | None

    def not_kept(self) -> tuple[list[str], list[str]]:
        """Headers of columns that are not kept: personal data, and all others."""
        kept = {c.position for c in self.columns} | {self.key, self.la, self.laestab, self.year}
        others = [name for name, position in self.index.items() if position not in kept]
        personal = [name for name in others if name in self.dataset.personal]
        return personal, [name for name in others if name and name not in self.dataset.personal]


def make_plan(dataset: Dataset, header: Sequence[str], *, name: str, year: str | None) -> Plan:
    """The layout of a file of ``dataset`` with this ``header``.

    Raises:
        IndicatorError: a column that must be there is not; every one is a problem.
    """
    index = header_index(header)
    missing = [h for h in dataset.required if find_header(index, h) is None]
    if missing:
        raise IndicatorError(
            f"{name}: {len(missing)} needed columns of '{dataset.label}' are missing.",
            problems=[
                Problem(
                    where=f"{name}, header",
                    message=f"The column '{column}' is missing.",
                    next=_DOWNLOAD if dataset.is_published else "Compare the file's header with the mapping.",
                )
                for column in missing
            ],
        )
    words = vocabulary(dataset.tokens, dataset=dataset.id, year=year)
    return Plan(
        dataset=dataset,
        width=len(header),
        index=index,
        columns=tuple(_planned(dataset.columns, index, words)),
        vocabulary=words,
        key=_position(index, dataset.key),
        la=_position(index, dataset.la),
        laestab=_position(index, dataset.laestab),
        year=_position(index, (dataset.year_header,) if dataset.year_header else ()),
    )


def _planned(columns: Sequence[Column], index: Mapping[str, int], words: Vocabulary) -> list[PlannedColumn]:
    found: list[PlannedColumn] = []
    for column in columns:
        position = _position(index, column.headers)
        if position is not None:
            read = cell_reader(column.kind, words)
            found.append(PlannedColumn(column=column, position=position, read=read, seen={}))
    return found


def _position(index: Mapping[str, int], names: Sequence[str]) -> int | None:
    for name in names:
        header = find_header(index.keys(), name)
        if header is not None:
            return index[header]
    return None
